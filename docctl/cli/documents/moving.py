"""`docctl document move`: to another department."""

from __future__ import annotations

import click

from docctl.cli.documents.incoming import document as document
from docctl.cli.kit.caller import Caller
from docctl.rules.actions import Action
from docctl.usecases.documents import moving


@document.command("move")
@click.argument("number")
@click.option("--department", required=True, help="The key of the one that answers for it from now on.")
@click.option("--reason", required=True, help="Why; it is kept.")
@click.pass_obj
def move(caller: Caller, number: str, department: str, reason: str) -> None:
    """Give a document to another department. The head of its next revision names that."""
    with caller.writing(Action.DOCUMENT_MOVE) as ctx:
        moved = moving.move_document(ctx, number, department=department, reason=reason)
        caller.show({"document": moved.number, "department": moved.department})
