"""The periods for which records fall due: days, weeks, months, quarters, years. Knows no record."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from docctl.rules import languages
from docctl.rules.words import Own, Words

_DAY: Final = timedelta(days=1)


class Every(StrEnum):
    """How often. A working day is one of the site's calendar; a week begins on Monday."""

    DAY = "day"
    WORKING_DAY = "working-day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    HALF_YEAR = "half-year"
    YEAR = "year"

    @property
    def words(self) -> Own:
        return _EVERY[self]


@dataclass(frozen=True, order=True)
class Span:
    """From `first` to `last`, both in it."""

    first: date
    last: date

    @property
    def is_short(self) -> bool:
        """Whether it is no longer than a month: then it waits from its first day on."""
        return self.last - self.first <= timedelta(days=31)


_MONTHS: Final = MappingProxyType({Every.MONTH: 1, Every.QUARTER: 3, Every.HALF_YEAR: 6, Every.YEAR: 12})


def span_of(every: Every, day: date) -> Span:
    """The one in which `day` lies. The last week of all calendars ends with them."""
    if every in (Every.DAY, Every.WORKING_DAY):
        return Span(day, day)
    if every is Every.WEEK:
        monday = day - day.weekday() * _DAY
        return Span(monday, date.fromordinal(min(monday.toordinal() + 6, date.max.toordinal())))
    months = _MONTHS[every]
    begins = (day.month - 1) // months * months + 1
    ends = begins + months - 1
    return Span(date(day.year, begins, 1), date(day.year, ends, monthrange(day.year, ends)[1]))


def spans(every: Every, since: date, until: date) -> Iterator[Span]:
    """Those whose last day is not before `since`, as far as they begin by `until`; the earliest first."""
    span = span_of(every, since)
    while span.first <= until:
        yield span
        if span.last == date.max:
            return
        span = span_of(every, span.last + _DAY)


def called(every: Every | None, span: Span) -> Words:
    """What people call it; None: it is no part of a year, and is told by its days."""
    year = span.first.year
    if every in (Every.DAY, Every.WORKING_DAY) or span.first == span.last:
        return Words(dict.fromkeys(languages.ALL, span.first.isoformat()))
    if every is Every.WEEK:
        year, week, _ = span.first.isocalendar()
        return _WEEK.filled(year=year, number=week)
    if every is Every.MONTH:
        return _MONTH.filled(year=year, number=f"{span.first.month:02}")
    if every is Every.QUARTER:
        return _QUARTER.filled(year=year, number=span.first.month // 3 + 1)
    if every is Every.HALF_YEAR:
        return (_FIRST_HALF if span.first.month == 1 else _SECOND_HALF).filled(year=year)
    return _YEAR_OF.filled(year=year) if every is Every.YEAR else _FROM_TO.filled(a=span.first, b=span.last)


_EVERY: Final[Mapping[Every, Own]] = MappingProxyType(
    {
        Every.DAY: Own(zh="每天", en="every day"),
        Every.WORKING_DAY: Own(zh="每个工作日", en="every working day"),
        Every.WEEK: Own(zh="每周", en="every week"),
        Every.MONTH: Own(zh="每月", en="every month"),
        Every.QUARTER: Own(zh="每季度", en="every quarter"),
        Every.HALF_YEAR: Own(zh="每半年", en="every half-year"),
        Every.YEAR: Own(zh="每年", en="every year"),
    }
)
_WEEK: Final = Own(zh="{year} 年第 {number} 周", en="week {number} of {year}")
_MONTH: Final = Own(zh="{year} 年 {number} 月", en="{year}-{number}")
_QUARTER: Final = Own(zh="{year} 年第 {number} 季度", en="quarter {number} of {year}")
_FIRST_HALF: Final = Own(zh="{year} 年上半年", en="first half of {year}")
_SECOND_HALF: Final = Own(zh="{year} 年下半年", en="second half of {year}")
_YEAR_OF: Final = Own(zh="{year} 年", en="{year}")
_FROM_TO: Final = Own(zh="{a} 至 {b}", en="{a} to {b}")
