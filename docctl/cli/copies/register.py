"""`docctl copy …`: the register of all copies, whether all are accounted for, and the verdict on one."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from docctl.cli.copies.handing import NUMBER
from docctl.cli.copies.incoming import copy as copy
from docctl.cli.kit.caller import Caller, Day
from docctl.cli.kit.lists import XLSX, show_list
from docctl.queries.copies import register as queries
from docctl.queries.copies.columns import COPIES
from docctl.queries.copies.scan import copy_check

ON = click.option("--on", type=Day(), help="As it stood at the end of that day (today).")


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
