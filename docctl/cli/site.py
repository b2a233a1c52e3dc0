"""`docctl site …`: what the organisation decides about itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

import click

from docctl.cli.kit import spoken
from docctl.cli.kit.asked import system_user
from docctl.cli.kit.caller import Caller, Noun
from docctl.errors.message import Message
from docctl.queries.documents import approvers
from docctl.queries.site import company
from docctl.rules.actions import Action
from docctl.usecases.site import clock, configuring, confirming, maintaining, upgrading


@click.group(cls=Noun)
def site() -> None:
    """Departments, number schemes, approval chains, calendars."""


@site.command("configure")
@click.argument("file", type=click.File("rb"))
@click.pass_obj
def configure(caller: Caller, file: BinaryIO) -> None:
    """Make the site what FILE, a site.yaml, says."""
    with caller.writing(Action.SITE_CONFIGURE) as ctx:
        organisation = configuring.configure_site(ctx, file.read())
        caller.show({"site": organisation.site_id, "organisation": organisation.name})


@site.command("export")
@click.pass_obj
def export(caller: Caller) -> None:
    """Print the site.yaml that says what the site has decided by now; `site configure` reads it back."""
    with caller.reading() as ctx:
        text = company.exported(ctx)
        caller.show({"configuration": text}, None if caller.json else text.rstrip())


@site.command("findings")
@click.pass_obj
def findings(caller: Caller) -> None:
    """What is wrong with the configuration, and is to be decided; exit code 0 all the same."""
    with caller.reading() as ctx:
        caller.show(approvers.site_findings(ctx))


@site.command("confirm")
@click.argument("level")
@click.option("--reason", required=True, help="Why; it is kept.")
@click.pass_obj
def confirm(caller: Caller, level: str, reason: str) -> None:
    """Confirm who approves the documents of LEVEL, where the sources name two.

    `site findings` tells of which. A chain that is changed later is to be confirmed again.
    """
    with caller.writing(Action.SITE_CONFIRM) as ctx:
        choice = confirming.confirm_site(ctx, level, reason=reason)
        caller.show({"level": choice.level, "approver": list(choice.steps[-1]["who"])})


@site.command("set-clock")
@click.option("--reason", required=True, help="Why the ledger's time and the clock differ; it is kept.")
@click.pass_obj
def set_clock(caller: Caller, reason: str) -> None:
    """Say that the clock of this machine is right: after a long silence, a jump, or a time that was ahead.

    Look at the clock first. It is an event for good, the only one that may be earlier than the one before.
    """
    with caller.writing(Action.SITE_SET_CLOCK) as ctx:
        organisation = clock.set_clock_site(ctx, reason=reason)
        caller.show({"site": organisation.site_id, "now": ctx.now().isoformat()})


@site.command("upgrade")
@click.option("--apply", is_flag=True, help="Do it. Without this, it is only told what would be done.")
@click.option("--copied", is_flag=True, help="You have made a copy of the database yourself.")
@click.pass_obj
def upgrade(caller: Caller, apply: bool, copied: bool) -> None:
    """Bring the tables of an earlier docctl to those of this one. Stop `docctl serve` first.

    For whoever has the site's files: no account is asked for. The database is copied before; cut short, it
    is finished by saying it again.
    """
    with caller.old_site() as opened:
        if not apply:
            wanted = upgrading.plan(opened)
        else:
            wanted = upgrading.upgrade_site(opened, system_user=system_user(), copied=copied)
        told = {"site": str(opened.path), "schema": wanted.schema, "to": wanted.to, "events": wanted.events}
        made = {"tables": list(wanted.tables), "rows": wanted.rows}
        copy = None if wanted.copy is None or copied else str(wanted.copy)
        answer = {**told, **made, "copy": copy, "done": apply or wanted.done}
        lines = _said(wanted, apply=apply, copy=copy)
        reader = spoken.reader(caller.language)
        caller.show(answer, None if caller.json else "\n".join(line.told(reader) for line in lines))


@site.command("maintain")
@click.pass_obj
def maintain(caller: Caller) -> None:
    """Pack the library now; it does so by itself, some 2,500 objects at a time. Nothing is thrown away.

    For whoever has the site's files: no account is asked for. Others may read and write meanwhile.
    """
    before, after = maintaining.maintain(caller.site(), caller.note)
    caller.show({"before": vars(before), "after": vars(after)})


def _said(wanted: upgrading.Plan, *, apply: bool, copy: str | None) -> Iterator[Message]:
    """What people are told of it."""
    if wanted.done:
        yield Message("The site has schema {number}: there is nothing to upgrade.", number=wanted.to)
        return
    if wanted.schema < wanted.to:
        steps = {"schema": wanted.schema, "to": wanted.to, "events": wanted.events}
        yield Message("From schema {schema} to {to}, after event {events}.", **steps)
    for name in wanted.tables:
        is_made = Message("Table {name} is made anew.", name=name)
        yield Message("Table {name} was made anew.", name=name) if apply else is_made
    if wanted.index:
        is_made = Message("The search index is made anew.")
        yield Message("The search index was made anew.") if apply else is_made
    if copy is not None:
        goes = Message("A copy of the database goes to {copy}.", copy=copy)
        yield Message("The copy of the database is {copy}.", copy=copy) if apply else goes
    not_yet = Message("Nothing was changed yet; do it with: docctl site upgrade --apply")
    yield Message("Done.") if apply else not_yet
