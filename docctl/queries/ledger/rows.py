"""Rows compared with what the events left of them: for the few that one answer shows.

Each row names the event that changed it last, and the image in that event names the one before. Judges no
file and no signature; `docctl check` does all of it for the whole site.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from docctl.door.site import Site
from docctl.errors.message import Message
from docctl.ledger.entry import Entry, entry_hash
from docctl.ledger.finding import Finding, What
from docctl.ledger.state import differences
from docctl.ledger.upcast import SCHEMA, upcast
from docctl.models.base import Controlled
from docctl.models.ledger import LedgerEvent
from docctl.queries.ledger import salvage

Image = Mapping[str, Any]
Rows = dict[str, set[int]]
"""Keys of rows, by their table."""

_EVENT = LedgerEvent.__table__.c
_EVENTS = select(_EVENT.seq, _EVENT.body, _EVENT.prev_hash, _EVENT.entry_hash)


class Told:
    """What events tell of the rows that they changed. Each event is read once."""

    def __init__(self, session: Session) -> None:
        self.events: dict[int, Entry | None] = {}
        self.unreadable: set[int] = set()
        self._session = session
        self._images: dict[tuple[int, str, int], Image] = {}

    def read(self, seqs: Iterable[int]) -> None:
        """Read these events. One that is not there is None in `events`."""
        wanted = sorted(set(seqs) - self.events.keys())
        self.events |= dict.fromkeys(wanted)
        for start in range(0, len(wanted), 500):
            part = _EVENTS.where(_EVENT.seq.in_(wanted[start : start + 500]))
            for seq, body, prev, hashed in self._session.execute(part):
                self.events[seq] = Entry(seq, bytes(body), bytes(prev), bytes(hashed))
                self._keep(seq, bytes(body))

    def image(self, seq: int, table: str, key: int) -> Image | None:
        """What event `seq`, which was read, says of this row."""
        return self._images.get((seq, table, key))

    def until(self, row: Controlled, upto: int) -> int:
        """The last event that changed this row, up to event `upto`; 0 where none is known."""
        seq = row.last_seq
        while seq > upto:
            self.read([seq])
            before = (self.image(seq, row.__tablename__, row.id) or {}).get("prev")
            seq = before if type(before) is int and before < seq else 0
        return seq

    def _keep(self, seq: int, body: bytes) -> None:
        try:
            said = json.loads(body)
            for image in said["rows"]:
                if isinstance(image["row"], dict):
                    # An event from before a migration tells of rows as they were then.
                    for table, row in upcast([(image["t"], image["row"])], said["schema"], SCHEMA):
                        self._images[seq, table, image["k"]] = image | {"row": row}
        except (ValueError, KeyError, TypeError, RecursionError):
            self.unreadable.add(seq)


def differing(
    site: Site,
    session: Session,
    rows: Mapping[str, Collection[int]],
    told: Told,
) -> Iterator[Finding]:
    """The rows that are not what their last event left, each with the cells in which it differs."""
    found = {name: _cells(site, session, name, keys) for name, keys in sorted(rows.items()) if keys}
    changed = {(name, key): cells for name, of in found.items() for key, cells in of.items()}
    told.read(seq for cells in changed.values() if cells and type(seq := cells["last_seq"]) is int)
    for (name, key), cells in sorted(changed.items()):
        finding = _compared(name, key, cells, told)
        if finding is not None:
            yield finding


def broken(told: Told) -> Iterator[Finding]:
    """The events that were read and are not what was chained."""
    for seq, event in sorted(told.events.items()):
        if event is None:
            yield Finding(What.GAP, str(seq), Message("The event is missing."))
        elif entry_hash(event.prev_hash, event.body) != event.entry_hash:
            yield Finding(What.CHAIN, str(seq), Message("The hash of the event does not fit its body."))
        elif seq in told.unreadable:
            yield Finding(What.UNREADABLE, str(seq), Message("The event cannot be read."))


def _cells(site: Site, session: Session, name: str, keys: Collection[int]) -> dict[int, Image | None]:
    connection, there = session.connection(), dict[int, Image | None]()
    try:
        there = {cells["id"]: cells for cells in site.images.of(connection, name, sorted(keys))}
    except OperationalError:  # SQLite, where a text is not UTF-8; PostgreSQL holds no such text
        for cells in salvage.rows(connection, name, sorted(keys)):
            there[cells["id"]] = cells
    return dict.fromkeys(keys) | there


def _compared(name: str, key: int, cells: Image | None, told: Told) -> Finding | None:
    where = f"{name} {key}"
    if cells is None:
        return Finding(What.ROW_MISSING, where, Message("The row is not there any more."))
    seq = cells["last_seq"]
    image = told.image(seq, name, key) if type(seq) is int else None
    if image is None:
        if told.events.get(seq) is None or seq in told.unreadable:
            return None  # the event is what is wrong; see `broken`
        said = Message("Event {event}, which the row names, did not change it.", event=seq)
        return Finding(What.ROW_DIFFERS, where, said)
    if image["row"] != cells:
        cells_that_differ = differences(image["row"], cells)
        said = Message("The row is not what event {event} left: {cells}.", event=seq, cells=cells_that_differ)
        return Finding(What.ROW_DIFFERS, where, said)
    return None
