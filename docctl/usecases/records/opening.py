"""Opening a record: under the template and the procedure in force, which it keeps for ever."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from docctl.door.context import Context
from docctl.door.retries import retried
from docctl.door.transaction import Act
from docctl.errors import Invalid, NotFound, WrongState
from docctl.errors.message import Joined, Level, Message
from docctl.models.documents import Document, Revision
from docctl.models.records import Record, RecordClock
from docctl.rules.actions import Action
from docctl.rules.conditions import Subject
from docctl.rules.documents import revisions
from docctl.rules.records import clocks, life, performers, recurring
from docctl.rules.records.clocks import Clock
from docctl.rules.records.computed_faults import against_limits
from docctl.rules.records.entries import RecordNumber
from docctl.rules.records.limits import Limit
from docctl.standing import computed, facts, find, pinned
from docctl.standing.bearers import bearers
from docctl.standing.loading import load
from docctl.standing.record import Executed
from docctl.store.template import Template
from docctl.usecases.records import filling, resting
from docctl.usecases.records.filling import Asked

FORM = "form"
_NO_TIME: Final = Message("is an amount, and no time")
NOTHING: Final[resting.Chosen] = MappingProxyType({})


@retried(Action.RECORD_OPEN)
def open_record(
    ctx: Context,
    template_number: str,
    *,
    started_by: str | None = None,
    due: Asked | None = None,
    earlier: resting.Chosen = NOTHING,
) -> Record:
    """Open a record under the template and the procedure in force, which it keeps for ever (DC-107).

    `started_by` is the number of a record whose template says that it starts this one. `due`: the period
    that it fills, where records of the form fall due by themselves. `earlier` are those that must be there
    first, by the names that the template gives them.
    """
    document = find.document(ctx.session, template_number)
    if started_by is not None:
        find.record(ctx.session, started_by)
    ctx.permit(Action.RECORD_OPEN, Subject())
    _pins(ctx, ctx.session, document, ctx.today(), None)  # reads the library before the lock
    with ctx.act(Action.RECORD_OPEN) as act:
        document = find.document(act.session, template_number)
        act.require(Subject())
        pins = _pins(ctx, act.session, document, act.today, act.seq)
        performers.check_begin(document.number, pins.template.steps, bearers(act.session, act.at))
        on = resting.earlier_records(ctx, act, pins.template, document.id, earlier)
        record = _opened(act, document, pins)
        if started_by is not None:
            starter = find.record(act.session, started_by)
            record.started_by_id, record.started_as = starter.id, _link(ctx, act.session, starter, document)
        act.add(record)
        filled = filling.fill_period(act, document, record, due or Asked())
        act.add(*(_clock(record, clock, limit) for clock, limit in pins.clocks))
        resting.rest(act, record, pins.template, on)
        act.record(record, **_told(document, pins, on), **filled)
        return record


def _told(document: Document, pins: _Pins, on: Mapping[str, Executed]) -> dict[str, Any]:
    template = {"number": document.number, "label": pins.revision.label, "blob": pins.revision.blob}
    procedure = {"number": pins.governing, "label": pins.governed.label, "blob": pins.governed.blob}
    earlier = {"previous": {name: one.record.number for name, one in on.items()}} if on else {}
    return {"template": template, "procedure": procedure, **earlier}


@dataclass(frozen=True)
class _Pins:
    revision: Revision
    template: Template
    governing: str
    governed: Revision
    clocks: tuple[tuple[Clock, Limit], ...]


def _pins(ctx: Context, session: Session, document: Document, day: date, seq: int | None) -> _Pins:
    """What is in force then: the template's revision, that of its procedure, and the limits of its clocks."""
    if document.level != FORM:
        raise Invalid(
            {
                "template": Message(
                    "{number} is a {level}; records are opened from a template",
                    number=document.number,
                    level=Level(document.level),
                )
            }
        )
    revision = _in_force(session, document, day, seq, Message("No record can be opened from it."))
    template = pinned.template_of(ctx.site, revision, revision.blob)
    procedure = _procedure(session, document, template)
    governed = _in_force(
        session, procedure, day, seq, Message("It governs {number}.", number=document.number)
    )
    limits = pinned.limits_of(ctx.site, governed, governed.blob)
    times = {clock.limit for clock in template.clocks} | recurring.limits_named(template.recurs)
    needed = times | computed.limits_named(template)
    lacking = sorted(needed - limits.keys())
    if lacking:
        raise WrongState(
            "{template} goes by limits that {procedure} does not state: {limits}. Issue a revision of "
            "the procedure that states them, or one of the template that does without.",
            template=f"{document.number} {revision.label}",
            procedure=f"{procedure.number} {governed.label}",
            limits=lacking,
        )
    _check_limits(document, template, limits, times)
    running = tuple((clock, limits[clock.limit]) for clock in template.clocks)
    return _Pins(revision, template, procedure.number, governed, running)


