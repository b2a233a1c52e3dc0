"""Trial issues: let one go on. Its next revision confirms it, and withdrawing the document ends it."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from docctl.door.context import Context
from docctl.door.retries import retried
from docctl.errors import Invalid, WrongState
from docctl.errors.message import Message
from docctl.models.documents import Document, Revision, TrialExtension, called
from docctl.rules.actions import Action
from docctl.rules.documents import revisions, trials
from docctl.standing import facts, find, namesakes
from docctl.store.material import read_files


@retried(Action.REVISION_PROLONG)
def prolong_revision(ctx: Context, number: str, *, until: date | None, reason: str) -> TrialExtension:
    """Let the trial issue that is in force go on until a later day; signed by who approves the document."""
    document = find.document(ctx.session, number)
    ctx.permit(Action.REVISION_PROLONG, facts.approving(ctx.session, document))
    read_files(ctx.site.library, _tried(ctx.session, document, ctx.today()).manifest)
    with ctx.act(Action.REVISION_PROLONG) as act:
        document = find.document(act.session, number)
        act.require(facts.approving(act.session, document))
        tried = _tried(act.session, document, act.today)
        what = called(document, tried)
        if until is None:
            raise Invalid({"until": Message("say until when")})
        trials.check_prolong(facts.trial(tried), until, act.today, what)
        if not reason.strip():
            raise Invalid({"reason": Message("say why the trial goes on; it is kept")})
        extension = TrialExtension(
            revision_id=tried.id,
            until=until,
            reason=reason,
            person_id=act.actor.person_id,
            person_name=namesakes.signed_as(act),
            content=tried.content,
            signed_at=act.at,
        )
        act.add(extension)
        before, tried.trial_until = tried.trial_until, until
        act.record(
            extension,
            key=what,
            reason=reason,
            number=document.number,
            label=tried.label,
            content=tried.content,
            before=before and before.isoformat(),
            until=until.isoformat(),
        )
        return extension


def _tried(session: Session, document: Document, today: date) -> Revision:
    """What is in force. Raises WrongState."""
    known = find.revisions(session, document.id)
    governing = revisions.in_force(facts.revisions(known), today, document=facts.document(document))
    if governing is None:
        raise WrongState("{number} is not in force; there is nothing to prolong", number=document.number)
    return next(row for row in known if row.id == governing.id)
