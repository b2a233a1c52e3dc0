"""A report: a list as one declaration, from which its page, its workbook and its command are made.

The database filters it, puts it into order and cuts it. Knows no page and no command.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, tzinfo
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final

from sqlalchemy import ColumnElement, RowMapping, Select, false, or_
from sqlalchemy.orm import InstrumentedAttribute

from docctl.door.context import Context
from docctl.errors.message import Message
from docctl.queries.columns import Listed
from docctl.rules.actions import Action
from docctl.rules.conditions import Subject
from docctl.rules.text import printable
from docctl.rules.words import Words

Where = Callable[[Any], ColumnElement[bool]]
_KEY: Final = "key_of_the_line"
_LONGEST: Final = 18
"""Digits of a key: more are none of ours, and no database takes them."""


@dataclass(frozen=True, kw_only=True)
class Filter:
    """A question of a report: `?name=` of its page, `--name` of its command.

    `takes` is str, date, datetime, or an enumeration to choose from. `where` makes of an answer the
    condition; with datetime it gets the moment with which the day that was typed begins at the site.
    """

    name: str
    label: Message
    where: Where
    takes: type[str] | type[date] = str

    @property
    def is_day(self) -> bool:
        """Whether a day answers it."""
        return issubclass(self.takes, date)

    @property
    def choices(self) -> tuple[StrEnum, ...]:
        """What may be answered; empty where that is free."""
        return tuple(self.takes) if issubclass(self.takes, StrEnum) else ()

    def condition(self, answer: str | date, zone: tzinfo) -> ColumnElement[bool]:
        """What agrees with an answer; nothing does with one that is not to be chosen."""
        if self.takes is datetime and isinstance(answer, date):
            return self.where(datetime.combine(answer, time(), zone))
        if not self.choices:
            return self.where(answer)
        chosen = [one for one in self.choices if one.value == answer]
        return self.where(chosen[0]) if chosen else false()


NOBODYS: Final = Subject()
"""The list itself: nothing is known of the things in it."""


@dataclass(frozen=True, kw_only=True)
class Report:
    """`name` is its address and its command, `action` the right to read it, of which it stands on the page.

    `rows` selects what the columns take, without an order: that is the one of `key`, which no two lines have
    in common. `about` says in a sentence what stands in it.
    """

    name: str
    listed: Listed
    about: Message
    action: Action
    rows: Callable[[Context], Select[*tuple[Any, ...]]]
    key: ColumnElement[Any] | InstrumentedAttribute[Any]
    newest_first: bool = False
    filters: tuple[Filter, ...] = ()
    subject: Subject = NOBODYS
    """What `action` is asked about, where its conditions want to know something."""


NOTHING_ASKED: Final[Mapping[str, str | date | None]] = MappingProxyType({})


@dataclass(frozen=True, kw_only=True)
class Part:
    """Lines of a report, and behind which the next part begins."""

    lines: tuple[RowMapping, ...]
    following: str | None = None


def part_of(*columns: ColumnElement[str] | InstrumentedAttribute[str]) -> Where:
    """The condition that one of these holds what was typed."""
    return lambda typed: or_(*(column.icontains(printable(typed), autoescape=True) for column in columns))


def read_report(
    ctx: Context,
    report: Report,
    asked: Mapping[str, str | date | None] = NOTHING_ASKED,
    *,
    after: str = "",
    most: int | None = None,
) -> Part:
    """The lines that agree with what was asked by name of filter: all, or `most` behind `after`.

    Raises Forbidden.
    """
    ctx.require(report.action, report.subject)
    key = report.key
    wanted = report.rows(ctx).add_columns(key.label(_KEY))
    for one in report.filters:
        if answer := asked.get(one.name):
            wanted = wanted.where(one.condition(answer, ctx.site.zone))
    if (last := _typed(key, after)) is not None:
        wanted = wanted.where(key < last if report.newest_first else key > last)
    wanted = wanted.order_by(key.desc() if report.newest_first else key)
    limit = None if most is None else most + 1  # one more tells whether there are any
    found = tuple(ctx.session.execute(wanted.limit(limit)).mappings())
    if most is None or len(found) <= most:
        return Part(lines=found)
    return Part(lines=found[:most], following=str(found[most - 1][_KEY]))


def for_programs(line: RowMapping) -> dict[str, Any]:
    """A line under the names that the report selects, titles in each language."""
    told: dict[str, Any] = {}
    for name, value in line.items():
        told |= value.keys_of(name) if isinstance(value, Words) else {name: value}
    return {name: value for name, value in told.items() if name != _KEY}


def _typed(key: ColumnElement[Any] | InstrumentedAttribute[Any], after: str) -> int | str | None:
    if key.type.python_type is str:
        return printable(after) or None
    return int(after) if after.isascii() and after.isdigit() and len(after) <= _LONGEST else None
