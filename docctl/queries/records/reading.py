"""One record as its readers see it: values, entries, steps, signatures, clocks, and what it starts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from docctl.door.context import Context
from docctl.errors import Tampered
from docctl.models.configuration import WorkCalendar
from docctl.models.documents import Document
from docctl.models.people import Person
from docctl.models.records import Record, RecordSignature
from docctl.queries.ledger.recorded import About, as_recorded
from docctl.queries.records.attached import line_of
from docctl.queries.records.duties import period_told
from docctl.queries.records.ending import ending
from docctl.queries.records.lines import RECORDS, RecordRow, line
from docctl.queries.records.resting import resting
from docctl.rules.actions import Action
from docctl.rules.conditions import Subject
from docctl.rules.records import clocks, entries, gates
from docctl.rules.records.retention import Retention, keep_until
from docctl.rules.text import instant, plain
from docctl.standing import find, lapsing
from docctl.standing.loading import load
from docctl.standing.outstanding import outstanding
from docctl.standing.record import Executed


@as_recorded(About.RECORD)
def record_show(ctx: Context, number: str) -> dict[str, Any]:
    """One record as it stands now. Raises NotFound, Forbidden, and Tampered for values that were changed.

    `entries` are all of them, oldest first; a value that was replaced is `struck`. Times are in UTC, the
    `due` of a clock in the zone of the site.
    """
    return told(ctx, readable(ctx, number))


def readable(ctx: Context, number: str) -> Executed:
    """The record with all that belongs to it, for who may read it. Raises NotFound, Forbidden."""
    record = find.record(ctx.session, number)
    try:
        executed = load(ctx.site, ctx.session, record)
        readers = executed.readers()
    except Tampered:
        # Without the template nobody can be said to take part in the record, but who opened it.
        ctx.require(Action.RECORD_READ, Subject(performers=frozenset({record.opened_by_id})))
        raise
    ctx.require(Action.RECORD_READ, readers)
    executed.proved  # noqa: B018 - working it out is the comparison
    return executed


def told(ctx: Context, executed: Executed) -> dict[str, Any]:
    """What `record_show` says of a record that was read already."""
    record = executed.record
    row = RecordRow._make(ctx.session.execute(RECORDS.where(Record.id == record.id)).one())
    people = _people(ctx.session, executed)
    return (
        line(row)
        | _ends(ctx, executed)
        | ending(ctx, record)
        | {
            "values": plain(executed.values),
            "entries": _entries(executed, people),
            "steps": _steps(executed, people),
            "attachments": [line_of(executed, one, people[one.by]) for one in executed.attachments],
            "signatures": [_signature(s, people[s.person_id]) for s in executed.signatures],
            "clocks": clocks.to_data(executed.readings(ctx.now()), executed.limits),
            "calendar": _calendar(ctx.session, record),
            "issues": outstanding(executed, ctx.now()),
            "void_by_itself": _lapsed(executed, ctx.now()),
        }
        | _links(ctx.session, executed)
        | {"period": period_told(ctx, executed.record)}
        | resting(ctx.session, executed.record.id)
    )


def _lapsed(executed: Executed, now: datetime) -> dict[str, Any] | None:
    """The clock whose missing made it void, since when, and in a sentence; null where it counts."""
    found = lapsing.lapsed(executed, now)
    if found is None:
        return None
    return {"clock": found.clock, "since": instant(found.due), "said": lapsing.sentence(executed, found)}


def _ends(ctx: Context, executed: Executed) -> dict[str, Any]:
    record = executed.record
    closed, until = record.closed_at, None
    if closed is not None:
        until = keep_until(Retention.parse(record.retention), closed.astimezone(ctx.site.zone).date())
    return {
        "retention": plain(record.retention),
        "closed_at": instant(closed) if closed else None,
        "keep_until": until.isoformat() if until else None,
        "sha256": record.sealed_sha256,
        "void_reason": record.void_reason,
    }


def _people(session: Session, executed: Executed) -> Mapping[int, Person]:
    ids = {e.by for e in executed.entries} | {s.person_id for s in executed.signatures}
    ids |= {one.by for one in executed.attachments}
    return {p.id: p for p in session.scalars(select(Person).where(Person.id.in_(ids)))}


def _entries(executed: Executed, people: Mapping[int, Person]) -> list[dict[str, Any]]:
    return [
        {
            "id": kept.entry.id,
            "field": kept.entry.field,
            "value": executed.proved[kept.entry.id][1],
            "cause": kept.entry.cause,
            "reason": kept.entry.reason,
            "by": people[kept.entry.by].login,
            "by_name": people[kept.entry.by].name,
            "at": instant(kept.entry.at),
            "corrects": kept.entry.corrects,
            "struck": kept.is_struck,
        }
        for kept in entries.history(executed.entries)
    ]


def _steps(executed: Executed, people: Mapping[int, Person]) -> list[dict[str, Any]]:
    return [
        {
            "name": step.name,
            **step.title.keys_of("title"),
            "roles": list(step.roles),
            "by": step.by,
            "fields": list(step.fields),
            "signed_by": [people[person].login for person in step.signed],
        }
        for step in executed.steps
    ]


def _signature(row: RecordSignature, person: Person) -> dict[str, Any]:
    return {
        "meaning": row.meaning,
        "step": row.step,
        "by": person.login,
        "name": row.person_name,
        "at": instant(row.signed_at),
        "content": row.content,
        "reason": row.reason,
        "void": row.voided_at is not None,
    }


def _calendar(session: Session, record: Record) -> dict[str, Any]:
    calendar = session.get_one(WorkCalendar, record.calendar_id)
    return {"name": calendar.name, "version": calendar.version}


def _links(session: Session, executed: Executed) -> dict[str, Any]:
    """The record that started this one, and those that it starts: `record` is null until one is opened."""
    record = executed.record
    starter = session.get(Record, record.started_by_id) if record.started_by_id else None
    opened: dict[tuple[str, str | None], str | None] = {}
    for number, template, link in session.execute(
        select(Record.number, Document.number, Record.started_as)
        .join(Document, Document.id == Record.document_id)
        .where(Record.started_by_id == record.id)
        .order_by(Record.id)
    ):
        opened[template, link] = number
    due = gates.started(executed.template.starts, executed.values, executed.evaluate)
    wanted = dict.fromkeys([(start.template, start.link) for start in due]) | opened
    return {
        "started_by": starter.number if starter else None,
        "started_as": record.started_as,
        "starts": [{"template": t, "link": link, "record": number} for (t, link), number in wanted.items()],
    }
