"""Review comments: leave one, take it up, or approve that it is not taken up (DC-32, PR-77)."""

from __future__ import annotations

from sqlalchemy.orm import Session

from docctl.door.context import Context
from docctl.door.retries import retried
from docctl.door.transaction import Act
from docctl.errors.message import Message
from docctl.models.comments import ReviewComment
from docctl.models.documents import Document, Revision, called
from docctl.rules.actions import Action
from docctl.rules.documents import comments, revisions
from docctl.standing import comments as standing
from docctl.standing import facts, find, namesakes
from docctl.store.material import parse, read_files


@retried(Action.COMMENT_ADD)
def add_comment(ctx: Context, number: str, comment: str, *, clause: str = "") -> ReviewComment:
    """Say something of the revision in review, at a clause of it or of the whole."""
    document, draft = _about(ctx.session, number)
    ctx.permit(Action.COMMENT_ADD, facts.subject(ctx.session, document, draft))
    known = standing.clauses(parse(read_files(ctx.site.library, draft.manifest)))
    with ctx.act(Action.COMMENT_ADD) as act:
        document, draft = _about(act.session, number)
        act.require(facts.subject(act.session, document, draft))
        revisions.after(draft.state, Action.REVISION_SIGN, called(document, draft))
        said = comments.check_said("comment", comment, Message("say what should be different, or why"))
        made = ReviewComment(
            revision_id=draft.id,
            running=len(standing.of_revision(act.session, draft.id)) + 1,
            clause=comments.check_clause(clause, known),
            comment=said,
            content=draft.content,
            person_id=act.actor.person_id,
            person_name=namesakes.signed_as(act),
            made_at=act.at,
            state=comments.State.OPEN,
        )
        act.add(made)
        _record(act, made, document, draft, said)
        return made


@retried(Action.COMMENT_ADOPT)
def adopt_comment(ctx: Context, number: str, running: int, *, changed: str) -> ReviewComment:
    """Say, as an author, what was changed for it: the text is another one than that commented on."""
    with ctx.act(Action.COMMENT_ADOPT) as act:
        document, draft = _about(act.session, number)
        act.require(facts.subject(act.session, document, draft))
        said = comments.check_said("changed", changed, Message("say what was changed for it, and where"))
        found = standing.one(act.session, document, draft, running)
        state = comments.after(found.state, act.action, standing.name_of(document, draft, found))
        comments.check_changed(found.content, draft.content, standing.name_of(document, draft, found))
        return _answered(act, document, draft, found, state, said)


@retried(Action.COMMENT_REFUSE)
def refuse_comment(ctx: Context, number: str, running: int, *, reason: str) -> ReviewComment:
    """Approve, as the responsible manager, that it is not adopted, and why."""
    with ctx.act(Action.COMMENT_REFUSE) as act:
        document, draft = _about(act.session, number)
        act.require(facts.subject(act.session, document, draft))
        said = comments.check_said("reason", reason, Message("say why it is not adopted; it is kept"))
        found = standing.one(act.session, document, draft, running)
        state = comments.after(found.state, act.action, standing.name_of(document, draft, found))
        return _answered(act, document, draft, found, state, said)


def _about(session: Session, number: str) -> tuple[Document, Revision]:
    document = find.document(session, number)
    return document, find.newest_revision(session, document)


def _answered(
    act: Act, document: Document, draft: Revision, found: ReviewComment, state: comments.State, said: str
) -> ReviewComment:
    found.state, found.answer = state, said
    found.answered_by_id, found.answered_name = act.actor.person_id, namesakes.signed_as(act)
    found.answered_at = act.at
    _record(act, found, document, draft, said)
    return found


def _record(act: Act, row: ReviewComment, document: Document, draft: Revision, said: str) -> None:
    act.record(
        row,
        key=standing.name_of(document, draft, row),
        reason=said,
        number=document.number,
        label=draft.label,
        comment=row.running,
    )
