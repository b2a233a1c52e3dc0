"""Records as readers see them: the list, and one of them with its values, entries, signatures and clocks.

Who takes part in a record may read it, and who opened it. Verifiers, controllers, auditors and admins read
all of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from docctl.door.context import Context
from docctl.errors import Tampered
from docctl.models.configuration import WorkCalendar
from docctl.models.documents import Document, Revision
from docctl.models.people import Person
from docctl.models.records import Record, RecordEntry, RecordSignature
from docctl.queries.ledger.recorded import About, as_recorded
from docctl.rules.actions import Action
from docctl.rules.permissions import Subject
from docctl.rules.records import clocks, entries, gates, stepwise
from docctl.rules.records.life import State
from docctl.rules.records.retention import Retention, keep_until
from docctl.rules.text import instant, plain
from docctl.standing import find, pinned
from docctl.standing.loading import load, load_all
from docctl.standing.outstanding import outstanding
from docctl.standing.record import Executed, reading_to_data

UNSEALED = (State.OPEN, State.COMPLETED, State.VERIFIED)

_template, _governed, _governing = aliased(Revision), aliased(Revision), aliased(Document)
_RECORDS = (
    select(
        Record.id,
        Record.number,
        Record.state,
        Record.opened_at,
        Record.opened_by_id,
        Record.keeper,
        Record.template_blob,
        Record.template_revision_id,
        Record.procedure_blob,
        Document.number.label("template"),
        _template.label.label("template_revision"),
        _template.title.label("title"),
        _governing.number.label("procedure"),
        _governed.label.label("procedure_revision"),
        Person.login.label("opened_by"),
        Person.name.label("opened_by_name"),
    )
    .join(Document, Document.id == Record.document_id)
    .join(_template, _template.id == Record.template_revision_id)
    .join(_governed, _governed.id == Record.procedure_revision_id)
    .join(_governing, _governing.id == _governed.document_id)
    .join(Person, Person.id == Record.opened_by_id)
    .order_by(Record.document_id, Record.year, Record.running)
)
# A row of _RECORDS, by the names of its columns.
Row = Any

_TEMPLATES = select(Revision).where(Revision.id.in_(select(Record.template_revision_id)))
_WRITERS = (
    select(RecordEntry.record_id, Person.id, Person.login, Person.name)
    .join(Person, Person.id == RecordEntry.by_id)
    .distinct()
)
_SIGNERS = (
    select(RecordSignature.record_id, Person.id, Person.login, Person.name)
    .join(Person, Person.id == RecordSignature.person_id)
    .distinct()
)

# The people who wrote or signed something in a record, by the record: id to login and name.
Part = Mapping[int, Mapping[int, tuple[str, str]]]


def record_list(ctx: Context) -> list[dict[str, Any]]:
    """The records that the reader may see, by number. At most ten queries, however many there are.

    `overdue` names the clocks of an unsealed record that are past due and not stopped, `late` says what they
    are called; `step` the step whose turn it is, `people` are those who opened it, wrote or signed, by login.
    A record whose values are not what was entered says so in `damage`.
    """
    rows: list[Row] = [row._mapping for row in ctx.session.execute(_RECORDS)]
    part = _part(ctx.session)
    seen = rows if _reads_all(ctx) else _own(ctx, rows, part)
    damaged: dict[int, Tampered] = {}
    running = load_all(ctx.site, ctx.session, Record.state.in_(UNSEALED), damaged=damaged)
    open_ones = {e.record.id: e for e in running}
    return [
        _line(row)
        | _running(ctx, damaged.get(row["id"]) or open_ones.get(row["id"]))
        | {"people": _names(row, part)}
        for row in seen
    ]


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
    row: Row = ctx.session.execute(_RECORDS.where(Record.id == record.id)).one()._mapping
    people = _people(ctx.session, executed)
    return (
        _line(row)
        | _ends(ctx, executed)
        | {
            "values": plain(executed.values),
            "entries": _entries(executed, people),
            "steps": _steps(executed, people),
            "signatures": [_signature(s, people[s.person_id]) for s in executed.signatures],
            "clocks": _clocks(ctx, executed),
            "calendar": _calendar(ctx.session, record),
            "issues": outstanding(executed, ctx.now()),
        }
        | _links(ctx.session, executed)
    )


def _reads_all(ctx: Context) -> bool:
    """Whether the reader may see records in which they have no part."""
    return ctx.may(Action.RECORD_READ, Subject(performers=frozenset()))


def _part(session: Session) -> Part:
    found: dict[int, dict[int, tuple[str, str]]] = {}
    for statement in (_WRITERS, _SIGNERS):
        for record_id, person_id, login, name in session.execute(statement):
            found.setdefault(record_id, {})[person_id] = login, name
    return found


def _names(row: Row, part: Part) -> dict[str, str]:
    return {row["opened_by"]: row["opened_by_name"]} | dict(part.get(row["id"], {}).values())


def _own(ctx: Context, rows: Iterable[Row], part: Part) -> list[Row]:
    posts = {
        revised.id: [stepwise.posts(steps, step) for step in steps]
        for revised in ctx.session.scalars(_TEMPLATES)
        for steps in [_steps_of(ctx, revised)]
    }
    own = []
    for row in rows:
        performers = frozenset({*part.get(row["id"], ()), row["opened_by_id"]})
        steps = frozenset().union(*posts[row["template_revision_id"]])
        subject = Subject(performers=performers, step_posts=steps)
        if ctx.may(Action.RECORD_READ, subject):
            own.append(row)
    return own


def _steps_of(ctx: Context, revised: Revision) -> Sequence[stepwise.StepFacts]:
    """None of a template that is not what was pinned: then only who took part is known to take part."""
    try:
        return pinned.template_of(ctx.site, revised, revised.blob).steps
    except Tampered:
        return ()


def _line(row: Row) -> dict[str, Any]:
    return {
        "number": row["number"],
        **row["title"].keys_of("title"),
        "state": row["state"].value,
        "template": row["template"],
        "template_revision": row["template_revision"],
        "template_blob": row["template_blob"],
        "procedure": row["procedure"],
        "procedure_revision": row["procedure_revision"],
        "procedure_blob": row["procedure_blob"],
        "keeper": row["keeper"],
        "opened_at": instant(row["opened_at"]),
        "opened_by": row["opened_by"],
        "opened_by_name": row["opened_by_name"],
    }


_SEALED: Mapping[str, Any] = {"step": None, "overdue": [], "late": [], "damage": None}


def _running(ctx: Context, executed: Executed | Tampered | None) -> dict[str, Any]:
    if executed is None:
        return dict(_SEALED)
    if isinstance(executed, Tampered):
        return dict(_SEALED) | {"damage": executed.message}
    line = dict(_SEALED)
    try:
        step = stepwise.current_step(executed.steps)
        line["step"] = step and step.name
        late = [r.name for r in executed.readings(ctx.now()) if r.overdue]
        return line | {"overdue": late, "late": [executed.called(name).everywhere() for name in late]}
    except Tampered as error:
        return line | {"damage": error.message}


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
    return {p.id: p for p in session.scalars(select(Person).where(Person.id.in_(ids)))}


def _entries(executed: Executed, people: Mapping[int, Person]) -> list[dict[str, Any]]:
    return [
        {
            "id": line.entry.id,
            "field": line.entry.field,
            "value": executed.proved[line.entry.id][1],
            "reason": line.entry.reason,
            "by": people[line.entry.by].login,
            "by_name": people[line.entry.by].name,
            "at": instant(line.entry.at),
            "corrects": line.entry.corrects,
            "struck": line.is_struck,
        }
        for line in entries.history(executed.entries)
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


def _clocks(ctx: Context, executed: Executed) -> list[dict[str, Any]]:
    limits = {name: clocks.limit_to_data(limit) for name, limit in executed.limits.items()}
    return [reading_to_data(r) | {"limit": limits[r.name]} for r in executed.readings(ctx.now())]


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
