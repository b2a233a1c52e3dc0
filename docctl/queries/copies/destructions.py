"""Report: destructions. What was destroyed, who approved and who saw it: printed, a certificate (DC-76)."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from sqlalchemy import Select, select
from sqlalchemy.orm import aliased

from docctl.door.context import Context
from docctl.errors.message import Holder, Message
from docctl.models.copies import Copy, CopyStep
from docctl.models.documents import Document, Revision
from docctl.models.people import Person
from docctl.queries.columns import NOT_ON_PAGE, Column, Listed
from docctl.queries.report import Filter, Report, part_of
from docctl.rules.actions import Action

_by, _approver, _first, _second = (aliased(Person) for _ in range(4))


def _rows(_: Context) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Copy.number.label("copy"),
            Document.number.label("document"),
            Revision.label.label("revision"),
            Copy.holder,
            Copy.holder_name,
            CopyStep.day.label("destroyed"),
            _by.name.label("by"),
            _approver.name.label("approved_by"),
            _first.name.label("witness"),
            _second.name.label("second_witness"),
        )
        .join(Copy, Copy.id == CopyStep.copy_id)
        .join(Document, Document.id == Copy.document_id)
        .join(Revision, Revision.id == Copy.revision_id)
        .join(_by, _by.id == CopyStep.by_id)
        .outerjoin(_approver, _approver.id == CopyStep.approved_by_id)
        .outerjoin(_first, _first.id == CopyStep.witness_1_id)
        .outerjoin(_second, _second.id == CopyStep.witness_2_id)
        .where(CopyStep.action == Action.COPY_DESTROY.verb)
    )


DESTRUCTIONS: Final = Report(
    name="destructions",
    about=Message("Destroyed copies, the newest first: who approved each, and who saw it."),
    action=Action.COPY_READ,
    rows=_rows,
    key=CopyStep.id,
    newest_first=True,
    filters=(
        Filter(name="document", label=Message("Document number"), where=part_of(Document.number)),
        Filter(name="since", label=Message("From"), where=CopyStep.day.__ge__, takes=date),
        Filter(name="until", label=Message("Until"), where=CopyStep.day.__le__, takes=date),
    ),
    listed=Listed(
        title=Message("Certificate of destruction"),
        columns=(
            Column(key="copy", heading=Message("Copy number"), shape="number", leads_to="copy"),
            Column(key="document", heading=Message("Document number"), on=NOT_ON_PAGE),
            Column(key="revision", heading=Message("Revision"), leads_to="revision"),
            Column(
                key="holder",
                heading=Message("Holder"),
                value=lambda line: Holder(line["holder"], line["holder_name"]),
            ),
            Column(key="destroyed", heading=Message("Destroyed on"), shape="day"),
            Column(key="by", heading=Message("By")),
            Column(key="approved_by", heading=Message("Approved by")),
            Column(key="witness", heading=Message("First witness")),
            Column(key="second_witness", heading=Message("Second witness")),
        ),
    ),
)
