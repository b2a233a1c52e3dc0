"""Events into the ledger and out of it: images of the rows that an event changed, read back untyped.

The stamp is the collector. Every row that event N changed carries N in `last_seq`, however it was changed
(ORM, bulk, Core, raw SQL); so one query over all controlled tables finds them, and none can be forgotten.
Knows tables and bytes, no model class.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Executable,
    LargeBinary,
    Table,
    bindparam,
    column,
    insert,
    literal_column,
    select,
    table,
    union_all,
)
from sqlalchemy.sql import Select

from docctl.errors import Defect, Uncovered
from docctl.ledger.entry import GENESIS, Entry, dumps, entry_hash

MOST_ROWS = 10_000
"""Rows that one act may change. With more of them it is to be split: it would hold the lock for seconds."""

_STREAM = {"yield_per": 1000}

Image = dict[str, Any]
Before = dict[tuple[str, int], Image]

_EVENT = table(
    "ledger_event",
    column("seq", BigInteger),
    column("body", LargeBinary),
    column("prev_hash", LargeBinary),
    column("entry_hash", LargeBinary),
)
_HEAD = select(_EVENT.c.seq, _EVENT.c.body, _EVENT.c.entry_hash).order_by(_EVENT.c.seq.desc()).limit(1)
_APPEND = insert(_EVENT)
_EVENTS = select(_EVENT).where(_EVENT.c.seq > bindparam("after")).order_by(_EVENT.c.seq)
_HASHES = (
    select(_EVENT.c.entry_hash)
    .where(_EVENT.c.seq > bindparam("after"), _EVENT.c.seq <= bindparam("upto"))
    .order_by(_EVENT.c.seq)
)
_SOME_HASHES = select(_EVENT.c.seq, _EVENT.c.entry_hash).where(
    _EVENT.c.seq.in_(bindparam("seqs", expanding=True))
)


class Head(NamedTuple):
    """The newest event: its number (0 before the first), body and hash."""

    seq: int
    body: bytes
    entry_hash: bytes


def head(connection: Connection) -> Head:
    """The newest event."""
    row = connection.execute(_HEAD).first()
    return Head(0, b"", GENESIS) if row is None else Head(row.seq, bytes(row.body), bytes(row.entry_hash))


def append(connection: Connection, seq: int, prev_hash: bytes, event: Image) -> Head:
    """Write `event` as event `seq`, last of all that belongs to it; the head that it is now."""
    body = dumps(event)
    hashed = entry_hash(prev_hash, body)
    connection.execute(_APPEND, {"seq": seq, "body": body, "prev_hash": prev_hash, "entry_hash": hashed})
    return Head(seq, body, hashed)


def events(connection: Connection, after: int = 0) -> Iterator[Entry]:
    """The events after number `after`, oldest first, read in parts."""
    for seq, body, prev, hashed in connection.execute(_EVENTS, {"after": after}, execution_options=_STREAM):
        yield Entry(seq, bytes(body), bytes(prev), bytes(hashed))


def hashes(connection: Connection, after: int, upto: int) -> list[bytes]:
    """The entry hashes of events after+1 … upto."""
    return [bytes(h) for h in connection.scalars(_HASHES, {"after": after, "upto": upto})]


def some_hashes(connection: Connection, seqs: Iterable[int]) -> dict[int, bytes]:
    """The entry hashes of these events, of those that are there."""
    found: dict[int, bytes] = {}
    for part in _parts(sorted(seqs), 500):
        found |= {seq: bytes(h) for seq, h in connection.execute(_SOME_HASHES, {"seqs": part})}
    return found


class Images:
    """Reads rows of the controlled tables as cells: exactly what the database holds, no conversion."""

    def __init__(self, tables: Sequence[Table]) -> None:
        # In the order of canonical JSON: sorting what is sorted costs next to nothing.
        self._columns = {t.name: sorted(c.name for c in t.columns) for t in tables}
        self._cells = {name: _cells_of(name, columns) for name, columns in self._columns.items()}
        self._by_id = {
            name: cells.where(column("id").in_(bindparam("ids", expanding=True)))
            for name, cells in self._cells.items()
        }
        self._stamped: Executable = union_all(
            *(
                select(literal_column(f"'{t.name}'").label("t"), column("id"))
                .select_from(table(t.name))
                .where(column("last_seq", BigInteger) == bindparam("seq"))
                for t in tables
            )
        )

    def of(self, connection: Connection, name: str, ids: Iterable[int]) -> Iterator[Image]:
        """The rows of table `name` with these keys."""
        for part in _parts(list(ids), 500):
            for row in connection.execute(self._by_id[name], {"ids": part}).mappings():
                yield dict(row)

    def all(self, connection: Connection, name: str) -> Iterator[Image]:
        """All rows of table `name`, read in parts."""
        columns = self._columns[name]
        for cells in connection.execute(self._cells[name], execution_options=_STREAM):
            yield dict(zip(columns, cells, strict=True))

    def stamped(self, connection: Connection, seq: int) -> dict[str, list[int]]:
        """The keys of all rows stamped `seq`, by table."""
        found: dict[str, list[int]] = {}
        for name, key in connection.execute(self._stamped, {"seq": seq}):
            found.setdefault(name, []).append(key)
        return found

    def collect(
        self, connection: Connection, seq: int, found: Mapping[str, list[int]], before: Before
    ) -> list[Image]:
        """The images of the rows `found`, which are all that are stamped `seq`.

        Each is {"t", "k", "row"} and, of a changed row, "prev" and "was".

        Raises Uncovered for a changed row of which `before` has no image: it changed behind the session's
        back. After this call nothing may change a row before the event is written.
        """
        if sum(map(len, found.values())) > MOST_ROWS:
            raise Defect("one act changed more than {most} rows; split it", most=MOST_ROWS)
        images = [
            _image(name, row, before.get((name, row["id"])), seq)
            for name, ids in found.items()
            for row in self.of(connection, name, ids)
        ]
        return sorted(images, key=lambda i: (i["t"], i["k"]))


def _image(name: str, row: Image, was: Image | None, seq: int) -> Image:
    image: Image = {"t": name, "k": row["id"], "row": row}
    if was is not None:
        changed = {c: v for c, v in was.items() if v != row[c] and c != "last_seq"}
        return image | {"prev": was["last_seq"], "was": changed}
    if row["id"] >> 16 != seq:
        raise Uncovered("{name} {id} was changed behind the act's back", name=name, id=row["id"])
    return image


def _cells_of(name: str, names: Iterable[str]) -> Select[*tuple[Any, ...]]:
    """Physical cells: columns without type, so that no result processor touches them."""
    columns: list[ColumnElement[Any]] = [column(n) for n in names]
    return select(*columns).select_from(table(name))


def _parts(items: list[int], size: int) -> Iterator[list[int]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]
