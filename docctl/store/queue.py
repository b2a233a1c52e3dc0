"""The queue before the writer's lock: who comes first goes first, and waits in the kernel.

Two locks make it: the turnstile (`writer.queue`) is held by the one whose turn is next, until it has the lock
itself (`writer.lock`); all others wait at the turnstile, in the order in which they came. With one lock alone
a writer that goes on writing would take it again and again before the ones it woke have started to run.

A turn is some acts long, not one: where each act is another process's, each begins with cold caches, and all
together write a third less (docs/decisions/0029-a-turn-is-some-acts-long.md).
"""

from __future__ import annotations

import fcntl
import os
import threading
import time
from contextlib import suppress
from pathlib import Path

from docctl.errors import Forbidden
from docctl.errors.message import Foreign

TURN = 0.02
"""Seconds for which a process may write on before the next one has its turn."""

NAP = 0.001
"""How often the one whose turn is next looks whether the other has stopped before its turn was over."""


class Queue:
    """The one place of a process in the queue before the lock `path`; for one thread at a time.

    A wait in the kernel cannot be broken off, so a thread of its own waits where somebody is ahead. Whoever
    gives up leaves it standing there, and the next one who comes has its place; a lock that nobody awaits any
    more is given back at once.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._changed = threading.Condition()
        self._standing = False
        self._turn_ends = 0.0
        self._awaited = False
        self._answer: int | Exception | None = None
        self._descriptors: set[int] = set()

    def take(self, seconds: float) -> int | None:
        """The locked descriptor, None when `seconds` have passed. Raises Forbidden for a file not ours."""
        with self._changed:
            if time.monotonic() < self._turn_ends:
                with suppress(BlockingIOError):
                    return self._lock(fcntl.LOCK_NB)
            answer = self._in_turn(seconds)
            if isinstance(answer, Exception):
                raise answer
            self._turn_ends = time.monotonic() + TURN
            return answer

    def give_back(self, descriptor: int) -> None:
        """Close, never LOCK_UN: unlocking would also take the lock from a git child that still runs."""
        self._descriptors.discard(descriptor)
        os.close(descriptor)

    def drop(self) -> None:
        """After a fork: close our copies of all that the parent has open here."""
        for descriptor in self._descriptors:
            os.close(descriptor)

    def _in_turn(self, seconds: float) -> int | Exception | None:
        if not self._standing:
            turnstile = self._open(self._path.with_suffix(".queue"))
            found = self._at_once(turnstile)
            if found is not None or seconds <= 0:
                self.give_back(turnstile)
                return found
            self._standing = True
            threading.Thread(target=self._stand, args=(turnstile,), daemon=True).start()
        return self._awaited_for(seconds)

    def _at_once(self, turnstile: int) -> int | None:
        """The lock, where nobody stands before it."""
        try:
            fcntl.flock(turnstile, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return self._lock(fcntl.LOCK_NB)
        except BlockingIOError:
            return None
        except BaseException:
            self.give_back(turnstile)
            raise

    def _awaited_for(self, seconds: float) -> int | Exception | None:
        self._awaited = True
        try:
            self._changed.wait_for(lambda: self._answer is not None, seconds)
            return self._answer
        except BaseException:
            if isinstance(self._answer, int):
                self.give_back(self._answer)
            raise
        finally:
            self._awaited, self._answer = False, None

    def _stand(self, turnstile: int) -> None:
        try:
            fcntl.flock(turnstile, fcntl.LOCK_EX)
            answer: int | Exception = self._politely()
        except Exception as error:  # noqa: BLE001 - raised where somebody waits for it
            answer = error
        finally:
            self.give_back(turnstile)
        with self._changed:
            self._standing = False
            if self._awaited:
                self._answer = answer
                self._changed.notify()
            elif isinstance(answer, int):
                self.give_back(answer)

    def _politely(self) -> int:
        """The lock, once nobody has it or the turn of whoever has it is over."""
        ends = time.monotonic() + TURN
        while time.monotonic() < ends:
            try:
                return self._lock(fcntl.LOCK_NB)
            except BlockingIOError:
                time.sleep(NAP)
        return self._lock()

    def _lock(self, flag: int = 0) -> int:
        while True:
            descriptor = self._open(self._path)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | flag)
                # A lock on a file that somebody removed or replaced meanwhile excludes nobody.
                if os.path.samestat(os.fstat(descriptor), self._path.stat()):
                    return descriptor
            except FileNotFoundError:
                pass
            except BaseException:
                self.give_back(descriptor)
                raise
            self.give_back(descriptor)

    def _open(self, path: Path) -> int:
        try:
            found = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        except OSError as error:
            raise Forbidden(
                "The writer's lock {path} cannot be opened: {why}. Run docctl as the user that owns the "
                "site.",
                path=path.name,
                why=Foreign(str(error.strerror)),
            ) from error
        self._descriptors.add(found)
        return found
