"""From old row images to new ones: one pure function a schema version. Knows rows as dictionaries only.

`UP[n]` takes a table's name and a row of schema n - 1 and gives the rows of schema n that come of
it, none, one or several, each with its table's name. The upgrade of a site fills its new tables
with the result, and a replay applies the same function at the same place (the event
`schema.migrate`), so the DDL of the past is never run again. A migration keeps `last_seq`.
A new version is a file of its own beside this one (`v2.py`), entered here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from docctl.ledger.upcast import v2, v3, v4, v5, v6, v7, v8, v9, v10, v11, v12, v13
from docctl.ledger.upcast.kinds import Cell, Row, Upcaster

__all__ = ["SCHEMA", "UP", "Cell", "Row", "Upcaster", "upcast"]

SCHEMA = 13
UP: Mapping[int, Upcaster] = {
    2: v2.up,
    3: v3.up,
    4: v4.up,
    5: v5.up,
    6: v6.up,
    7: v7.up,
    8: v8.up,
    9: v9.up,
    10: v10.up,
    11: v11.up,
    12: v12.up,
    13: v13.up,
}


def upcast(
    rows: Iterable[tuple[str, Row]], old: int, new: int, up: Mapping[int, Upcaster] = UP
) -> Iterator[tuple[str, Row]]:
    """Rows of schema `old` as rows of schema `new`. Raises KeyError, at once, for a version not in `up`."""
    steps = [up[version] for version in range(old + 1, new + 1)]
    return (result for table, row in rows for result in _through(steps, table, row))


def _through(steps: list[Upcaster], table: str, row: Row) -> list[tuple[str, Row]]:
    found = [(table, row)]
    for step in steps:
        found = [result for name, image in found for result in step(name, dict(image))]
    return found
