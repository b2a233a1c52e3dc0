"""What a record rests on, and what rests on it: numbers, states and governing revisions, no values."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from docctl.models.records import Record, RecordPrevious
from docctl.queries.records.lines import RECORDS, RecordRow, line
from docctl.rules.text import instant

_TOLD = ("state", "template", "template_revision", "procedure", "procedure_revision", "opened_at")


def resting(session: Session, record_id: int) -> dict[str, Any]:
    """`previous`: the earlier records, each by the `name` that the template gives it, since `at`.

    `taken`: own entries by their keys, with the entry of the earlier record that each repeats. `followed_by`:
    the records that rest on this one, the oldest first.
    """
    touching = (RecordPrevious.record_id == record_id) | (RecordPrevious.previous_id == record_id)
    links = session.scalars(select(RecordPrevious).where(touching).order_by(RecordPrevious.id)).all()
    others = _lines(session, {row.record_id for row in links} | {row.previous_id for row in links})
    return {
        "previous": [
            {"name": row.name, **others[row.previous_id], "at": instant(row.at), "taken": row.taken}
            for row in links
            if row.record_id == record_id
        ],
        "followed_by": [others[row.record_id] for row in links if row.previous_id == record_id],
    }


def resting_on(session: Session, ids: Any) -> dict[int, list[str]]:
    """The numbers of the earlier records of each of these, by its key. One query."""
    wanted = (
        select(RecordPrevious.record_id, Record.number)
        .join(Record, Record.id == RecordPrevious.previous_id)
        .where(RecordPrevious.record_id.in_(ids))
        .order_by(RecordPrevious.id)
    )
    found: dict[int, list[str]] = {}
    for record_id, number in session.execute(wanted):
        found.setdefault(record_id, []).append(number)
    return found


def _lines(session: Session, ids: Collection[int]) -> dict[int, dict[str, Any]]:
    rows = map(RecordRow._make, session.execute(RECORDS.where(Record.id.in_(ids)))) if ids else ()
    return {
        row.id: {"record": row.number, **row.title.keys_of("title"), **{k: line(row)[k] for k in _TOLD}}
        for row in rows
    }
