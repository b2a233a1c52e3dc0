"""Periodic review: say of the document in force that it stays, is to be revised, or to be withdrawn."""

from __future__ import annotations

from sqlalchemy.orm import Session

from docctl.door.context import Context
from docctl.door.retries import retried
from docctl.door.transaction import Act
from docctl.errors import WrongState
from docctl.models.documents import Document, DocumentReview, Revision, called
from docctl.rules.actions import Action
from docctl.rules.documents import reviews, revisions
from docctl.rules.documents.reviews import Verdict
from docctl.standing import facts, find, namesakes
from docctl.standing.reviews import duties
from docctl.store.material import read_files
from docctl.usecases.documents import replacing


@retried(Action.DOCUMENT_REVIEW)
def review_document(
    ctx: Context, number: str, *, verdict: Verdict, evidence: str, part: str = "", shown: str | None = None
) -> DocumentReview:
    """Sign the verdict on what is in force; the next review is counted from one that leaves it as it is.

    `part`: an annex with a review of its own. `shown`: the content that the reviewer had before them. A
    verdict changes no text: a revision or a withdrawal is an act of its own, and is waited for until then.
    """
    document = find.document(ctx.session, number)
    ctx.permit(Action.DOCUMENT_REVIEW, facts.subject(ctx.session, document))
    read_files(ctx.site.library, _in_force(ctx.session, document, ctx).manifest)
    with ctx.act(Action.DOCUMENT_REVIEW) as act:
        document = find.document(act.session, number)
        act.require(facts.subject(act.session, document))
        revision = _in_force(act.session, document, ctx)
        _check_shown(document, revision, shown)
        of = duties(act.session, document, revision)
        reviews.check(part, of, evidence, document.number)
        review = _signed(act, document, revision)
        review.part, review.verdict, review.evidence = part, verdict, evidence
        act.add(review)
        duty = next(one for one in of if one.part == part)
        act.record(
            review,
            key=called(document, revision),
            reason=evidence,
            number=document.number,
            label=revision.label,
            content=revision.content,
            part=part,
            verdict=verdict.value,
            next=duty.every.after(act.today).isoformat() if verdict is Verdict.KEEP else None,
        )
        return review


def _signed(act: Act, document: Document, revision: Revision) -> DocumentReview:
    return DocumentReview(
        document_id=document.id,
        revision_id=revision.id,
        person_id=act.actor.person_id,
        person_name=namesakes.signed_as(act),
        content=revision.content,
        signed_at=act.at,
        reviewed_day=act.today,
    )


def _in_force(session: Session, document: Document, ctx: Context) -> Revision:
    """Raises WrongState: what is obsolete, or not in force yet, is not reviewed."""
    known = find.revisions(session, document.id)
    governing = revisions.in_force(facts.revisions(known), ctx.today(), document=facts.document(document))
    if governing is None:
        raise WrongState("{number} is not in force; there is nothing to review", number=document.number)
    return next(row for row in known if row.id == governing.id)


def _check_shown(document: Document, revision: Revision, shown: str | None) -> None:
    if shown is not None and not replacing.same(shown, revision.content):
        raise WrongState(
            "another revision of {number} is in force since it was shown to you; look at {label} first",
            number=document.number,
            label=revision.label,
        )
