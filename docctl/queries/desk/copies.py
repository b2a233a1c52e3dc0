"""What of the copies waits for a person: to sign for, to hand back, to collect, to ask after."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, Final

from sqlalchemy import bindparam, func, or_, select

from docctl.door.context import Context
from docctl.models.base import Day
from docctl.models.configuration import GoverningProcedure, WorkCalendar
from docctl.models.copies import Copy, CopyStep, Recall
from docctl.models.documents import Document, Revision
from docctl.queries.copies.deadlines import CALLED, due_of, with_deadlines
from docctl.queries.desk.followed import SINCE, Followed, rows_of, touched
from docctl.queries.desk.items import Item
from docctl.rules import copies
from docctl.rules.actions import Action
from docctl.rules.conditions import Subject
from docctl.rules.documents import numbering
from docctl.rules.outside import is_outside
from docctl.standing import control
from docctl.standing.control import Control

_COPIES: Final = with_deadlines(
    select(
        Copy.id,
        Copy.number,
        Document.number.label("document"),
        Copy.state,
        Copy.holder,
        Copy.holder_name,
        Copy.issued_day,
        Revision.title,
        Revision.label,
    )
    .join(Revision, Revision.id == Copy.revision_id)
    .join(Document, Document.id == Copy.document_id)
    .where(Copy.state.in_(copies.OUT)),
    bindparam("day", type_=Day),
).where(or_(Copy.state.in_([copies.State.ISSUED]), CALLED.is_not(None)))


@dataclass(frozen=True)
class _Line:
    """A copy of which something may be wanted. `tell`: somebody outside has it, and it is asked back."""

    item: Item
    holder: str
    tell: bool
    recalled: bool
    issued: bool


def of_copies(ctx: Context) -> dict[str, tuple[Item, ...]]:
    """The parts of an inbox that are about copies, by their names."""
    places = ("to_acknowledge", "to_hand_back", "to_collect", "to_tell", "to_remind")
    found: dict[str, list[Item]] = {name: [] for name in places}
    acknowledges = ctx.may(Action.COPY_ACKNOWLEDGE, Subject(holder=ctx.actor.login))
    collects, mine = ctx.may(Action.COPY_RETURN, Subject()), (ctx.actor.login, ctx.actor.department)
    for line in _wanted(ctx, None if collects else mine):
        held = line.holder in mine
        if line.tell:
            found["to_tell"].append(line.item)  # from the issue on: a customer is told before the day (DC-71)
        elif line.recalled:
            found["to_hand_back" if held else "to_collect"].append(line.item)
        elif line.issued and held and acknowledges:
            found["to_acknowledge"].append(line.item)
        elif collects and line.item.late:
            found["to_remind"].append(line.item)
    return {name: tuple(items) for name, items in found.items()}


def _wanted(ctx: Context, holders: tuple[str, str] | None) -> Iterable[_Line]:
    """Of these holders; None: of all, for who collects copies. By their numbers."""
    if holders is None:
        return WANTED.told(ctx, _in_order)
    by_holder = WANTED.told(ctx, _by_holder)
    found = chain.from_iterable(by_holder.get(holder, ()) for holder in set(holders))
    return [line for _, line in sorted(found)]


def _in_order(lines: Mapping[int, _Line]) -> Sequence[_Line]:
    return [line for _, line in sorted(lines.items())]


def _by_holder(lines: Mapping[int, _Line]) -> Mapping[str, Sequence[tuple[int, _Line]]]:
    found: dict[str, list[tuple[int, _Line]]] = defaultdict(list)
    for key, line in lines.items():
        found[line.holder].append((key, line))
    return found


def _limits(ctx: Context) -> Hashable:
    """Another as soon as the limits may be: of the calendar, or of the procedure that governs copies."""
    named = ctx.session.scalars(_NAMED)
    keys = sorted({numbering.key(number) for number in named if number})
    governs = tuple(ctx.session.execute(_CONTROL, {"keys": keys}).one())
    return rows_of(GoverningProcedure, WorkCalendar)(ctx), governs


_NAMED: Final = select(GoverningProcedure.number)
_CONTROL: Final = (
    select(func.max(Revision.last_seq), func.max(Document.last_seq))
    .join(Document, Document.id == Revision.document_id)
    .where(Document.number_key.in_(bindparam("keys", expanding=True)))
)


def _of_copies(ctx: Context, keys: Collection[int] | None) -> Mapping[int, _Line]:
    """By the keys of the copies: of these, or of all."""
    asked = _COPIES if keys is None else _COPIES.where(Copy.id.in_(keys))
    rows, limits = ctx.session.execute(asked, {"day": ctx.today()}), control.load(ctx.site, ctx.session)
    return {row.id: _line(ctx, row, limits) for row in rows}


WANTED: Final = Followed(
    what="copies wanted",
    rows=(
        touched(Copy, Copy.id),
        touched(CopyStep, CopyStep.copy_id),
        touched(Recall, Recall.copy_id),
        select(Copy.id).join(Revision, Revision.id == Copy.revision_id).where(Revision.last_seq > SINCE),
        select(Copy.id).join(Document, Document.id == Copy.document_id).where(Document.last_seq > SINCE),
    ),
    whole=_limits,
    make=_of_copies,
)
"""The copies of which something may be wanted, by their keys."""


def _line(ctx: Context, row: Any, limits: Control) -> _Line:
    return _Line(
        item=_copy(ctx, row, limits),
        holder=row.holder,
        tell=is_outside(row.holder) and row.called_id is not None,
        recalled=_recalled(ctx, row),
        issued=row.state is copies.State.ISSUED,
    )


def _recalled(ctx: Context, row: Any) -> bool:
    return row.called_day is not None and row.called_day <= ctx.today()


def _copy(ctx: Context, row: Any, limits: Control) -> Item:
    recalled = _recalled(ctx, row)
    status = copies.Status.RECALLED if recalled else copies.Status(row.state.value)
    due = due_of(limits, row, status)
    return Item(
        number=row.number,
        title=row.title,
        document=row.document,
        revision=row.label,
        since=(row.called_day if recalled else row.issued_day).isoformat(),
        note=row.holder_name,
        holder=row.holder,
        due=due.day.isoformat() if due else None,
        late=due.late(ctx.today()) if due else 0,
    )
