"""What an issue, its cancelling and a withdrawal ask for first. Knows no table and no clock."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from docctl.errors import Invalid, WrongState
from docctl.errors.message import Message
from docctl.rules.actions import Action
from docctl.rules.documents.revisions import (
    DocumentFacts,
    RevisionFacts,
    State,
    _issued,
    _order,
    after,
    open_revision,
)


def check_effective(day: date, today: date, revisions: Iterable[RevisionFacts]) -> None:
    """Not in the past (audited days would change), not before an issued revision's day. Raises Invalid."""
    if day < today:
        raise Invalid(
            {
                "effective": Message(
                    "{day} is in the past; the earliest effective date is today, {today}.",
                    day=day,
                    today=today,
                )
            }
        )
    last = max(_issued(revisions), key=_order, default=None)
    if last is not None and last.effective is not None and day < last.effective:
        raise Invalid(
            {
                "effective": Message(
                    "{day} lies before {effective}, the effective date of revision {label}, which is issued "
                    "already. Choose that day or a later one, or cancel revision {label} first.",
                    day=day,
                    effective=last.effective,
                    label=last.label,
                )
            }
        )


def check_cancel(revision: RevisionFacts, today: date) -> None:
    """Only an issue whose day is still ahead can be cancelled. Raises WrongState."""
    after(revision.state, Action.REVISION_CANCEL, Message("Revision {label}", label=revision.label))
    if revision.effective is None or revision.effective <= today:
        raise WrongState(
            "Revision {label} took effect on {effective} and cannot be cancelled. Issue a new revision, or "
            "withdraw the document.",
            label=revision.label,
            effective=revision.effective or today,
        )


def check_withdraw(document: DocumentFacts, revisions: Iterable[RevisionFacts]) -> None:
    """Raises WrongState: withdrawn already, nothing issued, or a revision in review or approved."""
    check_not_withdrawn(document)
    known = list(revisions)
    under_way = open_revision(known)
    if under_way is not None and under_way.state is not State.DRAFT:
        raise WrongState(
            "{number} cannot be withdrawn while revision {label} is {state}. "
            "Reject, retract or issue it first.",
            number=document.number,
            label=under_way.label,
            state=under_way.state,
        )
    if not _issued(known):
        raise WrongState(
            "{number} was never issued, so there is nothing to withdraw. Discard its draft.",
            number=document.number,
        )


def check_not_withdrawn(document: DocumentFacts) -> None:
    """A withdrawn document gets no further revision. Raises WrongState."""
    if document.withdrawn_on is not None:
        raise WrongState(
            "{number} was withdrawn on {day}. What shall govern work again is registered under a new number.",
            number=document.number,
            day=document.withdrawn_on,
        )
