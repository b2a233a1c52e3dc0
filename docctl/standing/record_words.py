"""Keeps what records are found by, written with every entry: nothing new is missed (DC-103, PR-86)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from functools import partial
from typing import Any, Final

from sqlalchemy import delete, insert, select, tuple_
from sqlalchemy.orm import Session

from docctl.door.derived import Changed, keeps
from docctl.door.site import Site
from docctl.errors import Tampered
from docctl.models.record_words import RECORD_VALUE, RECORD_WORD
from docctl.models.records import Record, RecordAttachment, RecordEntry, RecordSignature
from docctl.rules.records.dossiers import findables, sortable
from docctl.standing.loading import Load, of_act, of_ids, records_of
from docctl.standing.record import Executed

Rows = list[dict[str, Any]]

AT_ONCE: Final = 200
"""Records in memory at a time, when all are gone through."""
MOST_VALUES: Final = 2000
"""Of one record: a table of more cells is found by its first ones."""


@keeps
def keep(site: Site, session: Session, changed: Changed) -> None:
    """The words of the records in which something was entered, filed or signed."""
    if ids := records_of(session, changed, (RecordEntry, RecordAttachment, RecordSignature)):
        _put(session, ids, partial(of_act, site, session))


def keep_all(site: Site, session: Session) -> None:
    """Make all of it anew."""
    for table in (RECORD_WORD, RECORD_VALUE):
        session.execute(delete(table))
    for ids in _all(session):
        _put(session, ids, partial(of_ids, site, session))


def differing(site: Site, session: Session, only: Collection[int] | None = None) -> set[int]:
    """The records that would be found by something else than what they say; no damaged ones."""
    found: set[int] = set()
    for ids in _all(session) if only is None else [sorted(only)]:
        kept: dict[int, Rows] = {key: [] for key in ids}
        asked = select(RECORD_VALUE).where(RECORD_VALUE.c.record_id.in_(ids))
        for row in session.execute(asked.order_by(*RECORD_VALUE.primary_key)).mappings():
            kept[row["record_id"]].append(dict(row))
        words = _words_kept(session, ids)
        for key, rows in _follows(ids, partial(of_ids, site, session)):
            if kept[key] != rows or words.get(key, set()) != _words(rows):
                found.add(key)
    return found


def _put(session: Session, ids: Collection[int], load: Load) -> None:
    _drop(session, ids)
    for key, rows in _follows(ids, load):
        if rows:
            session.execute(insert(RECORD_VALUE), rows)
        if words := _words(rows):
            session.execute(insert(RECORD_WORD), [{"word": w, "record_id": key} for w in sorted(words)])


def _drop(session: Session, ids: Collection[int]) -> None:
    """By their own words: so the table of words needs no second index."""
    asked = select(RECORD_VALUE.c.record_id, RECORD_VALUE.c.words).where(RECORD_VALUE.c.record_id.in_(ids))
    pairs = sorted({(sortable(w), key) for key, line in session.execute(asked) for w in line.split()})
    for n in range(0, len(pairs), AT_ONCE):
        keys = tuple_(RECORD_WORD.c.word, RECORD_WORD.c.record_id)
        session.execute(delete(RECORD_WORD).where(keys.in_(pairs[n : n + AT_ONCE])))
    session.execute(delete(RECORD_VALUE).where(RECORD_VALUE.c.record_id.in_(ids)))


def _follows(ids: Collection[int], load: Load) -> Iterator[tuple[int, Rows]]:
    """By record what follows from its values; of a damaged one nobody can say."""
    for executed in load(ids, {}):
        try:
            yield executed.record.id, _rows(executed)
        except Tampered:
            continue


def _rows(executed: Executed) -> Rows:
    found = list(findables(executed.fields, executed.values))[:MOST_VALUES]
    return [
        {
            "record_id": executed.record.id,
            "place": place,
            "field": one.field,
            "dossier": one.dossier,
            "told": one.told,
            "folded": one.folded,
            "words": f" {' '.join(one.tokens)} ",
        }
        for place, one in enumerate(found)
    ]


def _words(rows: Rows) -> set[str]:
    return {sortable(word) for row in rows for word in row["words"].split()}


def _words_kept(session: Session, ids: Collection[int]) -> dict[int, set[str]]:
    asked = select(RECORD_WORD.c.record_id, RECORD_WORD.c.word).where(RECORD_WORD.c.record_id.in_(ids))
    found: dict[int, set[str]] = {}
    for key, word in session.execute(asked):
        found.setdefault(key, set()).add(word)
    return found


def _all(session: Session) -> Iterator[Sequence[int]]:
    last = 0
    wanted = select(Record.id).order_by(Record.id).limit(AT_ONCE)
    while ids := session.scalars(wanted.where(Record.id > last)).all():
        yield ids
        last = ids[-1]
