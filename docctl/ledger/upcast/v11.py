"""Schema 11: which record fills which period of what falls due by itself; records that rest on earlier ones.

The new tables begin empty: of before, nothing fell due by itself, and no form asked for a record before it.
What is kept beside them, the words by which records are found too, is worked out anew.
"""

from __future__ import annotations

from collections.abc import Iterable

from docctl.ledger.upcast.kinds import Row


def up(table: str, row: Row) -> Iterable[tuple[str, Row]]:
    """Rows of before stay as they are."""
    yield table, row
