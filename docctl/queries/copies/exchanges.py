"""Report: exchanges. What came back, and what its holder has instead: printed, a certificate (DC-53)."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from sqlalchemy import Select, func, select
from sqlalchemy.orm import aliased

from docctl.door.context import Context
from docctl.errors.message import Holder, Message
from docctl.models.copies import Copy, CopyStep
from docctl.models.documents import Document, Revision
from docctl.models.people import Person
from docctl.queries.columns import NOT_ON_PAGE, Column, Listed
from docctl.queries.report import Filter, Report, part_of
from docctl.rules.actions import Action

_new, _later, _label, _receipt = aliased(Copy), aliased(Copy), aliased(Revision), aliased(CopyStep)

_NEWEST: Final = (
    select(func.max(_later.id))
    .where(_later.document_id == Copy.document_id, _later.holder == Copy.holder, _later.id > Copy.id)
    .correlate(Copy)
    .scalar_subquery()
)
_RECEIVED: Final = (
    select(func.max(_receipt.day))
    .where(_receipt.copy_id == _new.id, _receipt.action == Action.COPY_ACKNOWLEDGE.verb)
    .correlate(_new)
    .scalar_subquery()
)


def _rows(_: Context) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Copy.number.label("copy"),
            Document.number.label("document"),
            Revision.label.label("revision"),
            Copy.holder,
            Copy.holder_name,
            CopyStep.day.label("returned"),
            Person.name.label("by"),
            _new.number.label("new_copy"),
            _label.label.label("new_revision"),
            _RECEIVED.label("received"),
        )
        .join(Copy, Copy.id == CopyStep.copy_id)
        .join(Document, Document.id == Copy.document_id)
        .join(Revision, Revision.id == Copy.revision_id)
        .join(Person, Person.id == CopyStep.by_id)
        .outerjoin(_new, _new.id == _NEWEST)
        .outerjoin(_label, _label.id == _new.revision_id)
        .where(CopyStep.action == Action.COPY_RETURN.verb)
    )


EXCHANGES: Final = Report(
    name="exchanges",
    about=Message("Copies that came back, the newest first, and what their holder has instead."),
    action=Action.COPY_READ,
    rows=_rows,
    key=CopyStep.id,
    newest_first=True,
    filters=(
        Filter(name="document", label=Message("Document number"), where=part_of(Document.number)),
        Filter(name="holder", label=Message("Holder"), where=part_of(Copy.holder, Copy.holder_name)),
        Filter(name="since", label=Message("From"), where=CopyStep.day.__ge__, takes=date),
        Filter(name="until", label=Message("Until"), where=CopyStep.day.__le__, takes=date),
    ),
    listed=Listed(
        title=Message("Certificate of exchange"),
        columns=(
            Column(key="copy", heading=Message("Copy number"), shape="number", leads_to="copy"),
            Column(key="document", heading=Message("Document number"), on=NOT_ON_PAGE),
            Column(key="revision", heading=Message("Revision"), leads_to="revision"),
            Column(
                key="holder",
                heading=Message("Holder"),
                value=lambda line: Holder(line["holder"], line["holder_name"]),
            ),
            Column(key="returned", heading=Message("Returned on"), shape="day"),
            Column(key="by", heading=Message("By")),
            Column(key="new_copy", heading=Message("New copy"), shape="number", leads_to="copy"),
            Column(key="new_revision", heading=Message("New revision")),
            Column(key="received", heading=Message("Received on"), shape="day"),
        ),
    ),
)
