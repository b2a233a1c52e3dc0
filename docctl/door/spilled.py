"""Rows of a replay that do not stay in memory: a file without a name takes them, which goes with the process.

Small ledgers never reach the disk: SQLite writes the file only when its cache is full.
"""

from __future__ import annotations

import sqlite3
from collections.abc import ItemsView, Iterator, MutableMapping

from docctl.ledger.state import Mark, State

AT_ONCE = 4_000
"""Rows of a table that wait in memory, to be written together."""

_CACHE = "PRAGMA cache_size = -24000"


class SpilledState(State):
    """A state to replay onto, in memory that does not grow with the ledger. Another one begins empty."""

    def __init__(self) -> None:
        super().__init__()
        self._file = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        for setting in ("PRAGMA journal_mode = OFF", "PRAGMA synchronous = OFF", _CACHE):
            self._file.execute(setting)

    def __missing__(self, table: str) -> MutableMapping[int, Mark]:
        made = self[table] = _Table(self._file, f"rows_{len(self)}")
        return made


class _Table(MutableMapping[int, Mark]):
    """Key → mark, in the order of the keys."""

    def __init__(self, file: sqlite3.Connection, name: str) -> None:
        self._file = file
        self._waiting: dict[int, Mark] = {}
        self._largest: int | None = None
        file.execute(f"CREATE TABLE {name} (key INTEGER PRIMARY KEY, seq INTEGER, image BLOB)")
        self._put = f"INSERT OR REPLACE INTO {name} VALUES (?, ?, ?)"  # noqa: S608 - our own name
        self._one = f"SELECT seq, image FROM {name} WHERE key = ?"  # noqa: S608
        self._all = f"SELECT key, seq, image FROM {name} ORDER BY key"  # noqa: S608
        self._keys = f"SELECT key FROM {name} ORDER BY key"  # noqa: S608
        self._count = f"SELECT count(*) FROM {name}"  # noqa: S608
        self._drop = f"DELETE FROM {name} WHERE key = ?"  # noqa: S608

    def __getitem__(self, key: int) -> Mark:
        found = self._waiting.get(key)
        # Keys grow with the events that make them: a new one is looked for nowhere.
        # What is no number, as a damaged table may have it, would be made one by SQLite.
        is_number = isinstance(key, int | float)
        if found is None and is_number and self._largest is not None and key <= self._largest:
            found = self._file.execute(self._one, (key,)).fetchone()
        if found is None:
            raise KeyError(key)
        return found

    def __setitem__(self, key: int, mark: Mark) -> None:
        self._waiting[key] = mark
        if len(self._waiting) >= AT_ONCE:
            self._spill()

    def __delitem__(self, key: int) -> None:
        self[key]
        self._spill()
        self._file.execute(self._drop, (key,))

    def __iter__(self) -> Iterator[int]:
        self._spill()
        return (key for (key,) in self._file.execute(self._keys))

    def __len__(self) -> int:
        self._spill()
        return int(self._file.execute(self._count).fetchone()[0])

    def items(self) -> ItemsView[int, Mark]:
        """Read in one go, not key by key."""
        return _Items(self)

    def stream(self) -> Iterator[tuple[int, Mark]]:
        """Keys and marks as they are read."""
        self._spill()
        return ((key, (seq, image)) for key, seq, image in self._file.execute(self._all))

    def _spill(self) -> None:
        if self._waiting:
            largest = max(self._waiting)
            self._largest = largest if self._largest is None else max(largest, self._largest)
            self._file.execute("BEGIN")
            marks = ((key, seq, image) for key, (seq, image) in sorted(self._waiting.items()))
            self._file.executemany(self._put, marks)
            self._file.execute("COMMIT")
            self._waiting.clear()


class _Items(ItemsView[int, Mark]):
    _mapping: _Table

    def __iter__(self) -> Iterator[tuple[int, Mark]]:
        return self._mapping.stream()
