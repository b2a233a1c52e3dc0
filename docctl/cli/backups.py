"""`docctl backup …` and `docctl restore`: copies of a running site, and a site again from one of them."""

from __future__ import annotations

import tempfile
from datetime import timedelta
from pathlib import Path

import click

from docctl.cli.kit import checked, notices
from docctl.cli.kit.asked import password_of, system_user
from docctl.cli.kit.caller import Caller, Command, Noun, quieten_logs
from docctl.cli.kit.leaving import with_findings
from docctl.door.site import system_clock
from docctl.errors.message import Message
from docctl.queries import integrity
from docctl.rules.upkeep import Job
from docctl.usecases.site import backing_up, manifest, remembering, restoring
from docctl.usecases.site.restoring import Restored

FOLDER = click.argument("folder", metavar="BACKUPS", type=click.Path(file_okay=False, path_type=Path))
NAME = click.option("--name", metavar="NAME", help="Which backup; else the newest.")
KEY = click.option("--key", "vkeys", multiple=True, help="The site's verifier key, from elsewhere.")


@click.group(cls=Noun)
def backup() -> None:
    """Copies of a site, each whole, in a folder where what did not change is kept once."""


@backup.command("make")
@FOLDER
@click.pass_obj
def make(caller: Caller, folder: Path) -> None:
    """Add a backup of the site to the folder BACKUPS. People may work meanwhile.

    It holds all passwords' hashes and the site's key: keep it as you keep the site. For whoever has the files
    of the site: no account is asked for.
    """
    site = caller.site()
    with remembering.remembered(site.path, Job.BACKUP, site.clock) as outcome:
        outcome.about = str(folder.absolute())
        made = backing_up.back_up(site, folder, notices.progress(caller.language))
        outcome.events = made.manifest.events
    caller.show(manifest.to_data(made.manifest) | {"added": made.added})


@backup.command("list")
@FOLDER
@click.pass_obj
def list_(caller: Caller, folder: Path) -> None:
    """The backups of a folder, the oldest first. Needs no site."""
    found = [manifest.to_data(manifest.read(folder, name)) for name in manifest.names(folder)]
    caller.show({"backups": found})


@backup.command("verify")
@FOLDER
@NAME
@KEY
@click.option("--within", type=click.IntRange(1), metavar="HOURS", help="How old it may be at most.")
@click.pass_obj
def verify(
    caller: Caller, folder: Path, name: str | None, vkeys: tuple[str, ...], within: int | None
) -> None:
    """Read every byte of a backup, and compare it with its signed list. Needs no site.

    With --within, exit code 1 when it is older than that: so whoever watches the machine hears of it.
    """
    found, clock = restoring.chosen(folder, name, vkeys), caller.clock or system_clock
    with remembering.remembered(remembering.site_of(found), Job.VERIFY, clock) as outcome:
        outcome.about, outcome.events = found.name, found.events
        restoring.verify(folder, found, notices.progress(caller.language))
    now = clock()
    too_old = within is not None and now - found.made_at > timedelta(hours=within)
    caller.show(manifest.to_data(found) | {"ok": not too_old, "too_old": too_old})
    if too_old:
        with_findings()


@backup.command("drill")
@FOLDER
@NAME
@click.pass_obj
def drill(caller: Caller, folder: Path, name: str | None) -> None:
    """Restore a backup into a folder that is thrown away, and check it. Exit code 1 when anything differs.

    On SQLite, whatever the site itself uses. Needs no site.
    """
    quieten_logs()
    found, clock = restoring.chosen(folder, name), caller.clock or system_clock
    site = remembering.site_of(found)
    with (
        tempfile.TemporaryDirectory(prefix="docctl-drill-") as scratch,
        remembering.remembered(site, Job.DRILL, clock) as outcome,
    ):
        outcome.about, outcome.events = found.name, found.events
        made = restoring.restore_site(
            Path(scratch) / "site",
            folder,
            found,
            system_user=system_user(),
            environ={},
            progress=notices.progress(caller.language),
            **caller.clocks,
        )
        try:
            done = integrity.check_site(made.site)
            outcome.ok = done.ok
        finally:
            made.site.close()
    checked.told(caller, done, manifest.to_data(found))


@click.command(cls=Command)
@click.argument("new", metavar="NEW-DIR", type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--from",
    "folder",
    metavar="BACKUPS",
    required=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
)
@NAME
@KEY
@click.option(
    "--against",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A checkpoint that was kept elsewhere. May be given again.",
)
@click.option(
    "--accept-loss",
    nargs=2,
    metavar="ADMIN CONTROLLER",
    help="The logins of two people who accept that what came after the backup is lost.",
)
@click.pass_obj
def restore(
    caller: Caller,
    new: Path,
    folder: Path,
    name: str | None,
    vkeys: tuple[str, ...],
    against: tuple[Path, ...],
    accept_loss: tuple[str, str] | None,
) -> None:
    """Make the site in NEW-DIR as it was at a backup; stop the old one first.

    The database is SQLite, or that of DOCCTL_DATABASE_URL, which must be empty.

    Where anybody outside knows of later events (a later backup, the old site's folder, a kept checkpoint), it
    is refused, unless two people accept the loss with their passwords. Afterwards the site is checked.
    """
    quieten_logs()
    found = restoring.chosen(folder, name, vkeys)
    lost = restoring.known_beyond(folder, found, against)
    made = restoring.restore_site(
        new,
        folder,
        found,
        lost=lost,
        accepted={login: password_of(login) for login in accept_loss} if accept_loss else None,
        system_user=system_user(),
        waits=notices.waiting(caller.note),
        progress=notices.progress(caller.language),
        **caller.clocks,
    )
    _told(caller, made)


def _told(caller: Caller, made: Restored) -> None:
    click.get_current_context().call_on_close(made.site.close)
    done = integrity.check_site(made.site)
    answer = {"site": str(made.site.path), **manifest.to_data(made.manifest), "ok": done.ok}
    if made.lost is not None:
        caller.note(
            Message(
                "What came after event {events} is lost; {where} knew {known}.",
                events=made.manifest.events,
                where=made.lost.where,
                known=made.lost.events,
            )
        )
    checked.told(caller, done, answer)
