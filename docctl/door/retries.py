"""What a use case does when the database asks to try again, or when the request was answered before.

A decorator and no part of the act: a context manager cannot run its body twice.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar, cast

from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from docctl.door.act import ABOUT
from docctl.door.context import Context
from docctl.door.transaction import Replayed
from docctl.models.base import Base, Controlled

P = ParamSpec("P")
T = TypeVar("T")

TIMES = 5
PAUSE = 0.05
"""Seconds before the second try; the pause doubles with each further one."""

_TRANSIENT = {"40001", "40P01"}


def retried(usecase: Callable[Concatenate[Context, P], T]) -> Callable[Concatenate[Context, P], T]:
    """Run `usecase` again after a serialisation failure or deadlock (40001, 40P01).

    A request whose idempotency key was answered before gets the rows that it recorded then, and no event.
    """

    @wraps(usecase)
    def run(ctx: Context, *args: P.args, **kwargs: P.kwargs) -> T:
        first = next(iter((*args, *kwargs.values())), None)
        token = ABOUT.set(first if isinstance(first, str) else None)
        try:
            return _until_it_works(ctx, lambda: usecase(ctx, *args, **kwargs))
        except Replayed as replayed:
            return cast(T, _as_before(ctx, replayed))
        finally:
            ABOUT.reset(token)

    return cast(Callable[Concatenate[Context, P], T], run)


def _until_it_works(ctx: Context, work: Callable[[], T]) -> T:
    attempt = 0
    while True:
        attempt += 1
        ctx.session.rollback()  # what the caller read before may be out of date by now
        try:
            return work()
        except OperationalError as error:
            if getattr(error.orig, "sqlstate", None) not in _TRANSIENT or attempt == TIMES:
                raise
            time.sleep(PAUSE * 2 ** (attempt - 1))


def _as_before(ctx: Context, replayed: Replayed) -> Any:
    kind = _table(replayed.table)
    found = {row.id: row for row in ctx.session.scalars(select(kind).where(kind.id.in_(replayed.ids)))}
    ctx.session.expunge_all()
    rows = [found[i] for i in replayed.ids]
    return rows if replayed.many else rows[0]


def _table(name: str) -> type[Controlled]:
    kind: type[Controlled] = next(m.class_ for m in Base.registry.mappers if m.class_.__tablename__ == name)
    return kind
