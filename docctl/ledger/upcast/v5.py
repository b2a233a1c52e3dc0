"""Schema 5: a revision has what its front matter says besides number, title, level and department.

Its file has said it before; a row of before has nothing of it, and its next draft will.
"""

from __future__ import annotations

from collections.abc import Iterable

from docctl.ledger.upcast.kinds import Row


def up(table: str, row: Row) -> Iterable[tuple[str, Row]]:
    """A column more, with nothing in it."""
    if table == "revision":
        row["head"] = "{}"
    yield table, row
