"""Keeps the library small: what lies in files of its own goes into packs, and nothing is thrown away.

Runs beside readers and writers, without the writer's lock. Objects that no reference leads to are packed
as well (a draft that is being written has none yet), and a file goes only when a durable pack holds what was
in it. Packs grow by doubling, so each object is packed anew a few times in all.
"""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from docctl.store.durable import refusing
from docctl.store.git import must, run
from docctl.store.lock import WriterLock

MANY = 2_560
"""Objects in files of their own with which packing begins; an act writes about ten."""

LONGEST = 600.0
"""Seconds after which packing stops, to be tried again later."""

_SAMPLE = "17"
_SETTINGS = (
    "pack.compression=6",
    "pack.threads=1",
    "pack.windowMemory=64m",
    "pack.writeReverseIndex=false",
    "repack.writeBitmaps=false",
)


@dataclass(frozen=True)
class Size:
    """What a library takes: files of single objects, packs, and the bytes of both."""

    loose: int
    packs: int
    bytes: int


def is_bulky(repository: Path) -> bool:
    """Is there much to pack? An estimate from one of the 256 folders, as git itself makes it."""
    try:
        return len(os.listdir(repository / "objects" / _SAMPLE)) * 256 > MANY
    except FileNotFoundError:
        return False


def size(repository: Path) -> Size:
    """Looks at every file of the object store."""
    loose = packs = found = 0
    for file in (repository / "objects").glob("*/*"):
        with suppress(FileNotFoundError):  # packed just now
            found += file.stat().st_size
            loose += len(file.parent.name) == 2
            packs += file.suffix == ".pack"
    return Size(loose, packs, found)


def pack(repository: Path, *, patience: float = 0.0) -> None:
    """Pack what is not packed yet. Raises Busy when another process is at it, or git cannot."""
    with WriterLock(repository.with_name("packing.lock"), timeout=patience) as lock:
        _clear_away(repository)
        must(
            run(
                repository,
                *("repack", "--geometric=2", "-d", "-q"),
                lock=lock,
                settings=_SETTINGS,
                timeout=LONGEST,
            )
        )


def _clear_away(repository: Path) -> None:
    """What a packing that was killed has left; whatever else is being written there is younger than a day."""
    packs = repository / "objects" / "pack"
    with refusing(repository):
        newest = packs.stat().st_mtime
        for file in packs.glob("*tmp*"):
            with suppress(FileNotFoundError):
                if file.stat().st_mtime < newest - 86_400:
                    file.unlink()
