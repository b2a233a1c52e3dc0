"""`docctl delegation …`: who signs for somebody that is away. The list is `docctl report delegations`."""

from __future__ import annotations

from datetime import date

import click

from docctl.cli.kit.caller import Caller, Day, Noun
from docctl.door.context import Context
from docctl.queries.people.delegations import delegation_view, told
from docctl.rules.actions import Action
from docctl.usecases.people import delegating

NUMBER = click.argument("number")


@click.group(cls=Noun)
def delegation() -> None:
    """Who signs for somebody that is away."""


@delegation.command("add")
@click.argument("delegate", metavar="LOGIN")
@click.option("--from", "first", type=Day(), required=True, help="The first day.")
@click.option("--until", "last", type=Day(), required=True, help="The last day; it counts too.")
@click.option("--reason", required=True, help="Why; it is kept.")
@click.option("--role", "roles", multiple=True, help="A role that signs; again for another (all of them).")
@click.option("--absent", metavar="LOGIN", help="Who is away, where document control enters it for them.")
@click.pass_obj
def add(
    caller: Caller,
    delegate: str,
    first: date,
    last: date,
    reason: str,
    roles: tuple[str, ...],
    absent: str | None,
) -> None:
    """Have LOGIN sign in your place from one day until another.

    Where the site says so, it counts once a second person confirms it: `delegation confirm`.
    """
    with caller.writing(Action.DELEGATION_ADD) as ctx:
        made = delegating.add_delegation(
            ctx, delegate, first=first, last=last, reason=reason, roles=roles, absent=absent
        )
        _show(caller, ctx, made.number)


@delegation.command("confirm")
@NUMBER
@click.pass_obj
def confirm(caller: Caller, number: str) -> None:
    """Let it count, as the second person."""
    with caller.writing(Action.DELEGATION_CONFIRM) as ctx:
        _show(caller, ctx, delegating.confirm_delegation(ctx, number).number)


@delegation.command("refuse")
@NUMBER
@click.option("--reason", required=True, help="Why; it is kept.")
@click.pass_obj
def refuse(caller: Caller, number: str, reason: str) -> None:
    """Refuse it, as the second person."""
    with caller.writing(Action.DELEGATION_REFUSE) as ctx:
        made = delegating.refuse_delegation(ctx, number, reason=reason)
        _show(caller, ctx, made.number)


@delegation.command("end")
@NUMBER
@click.pass_obj
def end(caller: Caller, number: str) -> None:
    """End it before its last day."""
    with caller.writing(Action.DELEGATION_END) as ctx:
        _show(caller, ctx, delegating.end_delegation(ctx, number).number)


@delegation.command("show")
@NUMBER
@click.pass_obj
def show(caller: Caller, number: str) -> None:
    """One of them."""
    with caller.reading() as ctx:
        _show(caller, ctx, number)


def _show(caller: Caller, ctx: Context, number: str) -> None:
    caller.show(told(delegation_view(ctx, number)))
