"""Whose turn the records are, against what follows from their rows and values where those are right."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select

from docctl.door.site import Site
from docctl.errors.message import Message
from docctl.ledger.finding import Finding, What
from docctl.models.records import Record
from docctl.standing import kept


def examine(site: Site) -> Iterator[Finding]:
    """The records that stand otherwise in somebody's inbox than they are."""
    with site.reading() as session:
        odd = kept.differing(site, session)
    if not odd:
        return
    with site.lock, site.reading() as session:  # an act may have come between rows and values
        for key in sorted(kept.differing(site, session, odd)):
            number = session.scalar(select(Record.number).where(Record.id == key)) or str(key)
            said = Message(
                "The inbox and the lists tell of record {number} what does not follow from it. "
                "Run: docctl site upgrade --apply",
                number=number,
            )
            yield Finding(What.TURN, f"cache_record_turn {key}", said)
