"""The columns of the list of what falls due by itself."""

from __future__ import annotations

from typing import Final

from docctl.errors.message import Holder, Message, Value
from docctl.queries.columns import NOT_ON_PAGE, Column, Listed
from docctl.queries.records.duties import DutyLine


def _excused(line: DutyLine) -> Value | None:
    if line.of.excused is None:
        return None
    return Message("{reason} (signed by {name})", reason=line.of.excused, name=str(line.of.excused_by))


DUTIES: Final = Listed(
    title=Message("Records that fall due"),
    columns=(
        Column(key="number", heading=Message("Template"), value=lambda line: line.number, shape="number"),
        Column(key="title", heading=Message("Title"), value=lambda line: line.title),
        Column(
            key="department",
            heading=Message("Department"),
            value=lambda line: Holder(line.of.duty.department),
            on=NOT_ON_PAGE,
        ),
        Column(
            key="procedure",
            heading=Message("Governing procedure"),
            value=lambda line: line.of.duty.procedure,
            on=NOT_ON_PAGE,
        ),
        Column(key="period", heading=Message("Period"), value=lambda line: line.of.slot.words),
        Column(key="called", heading=Message("For what"), value=lambda line: line.called or None),
        Column(key="due", heading=Message("Due"), value=lambda line: line.of.slot.due, shape="day"),
        Column(key="standing", heading=Message("Where it stands"), value=lambda line: line.standing),
        Column(key="record", heading=Message("Record"), value=lambda line: line.of.record, shape="number"),
        Column(key="excused", heading=Message("Excuse"), value=_excused, shape="words"),
    ),
)
