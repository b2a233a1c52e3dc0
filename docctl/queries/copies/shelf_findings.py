"""Report: shelf findings. What shelf walks found, copy by copy: printed, the record of a walk."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from sqlalchemy import Select, select

from docctl.door.context import Context
from docctl.errors.message import Holder, Message
from docctl.models.copies import Copy
from docctl.models.documents import Revision
from docctl.models.shelves import ShelfCheck, ShelfFinding
from docctl.queries.columns import Column, Listed
from docctl.queries.report import Filter, Report, part_of
from docctl.rules.actions import Action
from docctl.rules.shelves import Found


def _rows(_: Context) -> Select[*tuple[Any, ...]]:
    return (
        select(
            ShelfCheck.number.label("walk"),
            ShelfCheck.day,
            ShelfCheck.holder.label("at"),
            ShelfCheck.holder_name.label("at_name"),
            ShelfFinding.found,
            Copy.number.label("copy"),
            Revision.label.label("revision"),
            Copy.holder,
            Copy.holder_name,
            ShelfFinding.typed,
            ShelfCheck.person_name.label("by"),
        )
        .join(ShelfCheck, ShelfCheck.id == ShelfFinding.check_id)
        .outerjoin(Copy, Copy.id == ShelfFinding.copy_id)
        .outerjoin(Revision, Revision.id == Copy.revision_id)
    )


SHELF_FINDINGS: Final = Report(
    name="shelf-findings",
    about=Message("What shelf walks found, the newest first."),
    action=Action.COPY_READ,
    rows=_rows,
    key=ShelfFinding.id,
    newest_first=True,
    filters=(
        Filter(name="walk", label=Message("Walk"), where=ShelfCheck.number.__eq__),
        Filter(
            name="holder", label=Message("Holder"), where=part_of(ShelfCheck.holder, ShelfCheck.holder_name)
        ),
        Filter(name="found", label=Message("Shelf finding"), where=ShelfFinding.found.__eq__, takes=Found),
        Filter(name="since", label=Message("From"), where=ShelfCheck.day.__ge__, takes=date),
    ),
    listed=Listed(
        title=Message("Shelf walks"),
        columns=(
            Column(key="walk", heading=Message("Walk"), shape="number"),
            Column(key="day", heading=Message("Day"), shape="day"),
            Column(
                key="at", heading=Message("Walked at"), value=lambda line: Holder(line["at"], line["at_name"])
            ),
            Column(key="found", heading=Message("Shelf finding")),
            Column(key="copy", heading=Message("Copy number"), shape="number", leads_to="copy"),
            Column(key="revision", heading=Message("Revision")),
            Column(
                key="holder",
                heading=Message("Holder"),
                value=lambda line: Holder(line["holder"], line["holder_name"]) if line["holder"] else None,
            ),
            Column(key="typed", heading=Message("Scanned")),
            Column(key="by", heading=Message("By")),
        ),
    ),
)
