"""`docctl request …`: asking for a copy, and what is said to it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from docctl.cli.copies.handing import NUMBER, REASON
from docctl.cli.kit.caller import Caller, Noun
from docctl.cli.kit.lists import XLSX, show_list
from docctl.door.context import Context
from docctl.queries.copies.requests import REQUESTS, RequestLine, request_list, request_view
from docctl.rules.actions import Action
from docctl.rules.asking import State
from docctl.usecases.copies import requesting

REQUEST = click.argument("number", metavar="REQUEST")


@click.group(cls=Noun)
def request() -> None:
    """Requests for copies beyond the distribution list. A REQUEST is named by its number: 12."""


@request.command("add")
@NUMBER
@REASON
@click.option(
    "--holder", help="Your department, or yourself (that is meant without it); the controller: anybody."
)
@click.pass_obj
def add(caller: Caller, number: str, reason: str, holder: str | None) -> None:
    """Ask for a copy of a document."""
    with caller.writing(Action.REQUEST_ADD) as ctx:
        caller.show(_told(ctx, requesting.add_request(ctx, number, reason=reason, holder=holder).number))


@request.command("approve")
@REQUEST
@click.pass_obj
def approve(caller: Caller, number: str) -> None:
    """Let the holder have a copy. You head the department that owns the document."""
    with caller.writing(Action.REQUEST_APPROVE) as ctx:
        caller.show(_told(ctx, requesting.approve_request(ctx, number).number))


@request.command("refuse")
@REQUEST
@REASON
@click.pass_obj
def refuse(caller: Caller, number: str, reason: str) -> None:
    """Say no, and why."""
    with caller.writing(Action.REQUEST_REFUSE) as ctx:
        caller.show(_told(ctx, requesting.refuse_request(ctx, number, reason=reason).number))


@request.command("list")
@click.option("--state", type=click.Choice(["open", *(s.value for s in State)]), help="Only those.")
@XLSX
@click.pass_obj
def list_(caller: Caller, state: str | None, xlsx: Path | None) -> None:
    """Your requests and those that you decide on; all, for document control. The newest first."""
    with caller.reading() as ctx:
        lines = request_list(ctx, state=state or "")
        show_list(caller, ctx, REQUESTS, {"requests": [*map(_line, lines)]}, lines, xlsx)


def _told(ctx: Context, number: str) -> dict[str, Any]:
    return _line(request_view(ctx, number).line)


def _line(line: RequestLine) -> dict[str, Any]:
    return {
        "request": line.number,
        "state": line.state.value,
        "document": line.document,
        "holder": line.holder,
        "holder_name": line.holder_name,
        "reason": line.reason,
        "asked_by": line.asked_by,
        "asked_at": line.asked_at.isoformat(),
        "decided_by": line.decided_by,
        "decided_at": line.decided_at and line.decided_at.isoformat(),
        "decision": line.decision,
        "copy": line.copy,
    }
