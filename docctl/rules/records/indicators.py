"""Indicators: what a record adds to one, and what comes of a period. Knows no table and no expression.

Amounts are whole millionths, so that a database adds them exactly. A clock that still runs adds nothing until
it is met or missed.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final

from docctl.rules.records.clocks import Reading
from docctl.rules.records.entries import is_blank
from docctl.rules.records.recurring import day_in
from docctl.rules.records.spans import Every
from docctl.rules.words import Own, Words

UNIT: Final = 1_000_000
LARGEST: Final = 10**12
"""In units: a million of them are added without leaving what databases count in."""

_CLOCK: Final = re.compile(r"(?P<clock>[a-z][a-z0-9_-]*)\.met")
_NAME: Final = re.compile(r"[a-z][a-z0-9_]*")
_TARGET: Final = re.compile(r"\s*(<=|>=|<|>|=|==)\s*(-?[0-9]{1,12}(?:\.[0-9]{1,6})?)\s*(%?)\s*")
_HOLDS: Final[Mapping[str, Callable[[Decimal, Decimal], bool]]] = MappingProxyType(
    {
        "<=": operator.le,
        ">=": operator.ge,
        "<": operator.lt,
        ">": operator.gt,
        "=": operator.eq,
        "==": operator.eq,
    }
)


class Value(StrEnum):
    """How the figure of a period comes of its records."""

    RATIO = "ratio"
    COUNT = "count"
    MEAN = "mean"
    MAX = "max"
    MIN = "min"
    SUM = "sum"

    @property
    def words(self) -> Own:
        return _VALUES[self]


@dataclass(frozen=True)
class Target:
    """What a figure must be. `text` is how it is written."""

    sign: str
    figure: Decimal
    text: str

    @classmethod
    def parse(cls, text: str) -> Target | None:
        """None for what is no comparison with a figure, such as `>= 0.95` or `>= 95 %`."""
        found = _TARGET.fullmatch(text)
        if found is None:
            return None
        figure = Decimal(found[2]) / (100 if found[3] else 1)
        return cls(found[1], figure, text.strip())

    def is_met(self, figure: Decimal) -> bool:
        return _HOLDS[self.sign](figure, self.figure)


@dataclass(frozen=True)
class Indicator:
    """As a form says it. `of`: `CLOCK.met`, a field, or a condition; `over`: which records count at all.

    A ratio of two fields of figures divides their sums. `on`: the field of the day that says to which period
    a record belongs; without it that is the period that it fills, else the day of its opening.
    """

    name: str
    title: Words
    value: Value
    of: str
    per: Every
    over: str = ""
    group: str = ""
    on: str = ""
    target: Target | None = None
    clause: str = ""

    @classmethod
    def parse(cls, source: Mapping[str, Any]) -> Indicator:
        """From one of a template's `indicators`."""
        return cls(
            name=source["name"],
            title=Words(source.get("title")) or Words.key(source["name"]),
            value=Value(source["value"]),
            of=source["of"],
            per=Every(source["per"]),
            over=source.get("over", ""),
            group=source.get("group", ""),
            on=source.get("on", ""),
            target=Target.parse(source.get("target", "")),
            clause=source.get("clause", ""),
        )

    @property
    def clock(self) -> str:
        """The clock that it goes by, if it does."""
        found = _CLOCK.fullmatch(self.of)
        return found["clock"] if found else ""

    @property
    def conditions(self) -> Mapping[str, str]:
        """What of it is a condition, by its key."""
        asked = {"of": "" if self.clock else self.of, "over": self.over}
        return {key: said for key, said in asked.items() if said and not _NAME.fullmatch(said)}


@dataclass(frozen=True)
class Share:
    """What one record adds: `amount` of `base`, in millionths; None: a clock runs, until `due`."""

    amount: int | None
    base: int = UNIT
    due: datetime | None = None


def share(
    of: Indicator,
    values: Mapping[str, Any],
    readings: Mapping[str, Reading],
    holds: Callable[[str], bool],
    *,
    complete: bool,
) -> Share | None:
    """What a record adds (PR-67); None: nothing. `readings` are those of the end of all days.

    A clock counts as soon as it is met or missed, everything else when the record is complete.
    """
    figure = _figure(values, of.over) if of.value is Value.RATIO else None
    if of.over and figure is None and not _holds(of.over, values, holds):
        return None
    if of.clock:
        reading = readings.get(of.clock)
        if reading is None or reading.met is None:
            return None
        return Share(None, due=reading.due) if reading.overdue else Share(UNIT if reading.met else 0)
    if not complete:
        return None
    if of.value in (Value.COUNT, Value.RATIO) and figure is None:
        return Share(UNIT if _holds(of.of, values, holds) else 0)
    amount = _figure(values, of.of)
    return None if amount is None else Share(amount, UNIT if figure is None else figure)


def _holds(said: str, values: Mapping[str, Any], holds: Callable[[str], bool]) -> bool:
    """Whether a condition does; a field alone does where it is filled, and is not `no`."""
    if _NAME.fullmatch(said):
        return not is_blank(values.get(said)) and values[said] is not False
    return holds(said)


def _figure(values: Mapping[str, Any], field: str) -> int | None:
    """What stands in a field, in millionths; None where that is no figure, or one beyond counting."""
    value = values.get(field)
    if value is None or isinstance(value, bool):
        return None
    try:
        exact = Decimal(str(value))
    except InvalidOperation:
        return None
    if not exact.is_finite() or abs(exact) > LARGEST:
        return None
    return int((exact * UNIT).to_integral_value(rounding=ROUND_HALF_EVEN))


@dataclass(frozen=True)
class Sums:
    """What the records of a period add up to: how many, amounts and bases, the greatest and smallest."""

    records: int
    amount: int
    base: int
    greatest: int
    smallest: int


def figure(value: Value, sums: Sums) -> Decimal | None:
    """The figure of a period; None where no record says anything: that is neither 0 nor 100 %."""
    if not sums.records or (value is Value.RATIO and not sums.base):
        return None
    if value is Value.RATIO:
        return Decimal(sums.amount) / Decimal(sums.base)
    if value is Value.MEAN:
        return Decimal(sums.amount) / UNIT / sums.records
    of = {Value.MAX: sums.greatest, Value.MIN: sums.smallest}.get(value, sums.amount)
    return Decimal(of) / UNIT


def figure_written(value: Value, figure: Decimal) -> str:
    """A figure as it is read: a ratio as a percentage with one decimal, others with at most two."""
    return f"{figure * 100:.1f} %" if value is Value.RATIO else plainly(figure)


def plainly(figure: Decimal) -> str:
    """With at most two decimals, and none that say nothing."""
    return f"{figure:.2f}".rstrip("0").rstrip(".")


def written(value: Value, target: Target) -> str:
    """A target as it is read beside such figures."""
    sign = target.sign.replace(">=", "≥").replace("<=", "≤").replace("==", "=")
    return f"{sign} {figure_written(value, target.figure)}"


def of_period(on: object, filled: date | None, opened: date) -> date:
    """The day that says to which period a record belongs: its own, that of its period, or its opening."""
    return day_in(on) or filled or opened


_VALUES: Final = MappingProxyType(
    {
        Value.RATIO: Own(zh="比率", en="ratio"),
        Value.COUNT: Own(zh="次数", en="number"),
        Value.MEAN: Own(zh="平均值", en="mean"),
        Value.MAX: Own(zh="最大值", en="greatest"),
        Value.MIN: Own(zh="最小值", en="smallest"),
        Value.SUM: Own(zh="合计", en="sum"),
    }
)
