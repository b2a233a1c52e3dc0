"""Schema 8: a scheme may say how a revision is written behind its numbers; documents have a card and trials.

Of before, no scheme says it, and no revision has an end. The new tables begin empty: until a site says
otherwise, docctl's own counts.
"""

from __future__ import annotations

from collections.abc import Iterable

from docctl.ledger.upcast.kinds import Row

_NEW = {"number_scheme": ("revision",), "revision": ("trial_until",)}


def up(table: str, row: Row) -> Iterable[tuple[str, Row]]:
    """The new columns, with nothing in them."""
    row.update(dict.fromkeys(_NEW.get(table, ())))
    yield table, row
