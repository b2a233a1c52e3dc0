"""`docctl draft …`: save, discard."""

from __future__ import annotations

from pathlib import Path

import click

from docctl.cli.kit.caller import Caller, Noun
from docctl.cli.kit.given import given
from docctl.queries.documents.draft_findings import saved_findings
from docctl.queries.documents.master_list import revision_outcome
from docctl.rules.actions import Action
from docctl.usecases.documents import drafting

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group(cls=Noun)
def draft() -> None:
    """Save and discard drafts."""


@draft.command("save")
@click.argument("number")
@click.argument("file", type=FILE)
@click.option("--revision", "label", help="The label, where the next one in order is not wanted.")
@click.option("--replaces", metavar="CONTENT", help="The draft that goes for yours, by its `content`.")
@click.pass_obj
def save(caller: Caller, number: str, file: Path, label: str | None, replaces: str | None) -> None:
    """Save the text of the revision that is being made; begins the next one where none is.

    A draft that somebody else wrote is replaced only if you say which one it is: `document show` tells its
    content, twelve characters are enough. `findings` tell what is wrong with the text before it is handed in.
    """
    with caller.writing(Action.DRAFT_SAVE) as ctx:
        saved = drafting.save_draft(ctx, number, given(caller, file), label=label, shown=replaces)
        caller.show(revision_outcome(ctx, saved.id) | {"findings": saved_findings(ctx, saved.id)})


@draft.command("discard")
@click.argument("number")
@click.pass_obj
def discard(caller: Caller, number: str) -> None:
    """Give the draft up. Saving it again opens it."""
    with caller.writing(Action.DRAFT_DISCARD) as ctx:
        discarded = drafting.discard_draft(ctx, number)
        caller.show(revision_outcome(ctx, discarded.id))
