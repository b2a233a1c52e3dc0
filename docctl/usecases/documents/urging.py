"""Whoever handed a revision in, or document control, reminds those who are asked to sign it (催办)."""

from __future__ import annotations

from dataclasses import replace

from docctl.door.context import Context
from docctl.door.retries import retried
from docctl.models.delegations import Urging
from docctl.models.documents import called
from docctl.rules.actions import Action
from docctl.rules.documents import revisions, urging
from docctl.standing import facts, find, signers
from docctl.standing.bearers import bearers
from docctl.standing.urgings import of_step


@retried(Action.REVISION_URGE)
def urge_revision(ctx: Context, number: str) -> Urging:
    """It stands in their inbox by whom and when; of each step once a day."""
    with ctx.act(Action.REVISION_URGE) as act:
        document = find.document(act.session, number)
        draft = find.newest_revision(act.session, document)
        name = called(document, draft)
        handed_in = find.submission(act.session, draft)
        about = facts.subject(act.session, document, draft)
        act.require(replace(about, asker=handed_in.submitted_by_id))
        revisions.after(draft.state, Action.REVISION_SIGN, name)
        people = bearers(act.session, act.at, act.today)
        asked = [part for part in signers.awaited(act.session, document, draft, people) if part.now]
        before = of_step(act.session, handed_in.id, asked[0].step, act.today)
        urging.check_once(name, before.by_name if before else None)
        urging.check_anybody(name, signers.logins(asked))
        made = Urging(
            submission_id=handed_in.id,
            step=asked[0].step,
            day=act.today,
            by_id=act.actor.person_id,
            by_name=act.turn.name,
            urged_at=act.at,
        )
        act.add(made)
        act.record(
            draft,
            key=name,
            rows=[made],
            number=document.number,
            label=draft.label,
            reminded=signers.logins(asked),
        )
        return made
