"""`docctl notice …`: what changed in the departments' lists, taken note of."""

from __future__ import annotations

import click

from docctl.cli.kit.caller import Caller, Noun
from docctl.queries.copies.changes import unseen
from docctl.rules.actions import Action
from docctl.usecases.copies import noticing


@click.group(cls=Noun)
def notice() -> None:
    """Changes of the departments' lists of controlled documents; `report list-changes` tells each."""


@notice.command("take")
@click.pass_obj
def take(caller: Caller) -> None:
    """The administration department has seen all changes up to now."""
    with caller.writing(Action.NOTICE_TAKE) as ctx:
        told = {one.key: one.changes for one in unseen(ctx)}
        noticing.take_notice(ctx)
        caller.show({"departments": told})
