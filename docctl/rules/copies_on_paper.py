"""A copy as a register on paper has it. Knows no file and no row of the site."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from docctl.errors.message import Message
from docctl.rules import incoming
from docctl.rules.incoming import Row
from docctl.rules.words import Own


@dataclass(frozen=True, kw_only=True)
class Held:
    """`row` is where it stands there; `copy` its number on the paper."""

    row: int
    document: str
    copy: str
    holder: str
    place: str
    day: date


_NUMBER: Final = Own(zh="纸质发放编号", en="number on paper")


def said(copy: str) -> str:
    """How the number on the paper stands in the register."""
    return f"{_NUMBER.stamped} {' '.join(copy.split())}."


def in_order(copy: str) -> tuple[int, str]:
    """By the last figure in it, so that a register without gaps keeps its numbers."""
    figures = re.findall(r"[0-9]+", copy)
    return (int(figures[-1]) if figures else 0, copy)


_COLUMNS: Final = {column.key: column for column in incoming.COPIES.columns}


def read(rows: Iterable[Row]) -> tuple[list[Held], dict[str, Message]]:
    """What can be looked at further; and by `FIELD-ROW` what cannot."""
    found: list[Held] = []
    unknown: dict[str, Message] = {}
    for row in rows:
        wrong = {
            column.key: Message("is empty; fill it in")
            for column in incoming.COPIES.columns
            if column.needed and not row[column.key]
        }
        day = incoming.day(row["day"])
        if row["day"] and day is None:
            wrong["day"] = incoming.no_day(row["day"])
        unknown |= {f"{key}-{row.number}": why for key, why in wrong.items()}
        if day is not None and not wrong:
            said = {key: row[key] for key in ("document", "copy", "holder", "place")}
            found.append(Held(row=row.number, day=day, **said))
    return found, unknown


def placed(problems: Mapping[str, Message]) -> dict[str, Message]:
    """Each with its row and its column."""
    found = {}
    for place, why in problems.items():
        name, _, row = place.rpartition("-")
        found[place] = incoming.of_row(int(row), _COLUMNS.get(name), why) if row.isdigit() else why
    return found
