"""Which documents are to be reviewed, by which day, and what the last review said; those in force only.

Worked out from what is in force and from the reviews that were signed, so that no job has to mark anything
as due. A fixed number of queries, however many documents there are; remembered until a document, a revision,
a review or the site's rules change, so that records and copies, which are most of what happens, cost nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import select

from docctl.door.context import Context
from docctl.errors import WrongState
from docctl.models.configuration import DocumentRules
from docctl.models.documents import Document, DocumentReview, Revision
from docctl.queries.desk.items import Item
from docctl.queries.desk.remembered import until_touched
from docctl.queries.documents.standing_today import IN_FORCE, SHOWN
from docctl.rules.actions import Action
from docctl.rules.conditions import Subject
from docctl.rules.documents import reviews
from docctl.rules.documents.reviews import Due, Standing
from docctl.rules.words import Words
from docctl.standing import cards, find
from docctl.standing.reviews import DONE, Done, facts

_DOCUMENTS: Final = (
    select(
        Document.id,
        Document.number,
        Document.level,
        Document.department,
        SHOWN.id.label("revision_id"),
        SHOWN.label,
        SHOWN.title,
        SHOWN.head,
        SHOWN.effective_day,
    )
    .join(SHOWN, SHOWN.id == IN_FORCE)
    .order_by(Document.number_key)
)


@dataclass(frozen=True, kw_only=True)
class ReviewLine:
    """A review that is to come, of a document or of one of its annexes (`part`). `last`: the last one."""

    number: str
    title: Words
    label: str
    department: str
    part: str
    effective: date
    due: Due
    standing: Standing
    last: Done | None

    @property
    def key(self) -> str:
        """Behind it the next part of the list begins: reviews by their days, then by number and annex."""
        return f"{self.due.day} {self.number} {self.part}"


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A part of the list: of one department, in one standing, due by a day or within a year."""

    department: str = ""
    standing: str = ""
    until: date | None = None
    year: str = ""

    def agrees(self, line: ReviewLine) -> bool:
        """Whether a line does."""
        return (
            self.department in ("", line.department)
            and self.standing in ("", line.standing.value)
            and (self.until is None or line.due.day <= self.until)
            and self.year in ("", str(line.due.day.year))
        )


def review_list(ctx: Context, asked: Asked = Asked()) -> Sequence[ReviewLine]:
    """The reviews to come that agree with what was asked, the earliest first. Raises Forbidden."""
    ctx.require(Action.DOCUMENT_READ, Subject())
    return [line for line in _all(ctx) if asked.agrees(line)]


def _all(ctx: Context) -> Sequence[ReviewLine]:
    """The same for everybody, so that it is worked out once for all."""
    return until_touched(ctx, "reviews", _TABLES, lambda: tuple(_lines(ctx)))


_TABLES: Final = (Document, Revision, DocumentReview, DocumentRules)


@dataclass(frozen=True, kw_only=True)
class ReviewPreview:
    """What somebody sees before they review what is in force. `lines`: the text, its annexes."""

    number: str
    label: str
    title: Words
    content: str
    lines: Sequence[ReviewLine]


def review_preview(ctx: Context, number: str) -> ReviewPreview:
    """Raises WrongState where nothing of the document is to be reviewed, Forbidden."""
    ctx.require(Action.DOCUMENT_READ, Subject())
    document = find.document(ctx.session, number)
    lines = _lines(ctx, document.id)
    if not lines:
        raise WrongState("{number} has no review to come", number=document.number)
    revision = next(r for r in find.revisions(ctx.session, document.id) if r.label == lines[0].label)
    return ReviewPreview(
        number=document.number,
        label=revision.label,
        title=revision.title,
        content=revision.content,
        lines=lines,
    )


def reviews_waiting(ctx: Context) -> Sequence[Item]:
    """Those that wait, for the head of the department that owns the document, and for the office."""
    if not ctx.may(Action.DOCUMENT_REVIEW, Subject(department=ctx.actor.department)):
        return ()
    waiting = until_touched(ctx, "reviews waiting", _TABLES, lambda: _waiting(ctx))
    mine = {key: ctx.may(Action.DOCUMENT_REVIEW, Subject(department=key)) for key in {k for k, _ in waiting}}
    return [item for department, item in waiting if mine[department]]


def _waiting(ctx: Context) -> Sequence[tuple[str, Item]]:
    """With the departments that own the documents."""
    day = ctx.today()
    return tuple((line.department, _item(line, day)) for line in _all(ctx) if line.standing.waits)


def _item(line: ReviewLine, day: date) -> Item:
    decided = line.due.decided
    return Item(
        number=line.number,
        title=line.title,
        document=line.number,
        revision=line.label,
        since=line.due.day.isoformat(),
        note=decided.words if decided else (line.part or None),
        due=line.due.day.isoformat(),
        late=max(0, (day - line.due.day).days),
    )


def told(line: ReviewLine) -> dict[str, Any]:
    """A line as programs read it."""
    decided, last = line.due.decided, line.last
    return {
        "number": line.number,
        **line.title.keys_of("title"),
        "revision": line.label,
        "department": line.department,
        "part": line.part,
        "effective": line.effective.isoformat(),
        "every_months": line.due.duty.every.months,
        "due": line.due.day.isoformat(),
        "standing": line.standing.value,
        "decided": decided and decided.value,
        "last": last and last.reviewed_day.isoformat(),
        "verdict": last and last.verdict.value,
    }


def _lines(ctx: Context, document_id: int | None = None) -> list[ReviewLine]:
    """Of all documents, or of one; the earliest first."""
    return sorted(_each(ctx, document_id), key=lambda line: line.key)


def _each(ctx: Context, document_id: int | None) -> Iterator[ReviewLine]:
    documents, done = _DOCUMENTS, DONE
    if document_id is not None:
        documents = documents.where(Document.id == document_id)
        done = done.where(DocumentReview.document_id == document_id)
    rules, day, done_of = cards.load(ctx.session), ctx.today(), _by_document(ctx, done)
    for row in ctx.session.execute(documents, {"day": day}):
        own = done_of.get(row.id, ())
        known = tuple(facts(own, row.revision_id))
        for duty in reviews.duties(row.head, rules.review_of(row.level)):
            due = reviews.due(duty, row.effective_day, known)
            yield ReviewLine(
                number=row.number,
                title=row.title,
                label=row.label,
                department=row.department,
                part=duty.part,
                effective=row.effective_day,
                due=due,
                standing=due.standing(day),
                last=_last(own, duty.part),
            )


def _by_document(ctx: Context, done: Any) -> Mapping[int, list[Done]]:
    found: dict[int, list[Done]] = {}
    for row in map(Done._make, ctx.session.execute(done)):
        found.setdefault(row.document_id, []).append(row)
    return found


def _last(done: Iterable[Done], part: str) -> Done | None:
    own = [row for row in done if row.part == part]
    return own[-1] if own else None
