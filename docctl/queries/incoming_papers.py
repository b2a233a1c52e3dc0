"""A master list of paper, as somebody filled it in: each row with its files, or what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from docctl.door.context import Context
from docctl.errors.message import Message, Typed
from docctl.queries.incoming import departments_by_name, levels_by_name, rows_in
from docctl.rules import incoming, languages
from docctl.rules.incoming import Row
from docctl.rules.languages import Language
from docctl.rules.words import Words
from docctl.store.paper import Paper
from docctl.store.sniffing import Upload


@dataclass(frozen=True, kw_only=True)
class Papers:
    """`rows`: what can be looked at further, by row. `unknown`: by `FIELD-ROW` what cannot."""

    rows: Mapping[int, Paper] = field(default_factory=dict)
    unknown: Mapping[str, Message] = field(default_factory=dict)


def papers_in(ctx: Context, data: bytes, files: Mapping[str, bytes]) -> Papers:
    """The rows of a master list, with the files that they name. Raises Invalid for `file`."""
    known = _Known(departments_by_name(ctx), levels_by_name(ctx), files)
    rows: dict[int, Paper] = {}
    unknown: dict[str, Message] = {}
    for row in rows_in(incoming.MASTER_LIST, data):
        wrong = dict(_wrong(row, known))
        unknown |= {f"{key}-{row.number}": placed(key, row.number, why) for key, why in wrong.items()}
        if not wrong:
            rows[row.number] = _paper(row, known)
    return Papers(rows=rows, unknown=unknown)


def placed(key: str, row: int, why: Message) -> Message:
    """What is wrong in a row, with its place; `key` may be a column, or something that a column decides."""
    return incoming.of_row(row, _COLUMNS.get(_DECIDED_BY.get(key, key)), why)


_COLUMNS: Final = {column.key: column for column in incoming.MASTER_LIST.columns}
_DECIDED_BY: Final = {"revision": "edition"}


@dataclass(frozen=True)
class _Known:
    departments: Mapping[str, str]
    levels: Mapping[str, str]
    files: Mapping[str, bytes]


def _wrong(row: Row, known: _Known) -> Iterator[tuple[str, Message]]:
    """What can be told of a row before it is looked at as a document."""
    for column in incoming.MASTER_LIST.columns:
        if column.needed and not row[column.key]:
            yield column.key, Message("is empty; fill it in")
    if row["department"] and row["department"].casefold() not in known.departments:
        yield "department", Message("{text} is no department of the company", text=Typed(row["department"]))
    if row["level"] and row["level"].casefold() not in known.levels:
        yield "level", Message("{text} is no level of documents here", text=Typed(row["level"]))
    if row["effective"] and incoming.day(row["effective"]) is None:
        yield "effective", incoming.no_day(row["effective"])
    for key in ("text", "scan"):
        if row[key] and row[key] not in known.files:
            yield key, Message("there is no file {name} beside the table", name=Typed(row[key]))


def _paper(row: Row, known: _Known) -> Paper:
    said = {languages.PRIMARY: row["title"], languages.FOREIGN: row["title_en"]}
    scan = row["scan"]
    return Paper(
        number=row["number"],
        title=Words({language: text for language, text in said.items() if text}),
        level=known.levels[row["level"].casefold()],
        department=known.departments[row["department"].casefold()],
        label=row["edition"],
        effective=incoming.day(row["effective"]) or date.max,
        approver=row["approver"],
        editions=editions_typed(row["earlier"]),
        text=Upload(row["text"], known.files[row["text"]]),
        others=_others(row["text"], known.files),
        scan=Upload(scan, known.files[scan]) if scan else None,
    )


def editions_typed(text: str) -> tuple[str, ...]:
    """Earlier editions as they stand in a cell or a field, parted by semicolons or lines."""
    parts = (" ".join(part.split()) for part in re.split(r"[;；\n]", text))
    return tuple(_with_days(part) for part in parts if part)


def _with_days(text: str) -> str:
    """Days in the one form, however they were written."""
    *before, first, last = ["", "", *text.split(" ")]
    days = [incoming.day(each) for each in (first, last)]
    if None in days:
        return text
    return " ".join([*(each for each in before if each), *(str(each) for each in days)])


def _others(name: str, files: Mapping[str, bytes]) -> dict[Language, bytes]:
    """The texts in other languages, which lie beside the first as NAME.en.md."""
    stem = name.removesuffix(".md")
    beside = {each: f"{stem}.{each}.md" for each in languages.ALL if each != languages.PRIMARY}
    return {each: files[path] for each, path in beside.items() if stem != name and path in files}
