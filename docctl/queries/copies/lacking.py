"""Report: points of use without the revision in force (DC-02). Who is to have it, and has another or none."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import Select, select

from docctl.door.context import Context
from docctl.errors.message import Holder, Message
from docctl.models.documents import Document, Revision
from docctl.queries.columns import NOT_ON_PAGE, Column, Listed
from docctl.queries.copies import needs
from docctl.queries.report import Filter, Report, part_of
from docctl.rules.actions import Action

_point: Final = needs.points_of_use().c


def _rows(ctx: Context) -> Select[*tuple[Any, ...]]:
    # Found by this name, a DC-02 finding is a line of the report, and goes when the holder has its copy.
    return (
        select(
            Document.number.label("document"),
            Revision.title,
            Revision.label.label("in_force"),
            Revision.effective_day.label("since"),
            _point.holder,
            _point.holder_name,
            _point.listed,
            needs.label_held(Document.id, _point.holder).label("held"),
        )
        .select_from(_point.id.table)
        .join(Document, Document.id == _point.document_id)
        .join(Revision, Revision.id == needs.IN_FORCE)
        .where(needs.STANDS, ~needs.has_copy(Document.id, _point.holder, Revision.id))
        .params(day=ctx.today())
    )


LACKING: Final = Report(
    name="lacking",
    about=Message("Holders on a distribution list, or with a copy, who have none of the revision in force."),
    action=Action.COPY_READ,
    rows=_rows,
    key=_point.id,
    filters=(
        Filter(name="document", label=Message("Document number"), where=part_of(Document.number)),
        Filter(name="holder", label=Message("Holder"), where=part_of(_point.holder, _point.holder_name)),
    ),
    listed=Listed(
        title=Message("Without the revision in force"),
        columns=(
            Column(key="document", heading=Message("Document number"), shape="number", leads_to="document"),
            Column(key="title", heading=Message("Title")),
            Column(
                key="holder",
                heading=Message("Holder"),
                value=lambda line: Holder(line["holder"], line["holder_name"]),
            ),
            Column(key="in_force", heading=Message("In force"), leads_to="revision"),
            Column(key="since", heading=Message("In force since"), shape="day"),
            Column(key="held", heading=Message("Has a copy of"), leads_to="revision"),
            Column(
                key="listed",
                heading=Message("On the list"),
                value=lambda line: Message("yes") if line["listed"] else None,
                on=NOT_ON_PAGE,
            ),
        ),
    ),
)
