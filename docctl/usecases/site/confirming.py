"""Confirm who approves the documents of a level, where the sources name two (DC-23)."""

from __future__ import annotations

from docctl.door.context import Context
from docctl.door.retries import retried
from docctl.models.configuration import ApproverChoice
from docctl.rules.actions import Action
from docctl.rules.conditions import Subject
from docctl.rules.documents import conflicts
from docctl.standing import find, namesakes
from docctl.standing.approvers import open_conflicts


@retried(Action.SITE_CONFIRM)
def confirm_site(ctx: Context, level: str, *, reason: str) -> ApproverChoice:
    """Say that the approver in the chain of this level is meant. Another chain has to be confirmed again."""
    with ctx.act(Action.SITE_CONFIRM) as act:
        act.require(Subject())
        conflicts.check_confirm(level, open_conflicts(act.session), reason)
        chain = find.chain(act.session, level).steps
        choice = ApproverChoice(
            level=level,
            steps=chain,
            reason=reason,
            person_id=act.actor.person_id,
            person_name=namesakes.signed_as(act),
            confirmed_at=act.at,
        )
        act.add(choice)
        act.record(choice, reason=reason, level=level, approver=list(chain[-1]["who"]))
        return choice
