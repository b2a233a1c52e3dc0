"""`docctl shelf …`: what a holder has, held against the register."""

from __future__ import annotations

from typing import IO

import click

from docctl.cli.kit.caller import Caller, Noun
from docctl.queries.copies import shelves
from docctl.rules.actions import Action
from docctl.usecases.copies import shelving


@click.group(cls=Noun)
def shelf() -> None:
    """Shelf walks."""


@shelf.command("check")
@click.argument("holder")
@click.option(
    "--scans",
    type=click.File(encoding="utf-8"),
    required=True,
    help="One code or number a line.",
)
@click.option("--place", default="", help="Only what is said to lie there.")
@click.option("--remark", help="What else there is to say; it is kept.")
@click.pass_obj
def check(caller: Caller, holder: str, scans: IO[str], place: str, remark: str | None) -> None:
    """Enter a walk along the shelves of a holder, signed: what is missing, obsolete, of others, unknown."""
    typed = [line.strip() for line in scans]
    with caller.writing(Action.SHELF_CHECK) as ctx:
        made = shelving.check_shelf(ctx, holder, scans=typed, place=place, remark=remark)
        seen = shelves.walked(ctx, made.number)
        caller.show(
            {
                "walk": made.number,
                "holder": made.holder,
                "expected": made.expected,
                "present": made.present,
                "findings": [
                    {"found": found.value, "what": name, "copy": line and line["copy"]}
                    for found, name, line in seen.faults
                ],
            }
        )
