"""The refusal of every table of states: what a thing is, what cannot be done to it now, and what can."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum

from docctl.errors import WrongState
from docctl.errors.message import Message, either
from docctl.rules.actions import Action


def not_now(
    what: str | Message, status: Enum, action: Action, needed: Iterable[Enum], following: Message
) -> WrongState:
    """`needed`: the states from which `action` leads on; none where it never does."""
    states = tuple(needed)
    if not states:
        return WrongState(
            "{what} is {status}: nobody can {act} now. {next}",
            what=what,
            status=status,
            act=action,
            next=following,
        )
    return WrongState(
        "{what} is {status}: nobody can {act} now. It has to be {needed}. {next}",
        what=what,
        status=status,
        act=action,
        needed=either(states),
        next=following,
    )
