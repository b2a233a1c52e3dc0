"""`docctl factor …`: drop, reset. One is set up on the page “My account”, where a phone reads a picture."""

from __future__ import annotations

import click

from docctl.cli.kit.asked import CODE, given_code
from docctl.cli.kit.caller import Caller, Noun
from docctl.errors import Usage
from docctl.queries.people.accounts import user_line
from docctl.rules.actions import Action
from docctl.usecases.people import factors


@click.group(cls=Noun)
def factor() -> None:
    """The second factor of an account."""


@factor.command("drop")
@click.pass_obj
def drop(caller: Caller) -> None:
    """Turn off your own, with a code of the phone or a recovery code: from DOCCTL_CODE, or asked for."""
    with caller.writing(Action.FACTOR_DROP) as ctx:
        code = given_code(ctx.actor.login)
        if code is None:
            raise Usage("a code is needed: set {variable}", variable=CODE)
        caller.show(user_line(ctx, factors.drop_factor(ctx, code)))


@factor.command("reset")
@click.argument("login")
@click.option("--reason", required=True, help="Why; it is kept.")
@click.option("--operator", is_flag=True, help="For an admin who is locked out, by whoever has the files.")
@click.pass_obj
def reset(caller: Caller, login: str, reason: str, operator: bool) -> None:
    """Take away somebody's, who has lost the phone. They are told, and set up a new one themselves.

    With --operator no account is asked for: it is an event in the name of whoever has the site's files.
    """
    with caller.operating() if operator else caller.writing(Action.FACTOR_RESET) as ctx:
        caller.show(user_line(ctx, factors.reset_factor(ctx, login, reason=reason)))
