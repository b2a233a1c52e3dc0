"""What was told again, put into a site that is in the making: events, rows, files, commits, checkpoints.

The guards are off while it is filled, and the folder becomes a site only when all is done. What is written is
what acts would have written; the integrity check is what says so.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, insert
from sqlalchemy.orm import Session

from docctl.door import checkpoints, outbox, transaction
from docctl.door.site import Site
from docctl.ledger import checkpoint, journal, segments
from docctl.ledger.entry import Entry, entry_hash
from docctl.ledger.merkle import Frontier
from docctl.models import guards
from docctl.models.base import LEDGER, Base
from docctl.models.ledger import LedgerEvent, OutboxCheckpoint, OutboxMove
from docctl.models.people import AccountPassword
from docctl.store import search, search_seals, series
from docctl.store.library import Author
from docctl.usecases.generating.cycle import Cycle, Searched
from docctl.usecases.generating.slots import Values

SEGMENT: Final = checkpoints.MOST_EVENTS
"""Events in a segment and between two signed notes, as acts make them."""


@dataclass
class Batch:
    """What goes into the site in one transaction: tellings with their values, and when the last one was."""

    told: list[tuple[Cycle, Values]] = field(default_factory=list)
    events: int = 0
    at: datetime | None = None


class Filling:
    """A site that is being filled. `head` is its newest event."""

    def __init__(self, site: Site, password: Mapping[str, Any]) -> None:
        self.site = site
        self.frontier = Frontier()
        self._password = password
        self._folders: set[Path] = set()
        with site.reading() as session:
            connection = session.connection()
            self.head = journal.head(connection)
            for leaf in journal.hashes(connection, 0, self.head.seq):
                self.frontier.append(leaf)

    def put(self, batch: Batch) -> None:
        """Write it. Its commits are made already."""
        assert batch.at is not None
        entries = list(self._entries(batch))
        since, subtrees, notes = self.frontier.size, [], []
        for entry in entries:
            completed = self.frontier.append(entry.entry_hash)[checkpoints.SMALLEST_KEPT - 1 :]
            subtrees += [
                {"upto": entry.seq, "level": level, "hash": found}
                for level, found in enumerate(completed, checkpoints.SMALLEST_KEPT)
            ]
            if entry.seq % SEGMENT == 0 and entry is not entries[-1]:
                notes.append(
                    {"size": entry.seq, "note": self._note(), "made_at": batch.at, "commit_id": None}
                )
        for cycle, values in batch.told:
            self._files(cycle, values)
        with self.site.engine.begin() as connection:
            _put_events(connection, entries)
            _put_rows(connection, batch)
            self._put_others(connection, batch, notes)
        self._sign(entries, since, subtrees, batch.at)

    def _entries(self, batch: Batch) -> Iterator[Entry]:
        for cycle, values in batch.told:
            for event in cycle.events:
                body, prev = (event % values).encode(), self.head.entry_hash
                self.head = journal.Head(self.head.seq + 1, body, entry_hash(prev, body))
                yield Entry(self.head.seq, body, prev, self.head.entry_hash)

    def _note(self) -> bytes:
        site = self.site
        return checkpoint.sign(site.settings.origin, self.frontier.size, self.frontier.root(), site.key)

    def _files(self, cycle: Cycle, values: Values) -> None:
        """The values of a record. Not flushed one by one: until all is done there is no site to lose."""
        files = self.site.values
        for template, path in ((cycle.values, files.working_path), (cycle.sealed, files.sealed_path)):
            if template is not None:
                target = path(values["year"], values["record"])
                if target.parent not in self._folders:
                    target.parent.mkdir(parents=True, exist_ok=True)
                    self._folders.add(target.parent)
                target.write_bytes((template % values).encode())
                target.chmod(0o600)

    def _put_others(self, connection: Connection, batch: Batch, notes: Sequence[Mapping[str, Any]]) -> None:
        """What stands outside the ledger: passwords, the search index, notes."""
        accounts = [
            dict(self._password, person_id=values[cycle.person], changed_at=batch.at)
            for cycle, values in batch.told
            if cycle.person is not None
        ]
        if accounts:
            connection.execute(insert(AccountPassword), accounts)
        if notes:
            connection.execute(insert(OutboxCheckpoint), notes)
        for cycle, values in batch.told:
            for each in cycle.searched:
                _index(connection, self.site.index_key, each, values)

    def _sign(
        self, entries: Sequence[Entry], since: int, subtrees: list[dict[str, Any]], at: datetime
    ) -> None:
        """The checkpoint that carries these events into the library, a segment for each hundred."""
        note = self._note()
        parts = [entries[n : n + SEGMENT] for n in range(0, len(entries), SEGMENT)]
        files = {segments.name(part[0].seq): segments.encode(part) for part in parts}
        message = f"Checkpoint of {self.frontier.size} events"
        files[checkpoints.NOTE] = note
        author = Author("docctl", "docctl")
        made = series.Commit("checkpoint", outbox.MAIN, files, author, at, message)
        with self.site.lock:
            main = series.write(self.site.library, [[made]])[0]["checkpoint"]
        signed = checkpoints.Checkpoint(note, self.frontier, since, subtrees, at, None, None)
        with transaction.note(self.site) as session:
            checkpoints.keep(session, signed)
            _commit_of(session, signed.size, main)
        checkpoints.show(self.site, signed)


def _commit_of(session: Session, size: int, main: str) -> None:
    """The library has that checkpoint, and main is there already: nothing is pending."""
    session.flush()
    session.get_one(OutboxCheckpoint, size).commit_id = main
    session.add(OutboxMove(seq=None, moves=[], objects=[], main=main, state=outbox.DONE))


@contextmanager
def unguarded(site: Site) -> Iterator[None]:
    """Without guards, which let nothing in but one act after the other; on again at the end."""
    guarded = [*(t.name for t in guards.controlled_tables()), LEDGER]
    with site.engine.begin() as connection:
        guards.remove(connection, guarded)
    yield
    with site.engine.begin() as connection:
        guards.install(connection, guarded)


def _put_events(connection: Connection, entries: Iterable[Entry]) -> None:
    rows = [(e.seq, e.body, e.prev_hash, e.entry_hash) for e in entries]
    _insert(connection, LedgerEvent.__tablename__, ("seq", "body", "prev_hash", "entry_hash"), rows)


def _put_rows(connection: Connection, batch: Batch) -> None:
    """Referred to first, so that no key is open while the next row is looked at."""
    found: dict[str, tuple[tuple[str, ...], list[list[Any]]]] = {}
    for cycle, values in batch.told:
        for table, (columns, template) in cycle.rows.items():
            found.setdefault(table, (columns, []))[1].extend(json.loads(template % values))
    for t in Base.metadata.sorted_tables:
        if t.name in found:
            _insert(connection, t.name, *found[t.name])


def _insert(
    connection: Connection, table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]
) -> None:
    """Cells as they are, past all conversion."""
    mark = "?" if connection.dialect.name == "sqlite" else "%s"
    names = ", ".join(f'"{name}"' for name in columns)
    statement = f"INSERT INTO {table} ({names}) VALUES ({', '.join([mark] * len(columns))})"  # noqa: S608
    connection.exec_driver_sql(statement, [tuple(row) for row in rows])


def _index(connection: Connection, key: bytes, each: Searched, values: Values) -> None:
    sections = [type(s)(s.clause, s.text % values) for s in each.sections]
    revision, number, title = int(each.revision % values), each.number % values, each.title % values
    search.replace(connection, revision, number, title, each.language, sections)
    search_seals.put(connection, key, revision, each.language)
