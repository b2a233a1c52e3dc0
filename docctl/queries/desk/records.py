"""What of the records waits for a person, in parts: their number, and as many as are asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, false, func, select

from docctl.door.context import Context
from docctl.models.documents import Revision
from docctl.models.records import Record
from docctl.models.turns import RecordDue, RecordTurn
from docctl.queries.desk.items import Item
from docctl.queries.desk.revisions import unblocks
from docctl.queries.records import turns
from docctl.rules.records.turn import Turn
from docctl.rules.roles import Role
from docctl.rules.words import Words


def _to_staff(ctx: Context) -> ColumnElement[bool]:
    """Who keeps the records sees that one waits in vain, who keeps the accounts can mend it."""
    return turns.stuck(ctx) if unblocks(ctx) else false()


def _overdue(ctx: Context) -> ColumnElement[bool]:
    return and_(turns.overdue(ctx), turns.readable(ctx))


PARTS: Final[Mapping[str, Callable[[Context], ColumnElement[bool]]]] = MappingProxyType(
    {
        "to_fill": turns.to_fill,
        "to_verify": turns.to_verify,
        "to_close": turns.to_close,
        "to_staff": _to_staff,
        "overdue": _overdue,
        "escalated": turns.over_head,
    }
)
"""What holds of a RecordTurn in each part of an inbox."""

_LATE: Final = frozenset({"overdue", "escalated"})
"""The parts in which it is said which clocks are past due."""

_ITEMS: Final = (
    select(
        RecordTurn.record_id,
        RecordTurn.turn,
        RecordTurn.posts,
        RecordTurn.called,
        Record.number,
        Record.opened_at,
        Revision.title,
    )
    .join(Record, Record.id == RecordTurn.record_id)
    .join(Revision, Revision.id == Record.template_revision_id)
    .order_by(RecordTurn.record_id)
)


def count(ctx: Context, names: Iterable[str] = PARTS) -> dict[str, int]:
    """How many there are in each of these parts: one statement."""
    counted = (
        select(func.count(RecordTurn.record_id)).where(PARTS[name](ctx)).scalar_subquery().label(name)
        for name in names
    )
    return dict(ctx.session.execute(select(*counted)).one()._mapping)


def items(ctx: Context, name: str, *, after: int = 0, most: int | None = None) -> list[Item]:
    """Those of a part, the longest open first; `most` of them behind the one of the key `after`."""
    asked = _ITEMS.where(PARTS[name](ctx), RecordTurn.record_id > after).limit(most)
    rows = ctx.session.execute(asked).all()
    late = late_clocks(ctx, [row.record_id for row in rows]) if name in _LATE else {}
    return [_item(name, row, late.get(row.record_id, ())) for row in rows]


def late_clocks(ctx: Context, ids: Sequence[int]) -> dict[int, list[Any]]:
    """The clocks of these records that are past due, in the order of the template: `clock` and `called`."""
    wanted = select(RecordDue.record_id, RecordDue.clock, RecordDue.called).where(
        RecordDue.record_id.in_(ids), RecordDue.due < ctx.now()
    )
    found: dict[int, list[Any]] = {}
    for row in ctx.session.execute(wanted.order_by(RecordDue.record_id, RecordDue.place)):
        found.setdefault(row.record_id, []).append(row)
    return found


def _item(name: str, row: Any, late: Sequence[Any]) -> Item:
    called = [clock.called for clock in late] if name in _LATE else [row.called] if row.called else []
    posts = row.posts if row.turn is Turn.FILL else (Role.VERIFIER.value,)
    return Item(
        number=row.number,
        title=row.title,
        since=row.opened_at.isoformat(),
        note=Words.listed(called) or None,
        posts=posts if name == "to_staff" else (),
        key=row.record_id,
    )
