"""`docctl system`: how the machine stands that a site is on."""

from __future__ import annotations

import click

from docctl.cli.kit.caller import Caller, Command
from docctl.cli.kit.lists import show_list
from docctl.queries.site.system import SYSTEM, for_programs, wanting
from docctl.queries.site.system import system as read


@click.command(cls=Command)
@click.pass_obj
def system(caller: Caller) -> None:
    """Disk, clock, address, what is signed, versions, and what was last done: backup, drill, check."""
    with caller.reading() as ctx:
        found = read(ctx)
        answer = {"facts": [for_programs(fact) for fact in found], "wanting": wanting(found)}
        show_list(caller, ctx, SYSTEM, answer, found, None)
