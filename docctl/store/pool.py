"""The bytes of many backups in one folder: each piece once, under its SHA-256. Knows bytes, not what of.

What has not changed since the backup before is there already, and so costs its name only.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO, Final

from docctl.errors import Tampered
from docctl.store.durable import write_atomically

PIECE: Final = 1 << 20
"""Bytes of a piece, at most."""


class Pool:
    """`directory/ab/<sha256>`; `added` counts the bytes that were not there before."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.added = 0

    def keep(self, piece: bytes) -> str:
        """Store a piece; its SHA-256. A damaged one of that name is replaced."""
        digest = hashlib.sha256(piece).hexdigest()
        path = self._path(digest)
        if not (path.is_file() and path.read_bytes() == piece):
            write_atomically(path, piece, mode=0o400)
            self.added += len(piece)
        return digest

    def has(self, digests: Iterable[str]) -> bool:
        """Are all of them there? Only `read` says whether they are whole."""
        return all(self._path(digest).is_file() for digest in digests)

    def read(self, digests: Iterable[str]) -> Iterator[bytes]:
        """The pieces, hashed again. Raises Tampered for one that is missing or damaged."""
        for digest in digests:
            try:
                data = self._path(digest).read_bytes()
            except OSError as error:
                raise Tampered("The piece {digest} of the backup cannot be read.", digest=digest) from error
            if hashlib.sha256(data).hexdigest() != digest:
                raise Tampered("The piece {digest} of the backup has other content.", digest=digest)
            yield data

    def _path(self, digest: str) -> Path:
        return self.directory / digest[:2] / digest


def pieces(file: BinaryIO, most: int | None = None) -> Iterator[bytes]:
    """A file in pieces; of one that grows meanwhile its first `most` bytes."""
    left = most
    while data := file.read(PIECE if left is None else min(PIECE, left)):
        left = None if left is None else left - len(data)
        yield data
