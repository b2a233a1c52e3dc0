"""Issued PDFs and attachments, kept under the SHA-256 of their bytes. Knows bytes, not what they are for."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

from docctl.errors import Invalid, Tampered
from docctl.errors.message import Typed
from docctl.store.durable import remove, write_atomically


class Vault:
    """`directory/ab/cd/<sha256>`: written once, read by hash, hashed again at each reading."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    def keep(self, data: bytes) -> str:
        """Store `data`, return its SHA-256. Keeping the same bytes again changes nothing.

        A damaged file is replaced: these bytes are the ones its name promises.
        """
        digest = hashlib.sha256(data).hexdigest()
        path = self._path(digest)
        if not (path.is_file() and path.read_bytes() == data):
            write_atomically(path, data, mode=0o400)
        return digest

    def read(self, digest: str) -> bytes:
        """Raises Tampered when the file is missing or is not what its name says."""
        try:
            data = self._path(digest).read_bytes()
        except FileNotFoundError as error:
            raise Tampered(
                "The file {digest} is missing from the vault. Restore it from a backup.", digest=digest
            ) from error
        except OSError as error:
            raise Tampered(
                "The file {digest} of the vault cannot be read: {why}. Restore it from a backup.",
                digest=digest,
                why=str(error.strerror),
            ) from error
        if hashlib.sha256(data).hexdigest() != digest:
            raise Tampered(
                "The file {digest} in the vault has other content. Restore it from a backup.", digest=digest
            )
        return data

    def has(self, digest: str) -> bool:
        """Is there a file of that name? Only `read` says whether it is whole."""
        return self._path(digest).is_file()

    def remove(self, digest: str) -> None:
        """Take the bytes away for good: the record that they belonged to was destroyed."""
        remove(self._path(digest))

    def all(self) -> Iterator[str]:
        """The SHA-256 of each file, in order; left-overs of a killed writer are not among them."""
        for path in sorted(self.directory.glob("??/??/*")):
            if _DIGEST.fullmatch(path.name):
                yield path.name

    def _path(self, digest: str) -> Path:
        if not _DIGEST.fullmatch(digest):
            raise Invalid(
                "{digest} is not a SHA-256: 64 hexadecimal digits, lower case.", digest=Typed(digest)
            )
        return self.directory / digest[:2] / digest[2:4] / digest


_DIGEST = re.compile(r"[0-9a-f]{64}")
