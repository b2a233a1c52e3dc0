"""A folder that is made by one process at a time, and is there whole or not at all.

Knows folders; nothing of what is put into them. What is being made is itself the lock: nothing is left beside
it, and the kernel gives it free when the maker ends, however it ends.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from docctl.errors import WrongState
from docctl.errors.message import Foreign

_TRIES_EVERY: Final = 0.2
"""Seconds: a thread that sleeps in the kernel until the lock is free could not be told to give up."""


def say_nothing(_folder: Path) -> None:
    """For callers that have nobody to tell that they wait."""


@contextmanager
def whole_or_not_at_all(target: Path, waits: Callable[[Path], None] = say_nothing) -> Iterator[Path]:
    """An empty folder beside `target` to build in; it becomes `target` when all went well, else it goes.

    While another process makes the same folder this one waits, and calls `waits` again and again: what that
    raises ends the waiting. Raises WrongState when `target` holds something, then or afterwards, when it
    cannot be made, and when the disk is full before it is whole.
    """
    part = target.with_name(f".{target.name}.unfinished")
    require_place(target)
    descriptor = _alone_in(part, lambda: waits(target))
    try:
        require_empty(target)
        _clear(part)  # of an earlier try that was cut short; nobody could use it
        yield part
        require_empty(target)
        if target.exists():
            target.rmdir()
        part.rename(target)
    except BaseException as error:
        shutil.rmtree(part, ignore_errors=True)
        if isinstance(error, OSError):
            raise _not_finished(target, error) from error
        raise
    finally:
        os.close(descriptor)


def _not_finished(target: Path, why: OSError) -> WrongState:
    return WrongState(
        "{folder} could not be made: {why}. Nothing of it is left; see to free space and permissions, then "
        "try again",
        folder=target,
        why=Foreign(why.strerror or str(why)),
    )


def require_place(target: Path) -> None:
    """Raises WrongState where `target` cannot be made, or holds something."""
    there = next(place for place in (target, *target.absolute().parents) if place.exists())
    if not there.is_dir() or not os.access(there, os.W_OK | os.X_OK):
        raise WrongState(
            "{folder} cannot be made: {parent} is not writable; choose another place for the site",
            folder=target,
            parent=there,
        )
    require_empty(target)


def require_empty(target: Path) -> None:
    """Raises WrongState where `target` holds something."""
    if target.exists() and any(target.iterdir()):
        raise WrongState("{folder} is not empty; choose another folder for the site", folder=target)


def _alone_in(part: Path, waits: Callable[[], None]) -> int:
    """The locked descriptor of `part`, which is made."""
    while True:
        part.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(part, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            _lock(descriptor, waits)
            # Whoever was before us has renamed or removed it: a lock on that excludes nobody.
            if os.path.samestat(os.fstat(descriptor), part.stat()):
                return descriptor
        except FileNotFoundError:
            pass
        except BaseException:
            os.close(descriptor)
            raise
        os.close(descriptor)


def _lock(descriptor: int, waits: Callable[[], None]) -> None:
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            waits()
            time.sleep(_TRIES_EVERY)
        else:
            return


def _clear(part: Path) -> None:
    for left in part.iterdir():
        if left.is_dir() and not left.is_symlink():
            shutil.rmtree(left)
        else:
            left.unlink()
