"""`docctl disposal …`: records past their retention, from the proposal to the witness."""

from __future__ import annotations

import click

from docctl.cli.kit.caller import Caller, Noun
from docctl.door.context import Context
from docctl.queries.records.disposing import disposal_view, told
from docctl.rules.actions import Action
from docctl.usecases.records import destroying, disposing

NUMBER = click.argument("number")


@click.group(cls=Noun)
def disposal() -> None:
    """Records past their retention: proposed, approved, destroyed, witnessed."""


@disposal.command("propose")
@click.argument("records", metavar="RECORD...", nargs=-1, required=True)
@click.option("--reason", required=True, help="Why; it is kept.")
@click.pass_obj
def propose(caller: Caller, records: tuple[str, ...], reason: str) -> None:
    """Propose that records of one keeper are destroyed. See: docctl report disposable."""
    with caller.writing(Action.DISPOSAL_PROPOSE) as ctx:
        _show(caller, ctx, disposing.propose_disposal(ctx, list(records), reason=reason).number)


@disposal.command("approve")
@NUMBER
@click.pass_obj
def approve(caller: Caller, number: str) -> None:
    """Approve it, as somebody else than who proposed it."""
    with caller.writing(Action.DISPOSAL_APPROVE) as ctx:
        _show(caller, ctx, disposing.approve_disposal(ctx, number).number)


@disposal.command("refuse")
@NUMBER
@click.option("--reason", required=True, help="Why; it is kept.")
@click.pass_obj
def refuse(caller: Caller, number: str, reason: str) -> None:
    """Refuse it: the records stay."""
    with caller.writing(Action.DISPOSAL_REFUSE) as ctx:
        _show(caller, ctx, disposing.refuse_disposal(ctx, number, reason=reason).number)


@disposal.command("destroy")
@NUMBER
@click.pass_obj
def destroy(caller: Caller, number: str) -> None:
    """Destroy the values and files of its records. This cannot be taken back."""
    with caller.writing(Action.DISPOSAL_DESTROY) as ctx:
        _show(caller, ctx, destroying.destroy_disposal(ctx, number).number)


@disposal.command("witness")
@NUMBER
@click.pass_obj
def witness(caller: Caller, number: str) -> None:
    """Sign that nothing of the records is left, as somebody who took no other part."""
    with caller.writing(Action.DISPOSAL_WITNESS) as ctx:
        _show(caller, ctx, destroying.witness_disposal(ctx, number).number)


@disposal.command("show")
@NUMBER
@click.pass_obj
def show(caller: Caller, number: str) -> None:
    """One of them, with its list and who signed it. All of them: docctl report disposals."""
    with caller.reading() as ctx:
        _show(caller, ctx, number)


def _show(caller: Caller, ctx: Context, number: str) -> None:
    caller.show(told(disposal_view(ctx, number)))
