"""Making a revision known, and confirming that it was read and understood (DC-60)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select

from docctl.door.context import Context
from docctl.door.retries import retried
from docctl.door.transaction import Act
from docctl.errors import NotFound
from docctl.errors.message import Typed
from docctl.models.documents import Document, Revision, called
from docctl.models.readings import Reading, ReadingCall, ReadingConcern
from docctl.rules import readings
from docctl.rules.actions import Action
from docctl.rules.conditions import Subject
from docctl.rules.documents import revisions
from docctl.rules.outside import is_outside
from docctl.standing import facts, find
from docctl.usecases.copies import register


@retried(Action.READING_CALL)
def call_reading(
    ctx: Context, number: str, *, concerned: Sequence[str], due: date | None, label: str | None = None
) -> ReadingCall:
    """Ask departments and people (or `*`, everybody) to read what was issued last until a day.

    `label` names another revision that is in force or will be.
    """
    with ctx.act(Action.READING_CALL) as act:
        document, revision = _meant(act, number, label)
        act.require(Subject(name=called(document, revision), department=document.department))
        readings.check_current(called(document, revision), _status(act, document, revision))
        readings.check_call(concerned, due, act.today)
        named = [name for name in dict.fromkeys(concerned) if name != readings.EVERYBODY]
        whom = register.holders(act.session, named, field="concerned") if named else []
        readings.check_inside([holder.name for holder in whom if is_outside(holder.key)])
        if len(named) < len(set(concerned)):
            whom.insert(0, register.Holder(readings.EVERYBODY, readings.EVERYBODY))
        call = ReadingCall(
            revision_id=revision.id,
            due_day=due,
            called_at=act.at,
            called_by_id=act.actor.person_id,
        )
        act.add(call)
        keys = {holder.key: holder.name for holder in whom}
        act.add(*(ReadingConcern(call_id=call.id, concerned=key, name=name) for key, name in keys.items()))
        act.record(
            call,
            key=called(document, revision),
            number=document.number,
            label=revision.label,
            due=call.due_day.isoformat(),
            concerned=list(keys),
        )
        return call


@retried(Action.READING_CONFIRM)
def confirm_reading(ctx: Context, number: str, *, label: str | None = None) -> Reading:
    """The person has read and understood what was issued last, or the revision of this label."""
    with ctx.act(Action.READING_CONFIRM) as act:
        document, revision = _meant(act, number, label)
        what = called(document, revision)
        act.require(Subject(name=what))
        readings.check_current(what, _status(act, document, revision))
        mine = Reading.person_id == act.actor.person_id
        before = select(Reading.id).where(Reading.revision_id == revision.id, mine)
        readings.check_first(what, confirmed=act.session.scalar(before) is not None)
        reading = Reading(
            revision_id=revision.id,
            person_id=act.actor.person_id,
            content=revision.content,
            read_at=act.at,
        )
        act.add(reading)
        act.record(reading, key=what, number=document.number, label=revision.label, content=revision.content)
        return reading


def _meant(act: Act, number: str, label: str | None) -> tuple[Document, Revision]:
    document = find.document(act.session, number)
    known = find.revisions(act.session, document.id)
    issued = [r for r in known if r.issued_seq is not None and r.state is revisions.State.ISSUED]
    if label is not None:
        issued = [r for r in issued if r.label == label]
    if not issued:
        raise NotFound(
            "{number} has no issued revision {label}", number=document.number, label=Typed(label or "")
        )
    return document, max(issued, key=lambda r: (r.effective_day or date.min, r.issued_seq or 0))


def _status(act: Act, document: Document, revision: Revision) -> revisions.Status | None:
    judged = facts.revisions(find.revisions(act.session, document.id))
    of = facts.of_revision(revision)
    return revisions.status_on(of, judged, act.today, document=facts.document(document))
