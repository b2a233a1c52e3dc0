"""`docctl record hold`, `record release`: what keeps a record from being destroyed."""

from __future__ import annotations

from typing import Any

import click

from docctl.cli.kit.caller import Caller
from docctl.cli.records.life import NUMBER, REASON
from docctl.cli.records.looking import record as record
from docctl.models.disposals import RecordHold
from docctl.rules.actions import Action
from docctl.rules.text import instant
from docctl.usecases.records import holding


@record.command("hold")
@NUMBER
@REASON
@click.pass_obj
def hold(caller: Caller, number: str, reason: str) -> None:
    """Hold it back from destruction, whatever its form says."""
    with caller.writing(Action.RECORD_HOLD) as ctx:
        caller.show(_line(number, holding.hold_record(ctx, number, reason=reason)))


@record.command("release")
@NUMBER
@REASON
@click.pass_obj
def release(caller: Caller, number: str, reason: str) -> None:
    """Lift the hold, as somebody else than who placed it."""
    with caller.writing(Action.RECORD_RELEASE) as ctx:
        caller.show(_line(number, holding.release_record(ctx, number, reason=reason)))


def _line(number: str, made: RecordHold) -> dict[str, Any]:
    return {
        "record": number,
        "reason": made.reason,
        "placed_by": made.entered_name,
        "placed_at": instant(made.entered_at),
        "lifted_by": made.revoked_name,
        "why_lifted": made.answer,
    }
