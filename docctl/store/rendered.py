"""Texts that were rendered once, kept in files so that no reader waits for it again.

A file is sealed with a key of the site: one that somebody has altered, or that is torn, is as good as none,
and its text is rendered anew from the approved bytes. Knows names and bytes, not what is rendered.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from contextlib import suppress
from pathlib import Path
from typing import Final

from docctl.errors import Busy
from docctl.store.durable import remove, write_atomically

_SEAL: Final = hashlib.sha256().digest_size
_NAME: Final = re.compile(r"[0-9a-f]{64}")


class RenderedTexts:
    """`directory/ab/<sha256>`. Everything in it can be thrown away at any time."""

    def __init__(self, directory: Path, key: bytes) -> None:
        self.directory = directory
        self._key = key

    def keep(self, name: str, data: bytes) -> None:
        """Keep `data` under a name in hex. Where it cannot be written it is not kept, and nobody minds."""
        with suppress(Busy):
            write_atomically(self._path(name), self._seal(name, data) + data)

    def read(self, name: str) -> bytes | None:
        """What was kept under the name; None where nothing was, or something else stands there (DC-73)."""
        try:
            whole = self._path(name).read_bytes()
        except OSError:
            return None
        seal, data = whole[:_SEAL], whole[_SEAL:]
        return data if hmac.compare_digest(seal, self._seal(name, data)) else None

    def remove(self, name: str) -> None:
        """Take away what was kept under the name."""
        remove(self._path(name))

    def _seal(self, name: str, data: bytes) -> bytes:
        return hmac.digest(self._key, name.encode("ascii") + data, "sha256")

    def _path(self, name: str) -> Path:
        assert _NAME.fullmatch(name)  # a digest of ours, never something typed
        return self.directory / name[:2] / name
