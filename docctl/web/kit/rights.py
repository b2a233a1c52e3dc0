"""The table of rights in words: what a right is about, on which condition; who has it when one is refused."""

from __future__ import annotations

import re
from typing import Final

from flask_babel import gettext

from docctl.rules.actions import Action
from docctl.web.kit import acts, language, words
from docctl.web.kit.language import marked

_CONDITIONS: Final = (
    marked("who holds a step of its approval chain"),
    marked("who did not write it"),
    marked("who holds it"),
    marked("who is an author of it or belongs to its department"),
    marked("who made the entry"),
    marked("who neither approves nor witnesses it"),
    marked("who performed no step of it"),
    marked("who performs a step of it"),
    marked("whose own account it is"),
    marked("whose own account it is not"),
    marked("whose role or department fills this step"),
)
"""The conditions of the table of rights, as rules/permissions.py says them."""

_READS: Final = {
    Action.DOCUMENT_READ: marked("read issued documents"),
    Action.DOCUMENT_SEARCH: marked("search the library"),
    Action.DRAFT_READ: marked("read drafts"),
    Action.COPY_READ: marked("see copies"),
    Action.COPY_CHECK: marked("check a copy"),
    Action.RECORD_READ: marked("read records"),
    Action.TRACE_READ: marked("trace records and documents"),
    Action.TRAIL_READ: marked("read the audit trail"),
    Action.USER_READ: marked("see accounts"),
    Action.LEDGER_CHECK: marked("check the ledger"),
}

_REFUSED: Final = re.compile(r"(\S+) may not (.+)\. Needed is someone (.+)\.")
_ROLES: Final = re.compile(r"with (?:the role|one of the roles) ((?:[a-z-]+, )*[a-z-]+)")
_POSTS: Final = re.compile(r"\(([^()]+)\)")


def right(action: str) -> str:
    """What a right is about, in the language of the request."""
    found = Action(action)
    if language.of_request() == "en":
        return found.words
    return str(gettext(_READS[found])) if found in _READS else acts.act(action)


def condition(cell: str) -> str:
    """The conditions of a cell of the table, in the language of the request."""
    said = cell
    for phrase in sorted(_CONDITIONS, key=len, reverse=True):
        said = said.replace(phrase, f"\0{_CONDITIONS.index(phrase)}\0")
    for n, phrase in enumerate(_CONDITIONS):
        said = said.replace(f"\0{n}\0", str(gettext(phrase)))
    return said.replace(", or ", str(gettext(", or ")))


def told(error: Exception) -> str:
    """The sentence of a refusal in the language of the request; for want of a right it is made anew."""
    found = _REFUSED.fullmatch(str(error))
    action = found and next((a for a in Action if a.words == found[2]), None)
    if found is None or action is None or language.of_request() == "en":
        return language.told(error)
    who = [_somebody(one) for one in found[3].split(", or someone ")]
    said: str = gettext(
        "%(login)s has no right to this: %(right)s. Needed is somebody: %(who)s.",
        login=found[1],
        right=right(action.value),
        who="；".join(who),
    )
    return said


def _somebody(said: str) -> str:
    """Roles, then conditions, with the names of what stands in brackets."""
    said = _ROLES.sub(lambda m: "、".join(words.role(key) for key in m[1].split(", ")), condition(said))
    return _POSTS.sub(lambda m: f"（{'、'.join(_name(key) for key in m[1].split(', '))}）", said)


def _name(key: str) -> str:
    role = words.role(key)
    return role if role != key else words.department(key)
