"""Roles that wait for a second person, for who can confirm them."""

from __future__ import annotations

from docctl.door.context import Context
from docctl.queries.desk.items import Item
from docctl.queries.people.proposals import proposals_to_confirm
from docctl.rules.words import Words
from docctl.standing import proposals


def of_proposals(ctx: Context) -> dict[str, tuple[Item, ...]]:
    """A line for each person; `note` is the roles."""
    found = (
        Item(
            number=person.login,
            title=Words.key(person.name),
            since=proposal.proposed_at.isoformat(),
            note=Words.listed(role.words for role in proposals.roles(proposal)),
        )
        for person, proposal in proposals_to_confirm(ctx)
    )
    return {"to_confirm": tuple(found)}
