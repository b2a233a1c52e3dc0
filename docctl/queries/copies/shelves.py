"""A shelf walk while it is walked, and afterwards: each difference, and the act to which it leads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from sqlalchemy import func, select

from docctl.door.context import Context
from docctl.errors import NotFound
from docctl.errors.message import Typed
from docctl.models.copies import Copy
from docctl.models.shelves import ShelfCheck, ShelfFinding
from docctl.queries.copies.register import CopyLine, copies_named
from docctl.rules import copies, shelves
from docctl.rules.actions import Action
from docctl.rules.conditions import Subject
from docctl.rules.shelves import Finding, Found
from docctl.standing import shelves as standing

LEADS_TO: Final[Mapping[Found, Action]] = MappingProxyType(
    {
        Found.MISSING: Action.COPY_LOSE,
        Found.OBSOLETE: Action.COPY_RETURN,
        Found.ELSEWHERE: Action.COPY_PLACE,
    }
)
"""What comes of a finding. The page of the copy leads on from all others."""


@dataclass(frozen=True, kw_only=True)
class Walk:
    """A walk that is not entered yet. `last`: what the last scan is; `there` of `expected` were scanned."""

    holders: tuple[tuple[str, str], ...]
    scans: tuple[str, ...]
    expected: int
    there: int
    last: tuple[Finding, CopyLine | None] | None


@dataclass(frozen=True, kw_only=True)
class Walked:
    """A walk that was entered: its row; of each fault the copy (or what was scanned), with its line as it is
    now, if the reader may see it.
    """

    check: ShelfCheck
    faults: tuple[tuple[Found, str, CopyLine | None], ...]
    counts: Mapping[Found, int]


def walk(ctx: Context, holder: str, place: str, scans: Sequence[str]) -> Walk:
    """What it would say by now. Raises Forbidden for who may enter none."""
    ctx.require(Action.SHELF_CHECK, Subject(holder=holder or ctx.actor.department))
    typed = [one for one in scans if one.strip()][: shelves.MOST]
    held = standing.held(ctx.session, holder, place) if holder else []
    seen = standing.seen(ctx.session, typed, ctx.today())
    found = shelves.findings(holder, held, seen)
    last = None
    if holder and seen:
        mine = shelves.findings(holder, (), seen[-1:])[0]
        line = next(iter(copies_named(ctx, [mine.copy])["copies"]), None) if mine.copy else None
        last = (mine, line)
    missing = sum(one.found in (Found.MISSING, Found.ON_LOAN) for one in found)
    return Walk(
        holders=_holders(ctx),
        scans=tuple(one.copy if one.copy and not one.is_old_print else one.typed for one in seen),
        expected=len(held),
        there=len(held) - missing,
        last=last,
    )


def walked(ctx: Context, number: str) -> Walked:
    """Raises NotFound for who may not see it too."""
    check = ctx.session.scalar(select(ShelfCheck).where(ShelfCheck.number == number))
    if check is None or not ctx.may(Action.COPY_READ, Subject(holder=check.holder)):
        raise NotFound("there is no shelf walk {number}", number=Typed(number))
    wanted = select(ShelfFinding).where(ShelfFinding.check_id == check.id).order_by(ShelfFinding.id)
    found = ctx.session.scalars(wanted).all()
    asked = select(Copy.id, Copy.number).where(Copy.id.in_({one.copy_id for one in found if one.copy_id}))
    numbers: dict[int, str] = {row.id: row.number for row in ctx.session.execute(asked)}
    lines = {line["copy"]: line for line in copies_named(ctx, [*numbers.values()])["copies"]}
    return Walked(
        check=check,
        faults=tuple(
            (one.found, name, lines.get(name))
            for one in found
            if one.found.is_fault and (name := numbers[one.copy_id] if one.copy_id else one.typed)
        ),
        counts={kind: sum(one.found is kind for one in found) for kind in Found},
    )


def _holders(ctx: Context) -> tuple[tuple[str, str], ...]:
    """Those who have copies and whose shelves the reader may walk along: key, and name as printed."""
    wanted = (
        select(Copy.holder, func.max(Copy.holder_name).label("name"))
        .where(Copy.state.in_(copies.OUT))
        .group_by(Copy.holder)
        .order_by(Copy.holder)
    )
    rows = ctx.session.execute(wanted)
    return tuple((r.holder, r.name) for r in rows if ctx.may(Action.SHELF_CHECK, Subject(holder=r.holder)))
