"""A list on the terminal: a table for people, an object for programs, or an Excel workbook in a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import click

from docctl.cli.kit import spoken
from docctl.cli.kit.caller import Caller
from docctl.cli.kit.printer import FILE, write_file
from docctl.door.context import Context
from docctl.errors.message import Keyed, Message
from docctl.queries.columns import Listed, Surface
from docctl.queries.people.departments import department_list
from docctl.queries.workbook import workbook
from docctl.rules import names

XLSX: Final = click.option("--xlsx", type=FILE, help="Write the list into this file, as an Excel workbook.")


def show_list(
    caller: Caller,
    ctx: Context,
    listed: Listed,
    answer: Mapping[str, Any],
    lines: Sequence[Any],
    xlsx: Path | None,
    left_out: Message | None = None,
) -> None:
    """`answer` is what programs read, `lines` what the columns of the list take; `left_out` for a file."""
    if xlsx is not None:
        _write(caller, ctx, listed, lines, xlsx, left_out)
        return
    reader, zone = spoken.reader(caller.language), ctx.site.zone
    table = listed.table(Surface.TERMINAL, lines, reader, zone)
    beside = {name: value for name, value in answer.items() if not isinstance(value, list)}
    caller.show(answer, {**beside, listed.title.told(reader): table})


def _write(
    caller: Caller,
    ctx: Context,
    listed: Listed,
    lines: Sequence[Any],
    xlsx: Path,
    left_out: Message | None,
) -> None:
    departments = {line["key"]: line["title"] for line in department_list(ctx)}

    def named(of: Keyed) -> str | None:
        found = names.called(of, departments)
        return None if found is None else found.told(caller.language)

    asked = click.get_current_context().params.items()
    told = [(name, str(value)) for name, value in asked if value not in (None, "", False) and name != "xlsx"]
    reader = replace(spoken.reader(caller.language), named=named)
    made = workbook(ctx, listed, lines, reader, told, left_out)
    write_file(xlsx, made.data)
    beside = {} if left_out is None else {"left_out": left_out.told(reader)}
    caller.show({"xlsx": str(xlsx), "lines": len(lines), **beside})
