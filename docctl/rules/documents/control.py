"""The limits by which docctl itself is bound: those of the procedure that governs document control.

What a site has no procedure for has a default here, which is told as such wherever it counts. The register
keeps days, so what is due is a day, and overdue from the next one on. Knows no table and no text.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from docctl.errors.message import Message
from docctl.rules.records import calendars, clocks
from docctl.rules.records.calendars import Calendar
from docctl.rules.records.clocks import Moment
from docctl.rules.records.limits import Calendar as Counting
from docctl.rules.records.limits import Limit, Unit


class Duty(StrEnum):
    """What has to be done in time, by the name of its limit in the front matter of the procedure."""

    RECEIPT = "acknowledgement"
    RECALL = "recall"
    LOSS = "loss-report"
    PRINT = "print-validity"


DEFAULTS: Final[Mapping[Duty, Limit]] = MappingProxyType(
    {
        Duty.RECEIPT: Limit(within=3, unit=Unit.DAY, calendar=Counting.WORKING),
        Duty.RECALL: Limit(within=5, unit=Unit.DAY, calendar=Counting.WORKING),
        Duty.LOSS: Limit(within=1, unit=Unit.DAY, calendar=Counting.WORKING),
        Duty.PRINT: Limit(within=7, unit=Unit.DAY, calendar=Counting.CLOCK),
    }
)
"""What counts where no procedure of document control is in force."""


@dataclass(frozen=True, kw_only=True)
class Bound:
    """A limit, and the revision of the procedure that set it; neither number nor label: docctl's default."""

    duty: Duty
    limit: Limit
    procedure: str = ""
    label: str = ""

    @property
    def is_default(self) -> bool:
        return not self.procedure


@dataclass(frozen=True, kw_only=True)
class Due:
    """The last day that is in time, and what says so."""

    day: date
    bound: Bound

    def late(self, day: date) -> int:
        """How many days after the last one `day` lies; 0 is in time."""
        return max(0, (day - self.day).days)


def bound(duty: Duty, stated: Mapping[str, Limit], procedure: str = "", label: str = "") -> Bound:
    """The limit that the revision `label` of a procedure states, else docctl's default."""
    limit = stated.get(duty)
    if limit is None or limit.within is None:
        return Bound(duty=duty, limit=DEFAULTS[duty])
    return Bound(duty=duty, limit=limit, procedure=procedure, label=label)


def due(of: Bound, start: Moment, calendar: Calendar) -> Due | None:
    """The day by which it is to be done, counted from `start` (clauses 4.4.3 and 4.5.2).

    A limit in hours ends with the day in which its last hour lies. None beyond the calendar.
    """
    end = clocks.due(of.limit, start, {}, calendar)
    return None if end is None else Due(day=end.date(), bound=of)


def expires(of: Bound, printed: datetime, calendar: Calendar) -> datetime:
    """When an uncontrolled print must not be used any more: to the minute, as it is printed on it (4.6.4)."""
    within = of.limit.within or 0
    add = calendars.add_working if of.limit.calendar is Counting.WORKING else calendars.add_clock
    return add(calendar, printed, within, of.limit.unit.value)


def problems(stated: Mapping[str, Limit], number: str) -> dict[str, Message]:
    """A procedure that governs document control states a figure for each duty: what it lacks."""
    missing = (duty for duty in Duty if duty not in stated or stated[duty].within is None)
    why = Message(
        "{number} governs document control here, and docctl goes by this limit: state it, with within",
        number=number,
    )
    return {f"limits.{duty}": why for duty in missing}
