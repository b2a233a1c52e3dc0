"""`docctl copy take-over`: copies on paper from before the site began."""

from __future__ import annotations

from pathlib import Path

import click

from docctl.cli.copies.keeping import copy as copy
from docctl.cli.kit.caller import Caller
from docctl.errors import Invalid
from docctl.queries.incoming import rows_in
from docctl.rules import copies_on_paper, incoming
from docctl.rules.actions import Action
from docctl.usecases.copies import taking_over


@copy.command("take-over")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--reason", required=True, help="Why, and where the register on paper is; it is kept.")
@click.pass_obj
def take_over(caller: Caller, file: Path, reason: str) -> None:
    """Enter the copies of a register on paper: all rows of a workbook, or none where one is wrong.

    Each waits until its holder acknowledges it.
    """
    with caller.writing(Action.COPY_TAKE_OVER) as ctx:
        held, unknown = copies_on_paper.read(rows_in(incoming.COPIES, file.read_bytes()))
        try:
            made = taking_over.take_over_register(ctx, held, unknown, reason=reason)
        except Invalid as error:
            raise Invalid(copies_on_paper.placed(error.problems)) from None
        caller.show({"copies": [one.number for one in made]}, f"{len(made)} copies are entered.")
