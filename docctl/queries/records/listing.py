"""The records that a reader may see: all of them by number, or the newest in parts, cut by the query.

Who takes part in a record may read it, and who opened it. Verifiers, controllers, auditors and admins read
all of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, and_, func, select, union
from sqlalchemy.orm import Session

from docctl.door.context import Context
from docctl.errors import Tampered
from docctl.models.documents import Document, Revision
from docctl.models.people import Person
from docctl.models.records import Record, RecordEntry, RecordSignature
from docctl.queries.records.asked import ALL, Asked, conditions
from docctl.queries.records.lines import RECORDS, RecordRow, line
from docctl.queries.records.resting import resting_on
from docctl.rules.records import stepwise
from docctl.rules.records.life import UNSEALED
from docctl.rules.text import printable
from docctl.rules.words import Words
from docctl.standing.loading import load_all
from docctl.standing.record import Executed

_BY_NUMBER = (Record.document_id, Record.year, Record.running)
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


def record_list(ctx: Context, asked: Asked = ALL) -> list[dict[str, Any]]:
    """The records that the reader may see, by number. At most twelve queries, however many there are.

    `overdue` names the clocks of an unsealed record that are past due and not stopped, `late` says what they
    are called; `step` the step whose turn it is, `people` are those who opened it, wrote or signed, by login;
    `previous` are the numbers of the records on which it rests. A record whose values are not what was
    entered says so in `damage`.
    """
    return _lines(ctx, select(Record.id).where(conditions(ctx, asked)), _BY_NUMBER)


def newest_records(
    ctx: Context, asked: Asked = ALL, *, after: str = "", most: int | None = None
) -> list[dict[str, Any]]:
    """The same, the newest first: `most` of them, behind the one of the number `after` if that is there."""
    wanted = select(Record.id).where(conditions(ctx, asked))
    last = ctx.session.scalar(select(Record.id).where(Record.number == printable(after)))
    if last is not None:
        wanted = wanted.where(Record.id < last)
    # Keys sort by creation, so they are also the order in which records were opened.
    return _lines(ctx, wanted.order_by(Record.id.desc()).limit(most), (Record.id.desc(),))


def record_count(ctx: Context, asked: Asked = ALL) -> int:
    """How many they are."""
    return ctx.session.scalar(select(func.count(Record.id)).where(conditions(ctx, asked))) or 0


@dataclass(frozen=True, kw_only=True)
class Choices:
    """What a filter may ask for: templates by number with the titles they had, people by login and name."""

    templates: tuple[tuple[str, Words], ...]
    people: tuple[tuple[str, str], ...]


def record_choices(ctx: Context) -> Choices:
    """Of the records that the reader may see."""
    seen = select(Record.id).where(conditions(ctx, ALL)).correlate(None)
    templates = ctx.session.execute(
        select(Document.number, Revision.title)
        .distinct()
        .join(Record, Record.document_id == Document.id)
        .join(Revision, Revision.id == Record.template_revision_id)
        .where(Record.id.in_(seen))
    )
    took_part = union(
        select(Record.opened_by_id).where(Record.id.in_(seen)),
        select(RecordEntry.by_id).where(RecordEntry.record_id.in_(seen)),
        select(RecordSignature.person_id).where(RecordSignature.record_id.in_(seen)),
    )
    people = ctx.session.execute(select(Person.login, Person.name).where(Person.id.in_(took_part)))
    return Choices(
        templates=tuple((number, title) for number, title in templates),
        people=tuple(sorted(((login, name) for login, name in people), key=lambda person: person[1])),
    )


def _lines(ctx: Context, wanted: Select[int], order: Iterable[Any]) -> list[dict[str, Any]]:
    ids = wanted.correlate(None)
    part, earlier = _part(ctx.session, ids), resting_on(ctx.session, ids)
    damaged: dict[int, Tampered] = {}
    unsealed = and_(Record.id.in_(ids), Record.state.in_(UNSEALED))
    running = {e.record.id: e for e in load_all(ctx.site, ctx.session, unsealed, damaged=damaged)}
    rows = map(RecordRow._make, ctx.session.execute(RECORDS.where(Record.id.in_(ids)).order_by(*order)))
    return [
        line(row)
        | _running(ctx, damaged.get(row.id) or running.get(row.id))
        | {"people": _names(row, part), "previous": earlier.get(row.id, [])}
        for row in rows
    ]


def _part(session: Session, ids: Select[int]) -> Part:
    found: dict[int, dict[int, tuple[str, str]]] = {}
    wanted = (
        _WRITERS.where(RecordEntry.record_id.in_(ids)),
        _SIGNERS.where(RecordSignature.record_id.in_(ids)),
    )
    for statement in wanted:
        for record_id, person_id, login, name in session.execute(statement):
            found.setdefault(record_id, {})[person_id] = login, name
    return found


def _names(row: RecordRow, part: Part) -> dict[str, str]:
    return {row.opened_by: row.opened_by_name} | dict(part.get(row.id, {}).values())


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
