"""`docctl distribution …`: who is to have a copy of a document."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from docctl.cli.kit.caller import Caller, Noun
from docctl.cli.kit.lists import XLSX, show_list
from docctl.door.context import Context
from docctl.queries.copies.distribution import DISTRIBUTION, Distribution, HolderLine
from docctl.queries.copies.distribution import distribution as ask
from docctl.rules.actions import Action
from docctl.usecases.copies import distributing

NUMBER = click.argument("number")


@click.group(cls=Noun)
def distribution() -> None:
    """The distribution list of a document: who gets a copy of whatever is in force."""


@distribution.command("show")
@NUMBER
@XLSX
@click.pass_obj
def show(caller: Caller, number: str, xlsx: Path | None) -> None:
    """Who is on the list, of what each has a copy, and who was on it."""
    with caller.reading() as ctx:
        seen = ask(ctx, number)
        show_list(caller, ctx, DISTRIBUTION, _answer(seen), [*seen.lines, *seen.former], xlsx)


@distribution.command("change")
@NUMBER
@click.option("--add", multiple=True, metavar="HOLDER", help="A login or a department; again for more.")
@click.option(
    "--file", multiple=True, metavar="HOLDER", help="A department that files one copy; again for more."
)
@click.option("--strike", multiple=True, metavar="HOLDER", help="Somebody on the list; again for more.")
@click.pass_obj
def change(
    caller: Caller, number: str, add: tuple[str, ...], file: tuple[str, ...], strike: tuple[str, ...]
) -> None:
    """Put holders on the list and strike others off. The head of the owner department decides."""
    with caller.writing(Action.DISTRIBUTION_CHANGE) as ctx:
        distributing.change_distribution(ctx, number, add=add, file=file, strike=strike)
        caller.show(_afterwards(ctx, number))


def _afterwards(ctx: Context, number: str) -> dict[str, Any]:
    return _answer(ask(ctx, number))


def _answer(seen: Distribution) -> dict[str, Any]:
    return {
        "document": seen.number,
        "holders": [_line(line) for line in seen.lines],
        "former": [_line(line) for line in seen.former],
    }


def _line(line: HolderLine) -> dict[str, Any]:
    return {
        "holder": line.holder,
        "holder_name": line.holder_name,
        "purpose": line.purpose.value,
        "has": line.label,
        "since": line.since.isoformat(),
        "by": line.by,
        "until": line.until and line.until.isoformat(),
        "struck_by": line.struck_by,
    }
