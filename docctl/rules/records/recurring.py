"""Records that fall due by themselves: for each period, for each customer, in phases (PR-24).

A form says the rule (`recurs`), the procedure that governs it the figures. What is due on a day follows from
that day and from what people did: no job has to run. Knows no table and no clock of a machine.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final

from docctl.rules.documents.numbering import canonical
from docctl.rules.records import clocks
from docctl.rules.records.calendars import Calendar
from docctl.rules.records.limits import Limit, Unit
from docctl.rules.records.spans import Every, Span, called, spans
from docctl.rules.records.subjects import SubjectFacts
from docctl.rules.words import Own, Words

AHEAD: Final = timedelta(days=31)
"""How long before its last day a longer period becomes a task."""
_DAY: Final = timedelta(days=1)
_MOST: Final = 40_000
"""Periods of one chain: more than a century of days. No rule is followed for ever."""


@dataclass(frozen=True)
class Phase:
    """Within `limit` of the procedure, again and again, up to the day in the field `until` of the subject.

    Without `until` it goes on for ever.
    """

    limit: str
    until: str = ""


@dataclass(frozen=True)
class Recurrence:
    """What a form says: a record of it is due `times` in each period, or within a limit again and again.

    `by`: the limit, counted from the last day of the period; without one the period itself is it. `apart`:
    so many days lie between two of one period. `of`: the form whose records are what it is done for, one by
    one (each customer, each device). With `phases` there is no `every`.
    """

    every: Every | None = None
    by: str = ""
    times: int = 1
    apart: int = 0
    of: str = ""
    phases: tuple[Phase, ...] = ()
    clause: str = ""

    @classmethod
    def parse(cls, source: Mapping[str, Any]) -> Recurrence:
        """From a template's `recurs`. Raises Invalid for what is no number of a form."""
        return cls(
            every=Every(source["every"]) if "every" in source else None,
            by=source.get("by", ""),
            times=source.get("times", 1),
            apart=source.get("apart", 0),
            of=canonical(source["for"]) if "for" in source else "",
            phases=tuple(Phase(one["limit"], one.get("until", "")) for one in source.get("phases", ())),
            clause=source.get("clause", ""),
        )

    def unusable(self, limits: Mapping[str, Limit]) -> frozenset[str]:
        """Those of its limits that are not stated, and those of a phase that are not longer than a day."""
        phases = {phase.limit for phase in self.phases} & limits.keys()
        short = {name for name in phases if not _is_stretch(limits[name])}
        return (self.limits - limits.keys()) | short

    @property
    def limits(self) -> frozenset[str]:
        """The names of the limits of the procedure that it goes by."""
        return frozenset({self.by, *(phase.limit for phase in self.phases)} - {""})


def _is_stretch(limit: Limit) -> bool:
    """Whether days pass until it ends: else one period would not come after the other."""
    figures = [case.within for case in limit.cases] or [limit.within or 0]
    return limit.unit not in (Unit.MINUTE, Unit.HOUR) and limit.before is None and all(figures)


def limits_named(source: Mapping[str, Any] | None) -> frozenset[str]:
    """The limits by which a template's `recurs` goes, if it has one."""
    return Recurrence.parse(source).limits if source is not None else frozenset()


@dataclass(frozen=True)
class Rule:
    """What holds from `begins` until before `ends`: the rule of the form, with the figures of that time."""

    begins: date
    ends: date | None
    recurrence: Recurrence
    limits: Mapping[str, Limit]


@dataclass(frozen=True)
class Slot:
    """A record that is due: for a period, the `running`-th of it, at the latest on `due`."""

    span: Span
    running: int
    due: date
    rule: Rule
    subject: SubjectFacts | None = None

    @property
    def words(self) -> Words:
        """What its period is called."""
        of = self.rule.recurrence
        told = called(of.every, self.span)
        if of.times == 1:
            return told
        return _OF_SEVERAL.filled(period=told, number=self.running, times=of.times)


class Standing(StrEnum):
    """Where a due record stands on a day."""

    COMING = "coming"
    OPEN = "open"
    DUE = "due"
    OVERDUE = "overdue"
    DONE = "done"
    LATE = "late"
    EXCUSED = "excused"

    @property
    def words(self) -> Own:
        return _STANDINGS[self]

    @property
    def is_settled(self) -> bool:
        """Whether nothing is left to do."""
        return self in (Standing.DONE, Standing.LATE, Standing.EXCUSED)


def standing(slot: Slot, day: date, *, completed: date | None, excused: bool) -> Standing:
    """`completed`: the day on which its record was declared complete; a done one needs no excuse."""
    if completed is not None:
        return Standing.DONE if completed <= slot.due else Standing.LATE
    if excused:
        return Standing.EXCUSED
    if day > slot.due:
        return Standing.OVERDUE
    if day < slot.span.first:
        return Standing.COMING
    return Standing.DUE if day >= min(slot.span.last, slot.due) else Standing.OPEN


