"""Asking for a copy: what may become of it (DC-50). Knows no table."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from docctl.errors import Invalid, WrongState
from docctl.errors.message import Message
from docctl.rules.actions import Action
from docctl.rules.not_now import not_now
from docctl.rules.words import Own


class State(StrEnum):
    """Where a request stands. `done`: the copy was handed out."""

    ASKED = "asked"
    APPROVED = "approved"
    REFUSED = "refused"
    DONE = "done"

    @property
    def words(self) -> Own:
        return _WORDS[self]


OPEN: Final = frozenset({State.ASKED, State.APPROVED})
"""Of which somebody still waits for an answer or a copy."""

_WORDS: Final[Mapping[State, Own]] = MappingProxyType(
    {
        State.ASKED: Own(zh="待批准", en="waits for approval"),
        State.APPROVED: Own(zh="已批准待发放", en="approved, to be handed out"),
        State.REFUSED: Own(zh="未批准", en="refused"),
        State.DONE: Own(zh="已发放", en="handed out"),
    }
)

TRANSITIONS: Final[Mapping[tuple[State, Action], State]] = MappingProxyType(
    {
        (State.ASKED, Action.REQUEST_APPROVE): State.APPROVED,
        (State.ASKED, Action.REQUEST_REFUSE): State.REFUSED,
        (State.APPROVED, Action.COPY_ISSUE): State.DONE,
    }
)


def after(state: State, action: Action, number: str) -> State:
    """The state to be stored after `action`. Raises WrongState."""
    to = TRANSITIONS.get((state, action))
    if to is None:
        needed = (before for before, act in TRANSITIONS if act is action)
        raise not_now(Message("Request {number}", number=number), state, action, needed, _NEXT)
    return to


_NEXT: Final = Message("It stays as it was decided; ask again, if a copy is needed.")


def check_asked(reason: str, *, waiting: bool, name: str) -> None:
    """A request has a reason, and a holder waits for one copy of a document at a time. Raises Invalid."""
    problems = {}
    if not reason.strip():
        problems["reason"] = Message("Say what the copy is needed for.")
    if waiting:
        problems["holder"] = Message("A copy for {name} was asked for already; it waits.", name=name)
    if problems:
        raise Invalid(problems)


def check_hand_over(
    wanted: Mapping[str, str], *, listed: Collection[str], holding: Collection[str], approved: Collection[str]
) -> None:
    """`wanted`: names by key. Raises WrongState for who is not to have a copy (DC-50).

    Where a list is kept, it says who; beyond it a request was approved. Who has a copy may have the next one.
    """
    beyond = [name for key, name in wanted.items() if key not in {*listed, *holding, *approved}]
    if listed and beyond:
        raise WrongState(
            "{names}: not on the distribution list, and no approved request. Nothing was handed out. "
            "They ask for a copy, and the head of the owner department approves; or puts them on the list.",
            names=beyond,
        )
