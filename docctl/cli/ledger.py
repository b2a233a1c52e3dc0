"""`docctl ledger checkpoint`, `docctl check` and `docctl rebuild`."""

from __future__ import annotations

import base64
import os
from pathlib import Path

import click

from docctl.cli.kit import notices
from docctl.cli.kit.caller import PASSWORD, Caller, Command, Noun, quieten_logs, system_user
from docctl.queries import integrity
from docctl.rules.actions import Action
from docctl.usecases.site import rebuilding
from docctl.usecases.site.checkpointing import checkpoint_ledger
from docctl.usecases.site.founding import ADMIN


@click.group(cls=Noun)
def ledger() -> None:
    """Sign the ledger as it stands."""


@click.command(cls=Command)
@click.pass_obj
def check(caller: Caller) -> None:
    """Compare tables, files and library with the ledger. Exit code 1 when anything differs."""
    with caller.reading() as ctx:
        done = integrity.check(ctx)
        answer = {"ok": done.ok, "events": done.events, "root": done.root}
        caller.show({**answer, "findings": _findings(done)})
    _leave(done)


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
    """Make the site in NEW-DIR again from the files of OLD-DIR: library.git, records, vault, docctl.toml.

    It goes up to the newest checkpoint of the library. `admin` gets the password in DOCCTL_PASSWORD, or one
    that is made up and printed once; the other accounts are locked until `user password`.
    """
    quieten_logs()
    password = os.environ.get(PASSWORD)
    made = rebuilding.rebuild(
        new, old, password=password, system_user=system_user(), waits=notices.waits, **caller.clocks
    )
    click.get_current_context().call_on_close(made.site.close)
    done = integrity.check_site(made.site)
    answer = {"site": str(made.site.path), "events": made.events, "ok": done.ok, "login": ADMIN}
    if made.generated_password is not None:
        answer["password"] = made.generated_password
    caller.show({**answer, "left_behind": list(made.left_behind), "findings": _findings(done)})
    _leave(done)


def _findings(done: integrity.Check) -> list[dict[str, str]]:
    return [{"what": str(f.what), "where": f.where, "message": f.message} for f in done.findings]


def _leave(done: integrity.Check) -> None:
    if not done.ok:
        click.get_current_context().exit(1)
