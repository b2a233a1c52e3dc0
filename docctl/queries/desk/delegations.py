"""Delegations that wait for a second person, for who can confirm them."""

from __future__ import annotations

from docctl.door.context import Context
from docctl.queries.desk.items import Item
from docctl.queries.people.delegations import delegations_to_confirm
from docctl.rules.words import Words


def of_delegations(ctx: Context) -> dict[str, tuple[Item, ...]]:
    """A line for each; `note` is who would act."""
    found = (
        Item(
            number=one.number,
            title=Words.key(one.absent_name),
            since=one.entered_at.isoformat(),
            note=f"{one.delegate_name} {one.from_day.isoformat()} – {one.until_day.isoformat()}",
        )
        for one in delegations_to_confirm(ctx)
    )
    return {"to_second": tuple(found)}
