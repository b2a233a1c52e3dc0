"""What a command says beside its answer, on standard error: that it waits, how far it is, what is missing."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

import click

from docctl.cli.kit import asked, spoken
from docctl.cli.kit.labels import work
from docctl.errors.message import ENGLISH, Message, Reader
from docctl.rules.public_address import reaches_only_itself

_TENTHS: Final = 10
_TRIAL: Final = "试用 TRIAL"
"""As it is stamped."""


Say = Callable[[Message], None]
"""Tells it to whoever called the command, in their language."""


def waiting(say: Say) -> Callable[[Path], None]:
    """What tells, once, that another process makes the same site, and this one goes on when it is done."""
    told: set[Path] = set()

    def waits(folder: Path) -> None:
        if folder not in told:
            told.add(folder)
            say(
                Message(
                    "Another docctl is making the site in {folder}; waiting for it to be done.", folder=folder
                )
            )

    return waits


def before(said: str, question: str) -> None:
    """What should be known before an act; where somebody sits before a terminal, they are asked to go on."""
    click.echo(said, err=True)
    if asked.sits_there():
        click.confirm(question, abort=True, err=True)


def progress(language: str) -> Callable[[int, int, str], None]:
    """What shows how far a long work is, in that language."""
    return partial(show_progress, reader=spoken.reader(language))


def show_progress(done: int, total: int, what: str, *, reader: Reader = ENGLISH) -> None:
    """One line that is written over on a terminal; elsewhere a line for each tenth."""
    what = work(what, reader)
    if sys.stderr.isatty():
        click.echo(f"\r  {done}/{total} {what:<40.40}", err=True, nl=done == total)
    elif done == total or done * _TENTHS // total != (done - 1) * _TENTHS // total:
        click.echo(f"  {done}/{total} {what}", err=True)


def of_public_address(say: Say, address: str, *, demonstration: bool = False) -> None:
    """What a site without an address for other machines prints, while no copy is out yet."""
    if demonstration:
        return  # it is made for one machine
    if not address:
        say(
            Message(
                "Note: this site has no public address, so its copies say {trial} and cannot be scanned. "
                "Set public_url in docctl.toml before the first copy is handed out: what is printed "
                "stays so.",
                trial=_TRIAL,
            )
        )
    elif reaches_only_itself(address):
        say(
            Message(
                "Note: {address} is this machine's own name for itself, so no phone can scan the codes on "
                "copies. Set public_url in docctl.toml before the first copy is handed out: what is printed "
                "stays as it is.",
                address=address,
            )
        )
