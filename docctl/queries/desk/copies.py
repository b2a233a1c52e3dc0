"""What of the copies waits for a person: to sign for, to hand back, to collect, to ask after."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Select, bindparam, or_, select

from docctl.door.context import Context
from docctl.models.base import Day
from docctl.models.configuration import GoverningProcedure, WorkCalendar
from docctl.models.copies import Copy, CopyStep, Recall
from docctl.models.documents import Document, Revision
from docctl.queries.copies.deadlines import CALLED, due_of, with_deadlines
from docctl.queries.desk.items import Item
from docctl.queries.desk.remembered import until_touched
from docctl.rules import copies
from docctl.rules.actions import Action
from docctl.rules.conditions import Subject
from docctl.rules.outside import is_outside
from docctl.standing import control
from docctl.standing.control import Control

_TABLES: Final = (Copy, CopyStep, Recall, Document, Revision, GoverningProcedure, WorkCalendar)
_COPIES: Final = with_deadlines(
    select(
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
    .where(Copy.state.in_(copies.OUT))
    .order_by(Copy.id),
    bindparam("day", type_=Day),
)


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


def _wanted(ctx: Context, holders: tuple[str, str] | None) -> tuple[_Line, ...]:
    """Of these holders; None: of all, for who collects copies."""
    asked = _COPIES if holders is None else _COPIES.where(Copy.holder.in_(holders))
    return until_touched(
        ctx, "copies wanted", _TABLES, lambda: tuple(_lines(ctx, asked)), asked=holders, most=500
    )


def _lines(ctx: Context, asked: Select[*tuple[Any, ...]]) -> Iterator[_Line]:
    asked = asked.where(or_(Copy.state.in_([copies.State.ISSUED]), CALLED.is_not(None)))
    rows, limits = ctx.session.execute(asked, {"day": ctx.today()}), control.load(ctx.site, ctx.session)
    for row in rows:
        yield _Line(
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
