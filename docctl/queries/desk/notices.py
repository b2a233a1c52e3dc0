"""What others did to one's account, until one takes note of it."""

from __future__ import annotations

from docctl.door.context import Context
from docctl.queries.desk.items import Item
from docctl.queries.people.own import notices_waiting
from docctl.rules.words import Words


def of_notices(ctx: Context) -> dict[str, tuple[Item, ...]]:
    """A line for each thing; `note` is who did it."""
    found = (
        Item(
            number=ctx.actor.login,
            title=notice.about.words,
            since=notice.told_at.isoformat(),
            note=Words.key(notice.by_name),
        )
        for notice in notices_waiting(ctx)
    )
    return {"account_told": tuple(found)}
