"""The copy register for a day: which copies there are, who holds them, and that all are accounted for.

A day means its end. Who may not see every copy sees those that they or their department hold.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any, Final, TypedDict

from sqlalchemy import ColumnElement, Row, and_, bindparam, case, exists, func, or_, select, type_coerce
from sqlalchemy.orm import aliased

from docctl.door.context import Context
from docctl.errors import Invalid
from docctl.models.base import Day, Txt
from docctl.models.copies import Copy, CopyStep, Recall
from docctl.models.documents import Document, Revision
from docctl.queries.copies.deadlines import Deadline, deadline, due_of, with_deadlines
from docctl.rules import copies, copy_numbers
from docctl.rules.actions import Action
from docctl.rules.conditions import Subject
from docctl.rules.copies import CopyFacts, RecallFacts, Status
from docctl.rules.text import printable
from docctl.standing import address, control, find
from docctl.standing.control import Control
from docctl.standing.copy_print import url

OUT: Final = "out"
OVERDUE: Final = "overdue"
"""What may be asked for beside a status."""


class CopyLine(Deadline):
    """A line of the register. Days are ISO dates.

    `recalled_from` is the first day of its recalls, reached or not; `replaces` and `replaced_by` are the
    numbers of the copies before and after a loss. A recalled copy is due back, an issued one for a signature.
    """

    copy: str
    document: str
    revision: str
    holder: str
    holder_name: str
    purpose: str
    place: str | None
    token: str
    url: str
    state: str
    issued: str
    recalled_from: str | None
    replaces: str | None
    replaced_by: str | None


class CopyList(TypedDict):
    """The register, or a part of it."""

    copies: list[CopyLine]


def copy_list(
    ctx: Context,
    document: str | None = None,
    out: bool = False,
    on: date | None = None,
    *,
    overdue: bool = False,
) -> CopyList:
    """The copies (of one document; only those out, or overdue) as they stand today or stood on a day."""
    day = on or ctx.today()
    wanted = _LINES
    if document is not None:
        wanted = wanted.where(Copy.document_id == find.document(ctx.session, document).id)
    for part, is_asked in ((OUT, out), (OVERDUE, overdue)):
        wanted = wanted.where(*_standing(part)) if is_asked else wanted
    lines = _seen(ctx, wanted.order_by(Copy.document_id, Copy.running), day)
    if overdue:
        lines = (line for line in lines if line["overdue"])
    return {"copies": sorted(lines, key=lambda line: line["document"])}


def copies_named(ctx: Context, numbers: Sequence[str]) -> CopyList:
    """The lines of these copies today, in that order: what an act on them has to show."""
    lines = {line["copy"]: line for line in _seen(ctx, _LINES.where(Copy.number.in_(numbers)), ctx.today())}
    return {"copies": [lines[number] for number in numbers if number in lines]}


@dataclass(frozen=True)
class Asked:
    """A part of the register: any part of a document's number, or that of a copy in any spelling; any part of
    a holder or their name; a status.

    `status` may also be `out` or `overdue`. `holder_keys` are further holders that are meant: the keys of
    departments whose names hold what was typed.
    """

    document: str = ""
    holder: str = ""
    holder_keys: Collection[str] = ()
    status: str = ""
    on: date | None = None


def copy_register(
    ctx: Context, asked: Asked, *, after: str | None = None, most: int | None = None
) -> list[CopyLine]:
    """The lines that agree with what was asked, by number; `most` of them, behind the copy `after`.

    What is overdue is worked out line by line, as far as it is needed, of those of which anything is asked.
    """
    wanted = _LINES.order_by(Document.number, Copy.running)
    if one := _one_copy(asked.document):
        wanted = wanted.where(Document.number_key == one[0], Copy.running == one[1])
    elif part := printable(asked.document):
        wanted = wanted.where(Document.number.icontains(part, autoescape=True))
    if part := printable(asked.holder):
        named = Copy.holder_name.icontains(part, autoescape=True)
        wanted = wanted.where(
            or_(named, Copy.holder.icontains(part, autoescape=True), Copy.holder.in_(asked.holder_keys))
        )
    wanted = wanted.where(*_behind(after))
    if asked.status:
        wanted = wanted.where(*_standing(asked.status))
    if asked.status != OVERDUE:
        return list(_seen(ctx, wanted.limit(most), asked.on or ctx.today()))
    found = _seen(ctx, wanted, asked.on or ctx.today())
    return list(islice((line for line in found if line["overdue"]), most))


def _behind(after: str | None) -> Iterable[ColumnElement[bool]]:
    """Always a first number: told where to begin, SQLite walks the documents in order and sorts nothing."""
    if after is None:
        return [Document.number >= ""]
    number, running = copy_numbers.parse_copy_number(after)
    number = printable(number)
    return [Document.number >= number, or_(Document.number != number, Copy.running > running)]


def _one_copy(typed: str) -> tuple[str, int] | None:
    """Of which copy this is the number, if it is one."""
    try:
        return find.copy_key(typed)
    except Invalid:
        return None


def copy_reconcile(ctx: Context, number: str, on: date | None = None) -> dict[str, Any]:
    """Account for every copy of a document that was ever issued, today or on a day.

    `document`; `issued` and a number for each of `rules.copies.PARTS`; `balanced`, whether these are its sum.
    """
    document = find.document(ctx.session, number)
    ctx.require(Action.COPY_READ, Subject())
    day = on or ctx.today()
    rows = ctx.session.execute(_STATES, {"document": document.id, "day": day}).all()
    last = max((row.running for row in rows if row.issued_day <= day), default=0)
    sums = copies.reconcile([facts(row) for row in rows], day, issued=last)
    return {
        "document": document.number,
        "issued": sums.issued,
        **sums.parts,
        "balanced": sums.balanced,
    }


def facts(row: Row[Any]) -> CopyFacts:
    """What rules judge, from a row with STANDING in it: good for that day and no other."""
    recalls = () if row.recalled_from is None else (RecallFacts(row.recalled_from),)
    # Before its issue no step is found, and the step below says so to the rules.
    steps = () if row.state_then is not None else ((row.state, row.issued_day),)
    return CopyFacts(row.number, row.state_then or row.state, row.revision_id, steps, recalls)


_DAY: Final = bindparam("day", type_=Day)
_successor = aliased(Copy)
_predecessor = aliased(Copy)

_STATE_THEN: Final = (
    select(CopyStep.state)
    .where(CopyStep.copy_id == Copy.id, CopyStep.day <= _DAY)
    .order_by(CopyStep.id.desc())
    .limit(1)
    .correlate(Copy)
    .scalar_subquery()
)
_RECALLED_FROM: Final = (
    select(func.min(Recall.from_day))
    .where(Recall.copy_id == Copy.id, Recall.voided_at.is_(None))
    .correlate(Copy)
    .scalar_subquery()
)

STANDING: Final = (
    Copy.number,
    Copy.state,
    Copy.revision_id,
    Copy.issued_day,
    _STATE_THEN.label("state_then"),
    _RECALLED_FROM.label("recalled_from"),
)
"""Columns that say how a copy stood at the end of the day that is bound as `day`; `facts` reads them."""

REPLACED_BY: Final = (
    select(_successor.number)
    .where(_successor.replaces_id == Copy.id, _successor.issued_day <= _DAY)
    .correlate(Copy)
    .scalar_subquery()
    .label("replaced_by")
)
"""The number under which a lost copy was handed out again by then."""


_LINES: Final = (
    select(
        *STANDING,
        Document.number.label("document"),
        Revision.label.label("revision"),
        Copy.holder,
        Copy.holder_name,
        Copy.purpose,
        Copy.place,
        Copy.token,
        _predecessor.number.label("replaces"),
        REPLACED_BY,
    )
    .join(Document, Document.id == Copy.document_id)
    .join(Revision, Revision.id == Copy.revision_id)
    .outerjoin(_predecessor, _predecessor.id == Copy.replaces_id)
)

_FROM_ITS_ISSUE: Final = or_(
    Copy.issued_day <= _DAY,
    exists().where(CopyStep.copy_id == Copy.id, CopyStep.day <= _DAY).correlate(Copy),
)
_STORED: Final = type_coerce(func.coalesce(_STATE_THEN, Copy.state), Txt)
_STATUS: Final = case(
    (and_(_STORED.in_(copies.OUT), _RECALLED_FROM <= _DAY), Status.RECALLED.value), else_=_STORED
)
"""`state_on` put to the database, of a copy from its issue on."""


def _standing(asked: str) -> Iterable[ColumnElement[bool]]:
    """The condition of a filter by status. Of what is overdue: that anything is asked of the holder."""
    several = {OUT: [s for s in Status if s.in_hands], OVERDUE: [Status.ISSUED, Status.RECALLED]}
    yield _STATUS.in_([status.value for status in several.get(asked, [])] or [asked])


_STATES: Final = select(*STANDING, Copy.running).where(Copy.document_id == bindparam("document"))


def _seen(ctx: Context, wanted: Any, day: date) -> Iterable[CopyLine]:
    """One query: every copy for who may see all, else those held by the person or the department (DC-57)."""
    if not ctx.may(Action.COPY_READ, Subject()):
        ctx.require(Action.COPY_READ, Subject(holder=ctx.actor.login))
        # The condition HOLDS_THE_COPY, put to the database so that it need not hand over all the others.
        wanted = wanted.where(Copy.holder.in_((ctx.actor.login, ctx.actor.department)))
    wanted = with_deadlines(wanted.where(_FROM_ITS_ISSUE), _DAY)
    rows = ctx.session.execute(wanted, {"day": day})
    public = address.printed(ctx.session, ctx.site.settings)
    return _lines(public, rows, day, control.load(ctx.site, ctx.session))


def _lines(public: str, rows: Iterable[Row[Any]], day: date, limits: Control) -> Iterable[CopyLine]:
    for row in rows:
        status = copies.state_on(facts(row), day)
        if status is None:
            continue
        yield CopyLine(
            **deadline(due_of(limits, row, status), day),
            copy=row.number,
            document=row.document,
            revision=row.revision,
            holder=row.holder,
            holder_name=row.holder_name,
            purpose=row.purpose.value,
            place=row.place,
            token=row.token,
            url=url(public, row.token),
            state=status.value,
            issued=row.issued_day.isoformat(),
            recalled_from=row.recalled_from and row.recalled_from.isoformat(),
            replaces=row.replaces,
            replaced_by=row.replaced_by,
        )
