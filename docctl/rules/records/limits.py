"""The limits of a procedure: the figure that its text prints and that the clocks of its records enforce.

Knows how a limit is written and how it is said; knows no text and no clock.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Final

from docctl.errors import Invalid
from docctl.errors.message import Message
from docctl.rules import languages
from docctl.rules.languages import Language
from docctl.rules.records import amounts
from docctl.rules.records.amounts import Amount
from docctl.rules.records.cases import Case
from docctl.rules.words import NOTHING, Own, Words


class Unit(StrEnum):
    """What a limit counts in."""

    MINUTE = "minute"
    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"


class Calendar(StrEnum):
    """CLOCK counts every hour and day, WORKING those of the site's working calendar only."""

    CLOCK = "clock"
    WORKING = "working"


class Of(StrEnum):
    """The month of a fixed day, seen from the event that starts the clock."""

    THIS_MONTH = "this_month"
    NEXT_MONTH = "next_month"


@dataclass(frozen=True)
class Fixed:
    """A day of a month; met until that day ends. A day the month has not got means its last day."""

    day: int
    of: Of


@dataclass(frozen=True)
class Limit:
    """One of five: `within` alone, `by` (a field) with `cases`, `before`, `fixed`, or an `amount`.

    The others are empty; an amount is no time, and no clock goes by it.

    `within: 0, unit: day` is the same day. `before` lies so long ahead of a day that is to come (PR-15).
    """

    within: int | None = None
    before: int | None = None
    by: str = ""
    cases: tuple[Case, ...] = ()
    fixed: Fixed | None = None
    amount: Amount | None = None
    unit: Unit = Unit.HOUR
    calendar: Calendar = Calendar.CLOCK
    clause: str = ""

    @classmethod
    def parse(cls, source: Mapping[str, object]) -> Limit:
        """Read a limit as the front matter has it, every scalar still text (PR-08, design 9.1).

        Raises Invalid with all problems, each under its key.
        """
        reader = _Reader(source)
        limit = reader.limit()
        if reader.problems:
            raise Invalid(reader.problems)
        return limit


def phrase(limit: Limit, language: Language) -> str:
    """The figure with its unit, as the text of a page in that language says it."""
    if limit.amount is not None:
        return amounts.phrase(limit.amount, language)
    if limit.fixed is not None:
        return _FIXED[limit.fixed.of].told(language).format(limit.fixed.day)
    if limit.within is not None:
        return _span(limit.within, limit, language)
    if limit.before is not None:
        return _BEFORE.told(language).format(_span(limit.before, limit, language))
    return languages.LIST[language].comma.join(
        _CASE.told(language).format(_span(case.within, limit, language), case.told(language))
        for case in limit.cases
    )


_CLOCK: Final[Mapping[Unit, tuple[Own, Own]]] = {  # one of a unit, and several
    Unit.MINUTE: (
        Own(zh="{} 分钟", en="{} minute"),
        Own(zh="{} 分钟", en="{} minutes"),
    ),
    Unit.HOUR: (
        Own(zh="{} 小时", en="{} hour"),
        Own(zh="{} 小时", en="{} hours"),
    ),
    Unit.DAY: (
        Own(zh="{} 天", en="{} day"),
        Own(zh="{} 天", en="{} days"),
    ),
    Unit.WEEK: (
        Own(zh="{} 周", en="{} week"),
        Own(zh="{} 周", en="{} weeks"),
    ),
    Unit.MONTH: (
        Own(zh="{} 个月", en="{} month"),
        Own(zh="{} 个月", en="{} months"),
    ),
}
_WORKING: Final[Mapping[Unit, tuple[Own, Own]]] = {
    Unit.MINUTE: (
        Own(zh="{} 个工作分钟", en="{} working minute"),
        Own(zh="{} 个工作分钟", en="{} working minutes"),
    ),
    Unit.HOUR: (
        Own(zh="{} 个工作小时", en="{} working hour"),
        Own(zh="{} 个工作小时", en="{} working hours"),
    ),
    Unit.DAY: (
        Own(zh="{} 个工作日", en="{} working day"),
        Own(zh="{} 个工作日", en="{} working days"),
    ),
    Unit.WEEK: (
        Own(zh="{} 个工作周", en="{} working week"),
        Own(zh="{} 个工作周", en="{} working weeks"),
    ),
    Unit.MONTH: (
        Own(zh="{} 个工作月", en="{} working month"),
        Own(zh="{} 个工作月", en="{} working months"),
    ),
}
_SAME_DAY: Final = Own(zh="当日", en="the same day")
_FIXED: Final = {
    Of.THIS_MONTH: Own(zh="当月 {} 日", en="day {} of the month"),
    Of.NEXT_MONTH: Own(zh="次月 {} 日", en="day {} of the next month"),
}
_CASE: Final = Own(zh="{}（{}）", en="{} ({})")
_BEFORE: Final = Own(zh="提前 {}", en="{} before")
WORDS: Final = (
    _SAME_DAY,
    _CASE,
    _BEFORE,
    *_FIXED.values(),
    *amounts.WORDS,
    *(words for table in (_CLOCK, _WORKING) for both in table.values() for words in both),
)
"""All that a figure is said with."""


def _span(within: int, limit: Limit, language: Language) -> str:
    if within == 0 and limit.unit is Unit.DAY:
        return _SAME_DAY.told(language)
    one, many = (_WORKING if limit.calendar is Calendar.WORKING else _CLOCK)[limit.unit]
    return (one if within == 1 else many).told(language).format(within)


