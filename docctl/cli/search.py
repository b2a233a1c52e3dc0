"""`docctl search QUERY`."""

from __future__ import annotations

import click

from docctl.cli.kit.caller import Caller, Command
from docctl.queries.documents.search import find_text


@click.command(cls=Command)
@click.argument("query")
@click.pass_obj
def search(caller: Caller, query: str) -> None:
    """Find words in the documents that are in force. The found words stand in [ ]."""
    with caller.reading() as ctx:
        caller.show({"hits": find_text(ctx, query)})
