"""The departments whose lists changed, for who is told of it (DC-58)."""

from __future__ import annotations

from typing import Final

from docctl.door.context import Context
from docctl.queries.copies.changes import unseen
from docctl.queries.desk.items import Item
from docctl.rules.actions import Action
from docctl.rules.words import Own
from docctl.standing import keeping

_LIST: Final = Own(zh="受控文件清单", en="list of controlled documents")


def of_changes(ctx: Context) -> dict[str, tuple[Item, ...]]:
    """A line for each department; `note` is how many changes there are."""
    if not ctx.may(Action.NOTICE_TAKE, keeping.of_lists(ctx.session)):
        return {"list_changes": ()}
    found = (
        Item(number=one.key, title=_LIST, since=one.since.isoformat(), note=str(one.changes))
        for one in unseen(ctx)
    )
    return {"list_changes": tuple(found)}
