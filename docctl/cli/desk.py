"""`docctl inbox`: what waits for a person, here as on the first page."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from docctl.cli.kit.caller import Caller, Command
from docctl.cli.kit.lists import XLSX, show_list
from docctl.queries.desk.columns import INBOX, PARTS, lines
from docctl.queries.desk.inbox import inbox as ask
from docctl.queries.desk.items import Item
from docctl.rules.words import Words


@click.command(cls=Command)
@XLSX
@click.pass_obj
def inbox(caller: Caller, xlsx: Path | None) -> None:
    """What waits for you, what you handed in, and where that stands.

    `to_unblock` and `to_staff` are for who keeps documents or accounts: revisions that nobody can sign,
    records that nobody can go on with. `overdue`, `drafts` and `handed_in` are not counted in `total`.
    """
    with caller.reading() as ctx:
        waiting = ask(ctx)
        parts = {name: [_told(item) for item in getattr(waiting, name)] for name in PARTS}
        show_list(caller, ctx, INBOX, {"total": waiting.total, **parts}, lines(waiting), xlsx)


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
        "due": item.due,
        "for": item.subject,
    }
