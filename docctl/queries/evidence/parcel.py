"""The archive of an evidence file while it is made: each file on disk as it comes, then all of them in order.

So no file and no list of files has to fit into memory.
"""

from __future__ import annotations

import tempfile
import zlib
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path
from typing import IO, Final

from docctl.errors import WrongState
from docctl.ledger.evidence.archive import MOST_BYTES, MOST_FILES, PIECE, Member, directory, local
from docctl.store.durable import refusing

_AROUND: Final = 100
"""Bytes that a ZIP needs for a file beside its own and twice its name, and for its end."""


class Parcel:
    """Files by their paths in the archive, each with its sums. Use it as a context manager."""

    def __init__(self) -> None:
        self.members: dict[str, Member] = {}
        self._files: dict[str, Path] = {}
        self._whole = 0
        self._folder = tempfile.TemporaryDirectory(prefix="docctl-evidence-")
        self._path = Path(self._folder.name)

    def __enter__(self) -> Parcel:
        return self

    def __exit__(self, *_: object) -> None:
        self._folder.cleanup()

    def add(self, name: str, parts: Iterable[bytes]) -> None:
        """Put a file in. Raises WrongState for more than an archive holds, Busy on a full disk."""
        summed, crc, size = sha256(), 0, 0
        file = self._files[name] = self._path / str(len(self._files))
        with refusing(file), file.open("wb") as out:
            for part in parts:
                out.write(part)
                summed.update(part)
                crc, size = zlib.crc32(part, crc), size + len(part)
        self.members[name] = Member(0, size, crc, summed.hexdigest())
        self._whole += size + 2 * len(name) + _AROUND
        if self._whole > MOST_BYTES or len(self.members) >= MOST_FILES:
            raise WrongState(
                "this is more than one file can hold (4 GiB, 65,000 files); ask for a shorter period"
            )

    def text(self, name: str) -> str:
        """A file that was put in, as text."""
        return self._files[name].read_text("utf-8")

    def write(self, out: IO[bytes]) -> None:
        """Write the archive."""
        placed: dict[str, Member] = {}
        at = 0
        for name, member in sorted(self.members.items()):
            head = local(name, member.size, member.crc)
            out.write(head)
            with self._files[name].open("rb") as file:
                while piece := file.read(PIECE):
                    out.write(piece)
            placed[name] = member._replace(offset=at + len(head))
            at += len(head) + member.size
        for line in directory(placed):
            out.write(line)
