"""`docctl chain …`: who signs for one document."""

from __future__ import annotations

import click

from docctl.cli.kit.caller import Caller, Noun
from docctl.rules.actions import Action
from docctl.usecases.documents import chaining

NUMBER = click.argument("number")


@click.group(cls=Noun)
def chain() -> None:
    """The approval chain of a document, where it is not that of its level."""


@chain.command("change")
@NUMBER
@click.option("--chain", "typed", help="As author,countersign:production+sales,management-representative.")
@click.option("--of-level", is_flag=True, help="That of its level again.")
@click.option("--reason", required=True, help="Why; it is kept.")
@click.pass_obj
def change(caller: Caller, number: str, typed: str | None, of_level: bool, reason: str) -> None:
    """Give a document another chain. It counts from the next submission.

    It may have more steps than that of the level, and leaves none of those out.
    """
    if (typed is None) is not of_level:
        raise click.UsageError("Give either --chain or --of-level.")
    with caller.writing(Action.CHAIN_CHANGE) as ctx:
        document = chaining.change_chain(ctx, number, chain=typed, reason=reason)
        caller.show({"document": document.number, "chain": document.chain})
