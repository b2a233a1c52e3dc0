"""Where a run keeps its files: in memory, where there is room. Knows folders, nothing of what lies in them.

A site writes each act through to the disk before it answers; tests kill programs, never the machine.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from pathlib import Path
from typing import Final, TextIO

_MEMORY: Final = Path("/dev/shm")
_ROOM: Final = 6 << 30
"""Bytes: what a run needs at once, and as much again."""
_LOCK: Final = "held-by-a-run"

_held: dict[Path, TextIO] = {}


def memory() -> Path | None:
    """A folder in memory that has room; None is for where temporary files are else."""
    roomy = _MEMORY.is_dir() and os.access(_MEMORY, os.W_OK) and shutil.disk_usage(_MEMORY).free > _ROOM
    return _MEMORY if roomy else None


def make(prefix: str) -> Path:
    """A new folder of this process. What runs that were killed have left of that name is removed first."""
    for old in Path(memory() or tempfile.gettempdir()).glob(f"{prefix}*/{_LOCK}"):
        with old.open("a", encoding="utf-8") as lock:
            if _lock(lock):
                shutil.rmtree(old.parent, ignore_errors=True)
    folder = Path(tempfile.mkdtemp(prefix=prefix, dir=memory()))
    _held[folder] = (folder / _LOCK).open("a", encoding="utf-8")
    _lock(_held[folder])
    return folder


def remove(folder: Path) -> None:
    """Remove what `make` made."""
    shutil.rmtree(folder, ignore_errors=True)
    _held.pop(folder).close()


def _lock(file: TextIO) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


if found := memory():
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(found))
