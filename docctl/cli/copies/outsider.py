"""`docctl outsider …`: companies outside that hold copies, and who is talked to there."""

from __future__ import annotations

from typing import Any

import click

from docctl.cli.copies.handing import REASON
from docctl.cli.kit.caller import Caller, Noun
from docctl.door.context import Context
from docctl.queries.copies.outsiders import outsider_view
from docctl.rules.actions import Action
from docctl.usecases.copies import outside

OUTSIDER = click.argument("key", metavar="OUTSIDER")


@click.group(cls=Noun)
def outsider() -> None:
    """Holders outside the organisation. An OUTSIDER is named by its key: @1."""


@outsider.command("add")
@click.option("--company", required=True, help="What is printed on their copies.")
@click.option("--name", required=True, help="Who is talked to there.")
@click.option("--contact", required=True, help="Telephone, mail, address.")
@click.pass_obj
def add(caller: Caller, company: str, name: str, contact: str) -> None:
    """Register a company that is to hold copies."""
    with caller.writing(Action.OUTSIDER_ADD) as ctx:
        caller.show(_told(ctx, outside.add_outsider(ctx, company=company, name=name, contact=contact).key))


@outsider.command("change")
@OUTSIDER
@click.option("--company", help="Another name of the company.")
@click.option("--name", help="Somebody else to talk to.")
@click.option("--contact", help="Another way to reach them.")
@click.pass_obj
def change(caller: Caller, key: str, company: str | None, name: str | None, contact: str | None) -> None:
    """Change what is known of it. Paper that is out keeps the name it bears."""
    with caller.writing(Action.OUTSIDER_CHANGE) as ctx:
        outside.change_outsider(ctx, key, company=company, name=name, contact=contact)
        caller.show(_told(ctx, key))


@outsider.command("erase")
@OUTSIDER
@REASON
@click.pass_obj
def erase(caller: Caller, key: str, reason: str) -> None:
    """Erase who is talked to there, and how. The company stays in the register of copies."""
    with caller.writing(Action.OUTSIDER_ERASE) as ctx:
        outside.erase_outsider(ctx, key, reason=reason)
        caller.show(_told(ctx, key))


@outsider.command("show")
@OUTSIDER
@click.pass_obj
def show(caller: Caller, key: str) -> None:
    """Who that is, and the copies there."""
    with caller.reading() as ctx:
        caller.show(_told(ctx, key))


def _told(ctx: Context, key: str) -> dict[str, Any]:
    seen = outsider_view(ctx, key)
    return {
        "outsider": seen.key,
        "company": seen.company,
        "name": seen.name,
        "contact": seen.contact,
        "erased": seen.erased_at and seen.erased_at.isoformat(),
        "copies": list(seen.copies),
    }
