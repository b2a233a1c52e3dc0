"""The list of absences for the office: a report."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import Select, select

from docctl.door.context import Context
from docctl.errors.message import Message
from docctl.models.delegations import Delegation
from docctl.queries.columns import NOT_ON_PAGE, Column, Listed
from docctl.queries.report import Filter, Report, part_of
from docctl.rules.actions import Action
from docctl.rules.delegating import State


def _rows(_: Context) -> Select[*tuple[Any, ...]]:
    return select(
        Delegation.number.label("delegation"),
        Delegation.absent_name.label("absent"),
        Delegation.delegate_name.label("delegate"),
        Delegation.from_day,
        Delegation.until_day,
        Delegation.reason,
        Delegation.state,
        Delegation.entered_name.label("entered_by"),
        Delegation.answered_name.label("answered_by"),
        Delegation.revoked_name.label("ended_by"),
        Delegation.revoked_at.label("ended_at"),
    )


DELEGATIONS: Final = Report(
    name="delegations",
    about=Message("Who was or is away, and who signs in their place from which day until which day."),
    action=Action.DELEGATION_READ,
    rows=_rows,
    key=Delegation.id,
    newest_first=True,
    filters=(
        Filter(
            name="person",
            label=Message("Name"),
            where=part_of(Delegation.absent_name, Delegation.delegate_name),
        ),
        Filter(name="state", label=Message("State"), where=Delegation.state.__eq__, takes=State),
    ),
    listed=Listed(
        title=Message("Absences and delegates"),
        columns=(
            Column(key="delegation", heading=Message("Number"), shape="number", leads_to="delegation"),
            Column(key="absent", heading=Message("Away")),
            Column(key="delegate", heading=Message("Acts for them")),
            Column(key="from_day", heading=Message("First day"), shape="day"),
            Column(key="until_day", heading=Message("Last day"), shape="day"),
            Column(key="reason", heading=Message("Reason"), shape="words"),
            Column(key="state", heading=Message("State")),
            Column(key="entered_by", heading=Message("Entered by")),
            Column(key="answered_by", heading=Message("Answered by"), on=NOT_ON_PAGE),
            Column(key="ended_by", heading=Message("Ended by"), on=NOT_ON_PAGE),
            Column(key="ended_at", heading=Message("Ended at"), on=NOT_ON_PAGE),
        ),
    ),
)
