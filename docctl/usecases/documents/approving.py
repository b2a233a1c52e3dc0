"""Signatures along the chain: sign, reject, retract."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy.orm import Session

from docctl.door.context import Context
from docctl.door.retries import retried
from docctl.door.transaction import Act
from docctl.errors import Invalid, WrongState, see
from docctl.errors.message import Message
from docctl.models.documents import Document, Revision, Signature, Submission, called
from docctl.render import fonts
from docctl.rules.actions import Action
from docctl.rules.documents import approval, comments, revisions
from docctl.rules.documents.approval import Decision
from docctl.rules.roles import Absent, Actor
from docctl.standing import facts, find, namesakes, reroutes
from docctl.standing.comments import unanswered
from docctl.store.material import content_of, read_files
from docctl.usecases.documents import replacing


@retried(Action.REVISION_SIGN)
def sign_revision(
    ctx: Context, number: str, *, comment: str | None = None, shown: str | None = None
) -> Signature:
    """Sign the step whose turn it is. `shown` is the content that the signer saw; it must still be the same.

    Asked in this order: the right to sign at all and one's own document, then state, turn and twice.
    """
    document, draft = _about(ctx.session, number)
    ctx.permit(Action.REVISION_SIGN, facts.subject(ctx.session, document, draft))
    revisions.after(draft.state, Action.REVISION_SIGN, f"{document.number} {draft.label}")
    if ctx.site.settings.pdf:
        fonts.refuse_missing_in(ctx.name, "name")  # printed at the issue, when nobody could take it back
    read_files(ctx.site.library, draft.manifest)  # the bytes, hashed again: nobody signs what was swapped
    with ctx.act(Action.REVISION_SIGN) as act:
        document, draft = _about(act.session, number)
        act.require(facts.subject(act.session, document, draft))
        revisions.after(draft.state, act.action, f"{document.number} {draft.label}")
        submission = find.submission(act.session, draft)
        part = decide(approval.may_sign, act.session, document, draft, submission, act.actor).part_or_raise()
        _check_unchanged(draft, submission, shown)
        comments.check_answered(part, unanswered(act.session, draft.id), called(document, draft))
        signature = _signature(act, submission, part, comment)
        act.add(signature)
        draft.state = revisions.after(draft.state, act.action, last=part.last)
        if part.last:
            _end(act, submission, "approved")
        act.record(
            signature,
            key=called(document, draft),
            reason=comment,
            number=document.number,
            label=draft.label,
            content=draft.content,
            meaning=part.meaning.value,
            step=part.step,
            **_told(part),
        )
        return signature


@retried(Action.REVISION_REJECT)
def reject_revision(ctx: Context, number: str, *, reason: str) -> Revision:
    """Send it back to its author. The signatures stay as history, and are void."""
    with ctx.act(Action.REVISION_REJECT) as act:
        document, draft = _about(act.session, number)
        act.require(facts.subject(act.session, document, draft))
        state = revisions.after(draft.state, act.action, f"{document.number} {draft.label}")
        submission = find.submission(act.session, draft)
        asked = decide(approval.may_reject, act.session, document, draft, submission, act.actor)
        part = asked.part_or_raise()
        _send_back(act, draft, submission, state, "rejected", reason)
        act.record(
            draft,
            key=called(document, draft),
            reason=reason,
            number=document.number,
            label=draft.label,
            **_told(part),
        )
        return draft


@retried(Action.REVISION_RETRACT)
def retract_revision(ctx: Context, number: str, *, reason: str) -> Revision:
    """Take it back, as its author: in review, or approved and not yet issued."""
    with ctx.act(Action.REVISION_RETRACT) as act:
        document, draft = _about(act.session, number)
        act.require(facts.subject(act.session, document, draft))
        state = revisions.after(draft.state, act.action, f"{document.number} {draft.label}")
        _send_back(act, draft, find.submission(act.session, draft), state, "retracted", reason)
        act.record(
            draft, key=called(document, draft), reason=reason, number=document.number, label=draft.label
        )
        return draft


def _told(part: approval.Part) -> dict[str, Any]:
    """For the event: in whose place it was done, if in that of somebody."""
    return {"acts_for": part.absent.login} if part.absent is not None else {}


def _about(session: Session, number: str) -> tuple[Document, Revision]:
    document = find.document(session, number)
    return document, find.newest_revision(session, document)


def decide(
    ask: Callable[..., Decision],
    session: Session,
    document: Document,
    draft: Revision,
    submission: Submission,
    actor: Actor,
) -> Decision:
    """What `ask` of approval says of this actor and this submission."""
    return ask(
        approval.chain_from_data(submission.chain),
        facts.signatures(find.signatures(session, submission.id)),
        actor,
        department=document.department,
        authors=facts.authors(session, document) | frozenset(draft.contributors),
        handed=reroutes.of_revision(session, draft),
    )


def _check_unchanged(draft: Revision, submission: Submission, shown: str | None) -> None:
    if draft.content != submission.content or content_of(draft.manifest) != draft.content:
        raise WrongState(
            "the content of {label} is not what was submitted; run: {check}",
            label=draft.label,
            check=see.CHECK,
        )
    if shown is not None and not replacing.same(shown, draft.content):
        raise WrongState("the content changed since it was shown to you; read it again, then sign")


def _signature(act: Act, submission: Submission, part: approval.Part, comment: str | None) -> Signature:
    return Signature(
        submission_id=submission.id,
        step=part.step,
        part=part.who,
        meaning=part.meaning,
        person_id=act.actor.person_id,
        person_name=namesakes.signed_as(act),
        content=submission.content,
        signed_at=act.at,
        comment=comment,
        **_in_the_place_of(act, part.absent),
    )


def _in_the_place_of(act: Act, absent: Absent | None) -> dict[str, Any]:
    """What is kept of who was away, where somebody signed for them."""
    if absent is None:
        return {}
    name = namesakes.of(act.turn.site, act.session, absent.name, absent.login)
    return {"for_id": absent.person_id, "for_name": name, "delegation_id": absent.delegation}


def _send_back(
    act: Act, draft: Revision, submission: Submission, state: revisions.State, outcome: str, reason: str
) -> None:
    if not reason.strip():
        raise Invalid({"reason": Message("say why; the author reads it and it is kept")})
    for signature in find.signatures(act.session, submission.id):
        signature.voided_at = act.at
    _end(act, submission, outcome, reason)
    draft.state = state


def _end(act: Act, submission: Submission, outcome: str, reason: str | None = None) -> None:
    submission.outcome, submission.outcome_reason = outcome, reason
    submission.outcome_at, submission.outcome_by_id = act.at, act.actor.person_id
