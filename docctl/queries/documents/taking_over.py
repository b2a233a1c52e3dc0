"""Whether somebody takes documents over from paper, and before which day these must have been in force."""

from __future__ import annotations

from datetime import date

from docctl.door.context import Context
from docctl.rules.actions import Action
from docctl.rules.conditions import Subject
from docctl.standing.began import first_day


def may_take_over(ctx: Context, action: Action = Action.DOCUMENT_TAKE_OVER) -> date:
    """The day on which the site began; for documents, or for copies of them. Raises Forbidden."""
    ctx.require(action, Subject())
    return first_day(ctx.session, ctx.site.zone)
