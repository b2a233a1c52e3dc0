"""A small ledger made by hand, with the rows it stands for, and ways to tamper with it. Knows no database."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from docctl.ledger.checkpoint import Checkpoint
from docctl.ledger.entry import GENESIS, Entry, dumps, entry_hash, loads
from docctl.ledger.finding import Finding
from docctl.ledger.merkle import root
from tests.support.plain_ledger import check, link

ORIGIN = "docctl.example/plant1"
Cells = dict[str, Any]


class Book:
    """Appends events; keeps the rows of every table as a database would."""

    def __init__(self, origin: str = ORIGIN, schema: int = 1) -> None:
        self.origin = origin
        self.schema = schema
        self.entries: list[Entry] = []
        self.tables: dict[str, dict[int, Cells]] = {}

    @property
    def next(self) -> int:
        return len(self.entries) + 1

    def event(self, rows: Iterable[Cells] = (), **other: Any) -> dict[str, Any]:
        """The next event, not yet appended."""
        return {
            "v": 1,
            "log": self.origin,
            "seq": self.next,
            "at": f"2026-11-24T01:02:03.{self.next:06d}Z",
            "act": "copy.issue",
            "actor": {"login": "li.wei", "name": "李伟"},
            "via": {"channel": "cli"},
            "object": {"type": "copy", "key": "LX-CX-2019-001#007"},
            "why": None,
            "schema": self.schema,
            "rows": list(rows),
            "details": {},
        } | other

    def append(self, event: dict[str, Any]) -> Entry:
        entry = link(event, self.entries[-1].entry_hash if self.entries else GENESIS)
        self.entries.append(entry)
        return entry

    def insert(self, table: str = "copy", **cells: Any) -> int:
        """One event that makes one row; its key."""
        seq = self.next
        key = seq << 16 | 1
        row = {"id": key, "last_seq": seq, **cells}
        self.append(self.event([{"t": table, "k": key, "row": row}]))
        self.tables.setdefault(table, {})[key] = row
        return key

    def change(self, key: int, table: str = "copy", **cells: Any) -> None:
        """One event that changes one row, with the before image as the table has it now."""
        old = self.tables[table][key]
        row = {**old, **cells, "last_seq": self.next}
        was = {c: v for c, v in old.items() if v != row[c] and c != "last_seq"}
        self.append(self.event([{"t": table, "k": key, "row": row, "prev": old["last_seq"], "was": was}]))
        self.tables[table][key] = row

    def live(self) -> Iterator[tuple[str, int, Cells]]:
        """The rows, as a scan of the tables gives them."""
        for table, rows in self.tables.items():
            for key, cells in rows.items():
                yield table, key, cells


def relink(entries: Iterable[Entry]) -> list[Entry]:
    """The same bodies with new hashes all along: what someone who can write the ledger would do."""
    done: list[Entry] = []
    for entry in entries:
        prev = done[-1].entry_hash if done else GENESIS
        done.append(Entry(entry.seq, entry.body, prev, entry_hash(prev, entry.body)))
    return done


def story() -> Book:
    """Three copies and a document; the first copy changes twice."""
    book = Book()
    book.insert("document", number="LX-CX-2019-001")
    copy = book.insert(number=1, holder="李伟", state="issued")
    book.insert(number=2, holder="王芳", state="issued")
    book.change(copy, state="acknowledged")
    book.change(copy, state="returned", holder=None)
    book.insert(number=3, holder="sales", state="issued")
    return book


FIRST = 2 << 16 | 1  # the copy that changes


def words(findings: Iterable[Finding]) -> list[tuple[str, str]]:
    """What was found, and where."""
    return [(finding.what, finding.where) for finding in findings]


def signed(book: Book, size: int | None = None, origin: str = ORIGIN) -> Checkpoint:
    """A true checkpoint of the first `size` events, or of all."""
    entries = book.entries[:size]
    return Checkpoint(origin, len(entries), root(entry.entry_hash for entry in entries))


def checked(book: Book, *checkpoints: Checkpoint) -> list[tuple[str, str]]:
    """What a check of the book finds, and where."""
    return words(check(book.entries, book.live(), origin=ORIGIN, checkpoints=checkpoints))


def edit(book: Book, number: int, /, **changes: Any) -> None:
    """Rewrite a body and all hashes from it on."""
    entry = book.entries[number - 1]
    book.entries[number - 1] = replace(entry, body=dumps(loads(entry.body) | changes))
    book.entries = relink(book.entries)
