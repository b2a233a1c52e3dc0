"""Report: losses. Who answers for each lost copy, and what follows from it (DC-78)."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import Select, select

from docctl.door.context import Context
from docctl.errors.message import Holder, Message
from docctl.models.copies import Copy, Loss
from docctl.models.documents import Document
from docctl.queries.columns import NOT_ON_PAGE, Column, Listed
from docctl.queries.report import Filter, Report, part_of
from docctl.rules.actions import Action


def _rows(_: Context) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Copy.number.label("copy"),
            Document.number.label("document"),
            Copy.holder,
            Copy.holder_name,
            Loss.noticed_day.label("noticed"),
            Loss.responsible,
            Loss.responsible_name,
            Loss.consequence,
        )
        .join(Copy, Copy.id == Loss.copy_id)
        .join(Document, Document.id == Copy.document_id)
    )


LOSSES: Final = Report(
    name="losses",
    about=Message("Lost copies, the newest first: who answers for each, and what follows."),
    action=Action.COPY_READ,
    rows=_rows,
    key=Loss.id,
    newest_first=True,
    filters=(
        Filter(name="document", label=Message("Document number"), where=part_of(Document.number)),
        Filter(
            name="responsible",
            label=Message("Person responsible"),
            where=part_of(Loss.responsible, Loss.responsible_name),
        ),
    ),
    listed=Listed(
        title=Message("Losses"),
        columns=(
            Column(key="copy", heading=Message("Copy number"), shape="number", leads_to="copy"),
            Column(key="document", heading=Message("Document number"), on=NOT_ON_PAGE),
            Column(
                key="holder",
                heading=Message("Holder"),
                value=lambda line: Holder(line["holder"], line["holder_name"]),
            ),
            Column(key="noticed", heading=Message("Noticed on"), shape="day"),
            Column(
                key="responsible",
                heading=Message("Person responsible"),
                value=lambda line: Holder(line["responsible"], line["responsible_name"]),
            ),
            Column(key="consequence", heading=Message("Consequence"), shape="words"),
        ),
    ),
)
