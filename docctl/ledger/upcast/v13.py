"""Schema 13: where codes lead is the site's word; a chain being signed can change; shelf walks; disposals.

The new tables begin empty: what was printed before was printed with what docctl.toml said, and nothing was
destroyed. What stands about signatures that count is held for these alone, so that who signed before a way
back can sign again.
"""

from __future__ import annotations

from collections.abc import Iterable

from docctl.ledger.upcast.kinds import Row


def up(table: str, row: Row) -> Iterable[tuple[str, Row]]:
    """Rows of before stay as they are."""
    yield table, row
