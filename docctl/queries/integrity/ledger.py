"""The ledger against the live rows, against every checkpoint, and against its copy in the library.

One pass over the events: chain, bodies, replay, segments and roots together, so that memory stays flat.
"""

from __future__ import annotations

import gc
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, text
from sqlalchemy.exc import OperationalError

from docctl.door.checkpoints import NOTE
from docctl.door.site import Site
from docctl.door.spilled import SpilledState
from docctl.errors import DocctlError, Tampered
from docctl.errors.message import Message
from docctl.ledger import journal, segments
from docctl.ledger.entry import Entry
from docctl.ledger.finding import Finding, What
from docctl.ledger.merkle import EMPTY_ROOT
from docctl.ledger.replay import Replay
from docctl.ledger.state import Live, compare_rows
from docctl.models.guards import controlled_tables
from docctl.queries.integrity.moment import Moment
from docctl.queries.integrity.witnesses import Kept, Paper, Witnesses
from docctl.queries.ledger import salvage

Rows = Mapping[str, Mapping[int, Mapping[str, Any]]]

_FRONTIER = text("SELECT size, hashes FROM cache_frontier ORDER BY size DESC LIMIT 1")
_NOT_BYTES = text(
    "SELECT seq FROM ledger_event WHERE typeof(body) <> 'blob' OR typeof(prev_hash) <> 'blob'"
    " OR typeof(entry_hash) <> 'blob' ORDER BY seq"
)


@dataclass(frozen=True)
class Told:
    """What the ledger tells. `rows` are the rows as its events made them; None if it cannot be read."""

    events: int
    root: bytes
    rows: Rows | None
    findings: list[Finding]


def examine(site: Site, connection: Connection, moment: Moment, kept: Sequence[Kept | Paper] = ()) -> Told:
    """Replay the whole ledger and compare it with everything that was made from it, and with `kept`."""
    odd = _not_bytes(connection)
    if odd:
        return Told(0, EMPTY_ROOT, None, odd)
    with _collecting_no_garbage():
        return _examine(site, connection, moment, Witnesses(site, kept))


def _examine(site: Site, connection: Connection, moment: Moment, witnesses: Witnesses) -> Told:
    beside = _Beside(site, moment)
    signed = witnesses.hear(connection, moment, {NOTE: beside.note} if beside.opened else {})
    beside.size = witnesses.size_at(NOTE)
    replay = Replay(
        origin=site.settings.origin, checkpoints=signed, sizes=witnesses.sizes, state=SpilledState()
    )
    replay.run(_passing(connection, replay, beside, witnesses))
    replay.finish()
    events = replay.head.seq if replay.head else 0
    beside.finish(events)
    findings = [*_log(replay, site.settings.origin), *beside.findings, *replay.findings]
    findings += witnesses.compare(events, replay.roots)
    findings += compare_rows(replay.state, _live(site, connection))
    return Told(events, replay.frontier.root(), replay.rows(), findings)


def _log(replay: Replay, origin: str) -> Iterator[Finding]:
    """Where all events are of one other log, it is the site's own file that names the wrong one."""
    odd = [found.said.values.get("log") for found in replay.findings if found.what is What.WRONG_LOG]
    if replay.head is not None and len(odd) >= replay.head.seq and len(set(odd)) == 1:
        said = Message("It names the log {ours}, the ledger {theirs}.", ours=origin, theirs=str(odd[0]))
        yield Finding(What.KEY, "docctl.toml", said)


