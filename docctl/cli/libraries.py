"""`docctl library …`: a folder of procedures and templates, before they are registered."""

from __future__ import annotations

from pathlib import Path

import click

from docctl.cli.kit.caller import Caller, Noun
from docctl.cli.kit.findings import told
from docctl.queries.documents import linting


@click.group(cls=Noun)
def library() -> None:
    """A folder with procedures/ and templates/."""


@library.command("check")
@click.argument(
    "folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=Path(),
    metavar="[FOLDER]",
)
@click.pass_obj
def check(caller: Caller, folder: Path) -> None:
    """What is wrong in its files, and between them. Needs no site; exit code 1 for an error."""
    told(caller, linting.library_check(folder))
