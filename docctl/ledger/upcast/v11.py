"""Schema 11: which record fills which period of what falls due by itself, and which is excused.

The new tables begin empty: of before, no record was due by itself.
"""

from __future__ import annotations

from collections.abc import Iterable

from docctl.ledger.upcast.kinds import Row


def up(table: str, row: Row) -> Iterable[tuple[str, Row]]:
    """Rows of before stay as they are."""
    yield table, row
