"""Schema 10: roles that sign take two people, people are told what others did to their accounts, and may have
a second factor.

The new tables begin empty: what was granted before stays, and a site says in its site.yaml whether it takes
two from now on. Of before it is not known who had chosen a password of their own: everybody counts as there,
so that nobody is taken for the only one.
"""

from __future__ import annotations

from collections.abc import Iterable

from docctl.ledger.upcast.kinds import Row


def up(table: str, row: Row) -> Iterable[tuple[str, Row]]:
    """Whoever had an account has come, and has no second factor."""
    if table == "person":
        row["came"], row["factor"] = 1, None
    yield table, row
