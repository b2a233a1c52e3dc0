"""The writer's lock: one writer per site, among threads and among processes.

Knows one lock file; nothing of what is written under it. The kernel frees the lock when the
last process that holds its descriptor ends, so a killed writer never blocks the next one.
"""

from __future__ import annotations

import fcntl
import os
import threading
import time
from pathlib import Path
from types import TracebackType

from docctl.errors import Busy, Defect, Forbidden
from docctl.errors.message import Foreign, Message


class WriterLock:
    """`with lock:` – re-entrant within a thread, exclusive between threads and processes.

    A process opens one WriterLock per file and shares it: two of them exclude each other
    even in one thread.
    """

    _pid: int
    _owner: tuple[int, int] | None
    _threads: threading.RLock
    _depth: int
    _fd: int

    def __init__(self, path: Path, timeout: float = 30.0) -> None:
        self.path = path
        self.timeout = timeout
        self._reset()

    @property
    def held(self) -> bool:
        """Does the calling thread hold the lock?"""
        return self._owner == (os.getpid(), threading.get_ident())

    @property
    def fd(self) -> int:
        """The locked descriptor. Pass it to every git child (`pass_fds`).

        Then the lock outlives a killed writer until its child has ended too; otherwise the
        next writer would clear away lock files that are still in use.
        """
        if not self.held:
            raise Defect("The writer's lock was used without being held.")
        return self._fd

    def acquire(self) -> None:
        """Raises Busy when another writer still holds the lock after `timeout` seconds."""
        if self._pid != os.getpid():
            self._leave_to_parent()
        deadline = time.monotonic() + self.timeout
        if not self._threads.acquire(timeout=self.timeout):
            raise Busy(self._refusal())
        try:
            if not self._depth:
                self._fd = self._lock_file(deadline)
                self._owner = (os.getpid(), threading.get_ident())
            self._depth += 1
        except BaseException:
            self._threads.release()
            raise

    def release(self) -> None:
        if not self.held:
            raise Defect("The writer's lock was released without being held.")
        self._depth -= 1
        if not self._depth:
            self._owner = None
            # Close, never LOCK_UN: unlocking would also take the lock from a git child that still runs.
            os.close(self._fd)
            self._fd = -1
        self._threads.release()

    def __enter__(self) -> WriterLock:
        self.acquire()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.release()

    def _lock_file(self, deadline: float) -> int:
        pause = 0.001
        while True:
            descriptor = self._open()
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                # A lock on a file that somebody removed or replaced meanwhile excludes nobody.
                if os.path.samestat(os.fstat(descriptor), self.path.stat()):
                    return descriptor
            except (BlockingIOError, FileNotFoundError):
                pass
            os.close(descriptor)
            if time.monotonic() >= deadline:
                raise Busy(self._refusal())
            time.sleep(pause)
            pause = min(2 * pause, 0.02)

    def _open(self) -> int:
        try:
            return os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o640)
        except OSError as error:
            raise Forbidden(
                "The writer's lock {path} cannot be opened: {why}. Run docctl as the user that owns the "
                "site.",
                path=self.path.name,
                why=Foreign(str(error.strerror)),
            ) from error

    def _leave_to_parent(self) -> None:
        """After a fork the lock is the parent's: drop our copy of its descriptor and begin anew."""
        if self._fd >= 0:
            os.close(self._fd)
        self._reset()

    def _reset(self) -> None:
        self._pid = os.getpid()
        self._owner = None
        self._threads = threading.RLock()
        self._depth = 0
        self._fd = -1

    def _refusal(self) -> Message:
        return Message(
            "Another writer has been at work for {timeout:g} s. Nothing was changed; try again.",
            timeout=self.timeout,
        )
