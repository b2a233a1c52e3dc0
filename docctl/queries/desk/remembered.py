"""What was worked out is remembered until something happens at the site, or the day ends.

As long as the newest event is the same, so is every controlled row: then the same question of the same person
has the same answer. The event is known by its hash, so that a site restored from a backup is another one.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Final, TypeVar

from sqlalchemy import select

from docctl.door.context import Context
from docctl.models.ledger import LedgerEvent

T = TypeVar("T")

# Every page asks for it: of the table, since the mapped class costs as much again as the answer.
_EVENTS: Final = LedgerEvent.__table__.c
_HEAD: Final = select(_EVENTS.entry_hash).order_by(_EVENTS.seq.desc()).limit(1)


def newest_event(ctx: Context) -> str:
    """The hash of the newest event, in hex."""
    found = ctx.session.connection().scalar(_HEAD)
    return bytes(found).hex() if found is not None else ""


def remembered(ctx: Context, what: str, asked: Hashable, make: Callable[[str], T], *, most: int = 500) -> T:
    """What `make` gives for the newest event, or gave. `most` answers are kept."""
    version = newest_event(ctx)
    key = (version, ctx.today(), ctx.actor, asked)
    return ctx.site.memory.recall(what, key, lambda: make(version), most=most)
