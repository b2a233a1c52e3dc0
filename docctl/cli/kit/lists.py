"""A list on the terminal: a table for people, an object for programs, or a file for Excel or on paper."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, cast

import click

from docctl.cli.kit import spoken
from docctl.cli.kit.caller import Caller
from docctl.cli.kit.printer import FILE, write_file
from docctl.door.context import Context
from docctl.errors.message import Keyed, Message, Reader
from docctl.queries.columns import Listed, Surface
from docctl.queries.people.departments import department_list
from docctl.queries.printed_list import printed_list
from docctl.queries.workbook import workbook
from docctl.rules import names

_PDF: Final = "docctl.cli.kit.lists.pdf"


def XLSX(command: Callable[..., Any]) -> Callable[..., Any]:  # noqa: N802 - it stands as an option does
    """Gives a list the options to write it into a file: `xlsx`, and `--pdf`, which only `show_list` sees."""
    as_workbook = click.option("--xlsx", type=FILE, help="Write the list into this file, for Excel.")
    as_pdf = click.option("--pdf", type=FILE, expose_value=False, callback=_keep, help="The same on paper.")
    return as_workbook(as_pdf(command))


def on_paper() -> Path | None:
    """The file of `--pdf`, where the list is wanted on paper."""
    return cast("Path | None", click.get_current_context().meta.get(_PDF))


def _keep(ctx: click.Context, _: click.Parameter, file: Path | None) -> None:
    ctx.meta[_PDF] = file


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
    pdf = on_paper()
    if xlsx is not None or pdf is not None:
        beside = {} if left_out is None else {"left_out": left_out.told(spoken.reader(caller.language))}
        told = ctx, listed, lines, _reader(caller, ctx), _asked(), left_out
        kinds = (("xlsx", xlsx, workbook), ("pdf", pdf, printed_list))
        # All are made before the first is written: a refusal leaves none.
        files = [(name, file, make(*told).data) for name, file, make in kinds if file is not None]
        for _, file, data in files:
            write_file(file, data)
        caller.show({name: str(file) for name, file, _ in files} | {"lines": len(lines), **beside})
        return
    reader, zone = spoken.reader(caller.language), ctx.site.zone
    table = listed.table(Surface.TERMINAL, lines, reader, zone)
    beside = {name: value for name, value in answer.items() if not isinstance(value, list)}
    caller.show(answer, {**beside, listed.title.told(reader): table})


def _asked() -> list[tuple[str, str]]:
    """By what the list was chosen."""
    asked = click.get_current_context().params.items()
    return [(name, str(value)) for name, value in asked if value not in (None, "", False) and name != "xlsx"]


def _reader(caller: Caller, ctx: Context) -> Reader:
    departments = {line["key"]: line["title"] for line in department_list(ctx)}

    def named(of: Keyed) -> str | None:
        found = names.called(of, departments)
        return None if found is None else found.told(caller.language)

    return replace(spoken.reader(caller.language), named=named)
