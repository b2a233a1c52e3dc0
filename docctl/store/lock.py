"""The writer's lock: one writer per site, among threads and among processes, in the order in which they came.

Knows one lock file and the queue before it; nothing of what is written under it. The kernel frees both when
the last process that holds a descriptor ends, so a killed writer, or one killed waiting, blocks nobody.
"""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path
from types import TracebackType
from weakref import WeakSet

from docctl.errors import Busy, Defect
from docctl.errors.message import Message
from docctl.store.queue import Queue


class WriterLock:
    """`with lock:` – re-entrant within a thread, exclusive between threads and processes.

    A process opens one WriterLock per file and shares it: two of them exclude each other
    even in one thread.
    """

    _owner: int | None
    _threads: threading.RLock
    _depth: int
    _fd: int
    _queue: Queue

    def __init__(self, path: Path, timeout: float = 30.0) -> None:
        self.path = path
        self.timeout = timeout
        self._reset()
        _ALL.add(self)

    @property
    def held(self) -> bool:
        """Does the calling thread hold the lock?"""
        return self._owner == threading.get_ident()

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
        deadline = time.monotonic() + self.timeout
        if not self._threads.acquire(timeout=self.timeout):
            raise Busy(self._refusal())
        try:
            if not self._depth:
                found = self._queue.take(deadline - time.monotonic())
                if found is None:
                    raise Busy(self._refusal())
                self._fd = found
                self._owner = threading.get_ident()
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
            self._queue.give_back(self._fd)
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

    def leave_to_parent(self) -> None:
        """After a fork lock and place are the parent's: drop our copies of its descriptors and begin anew.

        At once, whether or not this process ever writes: a copy that stays open keeps the lock.
        """
        self._queue.drop()
        self._reset()

    def _reset(self) -> None:
        self._owner = None
        self._threads = threading.RLock()
        self._depth = 0
        self._fd = -1
        self._queue = Queue(self.path)

    def _refusal(self) -> Message:
        return Message(
            "Another writer has been at work for {timeout:g} s. Nothing was changed; try again.",
            timeout=self.timeout,
        )


_ALL: WeakSet[WriterLock] = WeakSet()


def _leave_all_to_parent() -> None:
    for lock in list(_ALL):
        lock.leave_to_parent()


os.register_at_fork(after_in_child=_leave_all_to_parent)
