"""`docctl reading …`: making a revision known, and confirming that one has read it."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import click

from docctl.cli.kit.caller import Caller, Day, Noun
from docctl.cli.kit.lists import XLSX, show_list
from docctl.door.context import Context
from docctl.queries.readings.roster import READERS, Roster, roster
from docctl.rules.actions import Action
from docctl.usecases.readings import reading as readings

NUMBER = click.argument("number")
LABEL = click.option("--revision", "label", help="Another revision than the one that was issued last.")


@click.group(cls=Noun)
def reading() -> None:
    """Read and understood: who is asked to read a revision, and who has confirmed it."""


@reading.command("call")
@NUMBER
@click.option(
    "--concerned",
    multiple=True,
    required=True,
    metavar="WHOM",
    help="A department or a login, or * for all staff; again for more.",
)
@click.option("--due", type=Day(), required=True, help="The day until which it is to be read.")
@LABEL
@click.pass_obj
def call(caller: Caller, number: str, concerned: tuple[str, ...], due: date, label: str | None) -> None:
    """Make a revision known: it waits in the inbox of everybody concerned."""
    with caller.writing(Action.READING_CALL) as ctx:
        readings.call_reading(ctx, number, concerned=concerned, due=due, label=label)
        caller.show(_told(roster(ctx, number, label)))


@reading.command("confirm")
@NUMBER
@LABEL
@click.pass_obj
def confirm(caller: Caller, number: str, label: str | None) -> None:
    """You have read it and understood it."""
    with caller.writing(Action.READING_CONFIRM) as ctx:
        readings.confirm_reading(ctx, number, label=label)
        caller.show(_mine(ctx, roster(ctx, number, label)))


@reading.command("list")
@NUMBER
@LABEL
@XLSX
@click.pass_obj
def list_(caller: Caller, number: str, label: str | None, xlsx: Path | None) -> None:
    """Who has read a revision, and who has not."""
    with caller.reading() as ctx:
        seen = roster(ctx, number, label)
        show_list(caller, ctx, READERS, _told(seen), seen.lines, xlsx)


def _told(seen: Roster) -> dict[str, Any]:
    return {
        "document": seen.number,
        "revision": seen.label,
        "due": seen.due and seen.due.isoformat(),
        "concerned": [key for key, _ in seen.concerned],
        "readers": [
            {
                "login": line.login,
                "name": line.name,
                "department": line.department,
                "read_at": line.read_at and line.read_at.isoformat(),
                "late": line.late,
            }
            for line in seen.lines
        ],
    }


def _mine(ctx: Context, seen: Roster) -> dict[str, Any]:
    told = _told(seen)
    return told | {"readers": [one for one in told["readers"] if one["login"] == ctx.actor.login]}
