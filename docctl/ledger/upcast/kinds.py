"""What an upcaster takes and gives: rows as dictionaries of cells."""

from __future__ import annotations

from collections.abc import Callable, Iterable

Cell = str | int | None
Row = dict[str, Cell]
Upcaster = Callable[[str, Row], Iterable[tuple[str, Row]]]
