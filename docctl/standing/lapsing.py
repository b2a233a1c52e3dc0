"""Records that are void by themselves: a clock of which their form says so was missed, unexcused.

Worked out when the record is read: no job has to run, and nobody has to act (PR-20).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from docctl.errors import WrongState
from docctl.errors.message import Message, Named
from docctl.rules.actions import Action
from docctl.rules.records import life
from docctl.standing.record import Executed

ENDED_BY_IT: Final = frozenset(
    {Action.RECORD_SIGN, Action.RECORD_COMPLETE, Action.RECORD_VERIFY, Action.RECORD_CLOSE}
)
"""What nobody does with such a record. It can still be filled in: what excuses the delay may come."""


@dataclass(frozen=True)
class Lapsed:
    """The clock that was missed, by name, when it was due, and the field that would have excused it."""

    clock: str
    due: datetime
    clause: str
    excuse: str


def lapsed(executed: Executed, now: datetime) -> Lapsed | None:
    """Why an unfinished record counts for nothing at `now`; None where it counts."""
    if executed.record.state not in life.UNSEALED:
        return None
    ending = {clock.name: clock for clock in executed.template.clocks if clock.missed == "void"}
    for reading in executed.readings(now) if ending else ():
        clock = ending.get(reading.name)
        if clock is not None and reading.met is False and reading.due is not None:
            return Lapsed(clock.name, reading.due, executed.limits[clock.name].clause, clock.excuse)
    return None


def sentence(executed: Executed, of: Lapsed) -> Message:
    """What is told of it, and what to do."""
    number, clock = executed.record.number, Named(of.clock, executed.called(of.clock))
    if of.excuse:
        return Message(
            "{number} is void since {due}: {clock} was not in time. Only {excuse} can make it count.",
            number=number,
            due=of.due,
            clock=clock,
            excuse=Named(of.excuse, executed.called(of.excuse)),
        )
    return Message(
        "{number} is void since {due}: {clock} was not in time. Open a new record, if there is to be one.",
        number=number,
        due=of.due,
        clock=clock,
    )


def check_counts(executed: Executed, now: datetime) -> None:
    """Raises WrongState for one that is void by itself."""
    found = lapsed(executed, now)
    if found is not None:
        raise WrongState(sentence(executed, found))
