"""The table of rights in words: what a right is about."""

from __future__ import annotations

from typing import Final

from flask_babel import gettext

from docctl.rules import languages
from docctl.rules.actions import Action
from docctl.web.kit import acts, language
from docctl.web.kit.language import marked

_READS: Final = {
    Action.DOCUMENT_READ: marked("read issued documents"),
    Action.DOCUMENT_SEARCH: marked("search the library"),
    Action.DRAFT_READ: marked("read drafts"),
    Action.COPY_READ: marked("see copies"),
    Action.COPY_CHECK: marked("check a copy"),
    Action.OUTSIDER_READ: marked("see holders outside"),
    Action.READING_READ: marked("see who has read a revision"),
    Action.RECORD_READ: marked("read records"),
    Action.TRACE_READ: marked("trace records and documents"),
    Action.TRAIL_READ: marked("read the audit trail"),
    Action.USER_READ: marked("see accounts"),
    Action.LEDGER_CHECK: marked("check the ledger"),
}


def right(action: Action) -> str:
    """What a right is about, in the language of the request."""
    if language.of_request() == languages.FOREIGN:
        return action.words
    return str(gettext(_READS[action])) if action in _READS else acts.act(action.value)
