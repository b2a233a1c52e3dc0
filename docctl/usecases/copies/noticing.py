"""Taking note of what changed in the departments' lists of controlled documents (DC-58)."""

from __future__ import annotations

from sqlalchemy import func, select

from docctl.door.context import Context
from docctl.door.retries import retried
from docctl.errors import WrongState
from docctl.models.copies import CopyStep, ListsSeen
from docctl.rules.actions import Action
from docctl.standing import keeping


@retried(Action.NOTICE_TAKE)
def take_notice(ctx: Context, *, upto: int | None = None) -> ListsSeen:
    """The administration department has seen the changes, up to a line of the register (all)."""
    with ctx.act(Action.NOTICE_TAKE) as act:
        act.require(keeping.of_lists(act.session))
        newest = act.session.scalar(select(func.max(CopyStep.id))) or 0
        before = act.session.scalar(select(func.max(ListsSeen.upto))) or 0
        reached = newest if upto is None else min(upto, newest)
        if reached <= before:
            raise WrongState("Nothing has changed in the lists since somebody took note of it.")
        seen = ListsSeen(upto=reached, seen_at=act.at, seen_by_id=act.actor.person_id)
        act.add(seen)
        act.record(seen, upto=reached)
        return seen
