"""By when a copy is to be signed for or handed back, for each line of a register (clauses 4.4.3 and 4.5.2).

The columns tell which events set a time limit going; when it ends is worked out by the figures of then.
"""

from __future__ import annotations

from datetime import date
from typing import Any, Final, TypedDict

from sqlalchemy import Row, Select, and_, select
from sqlalchemy.orm import aliased

from docctl.models.copies import Copy, CopyStep, Recall
from docctl.rules.actions import Action
from docctl.rules.copies import Status
from docctl.rules.documents.control import Due, Duty
from docctl.standing.control import Control

HANDED: Final = (Action.COPY_ISSUE.verb, Action.COPY_REPLACE.verb)
"""What puts a print into a holder's hands, to be signed for: an exchanged one is signed for again (DC-55)."""

_handed = aliased(CopyStep)
_called = aliased(Recall)
_step, _recall = aliased(CopyStep), aliased(Recall)

CALLED: Final = _called.id
"""The recall that counts; null where the copy is not asked back, today or later."""


class Deadline(TypedDict):
    """`due` is the last day in time, None where nothing is asked; `limit` by the name that the text gives it.

    `limit_of` names the revision that sets the limit, or says that it is docctl's default.
    """

    due: str | None
    overdue: bool
    limit: str | None
    limit_of: str | None


def with_deadlines(lines: Select[*tuple[Any, ...]], day: Any) -> Select[*tuple[Any, ...]]:
    """The same lines of copies, with the columns that `due_of` reads; `day` binds the day asked for."""
    handed = (
        select(_step.id)
        .where(_step.copy_id == Copy.id, _step.action.in_(HANDED), _step.day <= day)
        .order_by(_step.id.desc())
        .limit(1)
        .correlate(Copy)
        .scalar_subquery()
    )
    # Of several recalls the one counts that begins first.
    called = (
        select(_recall.id)
        .where(_recall.copy_id == Copy.id, _recall.voided_at.is_(None))
        .order_by(_recall.from_day, _recall.id)
        .limit(1)
        .correlate(Copy)
        .scalar_subquery()
    )
    columns = (
        _handed.id.label("handed_id"),
        _handed.day.label("handed_day"),
        _handed.at.label("handed_at"),
        _called.id.label("called_id"),
        _called.from_day.label("called_day"),
        _called.at.label("called_at"),
    )
    return (
        lines.add_columns(*columns)
        .outerjoin(_handed, and_(_handed.copy_id == Copy.id, _handed.id == handed))
        .outerjoin(_called, and_(_called.copy_id == Copy.id, _called.id == called))
    )


def due_of(control: Control, row: Row[Any], status: Status) -> Due | None:
    """What is asked of the holder of a copy that stands so: to hand it back, else to sign for it."""
    if status is Status.RECALLED and row.called_id is not None:
        return control.due(Duty.RECALL, row.called_day, row.called_at, row.called_id)
    if status is Status.ISSUED and row.handed_id is not None:
        return control.due(Duty.RECEIPT, row.handed_day, row.handed_at, row.handed_id)
    return None


def deadline(due: Due | None, day: date) -> Deadline:
    """The same as it is told, at the end of `day`."""
    if due is None:
        return Deadline(due=None, overdue=False, limit=None, limit_of=None)
    bound = due.bound
    return Deadline(
        due=due.day.isoformat(),
        overdue=due.late(day) > 0,
        limit=bound.duty.value,
        limit_of=DEFAULT if bound.is_default else f"{bound.procedure} {bound.label}",
    )


DEFAULT: Final = "docctl default"
