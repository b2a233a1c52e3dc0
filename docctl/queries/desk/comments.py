"""Review comments without an answer, for who can answer them now: authors, and the responsible manager."""

from __future__ import annotations

from sqlalchemy import select

from docctl.door.context import Context
from docctl.models.comments import ReviewComment
from docctl.models.documents import Document, Revision
from docctl.queries.desk.items import Item
from docctl.queries.documents.under_way import every_one
from docctl.rules.actions import Action
from docctl.rules.documents import revisions
from docctl.rules.documents.comments import State


def of_comments(ctx: Context) -> dict[str, tuple[Item, ...]]:
    """A line for each of them; `note` is what was said."""
    wanted = (
        select(ReviewComment, Revision, Document)
        .join(Revision, Revision.id == ReviewComment.revision_id)
        .join(Document, Document.id == Revision.document_id)
        .where(ReviewComment.state == State.OPEN, Revision.state.in_(revisions.OPEN))
        .order_by(ReviewComment.id)
    )
    rows = ctx.session.execute(wanted).all()
    subjects = {(one.number, one.label): one.subject for one in every_one(ctx)} if rows else {}
    found = (
        Item(
            number=document.number,
            title=revision.title,
            document=document.number,
            revision=revision.label,
            since=comment.made_at.isoformat(),
            note=comment.comment,
        )
        for comment, revision, document in rows
        if (subject := subjects.get((document.number, revision.label)))
        and any(ctx.may(act, subject) for act in (Action.COMMENT_ADOPT, Action.COMMENT_REFUSE))
    )
    return {"to_answer": tuple(found)}
