"""What was worked out is remembered until something happens at the site, or the day ends.

As long as the newest event is the same, so is every controlled row: then the same question of the same person
has the same answer. What is worked out from a few tables is kept longer: until an event touches a row of
them. The event is known by its hash, so that a site restored from a backup is another one.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import cache
from typing import Any, Final, TypeVar

from sqlalchemy import Select, func, select, union_all

from docctl.door.context import Context
from docctl.models.base import Controlled
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


Tables = tuple[type[Controlled], ...]


def until_touched(
    ctx: Context, what: str, tables: Tables, make: Callable[[], T], *, asked: Hashable = None, most: int = 20
) -> T:
    """What `make` gives, or gave, from rows of `tables` alone: the same for everybody who asks for `asked`.

    So that a record, which is most of what happens, makes nothing anew that is about documents.
    """
    key = (ctx.session.scalar(last_touch(tables)), ctx.today(), asked)
    return ctx.site.memory.recall(what, key, make, most=most)


@cache
def last_touch(tables: Tables) -> Select[*tuple[Any, ...]]:
    """The event that touched a row of them last, by its hash. Each maximum is one step down an index."""
    newest = union_all(*(select(func.max(one.last_seq).label("seq")) for one in tables)).subquery()
    return select(LedgerEvent.entry_hash).where(
        LedgerEvent.seq == select(func.max(newest.c.seq)).scalar_subquery()
    )
