"""`docctl ledger checkpoint`, `docctl check` and `docctl rebuild`."""

from __future__ import annotations

import base64
from pathlib import Path

import click

from docctl.cli.caller import Caller, Command, Noun
from docctl.queries import integrity
from docctl.rules.actions import Action
from docctl.usecases.checkpointing import checkpoint_ledger


@click.group(cls=Noun)
def ledger() -> None:
    """Sign the ledger as it stands."""


@click.command(cls=Command)
@click.pass_obj
def check(caller: Caller) -> None:
    """Compare tables, files and library with the ledger. Exit code 1 when anything differs."""
    with caller.reading() as ctx:
        done = integrity.check(ctx)
        findings = [{"what": f.what, "where": f.where, "message": f.message} for f in done.findings]
        caller.show({"ok": done.ok, "events": done.events, "root": done.root, "findings": findings})
    if not done.ok:
        click.get_current_context().exit(1)


@ledger.command("checkpoint")
@click.pass_obj
def checkpoint(caller: Caller) -> None:
    """Sign all events so far, and put them into the library."""
    with caller.writing(Action.LEDGER_CHECKPOINT) as ctx:
        signed = checkpoint_ledger(ctx)
        caller.show({"events": signed.size, "root": base64.b64encode(signed.root).decode("ascii")})


@click.command(cls=Command)
@click.argument("new", metavar="NEW-DIR", type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--from",
    "old",
    metavar="OLD-DIR",
    required=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
)
@click.pass_obj
def rebuild(caller: Caller, new: Path, old: Path) -> None:
    """Make the site in NEW-DIR again from the files of OLD-DIR: library.git, records, vault, docctl.toml."""
