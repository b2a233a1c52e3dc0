"""`docctl copy …`: copies on their way out and back: issue, print, acknowledge, recall, return."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from docctl.cli.kit import notices
from docctl.cli.kit.caller import Caller, Noun
from docctl.cli.kit.leaving import with_findings
from docctl.cli.kit.printer import FILE, write_file
from docctl.door.context import Context
from docctl.models.copies import Copy
from docctl.queries.copies import printing
from docctl.queries.copies import register as queries
from docctl.queries.site.company import address_on_paper
from docctl.rules.actions import Action
from docctl.usecases.copies import handing, several
from docctl.usecases.demonstration import making

NUMBER = click.argument("number")
COPY = click.argument("copy_number", metavar="COPY")
COPIES_NAMED = click.argument("numbers", metavar="COPY…", nargs=-1, required=True)
REASON = click.option("--reason", required=True, help="Why; it is kept.")


@click.group(cls=Noun)
def copy() -> None:
    """Controlled copies. A COPY is named like LX-CX-2019-001#007."""


@copy.command("issue")
@NUMBER
@click.option(
    "--holder", "holders", multiple=True, required=True, help="A login or a department; again for more."
)
@click.option("--revision", "label", help="Another revision than the one in force: issued and still to come.")
@click.option("--pdf", "file", type=FILE, help="Write all of them into this file, for the printer.")
@click.pass_obj
def issue(
    caller: Caller, number: str, holders: tuple[str, ...], label: str | None, file: Path | None
) -> None:
    """Hand out one numbered copy to each holder."""
    with caller.writing(Action.COPY_ISSUE) as ctx:
        made = handing.issue_copies(ctx, number, holders=holders, label=label)
        answer: dict[str, Any] = {"copies": [line(ctx, copy) for copy in made]}
        if file is not None:
            answer["pdf"] = _write(caller, ctx, file, [copy.number for copy in made])
        caller.show(answer)


@copy.command("print")
@COPIES_NAMED
@click.option("--pdf", "file", type=FILE, required=True, help="The file to write.")
@click.pass_obj
def print_(caller: Caller, numbers: tuple[str, ...], file: Path) -> None:
    """Print copies that were handed out: one gives the very bytes of its event, several give one file."""
    with caller.reading() as ctx:
        if len(numbers) > 1:
            caller.show({"copies": list(numbers), "pdf": _write(caller, ctx, file, numbers)})
            return
        made = printing.copy_print(ctx, numbers[0])
        write_file(file, made.data)
        caller.show({"copies": list(numbers), "pdf": str(file), "pdf_sha256": made.sha256})


@copy.command("acknowledge")
@COPIES_NAMED
@click.pass_obj
def acknowledge(caller: Caller, numbers: tuple[str, ...]) -> None:
    """You have received the copy; or its holder has signed for it on paper. Several: each by itself."""
    _each(caller, Action.COPY_ACKNOWLEDGE, numbers)


@copy.command("recall")
@COPY
@REASON
@click.pass_obj
def recall(caller: Caller, copy_number: str, reason: str) -> None:
    """Ask a copy back from its holder."""
    with caller.writing(Action.COPY_RECALL) as ctx:
        caller.show(line(ctx, handing.recall_copy(ctx, copy_number, reason=reason)))


@copy.command("return")
@COPIES_NAMED
@click.pass_obj
def return_(caller: Caller, numbers: tuple[str, ...]) -> None:
    """The copy is back. Several: each by itself, and a refusal of one stops none of the others."""
    _each(caller, Action.COPY_RETURN, numbers)


def line(ctx: Context, acted_on: Copy) -> Mapping[str, Any]:
    """The copy's line of the register after the act."""
    return queries.copies_named(ctx, [acted_on.number])["copies"][0]


def _each(caller: Caller, action: Action, numbers: tuple[str, ...]) -> None:
    """One as ever; of several what became of each. Leaves with 1 where one was refused."""
    with caller.writing(action) as ctx:
        if len(numbers) == 1:
            caller.show(line(ctx, several.ACTS[action](ctx, numbers[0])))
            return
        told = several.each(ctx, action, numbers)
        done = queries.copies_named(ctx, [one.number for one in told if one.refused is None])["copies"]
        refused = [{"copy": one.number, "message": one.refused} for one in told if one.refused]
        caller.show({"copies": done, "refused": refused})
    if refused:
        with_findings()


def _write(caller: Caller, ctx: Context, file: Path, numbers: Sequence[str]) -> str:
    """All of these copies in one file; its path."""
    write_file(file, printing.print_run(ctx, numbers).data)
    notices.of_public_address(
        caller.note, address_on_paper(ctx.site), demonstration=making.is_demonstration(ctx.site.path)
    )
    return str(file)
