"""The rows of all tables as the ledger left them, and where live rows differ. Pure: knows no SQL."""

from __future__ import annotations

import json
from array import array
from collections import defaultdict
from collections.abc import Collection, ItemsView, Iterable, Iterator, Mapping, MutableMapping, ValuesView
from hashlib import sha256
from typing import cast

from docctl.errors import Defect, Invalid
from docctl.errors.message import Message
from docctl.ledger.entry import dumps, flat
from docctl.ledger.finding import Finding, What
from docctl.ledger.merkle import leaf_hash, root
from docctl.ledger.upcast import UP, Row, Upcaster, upcast

KEY, STAMP = "id", "last_seq"

# Per table and key: the event that last touched the row, and the canonical JSON of the row. Bytes
# and not a hash, for three reasons: a migration needs the whole row, a difference can be named
# by its column, and in memory they cost about twice as much, not ten times.
Mark = tuple[int, bytes]


class State(defaultdict[str, MutableMapping[int, Mark]]):
    """Table → key → mark. One that takes less memory than all rows need has its own way to make a table."""

    def __init__(self) -> None:
        super().__init__(dict)


Live = Iterable[tuple[str, int, Mapping[str, object]]]


def compare_rows(state: State, live: Live) -> Iterator[Finding]:
    """Each row of the tables that is not the row of the ledger, and each that is not there.

    `live` gives the table, key and raw cells of every controlled row, in any order; table by table it takes
    least memory.
    """
    seen: dict[str, Collection[int]] = {}
    at, known = "", set[int]()
    for table, key, cells in live:
        if table != at:
            seen[at] = _packed(known)
            at, known = table, set(seen.pop(table, ()))
        twice = key in known
        known.add(key)
        mark = state.get(table, {}).get(key)
        image = _image(cells)
        if mark is None:
            said = Message("No event of the ledger made this row.")
            yield Finding(What.ROW_WITHOUT_EVENT, f"{table} {key}", said)
        elif image != mark[1]:
            said = Message(
                "The row is not what event {event} left: {cells}.",
                event=mark[0],
                cells=differences(json.loads(mark[1]), cells),
            )
            yield Finding(What.ROW_DIFFERS, f"{table} {key}", said)
        elif twice:
            yield Finding(What.ROW_DIFFERS, f"{table} {key}", Message("The row is in the table twice."))
    seen[at] = _packed(known)
    for table, rows in state.items():
        known = set(seen.pop(table, ()))
        for key in sorted(key for key in rows if key not in known):
            said = Message("The row that event {event} left is not in the table.", event=rows[key][0])
            yield Finding(What.ROW_MISSING, f"{table} {key}", said)


def _packed(keys: set[int]) -> Collection[int]:
    """The same keys in a tenth of the memory; as they are where a database holds what is no number."""
    try:
        return array("q", keys)
    except (TypeError, OverflowError):
        return keys


def state_of(live: Live) -> State:
    """The state that live rows stand for; a migration takes its roots from it."""
    state = State()
    for table, key, cells in live:
        stamp = cells[STAMP]
        if type(stamp) is not int:
            raise Invalid("{table} {key} has no number of an event. Run a check first.", table=table, key=key)
        state[table][key] = (stamp, flat(dict(cells)))
    return state


def state_root(state: State) -> bytes:
    """RFC 6962 root over sorted lines JCS({"t": table, "k": key, "seq": event, "h": SHA-256 of the row})."""
    lines = [
        dumps({"t": table, "k": key, "seq": seq, "h": sha256(image).hexdigest()})
        for table, rows in state.items()
        for key, (seq, image) in rows.items()
    ]
    return root(leaf_hash(line) for line in sorted(lines))


def migrated(state: State, old: int, new: int, up: Mapping[int, Upcaster] = UP) -> State:
    """The state after the upcasters from schema `old` to `new`; `last_seq` of a row must stay."""
    before = (
        (table, cast(Row, json.loads(image)))
        for table, rows in state.items()
        for _, (_, image) in rows.items()
    )
    after = type(state)()
    for table, row in upcast(before, old, new, up):
        key, stamp, rows = row[KEY], row[STAMP], after[table]
        if type(key) is not int or type(stamp) is not int or key in rows:
            raise Defect(
                "The upcaster to schema {new} makes no row, or two, of {table} {key}.",
                new=new,
                table=table,
                key=str(key),
            )
        rows[key] = (stamp, flat(row))
    return after


class Rows(Mapping[str, Mapping[int, Row]]):
    """The rows of each table, taken apart as they are read: most tables never are, and none is kept."""

    def __init__(self, state: State) -> None:
        self._state = state

    def __getitem__(self, name: str) -> Mapping[int, Row]:
        return _TableRows(self._state.get(name, {}))

    def __iter__(self) -> Iterator[str]:
        return iter(self._state)

    def __len__(self) -> int:
        return len(self._state)


class _TableRows(Mapping[int, Row]):
    def __init__(self, marks: Mapping[int, Mark]) -> None:
        self.marks = marks

    def __getitem__(self, key: int) -> Row:
        return cast(Row, json.loads(self.marks[key][1]))

    def __iter__(self) -> Iterator[int]:
        return iter(self.marks)

    def __len__(self) -> int:
        return len(self.marks)

    def items(self) -> ItemsView[int, Row]:
        return _Items(self)

    def values(self) -> ValuesView[Row]:
        return _Values(self)


class _Items(ItemsView[int, Row]):
    _mapping: _TableRows

    def __iter__(self) -> Iterator[tuple[int, Row]]:
        return ((key, cast(Row, json.loads(image))) for key, (_, image) in self._mapping.marks.items())


class _Values(ValuesView[Row]):
    _mapping: _TableRows

    def __iter__(self) -> Iterator[Row]:
        return (row for _, row in self._mapping.items())


def _image(cells: Mapping[str, object]) -> bytes | None:
    """None for cells that no image can hold: bytes, not a number, half a character."""
    try:
        return flat(cells if type(cells) is dict else dict(cells))
    except (TypeError, ValueError):
        return None


def differences(old: Mapping[str, object], new: Mapping[str, object]) -> tuple[Message, ...]:
    """Which columns differ, with the value of the ledger first."""
    absent = object()
    parts = []
    for column in sorted(old.keys() | new.keys()):
        ours, theirs = old.get(column, absent), new.get(column, absent)
        if type(ours) is not type(theirs) or ours != theirs:
            parts.append(
                Message(
                    "{column} {ours} → {theirs}",
                    column=column,
                    ours=_shown(ours, absent),
                    theirs=_shown(theirs, absent),
                )
            )
    return tuple(parts)


def _shown(value: object, absent: object) -> str | Message:
    if value is absent:
        return Message("(no such column)")
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "…"
