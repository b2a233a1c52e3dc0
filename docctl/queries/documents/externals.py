"""Report: the documents from outside under control: whose, which edition, received, last asked after."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from sqlalchemy import Select, func, select

from docctl.door.context import Context
from docctl.errors.message import Message, Value
from docctl.models.documents import Document, DocumentReview
from docctl.queries.columns import NOT_ON_PAGE, Column, Listed
from docctl.queries.documents.standing_today import DAY, SHOWN, STATUS, is_shown, shown
from docctl.queries.report import Filter, Report, part_of
from docctl.rules.actions import Action
from docctl.rules.documents.externals import LEVEL
from docctl.rules.documents.revisions import Status
from docctl.rules.words import Words

# A review says that somebody asked outside whether the edition still stands; until then the issue does.
_ASKED: Final = func.coalesce(
    select(func.max(DocumentReview.reviewed_day))
    .where(DocumentReview.revision_id == SHOWN.id)
    .correlate(SHOWN)
    .scalar_subquery(),
    SHOWN.effective_day,
)


def _rows(ctx: Context) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Document.number.label("document"),
            SHOWN.label.label("revision"),
            SHOWN.title,
            SHOWN.head,
            SHOWN.effective_day.label("effective"),
            _ASKED.label("asked"),
            STATUS.label("status"),
        )
        .join(SHOWN, is_shown(shown(())))
        .where(Document.level == LEVEL)
        .params({DAY.key: ctx.today()})
    )


def _said(key: str) -> Any:
    """A column: what the head says under a key, or nothing."""

    def value(line: Any) -> Value | None:
        said = line["head"].get(key, ())
        return Words.listed([Words.key(one) for one in said]) if said else None

    return value


def _day(key: str) -> Any:
    def value(line: Any) -> date | None:
        said = line["head"].get(key, ())
        return date.fromisoformat(said[0]) if said else None

    return value


EXTERNALS: Final = Report(
    name="external-documents",
    about=Message(
        "Standards, regulations, letters and customers' documents under control, by their numbers here. Last "
        "asked after: the day of the last review, or of the issue, on which the edition was found to stand."
    ),
    action=Action.DOCUMENT_READ,
    rows=_rows,
    key=Document.number_key,
    filters=(
        Filter(name="document", label=Message("Document number"), where=part_of(Document.number)),
        Filter(name="status", label=Message("Status"), where=STATUS.__eq__, takes=Status),
        Filter(
            name="before",
            label=Message("Last asked after before"),
            where=lambda day: day > _ASKED,
            takes=date,
        ),
    ),
    listed=Listed(
        title=Message("External documents"),
        columns=(
            Column(key="document", heading=Message("Document number"), shape="number", leads_to="document"),
            Column(key="standard", heading=Message("Number outside"), value=_said("standard")),
            Column(
                key="title",
                heading=Message("Title"),
                value=lambda line: Words(line["title"]),
                shape="words",
            ),
            Column(key="publisher", heading=Message("Published by"), value=_said("publisher")),
            Column(key="revision", heading=Message("Revision"), leads_to="revision"),
            Column(key="status", heading=Message("Status"), value=lambda line: Status(line["status"])),
            Column(key="received", heading=Message("Received"), value=_day("received"), shape="day"),
            Column(key="valid_until", heading=Message("Valid until"), value=_day("valid_until"), shape="day"),
            Column(key="asked", heading=Message("Last asked after"), shape="day"),
            Column(key="effective", heading=Message("Effective from"), on=NOT_ON_PAGE, shape="day"),
            Column(
                key="proposed_by",
                heading=Message("Proposed by"),
                value=_said("proposed_by"),
                on=NOT_ON_PAGE,
            ),
            Column(
                key="managed_by", heading=Message("Managed by"), value=_said("managed_by"), on=NOT_ON_PAGE
            ),
            Column(
                key="drafted_by", heading=Message("Drafted by"), value=_said("drafted_by"), on=NOT_ON_PAGE
            ),
        ),
    ),
)
