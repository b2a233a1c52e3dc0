"""`docctl copy …`: what happens to a controlled copy, the register of all, and the verdict on one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import click

from docctl.cli.kit import notices
from docctl.cli.kit.caller import Caller, Day, Noun
from docctl.cli.kit.lists import XLSX, show_list
from docctl.cli.kit.printer import FILE, write_file
from docctl.door.context import Context
from docctl.models.copies import Copy
from docctl.queries.copies import printing
from docctl.queries.copies import register as queries
from docctl.queries.copies.columns import COPIES
from docctl.queries.copies.scan import copy_check
from docctl.rules.actions import Action
from docctl.usecases.copies import disposing, handing
from docctl.usecases.demonstration import making

NUMBER = click.argument("number")
COPY = click.argument("copy_number", metavar="COPY")
REASON = click.option("--reason", required=True, help="Why; it is kept.")
ON = click.option("--on", type=Day(), help="As it stood at the end of that day (today).")


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
        answer: dict[str, Any] = {"copies": [_line(ctx, copy) for copy in made]}
        if file is not None:
            answer["pdf"] = _write(caller, ctx, file, [copy.number for copy in made])
        caller.show(answer)


@copy.command("print")
@click.argument("numbers", metavar="COPY…", nargs=-1, required=True)
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
@COPY
@click.pass_obj
def acknowledge(caller: Caller, copy_number: str) -> None:
    """You have received the copy; or its holder has signed for it on paper."""
    with caller.writing(Action.COPY_ACKNOWLEDGE) as ctx:
        caller.show(_line(ctx, handing.acknowledge_copy(ctx, copy_number)))


@copy.command("recall")
@COPY
@REASON
@click.pass_obj
def recall(caller: Caller, copy_number: str, reason: str) -> None:
    """Ask a copy back from its holder."""
    with caller.writing(Action.COPY_RECALL) as ctx:
        caller.show(_line(ctx, handing.recall_copy(ctx, copy_number, reason=reason)))


@copy.command("return")
@COPY
@click.pass_obj
def return_(caller: Caller, copy_number: str) -> None:
    """The copy is back."""
    with caller.writing(Action.COPY_RETURN) as ctx:
        caller.show(_line(ctx, handing.return_copy(ctx, copy_number)))


@copy.command("keep")
@COPY
@REASON
@click.pass_obj
def keep(caller: Caller, copy_number: str, reason: str) -> None:
    """Keep an obsolete copy for reference."""
    with caller.writing(Action.COPY_KEEP) as ctx:
        caller.show(_line(ctx, disposing.keep_copy(ctx, copy_number, reason=reason)))


@copy.command("destroy")
@COPY
@click.option("--approved-by", metavar="LOGIN", help="Who approved it, and gives their password.")
@click.option(
    "--witness",
    "witnesses",
    metavar="LOGIN",
    multiple=True,
    help="Give it twice: two witnesses, who give their passwords.",
)
@click.pass_obj
def destroy(caller: Caller, copy_number: str, approved_by: str | None, witnesses: tuple[str, ...]) -> None:
    """Destroy a copy before two witnesses. Each gives a password: a prompt, or DOCCTL_PASSWORD_LI_WEI."""
    with caller.writing(Action.COPY_DESTROY) as ctx:
        there = [caller.vouched(ctx.site, login) for login in witnesses]
        approver = approved_by and caller.vouched(ctx.site, approved_by)
        gone = disposing.destroy_copy(ctx, copy_number, approved_by=approver or None, witnesses=there)
        caller.show(_line(ctx, gone))


@copy.command("replace")
@COPY
@REASON
@click.pass_obj
def replace(caller: Caller, copy_number: str, reason: str) -> None:
    """Exchange a damaged copy: a new print bears the same number."""
    with caller.writing(Action.COPY_REPLACE) as ctx:
        caller.show(_line(ctx, disposing.replace_copy(ctx, copy_number, reason=reason)))


@copy.command("lose")
@COPY
@REASON
@click.option("--noticed", type=Day(), help="The day on which its holder found out (today).")
@click.pass_obj
def lose(caller: Caller, copy_number: str, reason: str, noticed: date | None) -> None:
    """Declare a lost copy void; its holder gets another under a new number."""
    with caller.writing(Action.COPY_LOSE) as ctx:
        lost, replacement = disposing.lose_copy(ctx, copy_number, reason=reason, noticed=noticed)
        caller.show({**_line(ctx, lost), "replacement": replacement and replacement.number})


@copy.command("list")
@click.option("--document", metavar="NUMBER", help="Of this document only.")
@click.option("--out", is_flag=True, help="Only those that are still out.")
@click.option("--overdue", is_flag=True, help="Only those not signed for, or not handed back, in time.")
@ON
@XLSX
@click.pass_obj
def list_(
    caller: Caller, document: str | None, out: bool, overdue: bool, on: date | None, xlsx: Path | None
) -> None:
    """The copy register: all copies that you may see, and by when each is to be signed for or handed back."""
    with caller.reading() as ctx:
        answer = queries.copy_list(ctx, document, out, on, overdue=overdue)
        show_list(caller, ctx, COPIES, answer, answer["copies"], xlsx)


@copy.command("reconcile")
@NUMBER
@ON
@click.pass_obj
def reconcile(caller: Caller, number: str, on: date | None) -> None:
    """Account for every copy of a document that was ever issued."""
    with caller.reading() as ctx:
        caller.show(queries.copy_reconcile(ctx, number, on))


@copy.command("check")
@click.argument("text", metavar="TOKEN-OR-COPY")
@ON
@click.pass_obj
def check(caller: Caller, text: str, on: date | None) -> None:
    """Whether a copy may still be used. Needs no account, like the page behind its QR code."""
    caller.show(copy_check(caller.site(), text, on))


def _write(caller: Caller, ctx: Context, file: Path, numbers: Sequence[str]) -> str:
    """All of these copies in one file; its path."""
    write_file(file, printing.print_run(ctx, numbers).data)
    notices.of_public_address(
        caller.note, ctx.site.settings.public_url, demonstration=making.is_demonstration(ctx.site.path)
    )
    return str(file)


def _line(ctx: Context, acted_on: Copy) -> Mapping[str, Any]:
    """The copy's line of the register after the act."""
    return queries.copies_named(ctx, [acted_on.number])["copies"][0]
