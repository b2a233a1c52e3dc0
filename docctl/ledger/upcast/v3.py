"""Schema 3: a table more, `governing_procedure`. A site of before has named none, so no row comes into it."""

from __future__ import annotations

from collections.abc import Iterable

from docctl.ledger.upcast.kinds import Row


def up(table: str, row: Row) -> Iterable[tuple[str, Row]]:
    """Every row as it was."""
    yield table, row
