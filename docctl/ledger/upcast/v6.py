"""Schema 6: every column that points at another table has an index; what is due to whom is kept in tables.

Those are outside the ledger, so no row is another one.
"""

from __future__ import annotations

from collections.abc import Iterable

from docctl.ledger.upcast.kinds import Row


def up(table: str, row: Row) -> Iterable[tuple[str, Row]]:
    """The row as it is: the indexes come with the tables, which are made anew."""
    yield table, row
