"""`docctl copy …`: where a copy lies, whom it is lent to, where it ends and what takes its place."""

from __future__ import annotations

from datetime import date

import click

from docctl.cli.copies.handing import COPY, REASON, line
from docctl.cli.copies.handing import copy as copy
from docctl.cli.kit.caller import Caller, Day
from docctl.rules.actions import Action
from docctl.usecases.copies import disposing, lending


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
@click.option("--responsible", required=True, metavar="LOGIN", help="Who answers for it; an outsider too.")
@click.option("--consequence", required=True, help="What follows from it.")
@click.option("--noticed", type=Day(), help="The day on which its holder found out (today).")
@click.pass_obj
def lose(
    caller: Caller, copy_number: str, reason: str, responsible: str, consequence: str, noticed: date | None
) -> None:
    """Declare a lost copy void; its holder gets another under a new number."""
    with caller.writing(Action.COPY_LOSE) as ctx:
        lost, replacement = disposing.lose_copy(
            ctx,
            copy_number,
            reason=reason,
            responsible=responsible,
            consequence=consequence,
            noticed=noticed,
        )
        caller.show({**line(ctx, lost), "replacement": replacement and replacement.number})


@copy.command("place")
@COPY
@click.argument("place")
@click.pass_obj
def place(caller: Caller, copy_number: str, place: str) -> None:
    """Say where the paper lies: a room, a cabinet, a folder."""
    with caller.writing(Action.COPY_PLACE) as ctx:
        caller.show(line(ctx, lending.place_copy(ctx, copy_number, place=place)))


@copy.command("lend")
@COPY
@click.option("--borrower", required=True, help="A login, or a registered outsider.")
@click.option("--due", type=Day(), required=True, help="The day on which it is due back.")
@REASON
@click.option("--approved-by", metavar="LOGIN", required=True, help="The head of the owner department.")
@click.pass_obj
def lend(caller: Caller, copy_number: str, borrower: str, due: date, reason: str, approved_by: str) -> None:
    """Lend a copy until a day. Who approves gives a password: a prompt, or DOCCTL_PASSWORD_LI_WEI."""
    with caller.writing(Action.COPY_LEND) as ctx:
        head = caller.vouched(ctx.site, approved_by)
        lent = lending.lend_copy(
            ctx, copy_number, borrower=borrower, due=due, reason=reason, approved_by=head
        )
        caller.show(line(ctx, lent))


@copy.command("take-back")
@COPY
@click.pass_obj
def take_back(caller: Caller, copy_number: str) -> None:
    """The borrower has given the copy back to its holder."""
    with caller.writing(Action.COPY_TAKE_BACK) as ctx:
        caller.show(line(ctx, lending.take_back_copy(ctx, copy_number)))
