"""What was done, in the words of people: for trails."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from flask_babel import gettext

from docctl.rules.actions import Action
from docctl.web.kit.language import marked

WORDS: Final[Mapping[Action, str]] = MappingProxyType(
    {
        Action.SITE_INIT: marked("site founded"),
        Action.SITE_CONFIGURE: marked("site configured"),
        Action.SCHEMA_MIGRATE: marked("tables migrated"),
        Action.KEY_ROTATED: marked("new site key"),
        Action.LEDGER_CHECKPOINT: marked("checkpoint made"),
        Action.USER_ADD: marked("account added"),
        Action.USER_PASSWORD: marked("password set"),
        Action.USER_CHANGE_ROLES: marked("roles changed"),
        Action.USER_LOCK: marked("account locked"),
        Action.DOCUMENT_REGISTER: marked("document registered"),
        Action.DOCUMENT_WITHDRAW: marked("document withdrawn"),
        Action.DRAFT_SAVE: marked("draft saved"),
        Action.DRAFT_DISCARD: marked("draft discarded"),
        Action.REVISION_SUBMIT: marked("submitted for approval"),
        Action.REVISION_SIGN: marked("signed"),
        Action.REVISION_REJECT: marked("rejected"),
        Action.REVISION_RETRACT: marked("taken back"),
        Action.REVISION_ISSUE: marked("issued"),
        Action.REVISION_CANCEL: marked("issue cancelled"),
        Action.COPY_ISSUE: marked("copies handed out"),
        Action.COPY_ACKNOWLEDGE: marked("receipt of a copy confirmed"),
        Action.COPY_RECALL: marked("copy recalled"),
        Action.COPY_RETURN: marked("copy returned"),
        Action.COPY_KEEP: marked("obsolete copy kept"),
        Action.COPY_DESTROY: marked("copy destroyed"),
        Action.COPY_REPLACE: marked("damaged copy exchanged"),
        Action.COPY_LOSE: marked("copy lost"),
        Action.RECORD_OPEN: marked("record opened"),
        Action.RECORD_FILL: marked("record filled in"),
        Action.RECORD_CORRECT: marked("entry corrected"),
        Action.RECORD_SIGN: marked("record signed"),
        Action.RECORD_COMPLETE: marked("record completed"),
        Action.RECORD_VERIFY: marked("record verified"),
        Action.RECORD_SEND_BACK: marked("record sent back"),
        Action.RECORD_CLOSE: marked("record closed"),
        Action.RECORD_VOID: marked("record voided"),
    }
)
"""A word for each action that leaves an event."""

_REFUSED: Final = ".refused"


def act(name: str) -> str:
    """The name of an event (`copy.recall`, `revision.sign.refused`) in the language of the request."""
    try:
        said = str(gettext(WORDS[Action(name.removesuffix(_REFUSED))]))
    except (KeyError, ValueError):
        return name
    return str(gettext("refused: %(act)s", act=said)) if name.endswith(_REFUSED) else said
