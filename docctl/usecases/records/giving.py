"""A copy of a checked record goes back to somebody (DC-62)."""

from __future__ import annotations

from datetime import date

from docctl.door.context import Context
from docctl.door.retries import retried
from docctl.models.records import RecordCopy
from docctl.rules.actions import Action
from docctl.rules.records import giving
from docctl.rules.records.giving import Meaning
from docctl.usecases.copies import register
from docctl.usecases.records.recording import about


@retried(Action.RECORD_GIVE)
def give_record(
    ctx: Context, number: str, *, receiver: str, meaning: Meaning, day: date | None = None
) -> RecordCopy:
    """Register that a department, a person or an outsider got a copy on a day (today), and what it says."""
    with ctx.act(Action.RECORD_GIVE) as act:
        executed = about(act, number)
        act.require(executed.subject())
        record = executed.record
        giving.check_give(record.number, record.state)
        given = day or act.today
        giving.check_day(given, opened=record.opened_day, today=act.today)
        (to,) = register.holders(act.session, [receiver], field="receiver")
        copy = RecordCopy(
            record_id=record.id,
            receiver=to.key,
            receiver_name=to.name,
            meaning=meaning,
            given_day=given,
            given_at=act.at,
            given_by_id=act.actor.person_id,
        )
        act.add(copy)
        act.record(copy, key=record.number, receiver=to.key, meaning=meaning.value, day=given.isoformat())
        return copy