@contextmanager
def _collecting_no_garbage() -> Iterator[None]:
    """What a replay keeps has no cycles; to look for some again and again costs a sixth of the time."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def _not_bytes(connection: Connection) -> list[Finding]:
    """Events that SQLite holds as text: they cannot even be read as what they should be."""
    if connection.dialect.name != "sqlite":
        return []
    said = Message("The event is not stored as bytes, so nothing was compared with the ledger.")
    return [Finding(What.UNREADABLE, str(seq), said) for seq in connection.scalars(_NOT_BYTES)]


def _passing(
    connection: Connection, replay: Replay, beside: _Beside, witnesses: Witnesses
) -> Iterator[Entry]:
    """The events, each compared with the library, and the cached frontier when its size is reached."""
    cached = connection.execute(_FRONTIER).first()
    size = cached.size if cached is not None else None
    for entry in journal.events(connection):
        beside.compare(entry)
        witnesses.see(entry)
        yield entry
        if cached is not None and entry.seq == size:
            # The next checkpoint goes on from here: a false hash would be signed with our own key.
            peaks = json.dumps([p.hex() for p in replay.frontier.peaks], separators=(",", ":"))
            if peaks != cached.hashes:
                said = Message("It is not that of the events.")
                beside.find(What.FRONTIER, f"cache_frontier {cached.size}", said)


def _live(site: Site, connection: Connection) -> Live:
    for t in controlled_tables():
        seen: set[int] = set()
        try:
            for row in site.images.all(connection, t.name):
                seen.add(row["id"])
                yield t.name, row["id"], dict(row)
        except OperationalError:  # SQLite, when a text is not UTF-8; PostgreSQL holds no such text
            for cells in salvage.rows(connection, t.name):
                if cells["id"] not in seen:
                    yield t.name, cells["id"], cells


class _Beside:
    """The segments of the library, compared line by line with the events of the database as they pass.

    `note` is the library's checkpoint; it signs `size` events, and so many are in the segments.
    """

    def __init__(self, site: Site, moment: Moment) -> None:
        self.findings: list[Finding] = []
        self.note: bytes | None = None
        self.opened = False
        self.size = 0
        self._library = site.library
        self._files: dict[str, str] = {}
        self._told: set[str] = set()
        self._quiet_until = 0
        if moment.issued is not None:
            self._open(moment.issued)
        self._lines = self._all_lines()
        self._next = next(self._lines, None)

    def find(self, what: What, where: str, said: Message) -> None:
        self.findings.append(Finding(what, where, said))

    def compare(self, entry: Entry) -> None:
        """The line of this event must be what the database holds, byte for byte."""
        while self._next is not None and self._next[0] < entry.seq:
            said = Message("It holds event {event} out of its place.", event=self._next[0])
            self._odd(self._next[1], said)
            self._next = next(self._lines, None)
        if self._next is not None and self._next[0] == entry.seq:
            if self._next[2] + b"\n" != _line(entry):
                said = Message("Event {event} in it is not the one of the database.", event=entry.seq)
                self._odd(self._next[1], said)
            self._next = next(self._lines, None)
        elif self._quiet_until <= entry.seq <= self.size:
            said = Message("Events from {event} on are missing in the library.", event=entry.seq)
            self._odd(segments.name(entry.seq), said)
            self._quiet_until = self._next[0] if self._next else self.size + 1

    def finish(self, head: int) -> None:
        """What is left are events that the database does not have."""
        if self._next is not None:
            said = Message(
                "The library holds event {event}, the ledger ends with event {event_last}.",
                event=self._next[0],
                event_last=head,
            )
            self.find(What.GAP, str(self._next[0]), said)

    def _open(self, commit: str) -> None:
        try:
            self._files = {p: b for p, b in self._library.tree(commit).items() if p.startswith("ledger/")}
            if NOTE in self._files:
                self.note = self._library.read(self._files.pop(NOTE))
            self.opened = True
        except DocctlError as error:
            self.find(What.SEGMENT, "ledger", error.said)

    def _all_lines(self) -> Iterator[tuple[int, str, bytes]]:
        for path, blob in sorted(self._files.items(), key=_place):
            try:
                first = segments.first(path)
                lines = self._library.read(blob).split(b"\n")
            except DocctlError as error:
                self._odd(path, error.said)
                self._quiet_until = 1 << 53
                continue
            for number, line in enumerate(lines[:-1], first):
                yield number, path, line
            if lines[-1]:
                self._odd(path, Message("It does not end with a whole line."))

    def _odd(self, path: str, said: Message) -> None:
        if path not in self._told:
            self._told.add(path)
            self.find(What.SEGMENT, path, said)


def _place(file: tuple[str, str]) -> tuple[int, str]:
    """In the order of their events; what is no segment comes last."""
    try:
        return segments.first(file[0]), file[0]
    except Tampered:
        return 1 << 53, file[0]


def _line(entry: Entry) -> bytes:
    try:
        return segments.encode([entry])
    except ValueError:  # a body that is no text at all
        return b""
