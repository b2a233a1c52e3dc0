"""The copies of a record that went back to somebody, for who may read the record (DC-62)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from docctl.door.context import Context
from docctl.models.people import Person
from docctl.models.records import RecordCopy
from docctl.queries.records.reading import readable
from docctl.rules.actions import Action
from docctl.rules.records import giving
from docctl.rules.records.giving import Meaning


@dataclass(frozen=True, kw_only=True)
class Given:
    """Who got a copy, when, what it says, and who gave it."""

    receiver: str
    receiver_name: str
    meaning: Meaning
    day: date
    by: str


def given(ctx: Context, record_id: int) -> Sequence[Given]:
    """In the order in which they were registered; whoever asks has read the record."""
    rows = ctx.session.execute(
        select(RecordCopy, Person.name)
        .join(Person, Person.id == RecordCopy.given_by_id)
        .where(RecordCopy.record_id == record_id)
        .order_by(RecordCopy.id)
    )
    return [
        Given(
            receiver=row.receiver,
            receiver_name=row.receiver_name,
            meaning=row.meaning,
            day=row.given_day,
            by=name,
        )
        for row, name in rows
    ]


def require_give(ctx: Context, number: str) -> str:
    """The number of the record, for the form. Raises what the act itself would say now."""
    executed = readable(ctx, number)
    ctx.require(Action.RECORD_GIVE, executed.subject())
    giving.check_give(executed.record.number, executed.record.state)
    return executed.record.number
