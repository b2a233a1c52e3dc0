"""What a use case does when the database asks to try again, or when the request was answered before.

A decorator and no part of the act: a context manager cannot run its body twice.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from inspect import signature
from typing import Any, Concatenate, ParamSpec, TypeAlias, TypeVar, cast

from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from docctl.door.context import Context
from docctl.door.requests import Request, as_kept
from docctl.door.transaction import Replayed, stop_if_answered
from docctl.errors import DocctlError
from docctl.models.base import Base, Controlled
from docctl.rules.actions import Action

P = ParamSpec("P")
T = TypeVar("T")
Usecase: TypeAlias = Callable[Concatenate[Context, P], T]

TIMES = 5
PAUSE = 0.05
"""Seconds before the second try; the pause doubles with each further one."""

_TRANSIENT = {"40001", "40P01"}


def retried(action: Action) -> Callable[[Usecase[P, T]], Usecase[P, T]]:
    """Run a use case that does `action` again after a serialisation failure or deadlock (40001, 40P01).

    A request whose idempotency key was answered before gets the rows that it recorded then, and no event;
    another request under that key is refused. What the key stands for is the action and all arguments.
    """

    def decorated(usecase: Usecase[P, T]) -> Usecase[P, T]:
        names = signature(usecase)

        @wraps(usecase)
        def run(ctx: Context, *args: P.args, **kwargs: P.kwargs) -> T:
            given = names.bind(ctx, *args, **kwargs)
            given.apply_defaults()
            own, *others = given.arguments
            given.arguments.update({name: as_kept(name, given.arguments[name]) for name in others})
            arguments = {name: given.arguments[name] for name in others}
            asked = replace(
                ctx,
                given=lambda: ctx.session,
                request=Request(site=ctx.site, action=action, arguments=arguments),
            )
            given.arguments[own] = asked
            try:
                return _answered_once(asked, lambda: usecase(*given.args, **given.kwargs))
            except Replayed as replayed:
                return cast(T, _as_before(ctx, replayed))

        return cast(Usecase[P, T], run)

    return decorated


def _answered_once(ctx: Context, work: Callable[[], T]) -> T:
    """Raises Replayed where the request was answered before, or is by a twin while this one is on its way."""
    ctx.session.rollback()
    stop_if_answered(ctx.session, ctx)
    try:
        return _until_it_works(ctx, work)
    except DocctlError:
        # What the twin did may have made the repetition impossible: that is no refusal of this request.
        ctx.session.rollback()
        stop_if_answered(ctx.session, ctx)
        raise


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
