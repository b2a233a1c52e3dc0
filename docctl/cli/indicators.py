"""`docctl indicator …`: the figures that come of records."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from docctl.cli.kit.caller import Caller, Day, Noun
from docctl.cli.kit.lists import XLSX, show_list
from docctl.queries.records.indicator_columns import COURSE, INDICATORS
from docctl.queries.records.indicators import course, figures, told


@click.group(cls=Noun)
def indicator() -> None:
    """Indicators: what the records of a month, a quarter or a year add up to, against their targets."""


@indicator.command("list")
@click.option("--on", "day", type=Day(), help="In the period of this day (today).")
@XLSX
@click.pass_obj
def list_(caller: Caller, day: date | None, xlsx: Path | None) -> None:
    """Each indicator in the period of a day; without records there is no figure."""
    with caller.reading() as ctx:
        lines = figures(ctx, day)
        show_list(caller, ctx, INDICATORS, {"indicators": [*map(told, lines)]}, lines, xlsx)


@indicator.command("show")
@click.argument("template")
@click.argument("name")
@XLSX
@click.pass_obj
def show(caller: Caller, template: str, name: str, xlsx: Path | None) -> None:
    """The last periods of one indicator, the oldest first."""
    with caller.reading() as ctx:
        lines = course(ctx, template, name)
        show_list(caller, ctx, COURSE, {"periods": [*map(told, lines)]}, lines, xlsx)
