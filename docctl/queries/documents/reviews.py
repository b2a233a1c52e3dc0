"""Which documents are to be reviewed, by which day, and what the last review said; those in force only.

Worked out from what is in force and from the reviews that were signed, so that no job has to mark anything
as due. A fixed number of queries, however many documents there are; remembered until something happens.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import select

from docctl.door.context import Context
from docctl.errors import WrongState
from docctl.models.documents import Document
from docctl.queries.desk.items import Item
from docctl.queries.desk.remembered import newest_event
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
    key = (newest_event(ctx), ctx.today())
    return ctx.site.memory.recall(
        "reviews", key, lambda: tuple(sorted(_lines(ctx), key=lambda one: one.key)), most=20
    )


def reviews_of(ctx: Context, number: str) -> Sequence[ReviewLine]:
    """Those of one document."""
    return [line for line in review_list(ctx) if line.number == number]


@dataclass(frozen=True, kw_only=True)
class ReviewPreview:
    """What somebody sees before they review what is in force. `lines`: the text, its annexes."""

    number: str
    label: str
    title: Words
    content: str
    lines: Sequence[ReviewLine]


def review_preview(ctx: Context, number: str) -> ReviewPreview:
    """Raises WrongState where nothing of the document is to be reviewed."""
    document = find.document(ctx.session, number)
    lines = reviews_of(ctx, document.number)
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


def reviews_waiting(ctx: Context) -> Iterator[Item]:
    """Those that wait, for the head of the department that owns the document, and for the office."""
    if not ctx.may(Action.DOCUMENT_REVIEW, Subject(department=ctx.actor.department)):
        return
    for line in _all(ctx):
        if line.standing.waits and ctx.may(Action.DOCUMENT_REVIEW, Subject(department=line.department)):
            decided = line.due.decided
            yield Item(
                number=line.number,
                title=line.title,
                document=line.number,
                revision=line.label,
                since=line.due.day.isoformat(),
                note=decided.words if decided else (line.part or None),
                due=line.due.day.isoformat(),
                late=max(0, (ctx.today() - line.due.day).days),
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


def _lines(ctx: Context) -> Iterator[ReviewLine]:
    rules, day, done = cards.load(ctx.session), ctx.today(), _done(ctx)
    for row in ctx.session.execute(_DOCUMENTS, {"day": day}):
        own = done.get(row.id, ())
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


def _done(ctx: Context) -> Mapping[int, list[Done]]:
    found: dict[int, list[Done]] = {}
    for row in map(Done._make, ctx.session.execute(DONE)):
        found.setdefault(row.document_id, []).append(row)
    return found


def _last(done: Iterable[Done], part: str) -> Done | None:
    own = [row for row in done if row.part == part]
    return own[-1] if own else None
