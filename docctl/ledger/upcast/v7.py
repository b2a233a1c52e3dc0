"""Schema 7: a person's password is bound to their row, and a copy bears the checkpoint known at its print.

Of before nothing is known: a password of then is good for setting one's own, a print of then stays as it is.
"""

from __future__ import annotations

from collections.abc import Iterable

from docctl.ledger.upcast.kinds import Row

_NEW = {"person": ("secret",), "copy": ("signed_size", "signed_root")}


def up(table: str, row: Row) -> Iterable[tuple[str, Row]]:
    """The new columns, with nothing in them."""
    row.update(dict.fromkeys(_NEW.get(table, ())))
    yield table, row
