"""The events and rows of an evidence file, read from the ledger a few at a time.

Every reading is a short one of its own: events never change, and nothing newer than the checkpoint is taken
in. So a large file holds up nobody who writes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby, islice
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from docctl.door.site import Site
from docctl.errors import Tampered, see
from docctl.ledger.entry import Entry
from docctl.ledger.evidence.canonical import Broken
from docctl.ledger.evidence.rows import Rows, close
from docctl.models.base import Base
from docctl.models.ledger import LedgerEvent

AT_ONCE: Final = 500
_EVENT: Final = LedgerEvent.__table__.c
_EVENTS: Final = select(_EVENT.seq, _EVENT.body, _EVENT.prev_hash, _EVENT.entry_hash)

Key = tuple[str, int]


class Gathering:
    """What is taken in so far of the first `size` events. Close it."""

    def __init__(self, site: Site, size: int) -> None:
        self.size = size
        self.rows = Rows()
        self._session = site.reading()

    def close(self) -> None:
        """Give back connection and table."""
        self._session.close()
        self.rows.db.close()

    def session(self) -> Session:
        """To read with, from a snapshot of now."""
        self._session.rollback()
        return self._session

    def entries(self, seqs: Iterable[int]) -> Iterator[Entry]:
        """Events by their numbers, which ascend."""
        numbers = iter(seqs)
        while part := list(islice(numbers, AT_ONCE)):
            asked = _EVENTS.where(_EVENT.seq.in_(part)).order_by(_EVENT.seq)
            found = self.session().execute(asked).all()
            if len(found) != len(part):
                gone = min(set(part) - {row.seq for row in found})
                raise Tampered("Event {seq} is missing. Run {check}.", seq=gone, check=see.CHECK)
            for seq, body, prev, hashed in found:
                yield Entry(seq, bytes(body), bytes(prev), bytes(hashed))

    def take(self, seqs: Iterable[int]) -> None:
        """Take these events in. Raises Tampered for one that is missing or cannot be read."""
        for entry in self.entries(sorted(seq for seq in seqs if not self.rows.has(seq))):
            try:
                self.rows.add(entry.seq, entry.event)
            except Broken as error:
                raise Tampered("Event {seq} cannot be read.", seq=entry.seq) from error

    def take_range(self, first: int, last: int) -> None:
        """Take in all events from one to another."""
        for begin in range(first, last + 1, AT_ONCE):
            self.take(range(begin, min(begin + AT_ONCE, last + 1)))

    def count(self) -> int:
        """How many events were taken in."""
        return int(self.rows.db.execute("SELECT count(*) FROM event").fetchone()[0])

    def taken(self) -> list[int]:
        """The numbers of all events that were taken in."""
        return [seq for (seq,) in self.rows.db.execute("SELECT seq FROM event ORDER BY seq")]

    def complete(self) -> None:
        """Take in what the scope stands on and what belongs to it, each row from its first event on."""
        close(self.rows, self._children, self._load)

    def _children(self, t: str, field: str, parent: int) -> list[int]:
        columns = Base.metadata.tables[t].c
        asked = select(columns.id).where(columns[field] == parent, columns.id < (self.size + 1) << 16)
        return list(self._session.scalars(asked.order_by(columns.id)))

    def _load(self, keys: Sequence[Key]) -> None:
        """Read each row's events, from the last up to the checkpoint back to the one that made it."""
        frontier: dict[Key, int] = {}
        for t, of in groupby(sorted(keys), key=lambda key: key[0]):
            columns = Base.metadata.tables[t].c
            asked = select(columns.id, columns.last_seq).where(columns.id.in_([k for _, k in of]))
            frontier |= {(t, k): seq for k, seq in self.session().execute(asked)}
        while frontier:
            self.take({seq for seq in frontier.values() if seq <= self.size})
            newer = self._before({key: seq for key, seq in frontier.items() if seq > self.size})
            older = {key: self._prev(key, seq) for key, seq in frontier.items() if seq <= self.size}
            frontier = {key: seq for key, seq in (newer | older).items() if seq}

    def _prev(self, key: Key, seq: int) -> int:
        asked = "SELECT prev FROM image WHERE t = ? AND k = ? AND seq = ?"
        found = self.rows.db.execute(asked, (*key, seq)).fetchone()
        if found is None:
            raise Tampered(
                "Event {seq} did not change {row}, which names it.", seq=seq, row=" ".join(map(str, key))
            )
        return int(found[0] or 0)

    def _before(self, newer: Mapping[Key, int]) -> dict[Key, int]:
        """Of rows that were touched after the checkpoint: the event before that."""
        said: dict[int, Mapping[str, Any]] = {
            entry.seq: entry.event for entry in self.entries(sorted(set(newer.values())))
        }
        found = dict.fromkeys(newer, 0)
        for key, seq in newer.items():
            images = (i for i in said[seq]["rows"] if (i["t"], i["k"]) == key)
            found[key] = next((int(i.get("prev", 0)) for i in images), 0)
        return found
