"""Working time of a site (PR-94): business hours, holidays, moved working days. Knows no clock of a record.

A calendar is versioned data: a record pins the version it was opened under, so a holiday
entered later moves no due time of an older record.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from docctl.errors import Invalid
from docctl.errors.message import Message, Typed

Span = tuple[time, time]

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


SPAN = re.compile("((?:[01][0-9]|2[0-3]):[0-5][0-9]) ?- ?((?:[01][0-9]|2[0-3]):[0-5][0-9])")

DEFAULT_HOURS = dict.fromkeys(WEEKDAYS[:5], ("08:30-12:00", "13:30-17:30"))

# The last instant of a day that the database can hold. 24:00 would be met by a value of the next day.
END_OF_DAY = time(23, 59, 59, 999999)

# In days. No due rule reaches further; it keeps a mistyped figure from searching the calendar for ever.
FURTHEST = 36_600


@dataclass(frozen=True)
class Calendar:
    """`hours` has seven entries, Monday first, of the spans worked that day, in order, in whole minutes."""

    zone: str
    hours: tuple[tuple[Span, ...], ...]
    holidays: frozenset[date] = frozenset()
    workdays: frozenset[date] = frozenset()

    def __post_init__(self) -> None:
        problems = _problems(self)
        if problems:
            raise Invalid(problems)

    @property
    def tzinfo(self) -> ZoneInfo:
        return ZoneInfo(self.zone)

    def spans(self, day: date) -> tuple[Span, ...]:
        """The working time of `day`.

        A day off that is worked to make up for a holiday (调休) has hours of its own weekday if
        there are any, else those of the first weekday that has some.
        """
        if day in self.holidays:
            return ()
        usual = self.hours[day.weekday()]
        if day in self.workdays and not usual:
            return next(spans for spans in self.hours if spans)
        return usual

    def is_working_day(self, day: date) -> bool:
        return bool(self.spans(day))

    def local(self, moment: datetime) -> datetime:
        """`moment` on the clock of the site. Raises Invalid for a time without a zone."""
        if moment.tzinfo is None:
            raise Invalid("a time without a zone was given; say which zone it is in")
        try:
            return moment.astimezone(self.tzinfo)
        except OverflowError:
            raise Invalid("{moment} is outside the calendar", moment=moment) from None

    def end_of(self, day: date) -> datetime:
        return datetime.combine(day, END_OF_DAY, self.tzinfo)


def add_clock(calendar: Calendar, start: datetime, amount: int, unit: str) -> datetime:
    """`start` and `amount` of plain time, which may be negative; the answer is in the site's zone.

    Days, weeks and months keep the hour on the wall. A month that is too short ends on its last day.
    """
    local = calendar.local(start)
    try:
        if unit in ("minute", "hour"):
            later = local.astimezone(UTC) + timedelta(**{f"{unit}s": amount})
            return later.astimezone(calendar.tzinfo)
        return datetime.combine(_day_after(local.date(), amount, unit), local.timetz())
    except (OverflowError, ValueError):
        raise Invalid(
            "{amount} {unit} from {local} is outside the calendar", amount=amount, unit=unit, local=local
        ) from None


def add_working(calendar: Calendar, start: datetime, amount: int, unit: str) -> datetime:
    """`start` and `amount` of working time; the answer is in the site's zone.

    Hours and minutes run only in business hours, and end at closing time rather than at the next
    opening. A working day is counted whole from the day after `start`, and keeps the hour on the wall.
    Weeks and months are plain; if the last day is a day off, the next working day takes its place.
    Raises Invalid for a negative amount (notice periods are in plain time) or one beyond a century.
    """
    if amount < 0:
        raise Invalid("working time cannot be counted backwards; use the clock calendar")
    local = calendar.local(start)
    if unit in ("minute", "hour"):
        try:
            left = timedelta(**{f"{unit}s": amount})
        except OverflowError:
            raise _too_far(local.date()) from None
        return _add_hours(calendar, local, left)
    if unit == "day":
        return datetime.combine(_nth_working_day(calendar, local.date(), amount), local.timetz())
    later = add_clock(calendar, local, amount, unit)
    if calendar.is_working_day(later.date()):
        return later
    return datetime.combine(_nth_working_day(calendar, later.date(), 1), later.timetz())


def from_mapping(data: Mapping[str, Any], zone: str = "Asia/Shanghai") -> Calendar:
    """A calendar from `{zone, hours: {monday: ["08:30-12:00", …]}, holidays: [day], workdays: [day]}`.

    `zone` is the site's, for a calendar without one. Without `hours` they are the default ones; in them a
    weekday that is left out is a day off. Raises Invalid with all problems.
    """
    problems: dict[str, Message] = {}
    hours = dict(data.get("hours", DEFAULT_HOURS))
    for name in hours.keys() - set(WEEKDAYS):
        problems[f"hours.{name}"] = Message("is no weekday; use {days}", days=WEEKDAYS)
    spans = tuple(_spans(name, hours.get(name) or (), problems) for name in WEEKDAYS)
    holidays = _days("holidays", data.get("holidays") or (), problems)
    workdays = _days("workdays", data.get("workdays") or (), problems)
    if problems:
        raise Invalid(problems)
    return Calendar(str(data.get("zone", zone)), spans, holidays, workdays)


def _problems(calendar: Calendar) -> dict[str, Message]:
    problems: dict[str, Message] = {}
    try:
        ZoneInfo(calendar.zone)
    except (OSError, ValueError, KeyError):
        # ZoneInfoNotFoundError is a KeyError; a path instead of a name is a ValueError or an OSError.
        problems["zone"] = Message(
            "{zone} is no time zone; use a name such as Asia/Shanghai", zone=Typed(calendar.zone)
        )
    if len(calendar.hours) != len(WEEKDAYS):
        problems["hours"] = Message("must have seven entries, Monday first")
    elif not any(calendar.hours):
        problems["hours"] = Message("must have working time on at least one weekday")
    for name, spans in zip(WEEKDAYS, calendar.hours, strict=False):
        edges = [edge for span in spans for edge in span]
        if any(a >= b for a, b in pairwise(edges)):
            problems[f"hours.{name}"] = Message("each span must end after it starts, and before the next one")
    both = sorted(calendar.holidays & calendar.workdays)
    if both:
        problems["workdays"] = Message("{day} cannot be a holiday and a working day", day=both[0])
    return problems


def _spans(name: str, texts: Iterable[str], problems: dict[str, Message]) -> tuple[Span, ...]:
    spans = []
    for text in texts:
        match = SPAN.fullmatch(str(text))
        if match is None:
            problems[f"hours.{name}"] = Message(
                "{text} is no span of hours; write it as 08:30-12:00", text=Typed(text)
            )
        else:
            spans.append((time.fromisoformat(match[1]), time.fromisoformat(match[2])))
    return tuple(spans)


def _days(name: str, texts: Iterable[str], problems: dict[str, Message]) -> frozenset[date]:
    days = set()
    for text in texts:
        try:
            days.add(date.fromisoformat(str(text)))
        except ValueError:
            problems[name] = Message("{text} is no day; write it as 2026-10-01", text=Typed(text))
    return frozenset(days)


def _day_after(day: date, amount: int, unit: str) -> date:
    if unit == "month":
        year, month = divmod(day.year * 12 + day.month - 1 + amount, 12)
        return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
    return day + timedelta(days=amount * 7 if unit == "week" else amount)


def _add_hours(calendar: Calendar, local: datetime, left: timedelta) -> datetime:
    if not left:
        return local
    for day in _days_from(local.date()):
        for start, end in calendar.spans(day):
            # In UTC: on a day that changes to summer time the wall clock skips an hour.
            opens = max(datetime.combine(day, start, calendar.tzinfo), local).astimezone(UTC)
            open_for = datetime.combine(day, end, calendar.tzinfo).astimezone(UTC) - opens
            if open_for >= left:
                return (opens + left).astimezone(calendar.tzinfo)
            left -= max(open_for, timedelta(0))
    raise _too_far(local.date())


def _nth_working_day(calendar: Calendar, day: date, amount: int) -> date:
    if amount == 0:
        return day
    for later in _days_from(day, 1):
        amount -= calendar.is_working_day(later)
        if amount == 0:
            return later
    raise _too_far(day)


def _days_from(day: date, offset: int = 0) -> Iterator[date]:
    last = min(day.toordinal() + FURTHEST, date.max.toordinal())
    return (date.fromordinal(n) for n in range(day.toordinal() + offset, last + 1))


def _too_far(day: date) -> Invalid:
    return Invalid(
        "the working time counted from {day} reaches further than a century; mend the limit", day=day
    )
