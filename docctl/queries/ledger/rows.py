"""Rows compared with what the events left of them: for the few that one answer shows.

Each row names the event that changed it last, and the image in that event names the one before. Judges no
file and no signature; `docctl check` does all of it for the whole site.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from docctl.door.site import Site
from docctl.ledger.entry import Entry
from docctl.ledger.finding import Finding, What
from docctl.ledger.replay import differences
from docctl.ledger.upcast import SCHEMA, upcast
from docctl.models.base import Controlled
from docctl.models.ledger import LedgerEvent

Image = Mapping[str, Any]

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


def differing(site: Site, session: Session, rows: Iterable[Controlled], told: Told) -> Iterator[Finding]:
    """The rows that are not what their last event left, each with the cells in which it differs."""
    wanted: dict[str, dict[int, Controlled]] = {}
    for row in rows:
        wanted.setdefault(row.__tablename__, {})[row.id] = row
    told.read(row.last_seq for of in wanted.values() for row in of.values())
    for name, of in wanted.items():
        found = {cells["id"]: cells for cells in site.images.of(session.connection(), name, sorted(of))}
        for key in sorted(of):
            yield from _compared(name, of[key], found.get(key), told)


def _compared(
    name: str, row: Controlled, cells: Mapping[str, object] | None, told: Told
) -> Iterator[Finding]:
    where, image = f"{name} {row.id}", told.image(row.last_seq, name, row.id)
    if cells is None:
        yield Finding(What.ROW_MISSING, where, "The row is not there any more; run: docctl check")
    elif image is None:
        if row.last_seq not in told.unreadable and told.events.get(row.last_seq) is not None:
            message = f"Event {row.last_seq}, which the row names, did not change it; run: docctl check"
            yield Finding(What.ROW_DIFFERS, where, message)
    elif image["row"] != cells:
        message = f"The row is not what event {row.last_seq} left: {differences(image['row'], cells)}"
        yield Finding(What.ROW_DIFFERS, where, message)
