"""Schema 12: who is away has a delegate, who signs for them; who is asked to sign can be reminded.

The new tables begin empty, and everybody who signed before did so for themselves.
"""

from __future__ import annotations

from collections.abc import Iterable

from docctl.ledger.upcast.kinds import Row


def up(table: str, row: Row) -> Iterable[tuple[str, Row]]:
    """A signature of before was given for nobody else."""
    if table == "signature":
        row["for_id"], row["for_name"], row["delegation_id"] = None, None, None
    yield table, row
