"""Loans of copies: of one copy, and two reports: all of them, and those that are overdue (DC-77)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import aliased

from docctl.door.context import Context
from docctl.errors.message import Holder, Message
from docctl.models.copies import Copy, Loan
from docctl.models.documents import Document, Revision
from docctl.models.people import Person
from docctl.queries.columns import NOT_ON_PAGE, Column, Listed
from docctl.queries.report import Filter, Report, part_of
from docctl.rules.actions import Action
from docctl.rules.words import Own


class State(StrEnum):
    """Whether the borrower still has it."""

    OPEN = "open"
    ENDED = "ended"

    @property
    def words(self) -> Own:
        return _WORDS[self]


_WORDS: Final = MappingProxyType(
    {State.OPEN: Own(zh="借出", en="on loan"), State.ENDED: Own(zh="已归还", en="given back")}
)


@dataclass(frozen=True, kw_only=True)
class LoanLine:
    """A loan of one copy. `late`: days past the one on which it was due, of a loan that is open."""

    borrower: str
    borrower_name: str
    reason: str
    lent_day: date
    due_day: date
    ended_day: date | None
    approved_by: str
    late: int


def loans_of(ctx: Context, copy: Copy) -> Sequence[LoanLine]:
    """All loans of a copy, the newest first."""
    rows = ctx.session.execute(
        select(Loan, Person.name)
        .join(Person, Person.id == Loan.approved_by_id)
        .where(Loan.copy_id == copy.id)
        .order_by(Loan.id.desc())
    )
    return [
        LoanLine(
            borrower=loan.borrower,
            borrower_name=loan.borrower_name,
            reason=loan.reason,
            lent_day=loan.lent_day,
            due_day=loan.due_day,
            ended_day=loan.ended_day,
            approved_by=approver,
            late=max((ctx.today() - loan.due_day).days, 0) if loan.ended_day is None else 0,
        )
        for loan, approver in rows
    ]


_approver = aliased(Person)


def _rows(_: Context) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Copy.number.label("copy"),
            Document.number.label("document"),
            Revision.label.label("revision"),
            Copy.holder,
            Copy.holder_name,
            Loan.borrower,
            Loan.borrower_name,
            Loan.lent_day.label("lent"),
            Loan.due_day.label("due"),
            Loan.ended_day.label("ended"),
            Loan.reason,
            _approver.name.label("approved_by"),
        )
        .join(Copy, Copy.id == Loan.copy_id)
        .join(Document, Document.id == Copy.document_id)
        .join(Revision, Revision.id == Copy.revision_id)
        .join(_approver, _approver.id == Loan.approved_by_id)
    )


def _overdue(ctx: Context) -> Select[*tuple[Any, ...]]:
    return _rows(ctx).where(Loan.ended_at.is_(None), Loan.due_day < ctx.today())


def _stands(state: State) -> ColumnElement[bool]:
    return Loan.ended_at.is_(None) if state is State.OPEN else Loan.ended_at.is_not(None)


_COLUMNS: Final = (
    Column(key="copy", heading=Message("Copy number"), shape="number", leads_to="copy"),
    Column(key="document", heading=Message("Document number"), on=NOT_ON_PAGE),
    Column(key="revision", heading=Message("Revision"), on=NOT_ON_PAGE),
    Column(
        key="borrower",
        heading=Message("Borrower"),
        value=lambda line: Holder(line["borrower"], line["borrower_name"]),
    ),
    Column(key="lent", heading=Message("Lent on"), shape="day"),
    Column(key="due", heading=Message("Due back"), shape="day"),
    Column(key="ended", heading=Message("Given back"), shape="day"),
    Column(
        key="holder",
        heading=Message("Holder"),
        value=lambda line: Holder(line["holder"], line["holder_name"]),
    ),
    Column(key="approved_by", heading=Message("Approved by")),
    Column(key="reason", heading=Message("Reason"), shape="words"),
)
_FILTERS: Final = (
    Filter(name="document", label=Message("Document number"), where=part_of(Document.number)),
    Filter(name="borrower", label=Message("Borrower"), where=part_of(Loan.borrower, Loan.borrower_name)),
)

LOANS: Final = Report(
    name="loans",
    about=Message("Every loan of a copy, the newest first."),
    action=Action.COPY_READ,
    rows=_rows,
    key=Loan.id,
    newest_first=True,
    filters=(*_FILTERS, Filter(name="state", label=Message("State"), where=_stands, takes=State)),
    listed=Listed(title=Message("Loans"), columns=_COLUMNS),
)
OVERDUE_LOANS: Final = Report(
    name="overdue-loans",
    about=Message("Copies that a borrower has beyond the day on which they were due back."),
    action=Action.COPY_READ,
    rows=_overdue,
    key=Loan.id,
    filters=_FILTERS,
    listed=Listed(title=Message("Overdue loans"), columns=_COLUMNS),
)
