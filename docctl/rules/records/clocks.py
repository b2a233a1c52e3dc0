"""Clocks of a record: when something was due, and whether it was met. Knows limits and a calendar, no record.

Times in a record are what the person says happened, so a clock is judged by them and not by when they were
typed in. `now` decides only about what has not happened yet.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from docctl.errors import Invalid
from docctl.errors.message import Typed
from docctl.rules.records import limits
from docctl.rules.records.calendars import Calendar, add_clock, add_working
from docctl.rules.records.cases import compared, falls_under
from docctl.rules.records.entries import is_blank
from docctl.rules.records.limits import Limit

# A datetime is a date too; it must be aware.
Moment = date | datetime


@dataclass(frozen=True)
class Clock:
    """The fields that start and stop a clock, and the name of the limit in the governing procedure.

    Such a field may also be a signature, and a step may stand in its place; its time is that of signing.
    `agreed` is a field whose time replaces the due time (PR-03), where there is `agreed_if` only if that
    field is filled (PR-02: the timetable of a complex case); `excuse` is one whose text, a reason, lifts
    the due time (PR-95). `lapsed` is another clock: only where that was missed, this one counts, and no
    earlier than from then on (PR-06). Where it is missed, the record is void by itself if `missed` says so
    (PR-20). Empty: the template has none.
    """

    name: str
    start: str
    stop: str
    limit: str
    agreed: str = ""
    excuse: str = ""
    agreed_if: str = ""
    lapsed: str = ""
    missed: str = ""

    @classmethod
    def parse(cls, source: Mapping[str, str]) -> Clock:
        """From the template's `{name, from, to, limit}`, and whatever else of a clock it has."""
        return cls(
            source["name"],
            source["from"],
            source["to"],
            source["limit"],
            source.get("agreed", ""),
            source.get("excuse", ""),
            source.get("agreed_if", ""),
            source.get("lapsed", ""),
            source.get("missed", ""),
        )


@dataclass(frozen=True)
class Reading:
    """What a clock shows: `met` is true, false or None (running, not started, or excused).

    `overdue`: not met, and still not done. It turns into plainly late, or met, by what is entered.
    """

    name: str
    due: datetime | None
    met: bool | None
    overdue: bool = False
    excuse: str = ""


def to_data(readings: Iterable[Reading], limits: Mapping[str, Limit]) -> list[dict[str, Any]]:
    """Clocks as they are printed and sealed, `due` in the zone of the site. `limits` by names of clocks."""
    return [
        {
            "name": reading.name,
            "due": reading.due.isoformat() if reading.due else None,
            "met": reading.met,
            "overdue": reading.overdue,
            "excuse": reading.excuse,
            "limit": limit_to_data(limits[reading.name]),
        }
        for reading in readings
    ]


def limit_to_data(limit: Limit) -> dict[str, Any]:
    """The limit as a record pins it; `Limit.parse` gives back an equal one."""
    data: dict[str, Any] = {"clause": limit.clause} if limit.clause else {}
    if limit.fixed is not None:
        return data | {"fixed": {"day": limit.fixed.day, "of": limit.fixed.of.value}}
    data |= {"unit": limit.unit.value, "calendar": limit.calendar.value}
    if limit.within is not None:
        return data | {"within": limit.within}
    if limit.before is not None:
        return data | {"before": limit.before}
    return data | {"by": limit.by, "cases": [{"when": c.when, "within": c.within} for c in limit.cases]}


def read_all(
    clocks: Sequence[Clock],
    limits: Mapping[str, Limit],
    values: Mapping[str, Any],
    calendar: Calendar,
    now: datetime,
) -> list[Reading]:
    """What each of a record shows; one that waits for another to lapse counts from then on, or not at all."""
    found: dict[str, Reading] = {}
    for clock in clocks:
        reading = read(clock, limits.get(clock.name), values, calendar, now)
        if clock.lapsed:
            reading = _once_lapsed(clock, reading, found.get(clock.lapsed), values, calendar, now)
        found[clock.name] = reading
    return list(found.values())


def _once_lapsed(
    clock: Clock,
    own: Reading,
    other: Reading | None,
    values: Mapping[str, Any],
    calendar: Calendar,
    now: datetime,
) -> Reading:
    if other is None or other.met is not False or other.due is None:
        return Reading(clock.name, None, None)
    if own.due is None or own.due >= other.due:
        return own
    stop = _moment_of(values, clock.stop, calendar)
    is_met = met(other.due, stop, calendar, now)
    return Reading(clock.name, other.due, is_met, overdue=is_met is False and stop is None)


