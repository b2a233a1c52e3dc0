"""`docctl record attach`, `file`, `strike`, `vouch`: the files of a record; `print`: itself as one."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import click

from docctl.cli.kit.caller import Caller, Day
from docctl.cli.kit.printer import FILE as NEW_FILE
from docctl.cli.kit.printer import write_file
from docctl.cli.records.holding import record as record
from docctl.cli.records.life import NUMBER, REASON
from docctl.door.context import Context
from docctl.queries.records.attached import attachment_file
from docctl.queries.records.printing import record_print
from docctl.queries.records.reading import record_show
from docctl.rules import languages
from docctl.rules.actions import Action
from docctl.store.sniffing import Upload
from docctl.usecases.records import attaching

_SPOKEN = click.Choice([*languages.ALL, "all"])
ATTACHMENT = click.argument("attachment", type=click.IntRange(min=1))


@record.command("attach")
@NUMBER
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--to", default="", help="A field that holds files, or a step of somebody outside.")
@click.option("--signed", type=Day(), help="When somebody outside signed the paper.")
@click.option("--returned", type=Day(), help="When it came back.")
@click.option("--reason", default="", help="Why it comes late into a step that is signed.")
@click.pass_obj
def attach(
    caller: Caller,
    number: str,
    file: Path,
    to: str,
    signed: date | None,
    returned: date | None,
    reason: str,
) -> None:
    """Attach a photo, a PDF or a sound recording. Without --to it belongs to the whole record."""
    with caller.writing(Action.RECORD_ATTACH) as ctx:
        attaching.attach_record(
            ctx,
            number,
            lambda: Upload(file.name, file.read_bytes()),
            to=to,
            signed=signed,
            returned=returned,
            reason=reason,
        )
        caller.show(_files(ctx, number))


@record.command("file")
@NUMBER
@ATTACHMENT
@click.option("--out", type=NEW_FILE, required=True, help="The file to write.")
@click.pass_obj
def file_(caller: Caller, number: str, attachment: int, out: Path) -> None:
    """Write an attachment into a file, as it was given."""
    with caller.reading() as ctx:
        found = attachment_file(ctx, number, attachment)
        write_file(out, found.data)
        caller.show({"record": number, "attachment": attachment, "name": found.name, "sha256": found.sha256})


@record.command("strike")
@NUMBER
@ATTACHMENT
@REASON
@click.pass_obj
def strike(caller: Caller, number: str, attachment: int, reason: str) -> None:
    """Strike an attachment out that you attached. It stays readable."""
    with caller.writing(Action.RECORD_STRIKE) as ctx:
        attaching.strike_record(ctx, number, attachment, reason=reason)
        caller.show(_files(ctx, number))


@record.command("vouch")
@NUMBER
@ATTACHMENT
@click.pass_obj
def vouch(caller: Caller, number: str, attachment: int) -> None:
    """Say that a copy was compared with its original and is true to it."""
    with caller.writing(Action.RECORD_VOUCH) as ctx:
        attaching.vouch_record(ctx, number, attachment)
        caller.show(_files(ctx, number))


@record.command("print")
@NUMBER
@click.option("--pdf", "file", type=NEW_FILE, required=True, help="The file to write.")
@click.option("--in", "language", type=_SPOKEN, default="all", help="A language, or all of the list.")
@click.pass_obj
def print_(caller: Caller, number: str, file: Path, language: str) -> None:
    """The record on paper as it stands now: what was entered, corrected, attached and signed."""
    with caller.reading() as ctx:
        made = record_print(ctx, number, languages.ALL if language == "all" else (language,))
        write_file(file, made.data)
        caller.show({"record": number, "name": made.name, "pdf": str(file), "pdf_sha256": made.sha256})


def _files(ctx: Context, number: str) -> dict[str, Any]:
    """What has become of the files of the record."""
    shown = record_show(ctx, number)
    return {name: shown[name] for name in ("number", "state", "issues", "attachments")}
