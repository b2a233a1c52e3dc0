"""What is worked out row by row is worked out anew for the rows alone that something touched since.

An act touches a few rows, and what follows from ten thousand documents or copies follows, but for those few,
as it did before. Kept beside the event that it was worked out at, by number and hash: a site restored from a
backup, or a reader that began before others acted, goes on from an answer that is as old, or from none.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain
from typing import Any, Final, Generic, TypeVar

from sqlalchemy import Select, bindparam, select

from docctl.door.context import Context
from docctl.models.base import Big, Controlled
from docctl.models.ledger import LedgerEvent
from docctl.queries.desk.remembered import last_touch

T = TypeVar("T")
R = TypeVar("R")

SINCE: Final = bindparam("since", type_=Big)
"""The number of the event at which an answer was worked out; what is touched has a later one."""

_EVENTS: Final = LedgerEvent.__table__.c
_HEAD: Final = select(_EVENTS.seq, _EVENTS.entry_hash).order_by(_EVENTS.seq.desc()).limit(1)
_HASHES: Final = select(_EVENTS.seq, _EVENTS.entry_hash).where(
    _EVENTS.seq.in_(bindparam("known", expanding=True))
)
_KEPT: Final = 3
"""Answers of different events that are kept: for readers that began while others acted."""
_TOO_MANY: Final = 400
"""More rows than this are not asked for one by one: all are worked out anew."""


def touched(table: type[Controlled], owner: Any) -> Select[*tuple[Any, ...]]:
    """The keys `owner` of what rows of `table` are about, where an event touched them."""
    return select(owner).where(table.last_seq > SINCE)


def rows_of(*tables: type[Controlled]) -> Callable[[Context], Hashable]:
    """For `Followed.whole`: another as soon as a row of one of these is touched. No tables: never."""
    return lambda ctx: ctx.session.scalar(last_touch(tables)) if tables else None


@dataclass(frozen=True, kw_only=True)
class Followed(Generic[T]):
    """What is followed, under the name `what`.

    `rows`: which keys were touched. `whole`: what is another as soon as every answer may be. `make` gives,
    for these keys or for all there are (None), the answers by key: none where nothing is to say of one.
    """

    what: str
    rows: Sequence[Select[*tuple[Any, ...]]]
    whole: Callable[[Context], Hashable]
    make: Callable[[Context, Collection[int] | None], Mapping[int, T]]

    def now(self, ctx: Context) -> Mapping[int, T]:
        """The answers as the session of `ctx` sees the site, today; by key. Not to be changed."""
        return self._at(ctx).answers

    def told(self, ctx: Context, make: Callable[[Mapping[int, T]], R]) -> R:
        """What `make`, a function of a module, gives for all of them: kept while they are the same."""
        state = self._at(ctx)
        if make not in state.told:
            state.told[make] = make(state.answers)
        found: R = state.told[make]
        return found

    def _at(self, ctx: Context) -> _State[T]:
        session = ctx.session
        head = session.execute(_HEAD).one_or_none()
        seq, newest = (head.seq, bytes(head.entry_hash)) if head else (0, b"")
        whole = self.whole(ctx)
        kept: tuple[_State[T], ...] = ctx.site.memory.known("followed " + self.what, None) or ()
        usable = [one for one in kept if one.day == ctx.today() and one.whole == whole and one.seq <= seq]
        same = [one for one in usable if (one.seq, one.newest) == (seq, newest)]
        if same:
            return same[0]
        before = self._newest_of(ctx, usable)
        state = self._next(ctx, before, (seq, newest, whole))
        ctx.site.memory.keep("followed " + self.what, None, (state, *kept)[:_KEPT])
        return state

    def _newest_of(self, ctx: Context, usable: Sequence[_State[T]]) -> _State[T] | None:
        """The one from which this site, and no other that was restored, goes on."""
        if not usable:
            return None
        rows = ctx.session.execute(_HASHES, {"known": [one.seq for one in usable]})
        hashes = {row.seq: bytes(row.entry_hash) for row in rows}
        known = [one for one in usable if hashes.get(one.seq) == one.newest]
        return max(known, key=lambda one: one.seq, default=None)

    def _next(self, ctx: Context, before: _State[T] | None, at: tuple[int, bytes, Hashable]) -> _State[T]:
        changed = None if before is None else self._touched(ctx, before.seq)
        if before is not None and not changed:
            return _State(*at, ctx.today(), before.answers, before.told)
        if before is None or changed is None or len(changed) > _TOO_MANY:
            return _State(*at, ctx.today(), dict(self.make(ctx, None)), {})
        fresh = self.make(ctx, changed)
        left = {key: answer for key, answer in before.answers.items() if key not in changed}
        return _State(*at, ctx.today(), left | dict(fresh), {})

    def _touched(self, ctx: Context, since: int) -> frozenset[int]:
        found = (ctx.session.scalars(one, {"since": since}) for one in self.rows)
        return frozenset(chain.from_iterable(found))


@dataclass(frozen=True)
class _State(Generic[T]):
    seq: int
    newest: bytes
    whole: Hashable
    day: date
    answers: Mapping[int, T]
    told: dict[Callable[[Mapping[int, T]], Any], Any]
