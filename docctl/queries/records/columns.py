"""The columns of the list of records."""

from __future__ import annotations

from typing import Final

from docctl.errors.message import Holder, Message
from docctl.queries.columns import NOT_ON_PAGE, Column, Listed, moment
from docctl.rules.records.life import State
from docctl.rules.words import Words

RECORDS: Final = Listed(
    title=Message("Records"),
    columns=(
        Column(key="number", heading=Message("Record number"), shape="number", leads_to="record"),
        Column(key="state", heading=Message("State"), value=lambda line: State(line["state"])),
        Column(key="damage", heading=Message("Damaged"), on=NOT_ON_PAGE),
        Column(
            key="overdue",
            heading=Message("Overdue"),
            value=lambda line: Words.listed(map(Words, line["late"])),
        ),
        Column(key="title", heading=Message("Title"), value=lambda line: Words.under("title", line)),
        Column(
            key="template",
            heading=Message("Template"),
            value=lambda line: f"{line['template']} {line['template_revision']}",
            on=NOT_ON_PAGE,
        ),
        Column(
            key="procedure",
            heading=Message("Governed by"),
            value=lambda line: f"{line['procedure']} {line['procedure_revision']}",
        ),
        Column(key="opened_at", heading=Message("Opened at"), value=lambda line: moment(line["opened_at"])),
        Column(key="opened_by", heading=Message("Opened by"), value=lambda line: line["opened_by_name"]),
        Column(
            key="people",
            heading=Message("Took part"),
            value=lambda line: list(line["people"].values()),
            on=NOT_ON_PAGE,
        ),
        Column(
            key="previous",
            heading=Message("Rests on"),
            value=lambda line: list(line["previous"]),
            on=NOT_ON_PAGE,
        ),
        Column(
            key="keeper", heading=Message("Keeper"), value=lambda line: Holder(line["keeper"]), on=NOT_ON_PAGE
        ),
    ),
)
