"""Schema 13: a chain that is being signed gets a signer more, goes back to a step, or a part is handed over.

The new table begins empty. What stands about signatures that count is held for these alone, so that who
signed before a way back can sign again.
"""

from __future__ import annotations

from collections.abc import Iterable

from docctl.ledger.upcast.kinds import Row


def up(table: str, row: Row) -> Iterable[tuple[str, Row]]:
    """Rows of before stay as they are."""
    yield table, row
