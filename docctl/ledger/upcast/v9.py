"""Schema 9: applications for changes of documents, and the files of records.

The new tables begin empty: of before, no revision was handed in under an application, and a record had no
room for a file.
"""

from __future__ import annotations

from collections.abc import Iterable

from docctl.ledger.upcast.kinds import Row


def up(table: str, row: Row) -> Iterable[tuple[str, Row]]:
    """Rows of before stay as they are."""
    yield table, row
