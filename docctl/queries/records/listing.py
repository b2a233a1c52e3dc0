"""The records that a reader may see, by number.

Who takes part in a record may read it, and who opened it. Verifiers, controllers, auditors and admins read
all of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from docctl.door.context import Context
from docctl.errors import Tampered
from docctl.models.documents import Revision
from docctl.models.people import Person
from docctl.models.records import Record, RecordEntry, RecordSignature
from docctl.queries.records.lines import RECORDS, RecordRow, line
from docctl.rules.actions import Action
from docctl.rules.permissions import Subject
from docctl.rules.records import stepwise
from docctl.rules.records.life import State
from docctl.standing import pinned
from docctl.standing.loading import load_all
from docctl.standing.record import Executed

UNSEALED = (State.OPEN, State.COMPLETED, State.VERIFIED)

_ORDERED = RECORDS.order_by(Record.document_id, Record.year, Record.running)
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
    rows = [RecordRow._make(row) for row in ctx.session.execute(_ORDERED)]
    part = _part(ctx.session)
    seen = rows if _reads_all(ctx) else _own(ctx, rows, part)
    damaged: dict[int, Tampered] = {}
    running = load_all(ctx.site, ctx.session, Record.state.in_(UNSEALED), damaged=damaged)
    open_ones = {e.record.id: e for e in running}
    return [
        line(row)
        | _running(ctx, damaged.get(row.id) or open_ones.get(row.id))
        | {"people": _names(row, part)}
        for row in seen
    ]


def _reads_all(ctx: Context) -> bool:
    """Whether the reader may see records in which they have no part."""
    return ctx.may(Action.RECORD_READ, Subject(performers=frozenset()))


def _part(session: Session) -> Part:
    found: dict[int, dict[int, tuple[str, str]]] = {}
    for statement in (_WRITERS, _SIGNERS):
        for record_id, person_id, login, name in session.execute(statement):
            found.setdefault(record_id, {})[person_id] = login, name
    return found


def _names(row: RecordRow, part: Part) -> dict[str, str]:
    return {row.opened_by: row.opened_by_name} | dict(part.get(row.id, {}).values())


def _own(ctx: Context, rows: Iterable[RecordRow], part: Part) -> list[RecordRow]:
    posts = {
        revised.id: [stepwise.posts(steps, step) for step in steps]
        for revised in ctx.session.scalars(_TEMPLATES)
        for steps in [_steps_of(ctx, revised)]
    }
    own = []
    for row in rows:
        performers = frozenset({*part.get(row.id, ()), row.opened_by_id})
        steps = frozenset().union(*posts[row.template_revision_id])
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


_SEALED: Mapping[str, Any] = {"step": None, "overdue": [], "late": [], "damage": None}


def _running(ctx: Context, executed: Executed | Tampered | None) -> dict[str, Any]:
    if executed is None:
        return dict(_SEALED)
    if isinstance(executed, Tampered):
        return dict(_SEALED) | {"damage": executed.message}
    told = dict(_SEALED)
    try:
        step = stepwise.current_step(executed.steps)
        told["step"] = step and step.name
        late = [r.name for r in executed.readings(ctx.now()) if r.overdue]
        return told | {"overdue": late, "late": [executed.called(name).everywhere() for name in late]}
    except Tampered as error:
        return told | {"damage": error.message}
