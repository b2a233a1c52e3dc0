"""`docctl record …`: open, fill, correct, sign, complete, verify, send-back, close, void, give."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

import click

from docctl.cli.kit.caller import Caller, Day, Noun
from docctl.door.context import Context
from docctl.models.records import Record
from docctl.queries.records.hands import record_lacks
from docctl.queries.records.reading import record_show
from docctl.rules.actions import Action
from docctl.rules.records.giving import Meaning
from docctl.usecases.records import giving, opening, recording, sealing
from docctl.usecases.records.filling import Asked

NUMBER = click.argument("number")
REASON = click.option("--reason", required=True, help="Why; it is kept.")


@click.group(cls=Noun)
def record() -> None:
    """Records: executed forms, from their opening to their seal."""


@record.command("open")
@click.argument("template")
@click.option("--started-by", metavar="NUMBER", help="The record that starts this one.")
@click.option("--period", "day", type=Day(), help="A day of the period that it fills (what is due next).")
@click.option("--for", "subject", metavar="RECORD", help="The record of what it is made for.")
@click.option("--no-period", "none", is_flag=True, help="It fills no period.")
@click.option(
    "--previous", "earlier", metavar="NAME=NUMBER", multiple=True, help="A record that must be there first."
)
@click.pass_obj
def open_(
    caller: Caller, /, template: str, started_by: str | None, earlier: tuple[str, ...], **asked: Any
) -> None:
    """Open a record under the template and the procedure that are in force.

    Where records of the template fall due by themselves, it fills a period. A template may ask for earlier
    records, each by a name: without them it is said which ones. `nobody_can` are the steps that no account
    could fill as things stand; the first of all has to have one.
    """
    on = _assignments(earlier)
    with caller.writing(Action.RECORD_OPEN) as ctx:
        due = Asked(**asked)
        opened = opening.open_record(ctx, template, started_by=started_by, due=due, earlier=on)
        caller.show(_line(ctx, opened) | {"nobody_can": record_lacks(ctx, opened.number)})


@record.command("fill")
@NUMBER
@click.argument("values", metavar="FIELD=VALUE...", nargs=-1, required=True)
@click.pass_obj
def fill(caller: Caller, number: str, values: tuple[str, ...]) -> None:
    """Enter values into the step whose turn it is. Nothing is stored if one of them is wrong."""
    entered = _assignments(values)
    with caller.writing(Action.RECORD_FILL) as ctx:
        caller.show(_line(ctx, recording.fill_record(ctx, number, entered)))


@record.command("correct")
@NUMBER
@click.argument("value", metavar="FIELD=VALUE")
@REASON
@click.pass_obj
def correct(caller: Caller, number: str, value: str, reason: str) -> None:
    """Correct an entry that you made. The old value stays readable."""
    [(field, new)] = _assignments([value]).items()
    with caller.writing(Action.RECORD_CORRECT) as ctx:
        caller.show(_line(ctx, recording.correct_record(ctx, number, field, new, reason=reason)))


@record.command("sign")
@NUMBER
@click.pass_obj
def sign(caller: Caller, number: str) -> None:
    """Sign your step."""
    with caller.writing(Action.RECORD_SIGN) as ctx:
        caller.show(_line(ctx, recording.sign_record(ctx, number)))


@record.command("complete")
@NUMBER
@click.pass_obj
def complete(caller: Caller, number: str) -> None:
    """Declare the record complete."""
    with caller.writing(Action.RECORD_COMPLETE) as ctx:
        caller.show(_line(ctx, sealing.complete_record(ctx, number)))


@record.command("verify")
@NUMBER
@click.pass_obj
def verify(caller: Caller, number: str) -> None:
    """Verify the work of others."""
    with caller.writing(Action.RECORD_VERIFY) as ctx:
        caller.show(_line(ctx, sealing.verify_record(ctx, number)))


@record.command("send-back")
@NUMBER
@click.option("--step", help="From which step on it is to be done again (the first).")
@REASON
@click.pass_obj
def send_back(caller: Caller, number: str, step: str | None, reason: str) -> None:
    """Have it done again: the signatures from that step on are void."""
    with caller.writing(Action.RECORD_SEND_BACK) as ctx:
        caller.show(_line(ctx, sealing.send_back_record(ctx, number, reason=reason, step=step)))


@record.command("close")
@NUMBER
@click.pass_obj
def close(caller: Caller, number: str) -> None:
    """Seal the record. Nothing changes it any more."""
    with caller.writing(Action.RECORD_CLOSE) as ctx:
        caller.show(_line(ctx, sealing.close_record(ctx, number)))


@record.command("void")
@NUMBER
@REASON
@click.option("--by", default="", metavar="RECORD", help="The later record whose signed step voids it.")
@click.pass_obj
def void(caller: Caller, number: str, reason: str, by: str) -> None:
    """Take the record out of use. It stays readable."""
    with caller.writing(Action.RECORD_VOID) as ctx:
        caller.show(_line(ctx, sealing.void_record(ctx, number, reason=reason, by=by)))


@record.command("give")
@NUMBER
@click.option("--receiver", required=True, help="A department, a login or an outsider.")
@click.option("--meaning", type=click.Choice([m.value for m in Meaning]), required=True, help="What it says.")
@click.option("--on", "day", type=Day(), help="The day on which it was given (today).")
@click.pass_obj
def give(caller: Caller, number: str, receiver: str, meaning: str, day: date | None) -> None:
    """Register that somebody got a copy of a checked record: as permit, or as order to rectify."""
    with caller.writing(Action.RECORD_GIVE) as ctx:
        said = Meaning(meaning)
        made = giving.give_record(ctx, number, receiver=receiver, meaning=said, day=day)
        told = {"receiver": made.receiver, "meaning": made.meaning.value, "day": made.given_day.isoformat()}
        caller.show({"record": number, **told})


def _assignments(words: Iterable[str]) -> dict[str, str]:
    """`field=value` words, in their order; a value may hold = itself. Anything else is a usage error."""
    found: dict[str, str] = {}
    for word in words:
        field, sign, value = word.partition("=")
        if not sign or not field:
            raise click.UsageError(f"{word!r:.80} is not FIELD=VALUE")
        if field in found:
            raise click.UsageError(f"{field!r:.80} is given twice")
        found[field] = value
    return found


_SHOWN = (
    "number",
    "state",
    "issues",
    "template",
    "template_revision",
    "procedure",
    "procedure_revision",
    "procedure_blob",
)


def _line(ctx: Context, acted_on: Record) -> dict[str, Any]:
    """What has become of the record, for the person who has just acted on it."""
    shown = record_show(ctx, acted_on.number)
    line = {name: shown[name] for name in _SHOWN}
    return line if shown["sha256"] is None else line | {"sha256": shown["sha256"]}