def read(
    clock: Clock, limit: Limit | None, values: Mapping[str, Any], calendar: Calendar, now: datetime
) -> Reading:
    """What `clock` shows at `now`. `limit` is that of the pinned procedure; `values` are those in force."""
    start, stop = _moment_of(values, clock.start, calendar), _moment_of(values, clock.stop, calendar)
    due_at = None if limit is None else due(limit, start, values, calendar)
    is_agreed = not clock.agreed_if or not is_blank(values.get(clock.agreed_if))
    agreed = _moment_of(values, clock.agreed, calendar) if is_agreed else None
    excuse = str(values.get(clock.excuse) or "").strip()
    if agreed is not None:
        due_at = _latest(agreed, calendar)
    elif excuse:
        return Reading(clock.name, None, None, excuse=excuse)
    is_met = met(due_at, stop, calendar, now)
    return Reading(clock.name, due_at, is_met, overdue=is_met is False and stop is None, excuse=excuse)


def due(limit: Limit, start: Moment | None, values: Mapping[str, Any], calendar: Calendar) -> datetime | None:
    """The last instant that is in time; None while it cannot be said, or when it lies beyond the calendar.

    Hours and minutes count from the instant; from a bare day they count from its end. Days, weeks, months
    and a fixed day end with their last day, so that `within: 0, unit: day` is the same day and 1 the next.
    `values` are asked for the field that a table of limits is by (PR-08).
    """
    if start is None:
        return None
    begin = _latest(start, calendar)
    try:
        return _due(limit, begin, values, calendar)
    except (Invalid, OverflowError):
        # A limit of centuries binds nobody, and must not keep the record from being shown.
        return None


def met(due_at: datetime | None, stop: Moment | None, calendar: Calendar, now: datetime) -> bool | None:
    """Whether it was done in time: exactly at the due time is in time, a bare day means its end.

    Not done and past due is False at once, not None: an overdue clock must show before anybody has
    written a time, and a record that never gets one stays overdue.
    """
    if due_at is None:
        return None
    if stop is not None:
        return _latest(stop, calendar) <= due_at
    return False if calendar.local(now) > due_at else None


def moment(text: str, calendar: Calendar) -> Moment:
    """A day or a time as it is typed; without a zone it is on the clock of the site. Raises Invalid."""
    try:
        if _DAY.fullmatch(text):
            return date.fromisoformat(text)
        if _TIME.fullmatch(text):
            typed = datetime.fromisoformat(text)
            return calendar.local(typed if typed.tzinfo else typed.replace(tzinfo=calendar.tzinfo))
    except (ValueError, Invalid):
        pass
    raise Invalid(
        "{text} is no day or time; write it as 2026-03-12 or 2026-03-12T14:30+08:00", text=Typed(text)
    )


_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIME = re.compile(
    _DAY.pattern + r"[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?(Z|[+-][0-9]{2}:[0-9]{2})?",
    re.IGNORECASE,
)


def _latest(value: Moment, calendar: Calendar) -> datetime:
    return calendar.local(value) if isinstance(value, datetime) else calendar.end_of(value)


def _moment_of(values: Mapping[str, Any], name: str, calendar: Calendar) -> Moment | None:
    """What cannot be read as a time counts as not entered: the form refuses it, a page must still show."""
    value = values.get(name) if name else None
    if isinstance(value, date):
        return value
    try:
        return moment(value, calendar) if isinstance(value, str) else None
    except Invalid:
        return None


def _due(limit: Limit, begin: datetime, values: Mapping[str, Any], calendar: Calendar) -> datetime | None:
    if limit.fixed is not None:
        return _fixed(limit.fixed, begin, calendar)
    if limit.before is not None:
        end = add_clock(calendar, begin, -limit.before, limit.unit.value)
        return end if limit.unit in (limits.Unit.MINUTE, limits.Unit.HOUR) else calendar.end_of(end.date())
    within = limit.within if limit.within is not None else _from_table(limit, values)
    if within is None:
        return None
    add = add_working if limit.calendar is limits.Calendar.WORKING else add_clock
    end = add(calendar, begin, within, limit.unit.value)
    return end if limit.unit in (limits.Unit.MINUTE, limits.Unit.HOUR) else calendar.end_of(end.date())


def _fixed(fixed: limits.Fixed, begin: datetime, calendar: Calendar) -> datetime:
    first = begin.replace(day=1)
    if fixed.of is limits.Of.NEXT_MONTH:
        first = add_clock(calendar, first, 1, "month")
    last = add_clock(calendar, add_clock(calendar, first, 1, "month"), -1, "day")
    return calendar.end_of(first.date().replace(day=min(fixed.day, last.day)))


def _from_table(limit: Limit, values: Mapping[str, Any]) -> int | None:
    """The first case that the value of the field falls under."""
    text = compared(values.get(limit.by))
    return next((case.within for case in limit.cases if text and falls_under(case.when, text)), None)
