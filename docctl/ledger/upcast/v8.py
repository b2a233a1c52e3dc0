"""Schema 8: two tables more, `distribution` and `copy_request`. Of before there is nothing for them."""

from __future__ import annotations

from collections.abc import Iterable

from docctl.ledger.upcast.kinds import Row


def up(table: str, row: Row) -> Iterable[tuple[str, Row]]:
    """Every row as it was."""
    yield table, row
