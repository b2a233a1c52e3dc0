"""Which copy a scan means: by the code on its paper (a scanner types its whole address), or by number."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from docctl.door.context import Context
from docctl.models.copies import Copy, Loan
from docctl.queries.copies.register import CopyLine, copies_named
from docctl.queries.copies.scan import LONGEST, copy_check
from docctl.rules import copy_numbers
from docctl.rules.copies import Status


@dataclass(frozen=True)
class Scanned:
    """`typed`: without an address around it. `line`: None for what is not known to the reader.

    `is_old_print`: the paper in hand was exchanged for another of the same number (DC-55).
    """

    typed: str
    line: CopyLine | None
    is_old_print: bool = False


def scanned(ctx: Context, typed: str) -> Scanned:
    """What a scan means today, as far as the reader may see copies."""
    text = copy_numbers.without_address(typed, LONGEST)
    found = copy_check(ctx, text)
    if found["copy"] is None:
        return Scanned(text, None)
    line = next(iter(copies_named(ctx, [found["copy"]])["copies"]), None)
    in_hands = line is not None and Status(line["state"]).in_hands
    return Scanned(text, line, in_hands and found["state"] == Status.RETURNED.value)


def on_loan(ctx: Context, numbers: list[str]) -> dict[str, str]:
    """Who has which of these copies on loan, by their numbers."""
    asked = (
        select(Copy.number, Loan.borrower_name)
        .join(Loan, Loan.copy_id == Copy.id)
        .where(Copy.number.in_(numbers), Loan.ended_at.is_(None))
    )
    return {row.number: row.borrower_name for row in ctx.session.execute(asked)}
