"""The review comments of a revision, and the clauses that they may be about."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from docctl.errors import NotFound
from docctl.models.comments import ReviewComment
from docctl.models.documents import Document, Revision, called
from docctl.rules.documents.clauses import read_lines
from docctl.rules.documents.comments import State
from docctl.store.source import Procedure
from docctl.store.template import Template


def of_revision(session: Session, revision_id: int) -> Sequence[ReviewComment]:
    """All of them, oldest first; they go on when the same revision is handed in again."""
    wanted = select(ReviewComment).where(ReviewComment.revision_id == revision_id)
    return session.scalars(wanted.order_by(ReviewComment.running)).all()


def unanswered(session: Session, revision_id: int) -> frozenset[int]:
    """The running numbers of those that nobody has answered."""
    return frozenset(one.running for one in of_revision(session, revision_id) if one.state is State.OPEN)


def one(session: Session, document: Document, revision: Revision, running: int) -> ReviewComment:
    """Raises NotFound."""
    for found in of_revision(session, revision.id):
        if found.running == running:
            return found
    raise NotFound(
        "{name} has no review comment #{running}", name=called(document, revision), running=running
    )


def name_of(document: Document, revision: Revision, comment: ReviewComment) -> str:
    """What people call it: `LX-CX-2019-001 A/0 #2`."""
    return f"{called(document, revision)} #{comment.running}"


def clauses(content: Procedure | Template) -> tuple[str, ...]:
    """The numbers of the clauses of a text, in their order; a form has none."""
    if isinstance(content, Template):
        return ()
    texts = content.texts.values()
    return tuple(
        dict.fromkeys(line.clause for text in texts for line in read_lines(text.body) if line.clause)
    )
