"""`docctl evidence …`: take evidence away, and verify a file of it."""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from datetime import date
from pathlib import Path

import click

from docctl.cli.kit.caller import Caller, Day, Noun
from docctl.cli.kit.printer import FILE
from docctl.errors import Usage
from docctl.errors.message import Message
from docctl.language import catalogues
from docctl.ledger.evidence import alone, checks
from docctl.queries.evidence.export import evidence_file
from docctl.queries.evidence.subjects import Asked
from docctl.rules import languages
from docctl.rules.evidence import Kind
from docctl.store.durable import refusing


@click.group(cls=Noun)
def evidence() -> None:
    """Evidence files: all that proves what became of one thing, for whoever has no docctl."""


@evidence.command("export")
@click.argument("kind", type=click.Choice([kind.value for kind in Kind]))
@click.argument("name", default="")
@click.option("--from", "first", type=Day(), help="The first day of a period.")
@click.option("--to", "last", type=Day(), help="Its last day.")
@click.option("--out", type=FILE, help="The file to write; else it gets a name of its own, in this folder.")
@click.pass_obj
def export(
    caller: Caller, kind: str, name: str, first: date | None, last: date | None, out: Path | None
) -> None:
    """All that proves what became of a document, a record, a copy, a person, a period or a customer.

    NAME is a number, a login or what a customer is called. The file goes as far as the newest checkpoint.
    """
    asked = Asked(kind=Kind(kind), name=name, first=first, last=last)
    readers = {language: catalogues.reader(language) for language in languages.ALL}
    with caller.reading() as ctx, evidence_file(ctx, asked, readers) as made:
        file = out or Path(made.name)
        _put(made.path, file.absolute())
        answer = {"file": str(file), "events": made.events, "files": made.files, "checkpoint": made.size}
        caller.show(answer | {"newer_events": made.newer})
    if made.newer:
        caller.note(
            Message("{many} newer events are under no checkpoint yet, and not in it", many=made.newer)
        )


@evidence.command("verify")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--key", default=None, help="The key of the site, from somewhere else than the file.")
@click.pass_obj
def verify(caller: Caller, file: Path, key: str | None) -> None:
    """Verify an evidence file. Needs no site.

    Exit code 1 when something is not as it was written, 2 when that cannot be told.
    """
    found = list(checks.verify(str(file), key))
    code = checks.code_of([holds for holds, _ in found])
    lines = [{"holds": holds, "said": said} for holds, said in found]
    caller.show({"ok": code == 0, "checks": lines})
    if code:
        click.get_current_context().exit(code)


@evidence.command("verifier")
@click.option("--out", type=FILE, required=True, help="The file to write.")
@click.pass_obj
def verifier(caller: Caller, out: Path) -> None:
    """Write the verifier as one file for plain Python, as every evidence file holds it. Needs no site."""
    with refusing(out):
        out.write_bytes(alone.verifier())
    caller.show({"file": str(out)})


def _put(made: Path, file: Path) -> None:
    """Copy it there, whole or not at all."""
    if not file.parent.is_dir():
        raise Usage("there is no folder {parent}; make it, or name another file", parent=file.parent)
    partial = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        with refusing(file):
            shutil.copyfile(made, partial)
            partial.replace(file)
    finally:
        with suppress(OSError):
            partial.unlink(missing_ok=True)
