"""Keeps what is drawn from the values of records: what each stands for, and what it adds to indicators.

Written with every event of a record whose form asks for it, compared by a check. Of a record whose values are
not what was entered nothing is kept: its own page says what is wrong.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import UTC, date
from functools import partial
from typing import Any, Final

from sqlalchemy import Table, delete, insert, select
from sqlalchemy.orm import Session

from docctl.door.derived import Changed, keeps
from docctl.door.site import Site
from docctl.errors import Tampered
from docctl.models.records import Record, RecordEntry, RecordSignature
from docctl.models.recurring import RECORD_FIGURE, RECORD_SUBJECT, TABLES, FormRule, RecordPeriod
from docctl.rules.records import indicators
from docctl.rules.records.indicators import Indicator, Share
from docctl.rules.records.life import GONE, State
from docctl.rules.records.recurring import day_in
from docctl.rules.records.subjects import SubjectRule
from docctl.rules.text import plain
from docctl.standing.loading import Load, of_act, of_ids, records_of
from docctl.standing.record import Executed
from docctl.standing.turns import NEVER

Rows = dict[Table, list[dict[str, Any]]]
Kept = Mapping[int, Rows]

_PARTS: Final = (RecordEntry, RecordSignature, RecordPeriod)
_COMPLETE: Final = frozenset({State.COMPLETED, State.VERIFIED, State.CLOSED})
_AT_ONCE: Final = 200
_ASKED: Final = (
    select(Record.id).join(FormRule, FormRule.revision_id == Record.template_revision_id).order_by(Record.id)
)


@keeps
def keep(site: Site, session: Session, changed: Changed) -> None:
    """What is drawn from the records of which these rows are, where their forms ask for something."""
    ids = {*changed.get(Record.__tablename__, ()), *records_of(session, changed, _PARTS)}
    wanted = {*session.scalars(_ASKED.where(Record.id.in_(ids)))} if ids else set()
    if wanted:
        _put(session, wanted, _of(session, wanted, partial(of_act, site, session))[0])


def keep_all(site: Site, session: Session) -> None:
    """Make all of it anew."""
    for table in TABLES:
        session.execute(delete(table))
    for ids in _pieces(session):
        _put(session, ids, _of(session, ids, partial(of_ids, site, session))[0])


def differing(site: Site, session: Session, only: Collection[int] | None = None) -> set[int]:
    """The records of which something else is kept than follows from them; of damaged ones nobody can say."""
    found: set[int] = set()
    for ids in _pieces(session) if only is None else [set(only)]:
        kept, (drawn, whole) = _kept(session, ids), _of(session, ids, partial(of_ids, site, session))
        nothing: Rows = {table: [] for table in TABLES}
        found |= {key for key in whole if kept[key] != plain_rows(drawn.get(key, nothing))}
    return found


def _pieces(session: Session) -> Iterator[set[int]]:
    last = 0
    while ids := [*session.scalars(_ASKED.where(Record.id > last).limit(_AT_ONCE))]:
        yield set(ids)
        last = ids[-1]


def _of(session: Session, ids: Collection[int], load: Load) -> tuple[Kept, set[int]]:
    """What follows from those among these that are not void, and which of all could be read."""
    found: dict[int, Rows] = {}
    damaged: dict[int, Tampered] = {}
    periods = select(RecordPeriod.record_id, RecordPeriod.last_day).where(RecordPeriod.record_id.in_(ids))
    filled: dict[int, date] = {row.record_id: row.last_day for row in session.execute(periods)}
    for executed in load(ids, damaged):
        key = executed.record.id
        if executed.record.state in GONE:
            continue
        try:
            found[key] = {
                RECORD_SUBJECT: list(_subject(executed)),
                RECORD_FIGURE: list(_figures(executed, filled.get(key))),
            }
        except Tampered as error:
            damaged[key] = error
    return found, set(ids) - damaged.keys()


def _subject(executed: Executed) -> Iterator[dict[str, Any]]:
    of, record = executed.template.stands_for, executed.record
    if of is None or record.state not in _COMPLETE:
        return
    rule, values = SubjectRule.parse(of), executed.values
    start = day_in(values.get(rule.start))
    if start is None:
        return
    until = day_in(values.get(rule.until)) if rule.until else None
    yield {
        "record_id": record.id,
        "document_id": record.document_id,
        "called": " · ".join(str(values[name]) for name in rule.called if name in values) or record.number,
        "content": {
            "start": start.isoformat(),
            "until": until.isoformat() if until else None,
            "values": {name: values[name] for name in rule.also if name in values},
        },
    }


def _figures(executed: Executed, filled: date | None) -> Iterator[dict[str, Any]]:
    values, record = executed.values, executed.record
    readings = {reading.name: reading for reading in executed.readings(NEVER)}
    for source in executed.template.indicators:
        of = Indicator.parse(source)
        added = indicators.share(
            of,
            values,
            readings,
            lambda said: executed.evaluate(said, values),
            complete=record.state in _COMPLETE,
        )
        if added is not None:
            day = indicators.of_period(values.get(of.on), filled, record.opened_day)
            yield _row(executed, of, added) | {"day": day, "part": str(values.get(of.group, ""))}


def _row(executed: Executed, of: Indicator, added: Share) -> dict[str, Any]:
    return {
        "record_id": executed.record.id,
        "name": of.name,
        "document_id": executed.record.document_id,
        "amount": added.amount,
        "base": added.base,
        "due": added.due.astimezone(UTC) if added.due is not None else None,
    }


def _put(session: Session, ids: Collection[int], drawn: Kept) -> None:
    for table in TABLES:
        session.execute(delete(table).where(table.c.record_id.in_(ids)))
        if rows := [row for of in drawn.values() for row in of[table]]:
            session.execute(insert(table), rows)


def _kept(session: Session, ids: Collection[int]) -> Kept:
    found: dict[int, Rows] = {key: {table: [] for table in TABLES} for key in ids}
    for table in TABLES:
        wanted = select(table).where(table.c.record_id.in_(ids)).order_by(*table.primary_key)
        for row in session.execute(wanted).mappings():
            found[row["record_id"]][table].append(dict(row))
    return {key: plain_rows(rows) for key, rows in found.items()}


def plain_rows(rows: Rows) -> Rows:
    """Without days, instants and read-only mappings, in one order: to be compared."""
    return {table: sorted((_plain(row) for row in of), key=str) for table, of in rows.items()}


def _plain(row: Mapping[str, Any]) -> dict[str, Any]:
    as_text = {k: str(v) for k, v in row.items() if not isinstance(v, int | Mapping | None)}
    return {k: plain(row[k]) if k not in as_text else as_text[k] for k in sorted(row)}
