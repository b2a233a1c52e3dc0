"""The columns of the lists of indicators, and of the records that one counts."""

from __future__ import annotations

from typing import Final

from docctl.errors.message import Holder, Message, Value
from docctl.queries.columns import NOT_ON_PAGE, Column, Listed
from docctl.queries.records.indicators import Counted, FigureLine
from docctl.rules.records.indicators import plainly, written


def _figure(line: FigureLine) -> Value:
    return line.written or Message("no record")


_PERIOD: Final = (
    Column(key="period", heading=Message("Period"), value=lambda line: line.period),
    Column(key="part", heading=Message("Group"), value=lambda line: line.part or None),
    Column(key="figure", heading=Message("Figure"), value=_figure),
    Column(
        key="target",
        heading=Message("Target"),
        value=lambda line: line.of.target and written(line.of.value, line.of.target),
    ),
    Column(key="met", heading=Message("Met?"), value=lambda line: line.verdict),
    Column(key="records", heading=Message("Records counted"), value=lambda line: line.records),
)

INDICATORS: Final = Listed(
    title=Message("Indicators"),
    columns=(
        Column(key="number", heading=Message("Template"), value=lambda line: line.number, shape="number"),
        Column(
            key="department",
            heading=Message("Department"),
            value=lambda line: Holder(line.department),
            on=NOT_ON_PAGE,
        ),
        Column(key="title", heading=Message("Indicator"), value=lambda line: line.of.title),
        Column(
            key="value",
            heading=Message("How it is counted"),
            value=lambda line: line.of.value,
            on=NOT_ON_PAGE,
        ),
        *_PERIOD,
    ),
)
"""One line for each indicator and group, in the period that was asked for."""

COURSE: Final = Listed(title=Message("Course of an indicator"), columns=_PERIOD)


def _amount(line: Counted) -> str:
    return plainly(line.amount)


COUNTED: Final = Listed(
    title=Message("Records counted"),
    columns=(
        Column(
            key="number", heading=Message("Record number"), value=lambda line: line.number, shape="number"
        ),
        Column(key="day", heading=Message("Day"), value=lambda line: line.day, shape="day"),
        Column(key="amount", heading=Message("What it adds"), value=_amount),
    ),
)