# Five digits: 99,999 months stay a day that a calendar can still name as being out of reach,
# and no figure of a procedure comes near it.
_FIGURE = re.compile(r"[0-9]{1,5}")
_KEYS = {field.name for field in fields(Limit)}
_MOST_CASES = 50
_KINDS = ("within", "cases", "before", "fixed", "amount")


class _Reader:
    """Reads one limit and collects what is wrong with it."""

    def __init__(self, source: Mapping[str, object]) -> None:
        self.source = source
        self.problems: dict[str, Message] = {}

    def limit(self) -> Limit:
        for key in sorted(str(key) for key in set(self.source) - _KEYS):
            self.problems[key] = Message("is not a part of a limit; write one of {keys}", keys=sorted(_KEYS))
        kinds = [kind for kind in _KINDS if kind in self.source]
        if len(kinds) != 1:
            self.problems["within"] = Message(
                "give exactly one of within, cases (with by), before, fixed and amount"
            )
        if "amount" in self.source:
            return self.of_amount()
        if "before" in self.source and self.source.get("calendar", Calendar.CLOCK) != Calendar.CLOCK:
            self.problems["calendar"] = Message("what lies before a day is counted by the clock calendar")
        if ("by" in self.source) != ("cases" in self.source):
            self.problems["by"] = Message(
                "by and cases belong together: the field that decides, and its cases"
            )
        if "fixed" in self.source and {"unit", "calendar"} & set(self.source):
            self.problems["fixed"] = Message("a fixed day has no unit and no calendar")
        return Limit(
            within=self.figure("within", self.source["within"]) if "within" in self.source else None,
            before=self.ahead() if "before" in self.source else None,
            by=self.text("by", self.source.get("by", "")),
            cases=self.cases(self.source["cases"]) if "cases" in self.source else (),
            fixed=self.fixed(self.source["fixed"]) if "fixed" in self.source else None,
            unit=self.unit(),
            calendar=Calendar(self.choice("calendar", Calendar, self.source.get("calendar", "clock"))),
            clause=self.text("clause", self.source.get("clause", "")),
        )

    def of_amount(self) -> Limit:
        if "calendar" in self.source:
            self.problems["calendar"] = Message("an amount is no time, and has no calendar")
        try:
            amount = Amount.parse(self.source)
        except Invalid as error:
            self.problems |= error.problems
            return Limit()
        return Limit(amount=amount, clause=self.text("clause", self.source.get("clause", "")))

    def ahead(self) -> int:
        found = self.figure("before", self.source["before"])
        if not found:
            self.problems.setdefault("before", Message("must be at least 1"))
        return found

    def unit(self) -> Unit:
        if "unit" not in self.source:
            if "fixed" not in self.source:
                self.problems["unit"] = Message(
                    "is missing; write one of {units}", units=sorted(u.value for u in Unit)
                )
            return Unit.HOUR
        return Unit(self.choice("unit", Unit, self.source["unit"]))

    def cases(self, value: object) -> tuple[Case, ...]:
        if not isinstance(value, list | tuple) or not 1 <= len(value) <= _MOST_CASES:
            self.problems["cases"] = Message(
                "must be a list of 1 to {most} lines, each with when and within", most=_MOST_CASES
            )
            return ()
        return tuple(self.case(f"cases.{n}", line) for n, line in enumerate(value, 1))

    def case(self, key: str, value: object) -> Case:
        if not isinstance(value, Mapping) or set(value) - {"called"} != {"when", "within"}:
            self.problems[key] = Message("must have when and within, and may have called; nothing else")
            return Case("", 0)
        when = self.text(f"{key}.when", value["when"])
        if not when:
            self.problems[f"{key}.when"] = Message("must say when this case holds, such as <= 300")
        return Case(when, self.figure(f"{key}.within", value["within"]), self.called(key, value))

    def called(self, key: str, value: Mapping[str, object]) -> Words:
        said = value.get("called", {})
        if not isinstance(said, Mapping) or not set(said) <= set(languages.ALL):
            self.problems[f"{key}.called"] = Message(
                "must say it by language, one of {languages}, as in {example}",
                languages=list(languages.ALL),
                example="{en: urban}",
            )
            return NOTHING
        return Words({each: self.text(f"{key}.called.{each}", words) for each, words in said.items()})

    def fixed(self, value: object) -> Fixed:
        if not isinstance(value, Mapping) or set(value) != {"day", "of"}:
            self.problems["fixed"] = Message("must have day and of, and nothing else")
            return Fixed(1, Of.THIS_MONTH)
        day = self.figure("fixed.day", value["day"])
        if not 1 <= day <= 31:
            self.problems["fixed.day"] = Message("must be a day of a month, 1 to 31")
        return Fixed(day, Of(self.choice("fixed.of", Of, value["of"])))

    def choice(self, key: str, kind: type[StrEnum], value: object) -> str:
        if value in list(kind):
            return str(value)
        self.problems[key] = Message("must be one of {choices}", choices=sorted(word.value for word in kind))
        return str(next(iter(kind)))

    def figure(self, key: str, value: object) -> int:
        if not isinstance(value, bool) and _FIGURE.fullmatch(str(value)):
            return int(str(value))
        self.problems[key] = Message("must be a whole number of at most five digits")
        return 0

    def text(self, key: str, value: object) -> str:
        if isinstance(value, str) and len(value) <= 100:
            return value.strip()
        self.problems[key] = Message("must be a text of at most 100 characters")
        return ""
