"""Records brought to their end: complete, verify, send back, close under a seal, void.

Closing writes all of a record into one file, whose SHA-256 goes into the ledger; nothing changes it then.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select

from docctl.door.context import Context
from docctl.door.retries import retried
from docctl.door.transaction import Act
from docctl.errors import Invalid, NotFound
from docctl.models.configuration import WorkCalendar
from docctl.models.documents import Document, Revision
from docctl.models.people import Person
from docctl.models.records import Record, RecordSignature, RecordVoiding
from docctl.rules.actions import Action
from docctl.rules.records import clocks, gates, life, stepwise
from docctl.rules.records.attachments import AttachmentFacts
from docctl.rules.text import instant, plain
from docctl.standing import find, lapsing
from docctl.standing.loading import load
from docctl.standing.record import COMPLETED, SIGNED, Executed
from docctl.usecases.records import resting
from docctl.usecases.records.recording import about, mark

FORMAT = 1
"""The version of the sealed file."""


@retried(Action.RECORD_COMPLETE)
def complete_record(ctx: Context, number: str) -> Record:
    """Declare the record complete: all required fields are there, all steps signed."""
    with ctx.act(Action.RECORD_COMPLETE) as act:
        executed = about(act, number)
        act.require(executed.subject())
        state = life.after(executed.record.state, act.action, executed.record.number)
        lapsing.check_counts(executed, act.at)
        needed = executed.required, executed.values, executed.faults(), executed.file_fields
        life.check_complete(executed.steps, *needed)
        resting.check_still(act, executed)
        _pass_gates(act, executed)
        return _marked(act, executed, state)


@retried(Action.RECORD_VERIFY)
def verify_record(ctx: Context, number: str) -> Record:
    """Somebody who performed no step finds the record right (where asked, of another department: PR-76)."""
    with ctx.act(Action.RECORD_VERIFY) as act:
        executed = about(act, number)
        act.require(executed.subject())
        who = Person.id.in_(executed.performers)
        departments = act.session.scalars(select(Person.department).where(who)).all()
        life.check_verifier(executed.template.verify, act.actor.department, departments)
        state = life.after(executed.record.state, act.action, executed.record.number)
        lapsing.check_counts(executed, act.at)
        _pass_gates(act, executed)
        return _marked(act, executed, state)


@retried(Action.RECORD_SEND_BACK)
def send_back_record(ctx: Context, number: str, *, reason: str, step: str | None = None) -> Record:
    """Have it done again from `step` on, or from the first. The signatures from there on are void."""
    with ctx.act(Action.RECORD_SEND_BACK) as act:
        executed = about(act, number)
        act.require(executed.subject())
        state = life.after(executed.record.state, act.action, executed.record.number)
        life.check_reason(reason)
        again = stepwise.steps_from(executed.every_step, step)
        for row in executed.signatures:
            done_again = row.meaning == SIGNED and row.step in again
            if row.voided_at is None and (
                done_again or row.meaning in (COMPLETED, Action.RECORD_VERIFY.verb)
            ):
                row.voided_at = act.at
        return _marked(act, executed, state, step=step, reason=reason)


@retried(Action.RECORD_CLOSE)
def close_record(ctx: Context, number: str) -> Record:
    """Seal the record for good, once the gates before that are open (PR-34: once the customer has confirmed).

    Its file stands under records/, its hash in the ledger.
    """
    with ctx.act(Action.RECORD_CLOSE) as act:
        executed = about(act, number)
        act.require(executed.subject())
        record = executed.record
        state = life.after(record.state, act.action, record.number, verification=executed.template.verify)
        life.check_closer(record.state, performed=act.actor.person_id in executed.performers)
        lapsing.check_counts(executed, act.at)
        _pass_gates(act, executed)
        closing = mark(act, executed, executed.content())
        content = _sealed(act, executed, closing)
        record.sealed_sha256 = ctx.site.values.write_sealed(record.year, record.number, content)
        record.state, record.closed_at = state, act.at
        act.record(record, sha256=record.sealed_sha256)
    # After the commit: a power cut before this leaves a working file that nobody reads any more.
    ctx.site.values.drop_working(record.year, record.number)
    return record


@retried(Action.RECORD_VOID)
def void_record(ctx: Context, number: str, *, reason: str, by: str = "") -> Record:
    """Take the record out of use, with a reason. It keeps its number and stays readable (DC-100).

    `by`: the later record by whose newest signed step it becomes void, where one does.
    """
    with ctx.act(Action.RECORD_VOID) as act:
        executed = about(act, number)
        act.require(executed.subject())
        state = life.after(executed.record.state, act.action, executed.record.number)
        life.check_reason(reason)
        said = _voided_by(act, executed, by.strip()) if by.strip() else {}
        executed.record.void_reason = reason
        return _marked(act, executed, state, reason=reason, **said)


def _voided_by(act: Act, executed: Executed, by: str) -> dict[str, str]:
    """Keep the link to the record and the step that void this one; what the event says of it."""
    try:
        later = load(act.turn.site, act.session, find.record(act.session, by))
    except NotFound as error:
        raise Invalid({"by": error.said}) from error
    signed = [s.step for s in later.signatures if s.meaning == SIGNED and s.voided_at is None]
    record = later.record
    life.check_voiding(executed.record.number, record.number, record.state, is_signed=bool(signed))
    act.add(RecordVoiding(record_id=executed.record.id, later_id=record.id, step=str(signed[-1])))
    return {"by": record.number, "by_step": str(signed[-1])}


def _marked(
    act: Act,
    executed: Executed,
    state: life.State,
    *,
    step: str | None = None,
    reason: str | None = None,
    **said: Any,
) -> Record:
    content = executed.content()
    mark(act, executed, content, step=step, reason=reason)
    executed.record.state = state
    act.record(executed.record, reason=reason, content=content, **said)
    return executed.record


def _pass_gates(act: Act, executed: Executed) -> None:
    gates.check_gates(
        executed.template.gates,
        act.action,
        executed.values,
        executed.evaluate,
        executed.record.number,
        in_words=executed.in_words,
    )


def _sealed(act: Act, executed: Executed, closing: RecordSignature) -> Any:
    """All of a record as canonical JSON can hold it: who reads it needs no database."""
    record, session = executed.record, act.session
    signatures = [*executed.signatures, closing]
    seen = {s.person_id for s in signatures} | {e.by for e in executed.entries} | {record.opened_by_id}
    seen |= {one.by for one in executed.attachments}
    people = {p.id: p for p in session.scalars(select(Person).where(Person.id.in_(seen)))}
    calendar = session.get_one(WorkCalendar, record.calendar_id)
    opener = _person(people[record.opened_by_id])
    content = {
        "docctl": FORMAT,
        "site": act.turn.site.settings.site_id,
        "number": record.number,
        "template": _governing(act, record.template_revision_id),
        "procedure": _governing(act, record.procedure_revision_id),
        "calendar": {"name": calendar.name, "version": calendar.version, "content": calendar.content},
        "keeper": record.keeper,
        "retention": record.retention,
        "opened": {"at": instant(record.opened_at), "by": opener, "event": record.opened_seq},
        "closed": {"at": instant(act.at), "by": _person(people[closing.person_id]), "event": act.seq},
        "values": executed.values,
        "entries": list(_entries(executed, people)),
        "attachments": [_attachment(one, people[one.by]) for one in executed.attachments],
        "signatures": [_signature(row, people[row.person_id]) for row in signatures],
        "clocks": clocks.to_data(executed.readings(act.at), executed.limits),
        "without_evidence": list(executed.lacks_evidence),
    }
    return plain(content)


def _governing(act: Act, revision_id: int) -> dict[str, Any]:
    of = act.session.get_one(Revision, revision_id)
    document = act.session.get_one(Document, of.document_id)
    return {"number": document.number, "revision": of.label, "blob": of.blob, "content": of.content}


def _entries(executed: Executed, people: dict[int, Person]) -> Iterable[dict[str, Any]]:
    for entry in executed.entries:
        salt, value = executed.proved[entry.id]
        yield {
            "id": entry.id,
            "field": entry.field,
            "value": value,
            "salt": salt.hex(),
            "seal": entry.seal,
            "by": _person(people[entry.by]),
            "at": instant(entry.at),
            "corrects": entry.corrects,
            "cause": entry.cause,
            "reason": entry.reason,
        }


def _attachment(one: AttachmentFacts, person: Person) -> dict[str, Any]:
    return {
        "id": one.id,
        "number": one.running,
        "step": one.step,
        "field": one.field,
        "name": one.name,
        "sha256": one.sha256,
        "size": one.size,
        "media": one.media,
        "by": _person(person),
        "at": instant(one.at),
        "signed": one.signed_day.isoformat() if one.signed_day else None,
        "returned": one.returned_day.isoformat() if one.returned_day else None,
        "reason": one.reason,
        "marks": [
            {"meaning": m.meaning, "by": m.by_name, "at": instant(m.at), "reason": m.reason}
            for m in one.marks
        ],
    }


def _signature(row: RecordSignature, person: Person) -> dict[str, Any]:
    return {
        "meaning": row.meaning,
        "step": row.step,
        "by": {"login": person.login, "name": row.person_name},
        "at": instant(row.signed_at),
        "content": row.content,
        "reason": row.reason,
        "voided_at": instant(row.voided_at) if row.voided_at else None,
    }


def _person(person: Person) -> dict[str, str]:
    return {"login": person.login, "name": person.name}
