"""`docctl duty …`: what falls due by itself: list it, or sign why it is not made."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from docctl.cli.kit.caller import Caller, Day, Noun
from docctl.cli.kit.lists import XLSX, show_list
from docctl.queries.records.duties import Asked, duty_list, lacking, told
from docctl.queries.records.duty_columns import DUTIES
from docctl.rules.actions import Action
from docctl.rules.records.recurring import Standing
from docctl.usecases.records import filling


@click.group(cls=Noun)
def duty() -> None:
    """Records that fall due by themselves: each month, each quarter, for each customer."""


@duty.command("list")
@click.option("--form", default="", help="Of this record template only.")
@click.option("--department", default="", help="Of the templates of this department only.")
@click.option("--standing", type=click.Choice([one.value for one in Standing]), help="As they stand today.")
@click.option("--since", type=Day(), help="Due on this day or later (a year ago).")
@click.option("--until", type=Day(), help="Due by this day; also what is still to come.")
@XLSX
@click.pass_obj
def list_(
    caller: Caller,
    form: str,
    department: str,
    standing: str | None,
    since: date | None,
    until: date | None,
    xlsx: Path | None,
) -> None:
    """What is open, due, missed, done or excused, what is due first before the rest.

    `lacking` are templates of which nothing falls due, as their procedures do not state the limits.
    """
    with caller.reading() as ctx:
        asked = Asked(form=form, department=department, standing=standing or "", since=since, until=until)
        lines = duty_list(ctx, asked)
        without = [
            {"number": one.number, "procedure": one.procedure, "limits": list(one.lacking)}
            for one in lacking(ctx)
        ]
        answer = {"duties": [*map(told, lines)], "lacking": without}
        show_list(caller, ctx, DUTIES, answer, lines, xlsx)


@duty.command("excuse")
@click.argument("template")
@click.option("--period", "day", type=Day(), required=True, help="A day of the period that is meant.")
@click.option("--for", "subject", metavar="RECORD", help="The record of what it would be made for.")
@click.option("--reason", required=True, help="Why it is not made; it is kept.")
@click.pass_obj
def excuse(caller: Caller, template: str, day: date, subject: str | None, reason: str) -> None:
    """Sign that the record of a period is not made, and why. It stays in the list."""
    with caller.writing(Action.DUTY_EXCUSE) as ctx:
        made = filling.excuse_duty(ctx, template, day=day, subject=subject, reason=reason)
        stretch = {"from": made.first_day.isoformat(), "until": made.last_day.isoformat()}
        caller.show({"number": template, **stretch, "running": made.running, "reason": made.reason})
