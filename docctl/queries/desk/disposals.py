"""Records that are to be destroyed, for who approves that, and for who carries it out."""

from __future__ import annotations

from docctl.door.context import Context
from docctl.queries.desk.items import Item
from docctl.queries.records.disposing import waiting_for
from docctl.rules.words import Words


def of_disposals(ctx: Context) -> dict[str, tuple[Item, ...]]:
    """A line for each; `note` is where it stands."""
    found = (
        Item(number=one.number, title=Words.key(one.reason), note=one.state.words)
        for one, _ in waiting_for(ctx)
    )
    return {"to_dispose": tuple(found)}
