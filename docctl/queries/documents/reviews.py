"""Which documents are to be reviewed, by which day, and what the last review said; those in force only.

Worked out from what is in force and from the reviews that were signed, so that no job has to mark anything
as due. A fixed number of queries, however many documents there are; worked out anew for those alone that an
act touched, and for all where the rules of the site changed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import select

from docctl.door.context import Context
from docctl.errors import WrongState
from docctl.models.configuration import DocumentRules
from docctl.models.documents import Document, DocumentReview, Revision
from docctl.queries.desk.followed import Followed, rows_of, touched
from docctl.queries.desk.items import Item
from docctl.queries.documents.standing_today import IN_FORCE, SHOWN, is_shown
from docctl.rules.actions import Action
from docctl.rules.conditions import Subject
from docctl.rules.documents import reviews
from docctl.rules.documents.cards import Rules
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
    .join(SHOWN, is_shown(IN_FORCE))
    .order_by(Document.number_key)
)


@dataclass(frozen=True, kw_only=True)
class ReviewLine:
    """A review that is to come, of a document or of one of its annexes (`part`), as it stands on `asked`.

    `last`: the last one.
    """

    number: str
    title: Words
    label: str
    department: str
    part: str
    effective: date
    due: Due
    standing: Standing
    asked: date
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
    lines: Sequence[ReviewLine] = TO_COME.told(ctx, _sorted)
    return [line for line in lines if asked.agrees(line)]


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
    lines = _sorted(_of_documents(ctx, [document.id]))
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
    waiting = TO_COME.told(ctx, _waiting)
    mine = {key: ctx.may(Action.DOCUMENT_REVIEW, Subject(department=key)) for key in {k for k, _ in waiting}}
    return [item for department, item in waiting if mine[department]]


def _waiting(lines: Mapping[int, Sequence[ReviewLine]]) -> Sequence[tuple[str, Item]]:
    """With the departments that own the documents."""
    late = {key: own for key, own in lines.items() if any(line.standing.waits for line in own)}
    return tuple((line.department, _item(line)) for line in _sorted(late) if line.standing.waits)


def _item(line: ReviewLine) -> Item:
    decided = line.due.decided
    return Item(
        number=line.number,
        title=line.title,
        document=line.number,
        revision=line.label,
        since=line.due.day.isoformat(),
        note=decided.words if decided else (line.part or None),
        due=line.due.day.isoformat(),
        late=max(0, (line.asked - line.due.day).days),
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


def _sorted(lines: Mapping[int, Sequence[ReviewLine]]) -> Sequence[ReviewLine]:
    """The earliest first."""
    return sorted((line for own in lines.values() for line in own), key=lambda line: line.key)


def _of_documents(ctx: Context, keys: Collection[int] | None) -> Mapping[int, Sequence[ReviewLine]]:
    """By the keys of the documents: of these, or of all."""
    documents, done = _DOCUMENTS, DONE
    if keys is not None:
        documents = documents.where(Document.id.in_(keys))
        done = done.where(DocumentReview.document_id.in_(keys))
    rules, day, done_of = cards.load(ctx.session), ctx.today(), _by_document(ctx, done)
    found = ctx.session.execute(documents, {"day": day})
    return {row.id: tuple(_each(row, done_of.get(row.id, ()), rules, day)) for row in found}


def _each(row: Any, done: Sequence[Done], rules: Rules, day: date) -> Iterator[ReviewLine]:
    known = tuple(facts(done, row.revision_id))
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
            asked=day,
            last=_last(done, duty.part),
        )


TO_COME: Final = Followed(
    what="reviews",
    rows=(
        touched(Document, Document.id),
        touched(Revision, Revision.document_id),
        touched(DocumentReview, DocumentReview.document_id),
    ),
    whole=rows_of(DocumentRules),
    make=_of_documents,
)
"""The reviews to come, by document: the same for everybody, so that they are worked out once for all."""


def _by_document(ctx: Context, done: Any) -> Mapping[int, list[Done]]:
    found: dict[int, list[Done]] = {}
    for row in map(Done._make, ctx.session.execute(done)):
        found.setdefault(row.document_id, []).append(row)
    return found


def _last(done: Iterable[Done], part: str) -> Done | None:
    own = [row for row in done if row.part == part]
    return own[-1] if own else None
