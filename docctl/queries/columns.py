"""The columns of a list, declared once: its page, its workbook and the terminal take them from here.

A value is told in the language of its reader when it is shown. What programs read (`--json`) has keys of its
own, and is no concern of these.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from enum import Enum
from typing import Any, Final

from docctl.errors import message
from docctl.errors.message import Message, Reader, Value
from docctl.render.excel import Cell


class Surface(Enum):
    """Where a list is shown."""

    PAGE = "page"
    WORKBOOK = "workbook"
    TERMINAL = "terminal"


EVERYWHERE: Final = frozenset(Surface)
NOT_ON_PAGE: Final = EVERYWHERE - {Surface.PAGE}
"""What a page says inside another cell, or leaves to the page of the thing."""


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column. `value` takes a line of the list; None is an empty cell. Without it: what is under `key`.

    `shape` is how a page sets it (`number`, `day`, `words`), where that is not plain. `leads_to`: of what the
    cell is the number (`document`, `copy`, `record`, `outsider`), so that a page can lead there; `revision`:
    it is a label, of the document that stands in its line under `document`.
    """

    key: str
    heading: Message
    value: Callable[[Any], Value | None] | None = None
    on: frozenset[Surface] = EVERYWHERE
    shape: str = ""
    leads_to: str = ""

    def cell(self, line: Any, reader: Reader, zone: tzinfo) -> Cell:
        """What stands in this column of `line`. Days and figures stay; instants get the zone."""
        value = line[self.key] if self.value is None else self.value(line)
        if isinstance(value, datetime):
            return f"{value.astimezone(zone):%Y-%m-%d %H:%M}"
        plain = value is None or (isinstance(value, date | int) and not isinstance(value, Enum))
        return value if plain else message.told(value, reader)  # type: ignore[arg-type,return-value]


@dataclass(frozen=True, kw_only=True)
class Listed:
    """A list: what it is called, and its columns in their order."""

    title: Message
    columns: tuple[Column, ...]

    def shown(self, on: Surface) -> tuple[Column, ...]:
        """Its columns on one surface."""
        return tuple(column for column in self.columns if on in column.on)

    @property
    def on_page(self) -> tuple[Column, ...]:
        """For templates."""
        return self.shown(Surface.PAGE)

    def headings(self, on: Surface, reader: Reader) -> list[str]:
        """What stands above its columns."""
        return [column.heading.told(reader) for column in self.shown(on)]

    def table(self, on: Surface, lines: Iterable[Any], reader: Reader, zone: tzinfo) -> list[dict[str, Cell]]:
        """Each line as its cells by their headings."""
        shown = list(zip(self.headings(on, reader), self.shown(on), strict=True))
        return [{heading: column.cell(line, reader, zone) for heading, column in shown} for line in lines]


def moment(of: str | None) -> datetime | None:
    """An instant that an answer holds in ISO form."""
    return datetime.fromisoformat(of) if of else None


def day(of: str | None) -> date | None:
    """A day that an answer holds in ISO form."""
    return date.fromisoformat(of) if of else None
