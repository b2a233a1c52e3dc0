"""`docctl ledger …` and `docctl trail`, `docctl check` and `docctl rebuild`."""

from __future__ import annotations

import base64
import os
from pathlib import Path
from typing import Any

import click

from docctl.cli.kit import checked, notices
from docctl.cli.kit.asked import PASSWORD, system_user
from docctl.cli.kit.caller import Caller, Command, Noun, quieten_logs
from docctl.cli.kit.lists import XLSX, on_paper, show_list
from docctl.errors import Tampered
from docctl.queries import integrity
from docctl.queries.ledger import events as ledger_events
from docctl.queries.ledger import trail as document_events
from docctl.queries.ledger.columns import TRAIL
from docctl.queries.ledger.events import Wanted, ledger_trail
from docctl.queries.ledger.receipts import receipt_of
from docctl.queries.ledger.trail import trail as document_trail
from docctl.rules.actions import Action
from docctl.rules.upkeep import Job
from docctl.store.durable import write_atomically
from docctl.usecases.site import rebuilding
from docctl.usecases.site.checkpointing import checkpoint_ledger
from docctl.usecases.site.remembering import place_of, remembered

BEFORE = click.option("--before", metavar="SEQ", type=click.IntRange(1, 2**63 - 1), help="Go on behind it.")


@click.group(cls=Noun)
def ledger() -> None:
    """Read the audit trail of the site; sign the ledger as it stands."""


@click.command(cls=Command)
@click.option(
    "--against",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="What was kept elsewhere: DIR/checkpoint of an earlier day, or a receipt. May be given again.",
)
@click.option(
    "--paper",
    "papers",
    nargs=2,
    multiple=True,
    type=(click.IntRange(0, 2**53 - 1), str),
    metavar="SIZE ROOT",
    help="The last line of the stamp of a controlled copy. May be given again.",
)
@click.pass_obj
def check(caller: Caller, against: tuple[Path, ...], papers: tuple[tuple[int, str], ...]) -> None:
    """Compare tables, files and library with the ledger. Exit code 1 when anything differs."""
    kept: list[integrity.Kept | integrity.Paper] = [
        integrity.Kept(path.name, path.read_bytes()) for path in against
    ]
    kept += [integrity.Paper(size, root) for size, root in papers]
    try:
        with caller.reading() as ctx:
            integrity.ask(ctx)
            with remembered(place_of(ctx.site), Job.CHECK, ctx.site.clock) as outcome:
                done = integrity.check(ctx, against=kept)
                outcome.ok, outcome.events = done.ok, done.events
    except Tampered as error:
        done = integrity.unreadable(error)
    answer = {"ok": done.ok, "events": done.events, "root": done.root}
    checked.told(caller, done, answer)


@ledger.command("list")
@click.option("--login", default="", help="What this account did.")
@click.option("--act", default="", help="One kind of act, as revision.sign; refused attempts at it too.")
@click.option("--key", default="", help="A part of what it was about: a number, a copy, a login.")
@BEFORE
@XLSX
@click.pass_obj
def list_(caller: Caller, login: str, act: str, key: str, before: int | None, xlsx: Path | None) -> None:
    """The fifty newest events that agree, or those before one. `following` is where the next fifty begin.

    A workbook holds as many as are looked through for one answer, some 20,000, and says what it leaves out.
    """
    with caller.reading() as ctx:
        most = ledger_events.LOOKED_AT if xlsx or on_paper() else ledger_events.MOST
        found = ledger_trail(ctx, Wanted(login=login, act=act, key=key), before, most=most)
        answer = {"following": found.following, "upto": found.upto}
        events = [_event(event) | {"about": event.key, "details": event.details} for event in found.events]
        show_list(caller, ctx, TRAIL, {"events": events, **answer}, found.events, xlsx, found.left_out)


@click.command(cls=Command)
@click.argument("number")
@BEFORE
@XLSX
@click.pass_obj
def trail(caller: Caller, number: str, before: int | None, xlsx: Path | None) -> None:
    """What was ever done to a document, newest first: fifty events, or those before one; in a file all."""
    with caller.reading() as ctx:
        if xlsx or on_paper():
            whole = document_trail(ctx, number, before, most=document_events.IN_A_FILE)
            show_list(caller, ctx, TRAIL, {}, whole.events, xlsx)
            return
        found = document_trail(ctx, number, before)
        answer = {"number": found.number, "following": found.following}
        events = [_event(event) | {"about": event.about} for event in found.events]
        caller.show({**answer, "events": events}, {**answer, "events": [_short(event) for event in events]})


@ledger.command("checkpoint")
@click.pass_obj
def checkpoint(caller: Caller) -> None:
    """Sign all events so far, and put them into the library."""
    with caller.writing(Action.LEDGER_CHECKPOINT) as ctx:
        signed = checkpoint_ledger(ctx)
        caller.show({"events": signed.size, "root": base64.b64encode(signed.root).decode("ascii")})


@ledger.command("receipt")
@click.argument("seq", type=click.IntRange(1, 2**63 - 1))
@click.option(
    "--output",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file to write; `check --against` reads it.",
)
@click.pass_obj
def receipt(caller: Caller, seq: int, output: Path) -> None:
    """Take home a receipt of an event: your own, or any for whoever reads the audit trail."""
    with caller.reading() as ctx:
        text = receipt_of(ctx, seq)
    write_atomically(output, text)
    caller.show({"event": seq, "file": str(output)})


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

    It goes up to the newest checkpoint of the library. The first admin gets the password in DOCCTL_PASSWORD,
    or one that is made up and printed once; the other accounts are locked until `user password`.
    """
    quieten_logs()
    password = os.environ.get(PASSWORD)
    made = rebuilding.rebuild(
        new,
        old,
        password=password,
        system_user=system_user(),
        waits=notices.waiting(caller.note),
        **caller.clocks,
    )
    click.get_current_context().call_on_close(made.site.close)
    done = integrity.check_site(made.site)
    answer = {"site": str(made.site.path), "events": made.events, "ok": done.ok, "login": made.login}
    if made.generated_password is not None:
        answer["password"] = made.generated_password
    checked.told(caller, done, {**answer, "left_behind": list(made.left_behind)})


def _event(event: ledger_events.Event | document_events.Event) -> dict[str, Any]:
    return {
        "seq": event.seq,
        "at": event.at and event.at.isoformat(),
        "act": event.act,
        "by": event.by,
        "login": event.login,
        "channel": event.channel,
        "why": event.why,
    }


def _short(event: dict[str, Any]) -> dict[str, Any]:
    at = event["at"] and event["at"][:19].replace("T", " ")
    return {name: event[name] for name in ("seq", "act", "login", "about", "why")} | {"at_utc": at}
