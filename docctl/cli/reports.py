"""`docctl report …`: each report that is declared, by its name (queries/report.py)."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import click

from docctl.cli.kit.caller import Caller, Command, Day
from docctl.cli.kit.lists import XLSX, show_list
from docctl.queries import all_reports
from docctl.queries.report import Filter, Report, for_programs, read_report


class _Reports(click.Group):
    """Its commands are made from what is declared."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """In the order in which they are declared."""
        return [one.name for one in all_reports.REPORTS]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of a report; None where there is none of that name."""
        return next((_command(one) for one in all_reports.REPORTS if one.name == cmd_name), None)


@click.group(cls=_Reports)
def report() -> None:
    """Reports, each as a table, as an object for programs, or as an Excel workbook."""


def _command(of: Report) -> click.Command:
    @click.pass_obj
    def shown(caller: Caller, /, xlsx: Path | None, **asked: str | date | None) -> None:
        with caller.reading() as ctx:
            lines = read_report(ctx, of, asked).lines
            show_list(caller, ctx, of.listed, {"lines": [*map(for_programs, lines)]}, lines, xlsx)

    made: Any = XLSX(shown)
    for one in reversed(of.filters):
        made = click.option(f"--{one.name}", one.name, type=_takes(one), help=f"{one.label}.")(made)
    return click.command(of.name, cls=Command, help=str(of.about))(made)


def _takes(one: Filter) -> click.ParamType[Any]:
    if one.choices:
        return click.Choice([choice.value for choice in one.choices])
    return Day() if one.is_day else click.STRING
