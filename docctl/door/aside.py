"""A site on a file system that cannot be written: what must be written all the same is put aside for a while.

Sign-ins are rows, and SQLite opens no journal where it may not write. So the database is copied into a folder
of this process, with the journal that belongs to it; nothing that counts is written there.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

from docctl.errors import WrongState

JOURNAL = "-wal"


def is_read_only(folder: Path) -> bool:
    """Whether the file system is; that somebody may not write into a folder is another matter."""
    return bool(os.statvfs(folder).f_flag & os.ST_RDONLY)


def put(database: Path) -> Path:
    """A new folder, with a copy of `database` if it is there."""
    aside = Path(tempfile.mkdtemp(prefix="docctl-read-only-"))
    for file in (database, database.with_name(database.name + JOURNAL)):
        if file.is_file():
            shutil.copyfile(file, aside / file.name)
            (aside / file.name).chmod(0o600)
    return aside


def refuse(folder: Path) -> WrongState:
    """What is said of every act there."""
    return WrongState(
        "{folder} is on a file system that cannot be written: here the site can be read and checked, and "
        "nothing can be signed or changed",
        folder=folder,
    )
