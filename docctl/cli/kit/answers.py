"""How an answer is printed: one JSON object, or lines and tables for people. Knows no site and no command."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from typing import Any

import click
from tabulate import tabulate
from wcwidth import wcswidth

from docctl.cli.kit.labels import label
from docctl.errors.message import ENGLISH, Message, Reader, place_told
from docctl.errors.stored import to_data
from docctl.rules.names import NO, YES
from docctl.rules.words import NOTHING

FOR_PROGRAMS = frozenset(
    {"blob", "commit", "content", "template_blob", "procedure_blob", "token", "url"}
    | {name for name in NOTHING.keys_of("title") if name != "title"}
)
"""Columns that no table for people shows: hashes, addresses, and the title in other languages."""

WIDEST = 60
"""Cells of a table are cut here, so that a line stays a line."""


@dataclass(frozen=True)
class ErrorAnswer:
    """What is told of an error. `hint` (how the command is used) is for people only."""

    kind: str
    message: Message
    exit_code: int
    problems: Mapping[str, Message] | None = None
    hint: str = ""


def print_error(error: ErrorAnswer, *, as_json: bool, reader: Reader = ENGLISH) -> int:
    """Print it, as JSON on standard output, else for people on standard error. Gives back the exit code.

    A program finds the message id and its values beside the sentence, which is in the reader's language.
    """
    if as_json:
        told = {"kind": error.kind, "message": error.message.told(reader), **to_data(error.message)}
        if error.problems is not None:
            told["problems"] = {place: why.told(reader) for place, why in error.problems.items()}
        print_json({"error": told}, reader)
        return error.exit_code
    lines = [error.hint] if error.hint else []
    if error.problems is not None and set(error.problems) != {""}:
        lines += [Message("Error: this cannot be accepted:").told(reader)]
        lines += [f"  {_at(place, reader)}{why.told(reader)}" for place, why in error.problems.items()]
    else:
        lines += [Message("Error: {why}", why=error.message).told(reader)]
    click.echo("\n".join(lines), err=True)
    return error.exit_code


def _at(place: str, reader: Reader) -> str:
    return f"{place_told(place, reader)}: " if place else ""


def print_json(answer: Mapping[str, Any], reader: Reader = ENGLISH) -> None:
    """Print one object on one line."""
    plain = plainly(answer, reader)
    line = json.dumps(plain, ensure_ascii=False)
    try:
        line.encode(sys.stdout.encoding or "ascii")
    except UnicodeEncodeError:
        line = json.dumps(plain)  # half a character, or a terminal without Chinese: the escapes mean the same
    click.echo(line)


def print_plain(answer: Mapping[str, Any], reader: Reader = ENGLISH) -> None:
    """Print an answer for people: a line for each value, a table for each list."""
    plain = plainly(answer, reader)
    values = {k: v for k, v in plain.items() if not _is_table(v)}
    tables = {k: v for k, v in plain.items() if _is_table(v)}
    lines = [f"{label(k, reader)}: {_cell(v, reader)}" for k, v in values.items()]
    for name, rows in tables.items():
        lines += (
            ([""] if lines else [])
            + ([f"{label(name, reader)}:"] if values or len(tables) > 1 else [])
            + table(rows, reader)
        )
    click.echo("\n".join(lines))


def table(rows: Sequence[Mapping[str, Any]], reader: Reader = ENGLISH) -> list[str]:
    """The lines of a table, with the names of the columns above. Chinese characters are two columns wide."""
    if not rows:
        return [Message("(none)").told(reader)]
    names = [name for name in dict.fromkeys(name for row in rows for name in row) if name not in FOR_PROGRAMS]
    cells = [[_cut(_cell(row.get(name), reader)) for name in names] for row in rows]
    shown = tabulate(cells, [label(name, reader) for name in names], tablefmt="plain", disable_numparse=True)
    return [line.rstrip() for line in shown.splitlines()]


def plainly(value: Any, reader: Reader = ENGLISH) -> Any:
    """`value` as JSON can hold it: dataclasses and read-only mappings become objects, days ISO text."""
    if isinstance(value, Message):
        return value.told(reader)
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: plainly(getattr(value, f.name), reader) for f in fields(value)}
    if isinstance(value, Mapping):
        return {str(k): plainly(v, reader) for k, v in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plainly(v, reader) for v in value]
    return value.isoformat() if isinstance(value, date) else value


def _is_table(value: Any) -> bool:
    return isinstance(value, list) and (not value or isinstance(value[0], dict))


def _cell(value: Any, reader: Reader) -> str:
    if value is None:
        return "-"
    if isinstance(value, bool):
        return (YES if value else NO).told(reader.language)
    if isinstance(value, dict):
        return ", ".join(f"{k}={_cell(v, reader)}" for k, v in value.items()) or "-"
    if isinstance(value, list):
        return ", ".join(_cell(one, reader) for one in value) or "-"
    return _visible(str(value))


def _visible(text: str) -> str:
    # A title must not be able to move the cursor or to change the colours of a terminal.
    return "".join(c if c == "\n" or c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)


def _cut(text: str) -> str:
    line = " ".join(text.split())
    if wcswidth(line) <= WIDEST:
        return line
    while wcswidth(line) >= WIDEST:
        line = line[: len(line) - 1 - (wcswidth(line) - WIDEST) // 2]
    return f"{line}…"
