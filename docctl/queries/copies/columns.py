"""The columns of the copy register."""

from __future__ import annotations

from typing import Final

from docctl.errors.message import Holder, Message
from docctl.queries.columns import NOT_ON_PAGE, Column, Listed, day
from docctl.rules.copies import Status
from docctl.rules.distribution import Purpose

COPIES: Final = Listed(
    title=Message("Copy register"),
    columns=(
        Column(key="copy", heading=Message("Copy number"), leads_to="copy", shape="number"),
        Column(key="state", heading=Message("State"), value=lambda line: Status(line["state"])),
        Column(
            key="holder",
            heading=Message("Holder"),
            value=lambda line: Holder(line["holder"], line["holder_name"]),
        ),
        Column(key="document", heading=Message("Document number"), on=NOT_ON_PAGE),
        Column(key="revision", heading=Message("Revision")),
        Column(
            key="issued",
            heading=Message("Handed out"),
            value=lambda line: day(line["issued"]),
            shape="day",
        ),
        Column(
            key="recalled_from",
            heading=Message("Asked back from"),
            value=lambda line: day(line["recalled_from"]),
            shape="day",
        ),
        Column(key="due", heading=Message("Due"), value=lambda line: day(line["due"]), shape="day"),
        # A page marks the day itself.
        Column(
            key="overdue",
            heading=Message("Overdue"),
            value=lambda line: Message("yes") if line["overdue"] else None,
            on=NOT_ON_PAGE,
        ),
        Column(
            key="purpose",
            heading=Message("Purpose"),
            value=lambda line: Purpose(line["purpose"]),
            on=NOT_ON_PAGE,
        ),
        Column(key="place", heading=Message("Place"), on=NOT_ON_PAGE),
        Column(key="replaced_by", heading=Message("Replaced by copy"), on=NOT_ON_PAGE),
    ),
)
