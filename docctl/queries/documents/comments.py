"""The review comments of a revision as its readers see them, and the report of all of them (意见汇总表)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Select, select

from docctl.door.context import Context
from docctl.errors.message import Message
from docctl.models.comments import ReviewComment
from docctl.models.documents import Document, Revision
from docctl.queries.columns import NOT_ON_PAGE, Column, Listed
from docctl.queries.ledger.recorded import About, as_recorded
from docctl.queries.report import Filter, Report, part_of
from docctl.rules.actions import Action
from docctl.rules.documents.comments import State
from docctl.rules.documents.revisions import State as RevisionState
from docctl.rules.words import Words
from docctl.standing import comments, facts, find
from docctl.standing.document import readable


@dataclass(frozen=True)
class Comments:
    """`clauses` are those a new comment may name. What the reader may do now: `may_add`, and with each line
    `may_adopt` (its text is another one by now) and `may_refuse`.
    """

    number: str
    title: Words
    label: str
    lines: tuple[ReviewComment, ...]
    clauses: tuple[str, ...]
    may_add: bool
    may_adopt: frozenset[int]
    may_refuse: frozenset[int]
    waits_for_change: bool
    """Whether the reader could adopt one, were the text changed."""


@as_recorded(About.DOCUMENT, texts=lambda seen: [seen.label])
def comments_on(ctx: Context, number: str) -> Comments:
    """Those on the revision that was begun last. Raises Forbidden as drafts do."""
    document = find.document(ctx.session, number)
    newest = find.newest_revision(ctx.session, document)
    subject = facts.subject(ctx.session, document, newest)
    ctx.require(Action.DRAFT_READ, subject)
    lines = comments.of_revision(ctx.session, newest.id)
    waiting = [line for line in lines if line.state is State.OPEN]
    adopts, refuses = (ctx.may(act, subject) for act in (Action.COMMENT_ADOPT, Action.COMMENT_REFUSE))
    changed = frozenset(line.running for line in waiting if line.content != newest.content)
    may_add = newest.state is RevisionState.IN_REVIEW and ctx.may(Action.COMMENT_ADD, subject)
    return Comments(
        document.number,
        newest.title,
        newest.label,
        tuple(lines),
        comments.clauses(readable(ctx, document, newest).content()) if may_add else (),
        may_add,
        changed if adopts else frozenset(),
        frozenset(line.running for line in waiting) if refuses else frozenset(),
        adopts and len(changed) < len(waiting),
    )


def told(line: ReviewComment) -> dict[str, Any]:
    """For programs."""
    return {
        "comment": line.running,
        "clause": line.clause,
        "text": line.comment,
        "by": line.person_name,
        "at": line.made_at.isoformat(),
        "state": line.state.value,
        "answer": line.answer,
        "answered_by": line.answered_name,
        "answered_at": line.answered_at and line.answered_at.isoformat(),
    }


def table_lines(seen: Comments) -> list[dict[str, Any]]:
    """The same under the keys of the columns of the report, for a table."""
    return [
        {
            "document": seen.number,
            "revision": seen.label,
            "running": line.running,
            "clause": line.clause,
            "comment": line.comment,
            "by": line.person_name,
            "made_at": line.made_at,
            "state": line.state,
            "answer": line.answer,
            "answered_by": line.answered_name,
            "answered_at": line.answered_at,
        }
        for line in seen.lines
    ]


def _rows(_: Context) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Document.number.label("document"),
            Revision.label.label("revision"),
            ReviewComment.running,
            ReviewComment.clause,
            ReviewComment.comment,
            ReviewComment.person_name.label("by"),
            ReviewComment.made_at,
            ReviewComment.state,
            ReviewComment.answer,
            ReviewComment.answered_name.label("answered_by"),
            ReviewComment.answered_at,
        )
        .join(Revision, Revision.id == ReviewComment.revision_id)
        .join(Document, Document.id == Revision.document_id)
    )


COMMENTS: Final = Report(
    name="comments",
    about=Message("Review comments on revisions, whether they were adopted, and who approved that not."),
    action=Action.DRAFT_READ,
    rows=_rows,
    key=ReviewComment.id,
    filters=(
        Filter(name="document", label=Message("Document number"), where=part_of(Document.number)),
        Filter(name="revision", label=Message("Revision"), where=Revision.label.__eq__),
        Filter(name="state", label=Message("Disposal"), where=ReviewComment.state.__eq__, takes=State),
    ),
    listed=Listed(
        title=Message("Summary of review comments"),
        columns=(
            Column(key="document", heading=Message("Document number"), shape="number", leads_to="document"),
            Column(key="revision", heading=Message("Revision"), leads_to="revision"),
            Column(key="running", heading=Message("Comment No.")),
            Column(key="clause", heading=Message("Clause")),
            Column(key="comment", heading=Message("Review comment"), shape="words"),
            Column(key="by", heading=Message("By")),
            Column(key="made_at", heading=Message("Made at"), on=NOT_ON_PAGE),
            Column(key="state", heading=Message("Disposal")),
            Column(key="answer", heading=Message("Answer"), shape="words"),
            Column(key="answered_by", heading=Message("Answered by")),
            Column(key="answered_at", heading=Message("Answered at"), on=NOT_ON_PAGE),
        ),
    ),
)
