"""Schema 8: cards and trials of documents; distribution lists, requests, loans, losses, outsiders, readings.

A scheme may say how a revision is written behind its numbers, a copy has a place and a purpose, a person may
be document clerk, and a site says which department keeps the manual and is told of changes.

Of before, no scheme says it and no revision has an end; nobody wrote down where a copy lay, and every copy
was for use. The new tables begin empty: until a site says otherwise, docctl's own counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from docctl.ledger.upcast.kinds import Row

_NEW: Final[Mapping[str, Row]] = {
    "number_scheme": {"revision": None},
    "revision": {"trial_until": None},
    "copy": {"place": None, "purpose": "use"},
}


def up(table: str, row: Row) -> Iterable[tuple[str, Row]]:
    """The new columns."""
    row.update(_NEW.get(table, {}))
    yield table, row
