"""Tables outside the ledger that follow from controlled rows: whoever keeps one is told of each event's rows.

In the transaction of the event, so that what was worked out is never behind. Knows no such table.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from sqlalchemy.orm import Session

from docctl.door.site import Site

Changed = Mapping[str, Sequence[int]]
"""The keys of the rows that an event made or changed, by table."""
Keeper = Callable[[Site, Session, Changed], None]

_KEEPERS: Final[list[Keeper]] = []


def keeps(work: Keeper) -> Keeper:
    """Have `work` called for each event. It must change no controlled row."""
    _KEEPERS.append(work)
    return work


def follow(site: Site, session: Session, changed: Changed) -> None:
    """Bring everything that follows from these rows to where they stand now."""
    for keep in _KEEPERS:
        keep(site, session, changed)
