"""`docctl copy …`: where a copy ends, and what takes its place."""

from __future__ import annotations

from datetime import date

import click

from docctl.cli.copies.handing import COPY, REASON, line
from docctl.cli.copies.handing import copy as copy
from docctl.cli.kit.caller import Caller, Day
from docctl.rules.actions import Action
from docctl.usecases.copies import disposing


@copy.command("keep")
@COPY
@REASON
@click.pass_obj
def keep(caller: Caller, copy_number: str, reason: str) -> None:
    """Keep an obsolete copy for reference."""
    with caller.writing(Action.COPY_KEEP) as ctx:
        caller.show(line(ctx, disposing.keep_copy(ctx, copy_number, reason=reason)))


@copy.command("destroy")
@COPY
@click.option("--approved-by", metavar="LOGIN", help="Who approved it, and gives their password.")
@click.option(
    "--witness",
    "witnesses",
    metavar="LOGIN",
    multiple=True,
    help="Give it twice: two witnesses, who give their passwords.",
)
@click.pass_obj
def destroy(caller: Caller, copy_number: str, approved_by: str | None, witnesses: tuple[str, ...]) -> None:
    """Destroy a copy before two witnesses. Each gives a password: a prompt, or DOCCTL_PASSWORD_LI_WEI."""
    with caller.writing(Action.COPY_DESTROY) as ctx:
        there = [caller.vouched(ctx.site, login) for login in witnesses]
        approver = approved_by and caller.vouched(ctx.site, approved_by)
        gone = disposing.destroy_copy(ctx, copy_number, approved_by=approver or None, witnesses=there)
        caller.show(line(ctx, gone))


@copy.command("replace")
@COPY
@REASON
@click.pass_obj
def replace(caller: Caller, copy_number: str, reason: str) -> None:
    """Exchange a damaged copy: a new print bears the same number."""
    with caller.writing(Action.COPY_REPLACE) as ctx:
        caller.show(line(ctx, disposing.replace_copy(ctx, copy_number, reason=reason)))


@copy.command("lose")
@COPY
@REASON
@click.option("--noticed", type=Day(), help="The day on which its holder found out (today).")
@click.pass_obj
def lose(caller: Caller, copy_number: str, reason: str, noticed: date | None) -> None:
    """Declare a lost copy void; its holder gets another under a new number."""
    with caller.writing(Action.COPY_LOSE) as ctx:
        lost, replacement = disposing.lose_copy(ctx, copy_number, reason=reason, noticed=noticed)
        caller.show({**line(ctx, lost), "replacement": replacement and replacement.number})
