"""Files that survive a power cut: written beside their place, flushed, then renamed into it.

Knows files and folders only, not what stands in them.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from docctl.errors import Busy
from docctl.errors.message import Foreign


def write_atomically(path: Path, data: bytes, *, mode: int = 0o600) -> None:
    """Put `data` at `path`: afterwards either the whole new file is there or the former state is."""
    with refusing(path):
        ensure_directory(path.parent)
        descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=".tmp-")
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(data)
                file.flush()
                os.fchmod(file.fileno(), mode)
                os.fsync(file.fileno())
            Path(temporary).replace(path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
        sync_directory(path.parent)


def append(path: Path, data: bytes) -> None:
    """Add `data` at the end of `path`, on disk before this returns.

    A last line that a power cut tore is ended first, so that it cannot swallow the new one.
    """
    with refusing(path):
        ensure_directory(path.parent)
        is_new = not path.exists()
        with path.open("a+b") as file:
            size = file.seek(0, os.SEEK_END)
            if size:
                file.seek(size - 1)
                data = data if file.read(1) == b"\n" else b"\n" + data
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if is_new:
            sync_directory(path.parent)


def remove(path: Path) -> None:
    """Take a file away for good. One that is already gone is no error."""
    with refusing(path), suppress(FileNotFoundError):
        path.unlink()
        sync_directory(path.parent)


def ensure_directory(path: Path) -> None:
    """Make a folder and those above it, each one's entry on disk."""
    if path.is_dir():
        return
    ensure_directory(path.parent)
    path.mkdir(exist_ok=True)
    sync_directory(path.parent)


def sync_directory(path: Path) -> None:
    """A rename is durable only when the folder that holds the name is."""
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def refusing(path: Path) -> Iterator[None]:
    """Turn what the operating system says (disk full, read-only) into a refusal a person can act on."""
    try:
        yield
    except OSError as error:
        raise Busy(
            "{path} could not be written: {why}. Nothing was acknowledged; check free space and "
            "permissions, then try again.",
            path=path.name,
            why=Foreign(str(error.strerror)),
        ) from error
