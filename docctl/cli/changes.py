"""`docctl change …`: applying for a change of a document, and what is done with an application."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from docctl.cli.kit.caller import Caller, Noun
from docctl.cli.kit.lists import XLSX, show_list
from docctl.door.context import Context
from docctl.queries.documents.changes import CHANGES, ChangeLine, change_list, change_view
from docctl.rules.actions import Action
from docctl.rules.documents.change_rows import parse_row, rows_to_data
from docctl.rules.documents.changes import Kind, State
from docctl.usecases.documents import changing

APPLICATION = click.argument("number", metavar="APPLICATION")
REASON = click.option("--reason", required=True, help="Why; it is kept.")


@click.group(cls=Noun)
def change() -> None:
    """Applications for changes of documents. An APPLICATION is named by its number: 12."""


@change.command("apply")
@click.argument("number")
@click.option("--reason", required=True, help="Why the change is wanted; it is kept as the written request.")
@click.option(
    "--what",
    multiple=True,
    required=True,
    help="CLAUSE: FROM => TO; once for each clause. FROM may be empty.",
)
@click.option(
    "--class",
    "kind",
    type=click.Choice([kind.value for kind in Kind]),
    required=True,
    help="A major change is reviewed again by the whole chain.",
)
@click.option("--executor", required=True, help="Login of who writes the revision and hands it in.")
@click.pass_obj
def apply(caller: Caller, number: str, reason: str, what: tuple[str, ...], kind: str, executor: str) -> None:
    """Apply for a change of what was issued last. Who approved that decides."""
    with caller.writing(Action.CHANGE_APPLY) as ctx:
        made = changing.apply_change(
            ctx,
            number,
            kind=kind,
            reason=reason,
            rows=[parse_row(typed) for typed in what],
            executor=executor,
        )
        caller.show(_told(ctx, made.number))


@change.command("assign")
@APPLICATION
@click.option("--approver", help="A role that signs, or a department and means its head.")
@click.option("--executor", help="Login of who writes the revision and hands it in.")
@REASON
@click.pass_obj
def assign(caller: Caller, number: str, approver: str | None, executor: str | None, reason: str) -> None:
    """Name another department that approves, or another person who carries it out."""
    with caller.writing(Action.CHANGE_ASSIGN) as ctx:
        changing.assign_change(ctx, number, approver=approver, executor=executor, reason=reason)
        caller.show(_told(ctx, number))


@change.command("study")
@APPLICATION
@click.pass_obj
def study(caller: Caller, number: str) -> None:
    """Say that you have opened the background: document show and revision diff of what is to be changed.

    Who approves in the place of who approved the original does that before signing.
    """
    with caller.writing(Action.CHANGE_STUDY) as ctx:
        changing.study_change(ctx, number)
        caller.show(_told(ctx, number))


@change.command("sign")
@APPLICATION
@click.option("--comment", help="What you want to say with it; it is kept.")
@click.pass_obj
def sign(caller: Caller, number: str, comment: str | None) -> None:
    """Review or approve an application, as whose turn it is."""
    with caller.writing(Action.CHANGE_SIGN) as ctx:
        changing.sign_change(ctx, number, comment=comment)
        caller.show(_told(ctx, number))


@change.command("refuse")
@APPLICATION
@REASON
@click.pass_obj
def refuse(caller: Caller, number: str, reason: str) -> None:
    """Say no, and why."""
    with caller.writing(Action.CHANGE_REFUSE) as ctx:
        changing.refuse_change(ctx, number, reason=reason)
        caller.show(_told(ctx, number))


@change.command("withdraw")
@APPLICATION
@REASON
@click.pass_obj
def withdraw(caller: Caller, number: str, reason: str) -> None:
    """Take your own application back."""
    with caller.writing(Action.CHANGE_WITHDRAW) as ctx:
        changing.withdraw_change(ctx, number, reason=reason)
        caller.show(_told(ctx, number))


@change.command("note")
@APPLICATION
@click.pass_obj
def note(caller: Caller, number: str) -> None:
    """Take note, for your department, of a change that it is told of."""
    with caller.writing(Action.CHANGE_NOTE) as ctx:
        changing.note_change(ctx, number)
        caller.show(_told(ctx, number))


@change.command("list")
@click.option("--state", type=click.Choice(["open", *(s.value for s in State)]), help="Only those.")
@click.option("--document", default="", help="Of documents with this in their number.")
@XLSX
@click.pass_obj
def list_(caller: Caller, state: str | None, document: str, xlsx: Path | None) -> None:
    """All applications, the newest first."""
    with caller.reading() as ctx:
        lines = change_list(ctx, state=state or "", document=document)
        show_list(caller, ctx, CHANGES, {"changes": [*map(_line, lines)]}, lines, xlsx)


@change.command("show")
@APPLICATION
@click.pass_obj
def show(caller: Caller, number: str) -> None:
    """One application, and what the change would touch."""
    with caller.reading() as ctx:
        caller.show(_told(ctx, number))


def _told(ctx: Context, number: str) -> dict[str, Any]:
    seen = change_view(ctx, number)
    touched = seen.impact
    return _line(seen.line) | {
        "what": rows_to_data(seen.rows),
        "content": seen.content,
        "approver": seen.approver,
        "original_approver": seen.original,
        "waiting_for": list(seen.waits_for),
        "signed": [{"meaning": s.meaning.value, "name": s.name, "at": s.at.isoformat()} for s in seen.signed],
        "told": [
            {"department": t.department, "about": t.about.value, "noted_by": t.noted_by} for t in seen.told
        ],
        "forms": [{"number": f.number, "open_records": f.open_records} for f in touched.forms],
        "fields": [
            {"clause": c.clause, "form": form, **title.keys_of("title")}
            for c in touched.clauses
            for form, title in c.fields
        ],
        "referred_to_by": [other.number for other in touched.citing],
        "copies_out": touched.copies_out,
    }


def _line(line: ChangeLine) -> dict[str, Any]:
    return {
        "change": line.number,
        "state": line.state.value,
        "document": line.document,
        "revision": line.label,
        "class": line.kind.value,
        "reason": line.reason,
        "applied_by": line.applied_by,
        "applied_at": line.applied_at.isoformat(),
        "executor": line.executor,
        "new_revision": line.result,
        "said": line.ended_reason,
    }
