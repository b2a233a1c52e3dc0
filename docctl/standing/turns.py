"""Keeps whose turn each record is and what is due in it: written with every event, compared by a check.

A record whose values or template are not what was signed has no row: nobody can say whose turn it is. Its own
page says what is wrong.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, Final

from sqlalchemy import Table, delete, insert, select
from sqlalchemy.orm import Session

from docctl.door.derived import Changed, keeps
from docctl.door.site import Site
from docctl.errors import Tampered
from docctl.models.records import (
    AttachmentMark,
    Record,
    RecordAttachment,
    RecordClock,
    RecordEntry,
    RecordSignature,
)
from docctl.models.turns import RECORD_DUE, RECORD_PERFORMER, RECORD_TURN, TABLES
from docctl.rules.records import stepwise
from docctl.rules.records.life import UNSEALED, State
from docctl.rules.records.turn import turn
from docctl.standing.loading import Load, of_act, of_ids, records_of
from docctl.standing.record import Executed

Rows = list[dict[str, Any]]
Kept = dict[Table, dict[int, Rows]]
"""Rows by table and record."""

AT_ONCE: Final = 200
"""Records in memory at a time, when all are gone through."""

NEVER: Final = datetime.max.replace(tzinfo=UTC) - timedelta(days=2)
"""Later than all that is due; a zone still finds a day after it."""

_PARTS: Final = (RecordEntry, RecordSignature, RecordClock, RecordAttachment, AttachmentMark)


@keeps
def keep(site: Site, session: Session, changed: Changed) -> None:
    """What follows from the records of which these rows are."""
    ids = {*changed.get(Record.__tablename__, ()), *records_of(session, changed, _PARTS)}
    if ids:
        _put(session, ids, _of(ids, partial(of_act, site, session))[0])


def keep_all(site: Site, session: Session) -> None:
    """Make all of it anew."""
    for table in TABLES:
        session.execute(delete(table))
    for ids in _unsealed(session):
        _put(session, ids, _of(ids, partial(of_ids, site, session))[0])


def differing(site: Site, session: Session, only: Collection[int] | None = None) -> set[int]:
    """The records of which something else is kept than follows from them; of damaged ones nobody can say."""
    found: set[int] = set()
    for ids in _unsealed(session) if only is None else [set(only)]:
        kept, (follows, whole) = _kept(session, ids), _of(ids, partial(of_ids, site, session))
        found |= {key for key in whole if any(kept[t][key] != follows[t].get(key, []) for t in TABLES)}
    return found | _of_no_record(session, only)


def _of(ids: Collection[int], load: Load) -> tuple[Kept, set[int]]:
    """What follows from those among these that are not sealed, and which of all could be read."""
    found: Kept = {table: {} for table in TABLES}
    damaged: dict[int, Tampered] = {}
    for executed in load(ids, damaged):
        key = executed.record.id
        if executed.record.state not in UNSEALED:
            continue
        try:
            rows = dict(_rows(executed))
        except Tampered as error:
            damaged[key] = error
            continue
        for table in TABLES:
            found[table][key] = [{"record_id": key} | row for row in rows[table]]
    return found, set(ids) - damaged.keys()


def _rows(executed: Executed) -> Iterator[tuple[Table, Rows]]:
    state, step = executed.record.state, stepwise.current_step(executed.steps)
    asked, parts = executed.template.verify, executed.subject().step_posts
    is_next = state is State.OPEN and step is not None
    told = {
        "turn": turn(state, executed.steps, asked),
        "posts": tuple(sorted(stepwise.posts(executed.steps, step) if is_next and step else parts)),
        "parts": tuple(sorted(parts)),
        "verification": asked,
        "step": step.name if step else None,
        "called": executed.called(step.name) if step else None,
    }
    yield RECORD_TURN, [told]
    waits = {p for p in executed.performers if is_next and step and executed.waits_for_another(step, p)}
    yield RECORD_PERFORMER, [{"person_id": p, "waits": p in waits} for p in sorted(executed.performers)]
    yield RECORD_DUE, list(_clocks(executed))


def _clocks(executed: Executed) -> Iterator[dict[str, Any]]:
    """Those that would be overdue if nothing was done for ever: from its due time on, a clock is."""
    for place, reading in enumerate(executed.readings(NEVER)):
        if reading.overdue and reading.due is not None:
            called = executed.called(reading.name)
            due = reading.due.astimezone(UTC)
            yield {"place": place, "clock": reading.name, "called": called, "due": due}


def _put(session: Session, ids: Collection[int], kept: Kept) -> None:
    for table in TABLES:
        session.execute(delete(table).where(table.c.record_id.in_(ids)))
        if rows := [row for of in kept[table].values() for row in of]:
            session.execute(insert(table), rows)


def _kept(session: Session, ids: Collection[int]) -> Kept:
    found: Kept = {table: {key: [] for key in ids} for table in TABLES}
    for table in TABLES:
        wanted = select(table).where(table.c.record_id.in_(ids)).order_by(*table.primary_key)
        for row in session.execute(wanted).mappings():
            found[table][row["record_id"]].append(dict(row))
    return found


def _unsealed(session: Session) -> Iterator[set[int]]:
    """The keys of all unsealed records, in parts."""
    last = 0
    wanted = select(Record.id).where(Record.state.in_(UNSEALED)).order_by(Record.id).limit(AT_ONCE)
    while ids := session.scalars(wanted.where(Record.id > last)).all():
        yield set(ids)
        last = ids[-1]


def _of_no_record(session: Session, only: Collection[int] | None) -> set[int]:
    """Kept of records that are sealed or void, or that never were."""
    live = select(Record.id).where(Record.state.in_(UNSEALED))
    found: set[int] = set()
    for table in TABLES:
        asked = select(table.c.record_id).where(table.c.record_id.not_in(live))
        found |= {*session.scalars(asked if only is None else asked.where(table.c.record_id.in_(only)))}
    return found
