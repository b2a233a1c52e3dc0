"""Cells of a table that are one: `^^` belongs to the cell above it, `<<` to the cell on its left.

What is merged is a rectangle. A mark that makes none stays as it is written, and is told. Knows words only.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

ABOVE: Final = "^^"
LEFT: Final = "<<"
MARKS: Final = frozenset({ABOVE, LEFT})

Place = tuple[int, int]
"""Row and column of a cell, from 0."""


class Span(NamedTuple):
    """Over how many rows and columns a cell stands."""

    rows: int
    columns: int


def spans(table: Sequence[Sequence[str]], *, heads: int = 1) -> tuple[Mapping[Place, Span], frozenset[Place]]:
    """The cells that stand over others, and the marks that belong to them.

    `table`: the words of the cells, row by row; the first `heads` rows are the head, which no cell leaves.
    """
    owners: dict[Place, Place] = {}
    for r, row in enumerate(table):
        for c, said in enumerate(row):
            there = {ABOVE: (r - 1, c), LEFT: (r, c - 1)}.get(said)
            is_first_below_head = said == ABOVE and r == heads
            owners[r, c] = owners.get(there, (r, c)) if there and not is_first_below_head else (r, c)
    grown: dict[Place, list[Place]] = {}
    for place, owner in owners.items():
        grown.setdefault(owner, []).append(place)
    found: dict[Place, Span] = {}
    merged: set[Place] = set()
    for owner, places in grown.items():
        span = Span(1 + max(r for r, _ in places) - owner[0], 1 + max(c for _, c in places) - owner[1])
        is_rectangle = span.rows * span.columns == len(places) > 1
        if is_rectangle and table[owner[0]][owner[1]] not in MARKS:
            found[owner] = span
            merged |= {place for place in places if place != owner}
    return found, frozenset(merged)
