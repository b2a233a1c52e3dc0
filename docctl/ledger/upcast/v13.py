"""Schema 13: records that were kept long enough are destroyed, with a proposal, signatures and holds.

The new tables begin empty: nothing was destroyed before.
"""

from __future__ import annotations

from collections.abc import Iterable

from docctl.ledger.upcast.kinds import Row


def up(table: str, row: Row) -> Iterable[tuple[str, Row]]:
    """Rows of before stay as they are."""
    yield table, row
