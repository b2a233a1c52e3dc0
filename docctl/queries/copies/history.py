"""What was done with one copy, line by line, and whether in time (DC-49, clauses 4.4.3 and 4.5.2).

Every line is judged by the figure that counted when its time limit began to run.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import Select, select
from sqlalchemy.orm import aliased

from docctl.door.context import Context
from docctl.models.copies import Copy, CopyStep, Loss, Recall
from docctl.models.documents import Revision
from docctl.models.ledger import LedgerEvent
from docctl.models.people import Person
from docctl.queries.copies.deadlines import HANDED
from docctl.rules import copies
from docctl.rules.actions import Action
from docctl.rules.documents.control import Due, Duty
from docctl.rules.recalls import Cause
from docctl.standing.control import Control, event_of


@dataclass(frozen=True, kw_only=True)
class Step:
    """A line of the register of issue and recall (DC-49). `action` is the last word of the act.

    `approved_by` and `witnesses` are names, of a destruction only; `noticed` is the day on which a loss was
    found out, `responsible` who answers for it, `consequence` what follows.
    `late`: days after the last one in time, 0 where it was in time or nothing had to be.
    """

    action: str
    day: date
    at: datetime
    by: str
    reason: str
    approved_by: str
    witnesses: tuple[str, ...]
    noticed: date | None
    responsible: str
    consequence: str
    late: int


@dataclass(frozen=True, kw_only=True)
class Call:
    """A recall. `voided`: the issue that caused it was cancelled; `successor`: the label of what came after.

    `reason` is what was typed, or nothing.
    """

    from_day: date
    cause: Cause
    reason: str
    successor: str
    by: str
    voided: bool


def steps(ctx: Context, copy: Copy, limits: Control) -> Iterator[Step]:
    """Everything that was done with the copy, oldest first."""
    rows = ctx.session.execute(
        select(CopyStep, Person.name, _approver.name, _first.name, _second.name)
        .join(Person, Person.id == CopyStep.by_id)
        .outerjoin(_approver, _approver.id == CopyStep.approved_by_id)
        .outerjoin(_first, _first.id == CopyStep.witness_1_id)
        .outerjoin(_second, _second.id == CopyStep.witness_2_id)
        .where(CopyStep.copy_id == copy.id)
        .order_by(CopyStep.id)
    ).all()
    calls = ctx.session.scalars(_holding(copy)).all()
    loss = ctx.session.scalar(select(Loss).where(Loss.copy_id == copy.id))
    handed: CopyStep | None = None
    out = False
    for step, by, approver, *witnesses in rows:
        handed = step if step.action in HANDED else handed
        noticed = _noticed(ctx, step) if step.action == _LOSE else None
        due = _due(limits, step, handed, calls if out else (), noticed)
        out = step.state in copies.OUT
        yield Step(
            action=step.action,
            day=step.day,
            at=step.at,
            by=by,
            reason=step.reason or "",
            approved_by=approver or "",
            witnesses=tuple(name for name in witnesses if name),
            noticed=noticed,
            responsible=loss.responsible_name if loss and step.action == _LOSE else "",
            consequence=loss.consequence if loss and step.action == _LOSE else "",
            late=due.late(step.day) if due else 0,
        )


def recalls(ctx: Context, copy: Copy) -> Iterator[Call]:
    """The recalls of the copy, void ones too."""
    rows = ctx.session.execute(
        select(Recall, Person.name, Revision.label)
        .join(Person, Person.id == Recall.by_id)
        .outerjoin(Revision, Revision.id == Recall.revision_id)
        .where(Recall.copy_id == copy.id)
        .order_by(Recall.id)
    )
    for row, by, successor in rows:
        yield Call(
            from_day=row.from_day,
            cause=row.cause,
            reason=row.reason or "",
            successor=successor or "",
            by=by,
            voided=row.voided_at is not None,
        )


_approver, _first, _second = aliased(Person), aliased(Person), aliased(Person)
_ACKNOWLEDGE: Final = Action.COPY_ACKNOWLEDGE.verb
_LOSE: Final = Action.COPY_LOSE.verb
_BACK: Final = frozenset(action.verb for action in copies.BACK)


def _holding(copy: Copy) -> Select[Recall]:
    holding = select(Recall).where(Recall.copy_id == copy.id, Recall.voided_at.is_(None))
    return holding.order_by(Recall.from_day, Recall.id)


def _due(
    limits: Control, step: CopyStep, handed: CopyStep | None, calls: Sequence[Recall], noticed: date | None
) -> Due | None:
    """By when this had to be done, if it had to be."""
    if noticed is not None:
        return limits.due(Duty.LOSS, noticed, step.at, step.id)
    if step.action == _ACKNOWLEDGE and handed is not None:
        return limits.due(Duty.RECEIPT, handed.day, handed.at, handed.id)
    first = next((call for call in calls if call.from_day <= step.day), None)
    if step.action in _BACK and first is not None:
        return limits.due(Duty.RECALL, first.from_day, first.at, first.id)
    return None


def _noticed(ctx: Context, step: CopyStep) -> date | None:
    """The day that the report of a loss gives in its event; the register has no column for it."""
    body = ctx.session.scalar(select(LedgerEvent.body).where(LedgerEvent.seq == event_of(step.id)))
    try:
        return date.fromisoformat(json.loads(bytes(body or b""))["details"]["noticed"])
    except (ValueError, KeyError, TypeError):
        return None
