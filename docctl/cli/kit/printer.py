"""Whether a new site makes PDFs, and files that hold them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

import click

from docctl.cli.kit.notices import Say
from docctl.errors import Usage
from docctl.errors.message import Message
from docctl.render import renderer
from docctl.store.durable import write_atomically

PDF: Final = "DOCCTL_PDF"
"""`1` or `0`: what `init` and `run` do without asking the machine."""

FILE: Final = click.Path(dir_okay=False, writable=True, path_type=Path)
"""A file that a command writes."""


def makes_pdfs(say: Say, wanted: bool | None = None) -> bool:
    """`wanted`, else what DOCCTL_PDF says, else whether pango is there; says in one line what is missing."""
    if wanted is None and os.environ.get(PDF):
        wanted = os.environ[PDF] not in {"0", "no", "off", "false"}
    if wanted is not None:
        return wanted
    missing = renderer.missing_libraries()
    if missing:
        say(
            Message(
                "PDF is off: this machine lacks {library}. As root: {command}; then set pdf = true in "
                "docctl.toml of the site.",
                library=missing[0],
                command=renderer.INSTALL,
            )
        )
    return not missing


def write_file(file: Path, data: bytes) -> None:
    """Write it whole or not at all. Raises Usage where there is no such folder."""
    if not file.absolute().parent.is_dir():
        raise Usage(
            "there is no folder {parent}; make it, or name another file", parent=file.absolute().parent
        )
    write_atomically(file.absolute(), data)
