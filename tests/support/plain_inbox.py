"""What of the records waits for a person, by the plain way: every record loaded whole and asked in Python.

What `docctl.queries.desk.records` asks the database must say the same.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from sqlalchemy import select

from docctl.door.context import Context
from docctl.errors import Tampered
from docctl.models.documents import Document, Revision
from docctl.models.people import Person
from docctl.models.records import Record
from docctl.queries.desk.items import Item
from docctl.queries.desk.revisions import unblocks
from docctl.queries.records.hands import next_lacking
from docctl.rules.actions import Action
from docctl.rules.conditions import Subject
from docctl.rules.records import stepwise
from docctl.rules.records.life import UNSEALED, State, Verification
from docctl.rules.roles import Role
from docctl.rules.words import Words
from docctl.standing.bearers import bearers
from docctl.standing.loading import load_all
from docctl.standing.record import Executed


def of_records(ctx: Context) -> dict[str, tuple[Item, ...]]:
    """The parts of an inbox that are about records, by their names."""
    found: dict[str, list[Item]] = {name: [] for name in _OF_RECORDS}
    # Who keeps the records sees that one waits in vain, who keeps the accounts can mend it.
    people = bearers(ctx.session, ctx.now()) if unblocks(ctx) else None
    titles = {
        row.id: row
        for row in ctx.session.execute(
            select(Revision.id, Revision.title).where(Revision.id.in_(select(Record.template_revision_id)))
        )
    }
    # What is damaged is told by the list of records; here nothing could be done about it.
    for executed in load_all(ctx.site, ctx.session, Record.state.in_(UNSEALED), damaged={}):
        if not _is_whole(executed) or not ctx.may(Action.RECORD_READ, executed.readers()):
            continue
        title = titles[executed.record.template_revision_id]
        item = Item(
            number=executed.record.number,
            title=title.title,
            since=executed.record.opened_at.isoformat(),
            key=executed.record.id,
            **_note(executed, _step(executed)),
        )
        place = _next(ctx, executed)
        if place is not None:
            found[place].append(item)
        if people is not None and (lack := next_lacking(executed, people)):
            found["to_staff"].append(replace(item, posts=lack.posts))
        if late := _overdue(ctx, executed):
            found["overdue"].append(replace(item, **_note(executed, *late)))
            if Role.DEPARTMENT_HEAD in ctx.actor.roles and ctx.actor.department in _answering(ctx, executed):
                found["escalated"].append(replace(item, **_note(executed, *late)))
    return {name: tuple(sorted(items, key=lambda i: i.key)) for name, items in found.items()}


_OF_RECORDS: Final = ("to_fill", "to_verify", "to_close", "to_staff", "overdue", "escalated")


def _next(ctx: Context, executed: Executed) -> str | None:
    """What this person could do with the record now."""
    state, subject = executed.record.state, executed.subject()
    if state is State.OPEN:
        step = stepwise.current_step(executed.steps)
        posts = stepwise.posts(executed.steps, step) if step is not None else subject.step_posts
        if step is not None and executed.waits_for_another(step, ctx.actor.person_id):
            return None
        return "to_fill" if ctx.may(Action.RECORD_FILL, Subject(step_posts=posts)) else None
    if state is State.COMPLETED and executed.template.verify is not Verification.NONE:
        own = select(Person.id).where(
            Person.id.in_(executed.performers), Person.department == ctx.actor.department
        )
        asked = executed.template.verify is Verification.OTHER_DEPARTMENT
        theirs = asked and ctx.session.scalar(own.limit(1)) is not None
        return "to_verify" if ctx.may(Action.RECORD_VERIFY, subject) and not theirs else None
    if state is State.COMPLETED and ctx.actor.person_id in executed.performers:
        return None
    return "to_close" if ctx.may(Action.RECORD_CLOSE, subject) else None


def _step(executed: Executed) -> str | None:
    step = stepwise.current_step(executed.steps)
    return None if step is None else step.name


def _answering(ctx: Context, executed: Executed) -> set[str]:
    """The departments whose heads are told: of those whose turn it is, and of the form."""
    step = stepwise.current_step(executed.steps) if executed.record.state is State.OPEN else None
    posts = stepwise.posts(executed.steps, step) if step is not None else executed.subject().step_posts
    return {*posts, ctx.session.get_one(Document, executed.record.document_id).department}


def _overdue(ctx: Context, executed: Executed) -> list[str]:
    return [reading.name for reading in executed.readings(ctx.now()) if reading.overdue]


def _is_whole(executed: Executed) -> bool:
    try:
        executed.proved  # noqa: B018 - working it out is the comparison
    except Tampered:
        return False
    return True


def _note(executed: Executed, *names: str | None) -> dict[str, Any]:
    called = [executed.called(name) for name in names if name is not None]
    return {"note": Words.listed(called) or None}
