"""Schema 8: distribution lists, requests, loans, losses, outsiders, readings, copies of records.

A copy has a place and a purpose, a person may be document clerk, and a site says which department keeps the
manual and is told of changes.

Of before there is nothing for the new tables; nobody wrote down where a copy lay, and every copy was for use.
"""

from __future__ import annotations

from collections.abc import Iterable

from docctl.ledger.upcast.kinds import Row


def up(table: str, row: Row) -> Iterable[tuple[str, Row]]:
    """The new columns of a copy."""
    if table == "copy":
        row["place"], row["purpose"] = None, "use"
    yield table, row
