"""The columns of the list of reviews to come, and the report of those that were done (DC-41)."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from sqlalchemy import Select, select

from docctl.door.context import Context
from docctl.errors.message import Holder, Message
from docctl.models.documents import Document, DocumentReview, Revision
from docctl.queries.columns import NOT_ON_PAGE, Column, Listed
from docctl.queries.report import Filter, Report, part_of
from docctl.rules.actions import Action
from docctl.rules.documents.reviews import Verdict

REVIEW_LIST: Final = Listed(
    title=Message("Reviews to come"),
    columns=(
        Column(
            key="number", heading=Message("Document number"), value=lambda line: line.number, shape="number"
        ),
        Column(key="title", heading=Message("Title"), value=lambda line: line.title),
        Column(key="revision", heading=Message("Revision"), value=lambda line: line.label),
        Column(key="part", heading=Message("Annex"), value=lambda line: line.part or None),
        Column(key="department", heading=Message("Department"), value=lambda line: Holder(line.department)),
        Column(
            key="effective",
            heading=Message("Effective date"),
            value=lambda line: line.effective,
            on=NOT_ON_PAGE,
        ),
        Column(
            key="last",
            heading=Message("Last review"),
            value=lambda line: line.last and line.last.reviewed_day,
            shape="day",
        ),
        Column(key="verdict", heading=Message("Verdict"), value=lambda line: line.last and line.last.verdict),
        Column(
            key="evidence",
            heading=Message("Evidence of the review"),
            value=lambda line: line.last and line.last.evidence,
            on=NOT_ON_PAGE,
        ),
        Column(
            key="every",
            heading=Message("How often"),
            value=lambda line: line.due.duty.every.words,
            on=NOT_ON_PAGE,
        ),
        Column(key="due", heading=Message("Due"), value=lambda line: line.due.day, shape="day"),
        Column(key="standing", heading=Message("Review status"), value=lambda line: line.standing),
    ),
)


def _rows(_: Context) -> Select[*tuple[Any, ...]]:
    return (
        select(
            DocumentReview.reviewed_day.label("day"),
            Document.number.label("document"),
            Revision.title.label("title"),
            Revision.label.label("revision"),
            DocumentReview.part,
            Document.department,
            DocumentReview.verdict,
            DocumentReview.evidence,
            DocumentReview.person_name.label("by"),
        )
        .join(Document, Document.id == DocumentReview.document_id)
        .join(Revision, Revision.id == DocumentReview.revision_id)
    )


def _from(day: date) -> Any:
    return DocumentReview.reviewed_day >= day


def _until(day: date) -> Any:
    return DocumentReview.reviewed_day <= day


REVIEWS: Final = Report(
    name="reviews",
    about=Message(
        "Reviews that were done, with verdict and evidence. For the table of a year, say its days."
    ),
    action=Action.DOCUMENT_READ,
    rows=_rows,
    key=DocumentReview.id,
    filters=(
        Filter(name="document", label=Message("Document number"), where=part_of(Document.number)),
        Filter(name="department", label=Message("Department"), where=Document.department.__eq__),
        Filter(name="verdict", label=Message("Verdict"), where=DocumentReview.verdict.__eq__, takes=Verdict),
        Filter(name="from", label=Message("From"), where=_from, takes=date),
        Filter(name="until", label=Message("Until"), where=_until, takes=date),
    ),
    listed=Listed(
        title=Message("Reviews done"),
        columns=(
            Column(key="day", heading=Message("Day"), shape="day"),
            Column(key="document", heading=Message("Document number"), shape="number", leads_to="document"),
            Column(key="title", heading=Message("Title")),
            Column(key="revision", heading=Message("Revision"), leads_to="revision"),
            Column(key="part", heading=Message("Annex")),
            Column(
                key="department", heading=Message("Department"), value=lambda line: Holder(line["department"])
            ),
            Column(key="verdict", heading=Message("Verdict")),
            Column(key="evidence", heading=Message("Evidence of the review"), shape="words"),
            Column(key="by", heading=Message("By")),
        ),
    ),
)
