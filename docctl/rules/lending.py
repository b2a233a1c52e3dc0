"""Where a copy lies, and whom it is lent to (DC-72, DC-74, DC-77): what may be done when. Knows no table.

Neither changes the state of a copy: a loan lies over it like a recall, and a copy on loan stays where it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Final

from docctl.errors import Invalid, WrongState
from docctl.errors.message import Message
from docctl.rules.actions import Action
from docctl.rules.copies import Status
from docctl.rules.not_now import not_now

WHEN: Final[Mapping[Action, frozenset[Status]]] = MappingProxyType(
    {
        Action.COPY_LEND: frozenset({Status.ACKNOWLEDGED, Status.KEPT}),
        Action.COPY_TAKE_BACK: frozenset({Status.ACKNOWLEDGED, Status.KEPT, Status.RECALLED}),
        Action.COPY_PLACE: frozenset(set(Status) - {Status.DESTROYED, Status.LOST}),
    }
)
"""The statuses of a copy in which each may be done."""

NEEDS_THE_PAPER: Final = frozenset(
    {Action.COPY_RETURN, Action.COPY_KEEP, Action.COPY_DESTROY, Action.COPY_REPLACE, Action.COPY_LEND}
)
"""What cannot be done as long as the paper is with a borrower."""


def offers(status: Status, action: Action, *, on_loan: bool) -> bool:
    """Whether the state of a copy allows it now."""
    if action in NEEDS_THE_PAPER and on_loan:
        return False
    return action not in WHEN or (status in WHEN[action] and (on_loan or action is not Action.COPY_TAKE_BACK))


def check(status: Status | None, action: Action, number: str, *, borrower: str | None) -> None:
    """`borrower`: who has it on loan, if anybody has. Raises WrongState."""
    if borrower is not None and action in NEEDS_THE_PAPER:
        raise WrongState(
            "{copy} is on loan to {borrower}: nobody can {act} now. "
            "Register first that it is back from the loan.",
            copy=number,
            borrower=borrower,
            act=action,
        )
    if action is Action.COPY_TAKE_BACK and borrower is None:
        raise WrongState("{copy} is not on loan.", copy=number)
    if status is not None and action in WHEN and status not in WHEN[action]:
        needed = (one for one in Status if one in WHEN[action])
        raise not_now(number, status, action, needed, Message("It stays with its holder meanwhile."))


def check_place(place: str) -> None:
    """Raises Invalid for a blank one, or one that is a story."""
    if not place.strip() or len(place) > 200:
        raise Invalid({"place": Message("Say where the paper lies, in at most 200 characters.")})


def check_loan(
    *, holder: str, borrower: str, reason: str, due: date | None, today: date, is_approved: bool, own: bool
) -> None:
    """A loan is to somebody registered, until a day, and approved (DC-74, DC-77). Raises Invalid.

    `is_approved`: by the head of the owner department; `own`: by the borrower, or by who lends.
    """
    problems = {}
    if holder == borrower:
        problems["borrower"] = Message("The holder has it already.")
    if not reason.strip():
        problems["reason"] = Message("Say what it is borrowed for.")
    if due is None or due < today:
        problems["due"] = Message("Give the day on which it is due back, today or later.")
    if not is_approved:
        problems["approved_by"] = Message(
            "A loan is approved by the head of the department that owns the document."
        )
    elif own:
        problems["approved_by"] = Message(
            "Who borrows or lends a copy does not approve that. Name somebody else."
        )
    if problems:
        raise Invalid(problems)


def check_loss(responsible: str, consequence: str) -> None:
    """A loss has somebody who answers for it, and a consequence (DC-78). Raises Invalid."""
    problems = {}
    if not responsible.strip():
        problems["responsible"] = Message("Name who answers for the loss.")
    if not consequence.strip() or len(consequence) > 500:
        problems["consequence"] = Message("Say what follows from the loss, if only that nothing does.")
    if problems:
        raise Invalid(problems)
