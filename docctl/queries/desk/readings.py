"""What somebody is asked to read and to confirm (DC-60)."""

from __future__ import annotations

from docctl.door.context import Context
from docctl.queries.desk.items import Item
from docctl.queries.readings.roster import to_read
from docctl.rules.actions import Action
from docctl.rules.conditions import Subject


def of_readings(ctx: Context) -> dict[str, tuple[Item, ...]]:
    """The part of an inbox, what is due first before the others."""
    if not ctx.may(Action.READING_CONFIRM, Subject()):
        return {"to_read": ()}
    found = (
        Item(
            number=row.number,
            title=row.title,
            document=row.number,
            revision=row.label,
            since=row.called_at.isoformat(),
            due=row.due_day.isoformat(),
            late=max((ctx.today() - row.due_day).days, 0),
        )
        for row in to_read(ctx)
    )
    return {"to_read": tuple(found)}
