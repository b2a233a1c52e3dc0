"""Schema 13: records are destroyed once they were kept long enough, or held; a later one voids an earlier.

The new tables begin empty: nothing was destroyed before, and no voiding named another record.
"""

from __future__ import annotations

from collections.abc import Iterable

from docctl.ledger.upcast.kinds import Row


def up(table: str, row: Row) -> Iterable[tuple[str, Row]]:
    """Rows of before stay as they are."""
    yield table, row
