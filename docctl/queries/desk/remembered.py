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
from docctl.models.quick import Question

T = TypeVar("T")

# Every page asks for it: of the table, since the mapped class costs as much again as the answer.
_EVENTS: Final = LedgerEvent.__table__.c
_HEAD: Final = Question(select(_EVENTS.entry_hash).order_by(_EVENTS.seq.desc()).limit(1))


def newest_event(ctx: Context) -> str:
    """The hash of the newest event, in hex: as the session of `ctx` sees it, where that has begun to read."""
    if ctx.has_begun:
        rows = ctx.session.connection().execute(_HEAD.statement).all()
    else:
        rows = ctx.site.quickly.ask(_HEAD)
    return bytes(rows[0][0]).hex() if rows else ""


def remembered(ctx: Context, what: str, asked: Hashable, make: Callable[[str], T], *, most: int = 500) -> T:
    """What `make` gives for the newest event, or gave. `most` answers are kept."""
    key = (newest_event(ctx), ctx.today(), ctx.actor, asked)
    found: T | None = ctx.site.memory.known(what, key)
    if found is not None:
        return found
    ctx.session.connection()  # from here on all is read as of one event, which may be a later one
    version = newest_event(ctx)
    return ctx.site.memory.keep(what, (version, *key[1:]), make(version), most=most)
