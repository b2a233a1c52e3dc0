"""Values of a record: which entries count, what is missing, its number. Knows no state and nobody's rights.

An entry is only ever added. The last one of a field is its value; the others stay readable, struck through.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from docctl.errors import Invalid
from docctl.errors.message import Message


class Cause(StrEnum):
    """Why a value was entered anew. What somebody typed is the reason beside it."""

    CORRECTED = "corrected"
    SENT_BACK = "sent-back"


@dataclass(frozen=True)
class EntryFacts:
    """One entry, without its value, which is kept outside under `seal`. `corrects` is an entry's id.

    Ids grow in the order in which entries were made. `reason` is that of the correction, or of the sending
    back, by `cause`.
    """

    id: int
    field: str
    seal: str
    by: int
    at: datetime
    corrects: int | None = None
    reason: str | None = None
    cause: Cause | None = None


@dataclass(frozen=True)
class Line:
    """An entry as a page shows it; `replaced_by` is the id of the entry that struck it through."""

    entry: EntryFacts
    replaced_by: int | None

    @property
    def is_struck(self) -> bool:
        return self.replaced_by is not None


@dataclass(frozen=True, order=True)
class RecordNumber:
    """LX-R-001-2026-0001: code of the form, year of opening, running number of code and year (PR-87)."""

    code: str
    year: int
    running: int

    def __str__(self) -> str:
        return f"{self.code}-{self.year:04}-{self.running:04}"


def current(entries: Iterable[EntryFacts]) -> dict[str, EntryFacts]:
    """The entry that counts, by field."""
    return {entry.field: entry for entry in sorted(entries, key=lambda entry: entry.id)}


def history(entries: Iterable[EntryFacts]) -> list[Line]:
    """All entries, oldest first, each with the one that replaced it."""
    ordered = sorted(entries, key=lambda entry: entry.id)
    later: dict[str, int] = {}
    lines = []
    for entry in reversed(ordered):
        lines.append(Line(entry, later.get(entry.field)))
        later[entry.field] = entry.id
    return lines[::-1]


def missing(
    required: Iterable[str], values: Mapping[str, Any], files: Collection[str] = ()
) -> dict[str, Message]:
    """The sentence for each required field without a value (DC-97). False and 0 are values, blanks none.

    `files` are the fields that hold files.
    """
    fill, attach = Message("is required; fill it"), Message("is required; attach a file")
    lacking = (field for field in required if is_blank(values.get(field)))
    return {field: attach if field in files else fill for field in lacking}


def is_blank(value: object) -> bool:
    """Whether nothing is entered: no value, blanks only, an empty list."""
    return value is None or value == [] or value == {} or (isinstance(value, str) and not value.strip())


def corrected(
    entries: Iterable[EntryFacts], field: str, reason: str, *, late: bool = False
) -> EntryFacts | None:
    """The entry that a correction of `field` points at. Raises Invalid without a reason or an entry.

    `late`: the step is signed, so that a field left empty can be entered in this way only. Then None.
    """
    problems = {}
    entry = current(entries).get(field)
    if not reason.strip():
        problems["reason"] = Message("say why the entry is corrected; the reason stays beside the old value")
    if entry is None and not late:
        problems[field] = Message("has no entry to correct; fill it")
    if problems:
        raise Invalid(problems)
    return entry


def parts(properties: Mapping[str, Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    """What a condition may name: the fields, and the columns of their tables as `table.column`."""
    found = dict(properties)
    for name, field in properties.items():
        columns = field.get("items", {}).get("properties", {})
        found |= {f"{name}.{column}": part for column, part in columns.items()}
    return found


def kinds(properties: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """What a condition takes each for: its JSON type, or a format that is compared otherwise."""
    return {name: _kind(part) for name, part in parts(properties).items()}


def _kind(field: Mapping[str, Any]) -> str:
    written = str(field.get("format", ""))
    if written in ("date", "date-time"):
        return written
    if written in ("money", "percent", "rating"):
        return "number"
    return str(field.get("type", "string"))