def _check_limits(
    document: Document, template: Template, limits: Mapping[str, Limit], times: Collection[str]
) -> None:
    """Raises WrongState where a time is an amount, or a figure does not fit the formula that names it."""
    wrong = against_limits(template.computed, template.schema["properties"], limits)
    wrong |= {name: _NO_TIME for name in times if limits[name].amount is not None}
    if wrong:
        raise WrongState(
            "{template} does not go with the limits of {procedure}: {why}. Issue a revision of one of them.",
            template=document.number,
            procedure=template.governed_by,
            why=Joined(
                tuple(Message("{name}: {why}", name=name, why=why) for name, why in sorted(wrong.items())),
                "{first}; {then}",
            ),
        )


def _in_force(session: Session, document: Document, day: date, seq: int | None, why: Message) -> Revision:
    known = find.revisions(session, document.id)
    found = revisions.in_force(facts.revisions(known), day, seq, document=facts.document(document))
    if found is None:
        raise WrongState(
            "{number} has no revision in force today. {why} Issue one, or wait for its effective day.",
            number=document.number,
            why=why,
        )
    return next(row for row in known if row.id == found.id)


def _procedure(session: Session, document: Document, template: Template) -> Document:
    try:
        return find.document(session, template.governed_by)
    except NotFound:
        raise WrongState(
            "{number} is governed by {governed_by}, which is not in the library. Register and issue "
            "it first.",
            number=document.number,
            governed_by=template.governed_by,
        ) from None


def _opened(act: Act, document: Document, pins: _Pins) -> Record:
    """The record under a number of its own: form, year, and what comes next in that year (PR-87)."""
    highest = select(func.max(Record.running)).where(
        Record.document_id == document.id, Record.year == act.today.year
    )
    running = (act.session.scalar(highest) or 0) + 1
    return Record(
        number=str(RecordNumber(document.number, act.today.year, running)),
        document_id=document.id,
        year=act.today.year,
        running=running,
        template_revision_id=pins.revision.id,
        template_blob=pins.revision.blob,
        procedure_revision_id=pins.governed.id,
        procedure_blob=pins.governed.blob,
        calendar_id=find.calendar(act.session).id,
        keeper=pins.template.keeper,
        retention=pins.template.retention,
        state=life.State.OPEN,
        opened_at=act.at,
        opened_day=act.today,
        opened_by_id=act.actor.person_id,
        opened_seq=act.seq,
    )


def _clock(record: Record, clock: Clock, limit: Limit) -> RecordClock:
    return RecordClock(
        record_id=record.id,
        name=clock.name,
        from_field=clock.start,
        to_field=clock.stop,
        limit_rule=clocks.limit_to_data(limit),
    )


def _link(ctx: Context, session: Session, starter: Record, document: Document) -> str:
    """The word by which the starting record's template links to records of this one. Raises Invalid."""
    starts = load(ctx.site, session, starter).template.starts
    found = next((start for start in starts if start.template == document.number), None)
    if found is None:
        raise Invalid(
            {
                "started_by": Message(
                    "{starter} starts no record of {template}",
                    starter=starter.number,
                    template=document.number,
                )
            }
        )
    return found.link
