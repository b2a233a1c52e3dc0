"""Making a revision known, and confirming that one has read it (DC-60). Knows no table."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

from docctl.errors import Invalid, WrongState
from docctl.errors.message import Message
from docctl.rules.documents.revisions import Status

EVERYBODY: Final = "*"
"""Stands for all who work here, today's and those who come."""
READ: Final = frozenset({Status.EFFECTIVE, Status.ISSUED})
"""What is read and confirmed: what governs work, or will."""


def check_current(what: str, status: Status | None) -> None:
    """Nobody is asked to learn what governs no work any more. Raises WrongState."""
    if status not in READ:
        word = Message("unknown") if status is None else status
        raise WrongState(
            "{what} is {status}: only what is in force, or will be, is made known.", what=what, status=word
        )


def check_call(concerned: Sequence[str], due: date | None, today: date) -> None:
    """Raises Invalid, all problems at once."""
    problems = {}
    if not concerned:
        problems["concerned"] = Message("Choose whom it concerns.")
    if due is None or due < today:
        problems["due"] = Message("Give the day until which it is to be read, today or later.")
    if problems:
        raise Invalid(problems)


def check_inside(outsiders: Sequence[str]) -> None:
    """Raises Invalid for who has no account and so cannot confirm."""
    if outsiders:
        said = Message("{names} cannot confirm here: they have no account.", names=list(outsiders))
        raise Invalid({"concerned": said})


def check_first(what: str, *, confirmed: bool) -> None:
    """A confirmation is given once. Raises WrongState."""
    if confirmed:
        raise WrongState("You confirmed {what} before.", what=what)