def waits(slot: Slot, now: Standing, day: date) -> bool:
    """Whether it is a task: a short period from its first day on, a long one a month before its end."""
    if now is Standing.OPEN:
        return slot.span.is_short or day + AHEAD >= slot.due
    return now in (Standing.DUE, Standing.OVERDUE)


def slots(
    rules: Sequence[Rule], since: date, until: date, calendar: Calendar, subject: SubjectFacts | None = None
) -> Iterator[Slot]:
    """What falls due, of periods that end not before `since` and begin by `until`; the earliest first.

    A period goes by the rule of its last day: the one that is running when a rule changes goes by the new
    one. `rules` follow each other in time.
    """
    for n, rule in enumerate(rules):
        if rule.recurrence.phases:
            if subject is not None and (n == 0 or not rules[n - 1].recurrence.phases):
                yield from _chain(rules[n:], since, until, calendar, subject)
        elif bool(rule.recurrence.of) == (subject is not None):
            yield from _periods(rule, since, until, calendar, subject)


def _periods(
    rule: Rule, since: date, until: date, calendar: Calendar, subject: SubjectFacts | None
) -> Iterator[Slot]:
    every = rule.recurrence.every
    assert every is not None  # what has no phases has periods
    first, last = max(rule.begins, since), until
    if subject is not None:
        first = max(first, subject.start)
        last = min(last, subject.until or last)
    for span in spans(every, first, last):
        if rule.ends is not None and span.last >= rule.ends:
            return
        if every is not Every.WORKING_DAY or calendar.is_working_day(span.last):
            yield from _of_period(rule, span, calendar, subject)


def _of_period(rule: Rule, span: Span, calendar: Calendar, subject: SubjectFacts | None) -> Iterator[Slot]:
    of, values = rule.recurrence, subject.values if subject else {}
    due = _day_of(rule.limits[of.by], span.last, values, calendar) if of.by else span.last
    for running in range(1, of.times + 1):
        # The earlier ones of a period leave time for the distance that is kept to the last.
        yield Slot(span, running, (due or span.last) - (of.times - running) * of.apart * _DAY, rule, subject)


def _chain(
    rules: Sequence[Rule], since: date, until: date, calendar: Calendar, subject: SubjectFacts
) -> Iterator[Slot]:
    """One period after the other from the first day of the subject on, each as long as its phase says."""
    first = subject.start
    for _ in range(_MOST):
        found = _link(rules, first, calendar, subject)
        if found is None or first > until or (subject.until is not None and first > subject.until):
            return
        rule, last = found
        if last >= max(since, rule.begins):
            yield Slot(Span(first, last), 1, last, rule, subject)
        first = last + _DAY


def _link(
    rules: Sequence[Rule], first: date, calendar: Calendar, subject: SubjectFacts
) -> tuple[Rule, date] | None:
    """The rule by which the period that begins on `first` ends, and its last day."""
    for rule in rules:
        phase = _phase(rule.recurrence, first, subject)
        if phase is None:
            continue
        last = _day_of(rule.limits[phase.limit], first - _DAY, subject.values, calendar)
        if last is None or last < first or last == date.max:
            return None
        if rule.ends is None or last < rule.ends:
            # A shorter limit that comes into effect on the way asks for nothing before its own day.
            return rule, last if rule is rules[0] else max(last, rule.begins)
    return None


def _phase(of: Recurrence, day: date, subject: SubjectFacts) -> Phase | None:
    """The first whose end has not come before `day`."""
    for phase in of.phases:
        end = day_in(subject.values.get(phase.until)) if phase.until else None
        if end is None or day <= end:
            return phase
    return None


def day_in(value: object) -> date | None:
    """The day that a value of a record names; None for what is none."""
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        return None


def _day_of(limit: Limit, start: date, values: Mapping[str, Any], calendar: Calendar) -> date | None:
    due: datetime | None = clocks.due(limit, start, values, calendar)
    return due.date() if due is not None else None


_OF_SEVERAL: Final = Own(zh="{period}（第 {number} 次，共 {times} 次）", en="{period} ({number} of {times})")
_STANDINGS: Final = MappingProxyType(
    {
        Standing.COMING: Own(zh="未开始", en="coming"),
        Standing.OPEN: Own(zh="进行中", en="open"),
        Standing.DUE: Own(zh="应完成", en="due"),
        Standing.OVERDUE: Own(zh="逾期未做", en="overdue"),
        Standing.DONE: Own(zh="按期完成", en="done"),
        Standing.LATE: Own(zh="逾期完成", en="done late"),
        Standing.EXCUSED: Own(zh="已说明免做", en="excused"),
    }
)
