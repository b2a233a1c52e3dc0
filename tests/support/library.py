"""A library in a temporary folder, and the plain git client with which tests look at it."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from docctl.store.library import Author, Library, Prepared, RefMove, TagSpec
from docctl.store.lock import WriterLock

MAIN = "refs/heads/main"
WHEN = datetime(2026, 3, 12, 9, 30, tzinfo=timezone(timedelta(hours=8)))
AUTHOR = Author("李伟", "li.wei")


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    """An empty library, with its own writer's lock, not held."""
    library = Library(tmp_path / "library.git", WriterLock(tmp_path / "writer.lock", timeout=5))
    library.create()
    yield library
    library.close()


def prepared(
    library: Library, files: Mapping[str, bytes | None], parent: str | None = None, tag: str | None = None
) -> Prepared:
    """One commit, made the same way each time."""
    spec = TagSpec(tag, "A/0 issued") if tag else None
    return library.prepare(
        files, parent=parent, author=AUTHOR, when=WHEN, message="Issue LX-CX-001 A/0", tag=spec
    )


def put(library: Library, files: Mapping[str, bytes | None], parent: str | None = None) -> str:
    """A commit on main."""
    commit = prepared(library, files, parent).commit
    with library.lock:
        library.move([RefMove(MAIN, parent, commit)])
    return commit


def plain_git(*arguments: str | Path, stdin: bytes = b"", check: bool = True) -> str:
    """What any git client answers: no settings of the machine, none of docctl's precautions."""
    names = {
        "GIT_AUTHOR_NAME": "x",
        "GIT_AUTHOR_EMAIL": "x",
        "GIT_COMMITTER_NAME": "x",
        "GIT_COMMITTER_EMAIL": "x",
    }
    environment = {"PATH": os.environ["PATH"], "GIT_CONFIG_GLOBAL": os.devnull, "LC_ALL": "C", **names}
    done = subprocess.run(["git", *map(str, arguments)], input=stdin, capture_output=True, env=environment)
    if check:
        assert done.returncode == 0, done.stderr.decode()
    return (done.stdout + done.stderr).decode()


def loose(library: Library, oid: str) -> Path:
    """The file in which a loose object lies."""
    return library.path / "objects" / oid[:2] / oid[2:]
