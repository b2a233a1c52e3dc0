"""`docctl inbox`: what waits for a person, here as on the first page."""

from __future__ import annotations

from typing import Any

import click

from docctl.cli.kit.caller import Caller, Command
from docctl.queries.desk.inbox import inbox as ask
from docctl.queries.desk.items import Item
from docctl.rules.words import Words


@click.command(cls=Command)
@click.pass_obj
def inbox(caller: Caller) -> None:
    """What waits for you, what you handed in, and where that stands.

    `to_unblock` and `to_staff` are for who keeps documents or accounts: revisions that nobody can sign,
    records that nobody can go on with. `overdue`, `drafts` and `handed_in` are not counted in `total`.
    """
    with caller.reading() as ctx:
        waiting = ask(ctx)
        parts = {name: [_told(item) for item in items] for name, items in vars(waiting).items()}
    short: dict[str, Any] = {name: [_short(line) for line in lines] for name, lines in parts.items() if lines}
    caller.show({"total": waiting.total, **parts}, {"total": waiting.total, **short})


def _told(item: Item) -> dict[str, Any]:
    return {
        "number": item.number,
        **item.title.keys_of("title"),
        "revision": item.revision,
        "since": item.since,
        "status": item.status and item.status.value,
        **(item.note.keys_of("note") if isinstance(item.note, Words) else {"note": item.note}),
        "holder": item.holder,
        "people": [{"login": p.actor.login, "name": p.name} for p in item.people],
        "nobody_can_sign": [gap.said for gap in item.gaps],
        "posts": list(item.posts),
    }


def _short(line: dict[str, Any]) -> dict[str, Any]:
    """What says something, for a line on a terminal."""
    people = ", ".join(f"{p['name']} ({p['login']})" for p in line["people"])
    found = line | {"people": people, "since": line["since"] and line["since"][:16].replace("T", " ")}
    return {name: value for name, value in found.items() if value}
