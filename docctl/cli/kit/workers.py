"""Several processes that answer on one socket, and the one that looks after them.

It starts them, starts another where one has died, puts new ones in the place of all on SIGHUP, and ends them
on SIGTERM or Ctrl-C. Knows processes and signals; nothing of sites and pages. A connection that waits is
taken by whichever process is free, so that none is lost while one goes and another comes (decision 31).
"""

from __future__ import annotations

import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from docctl.errors import Busy
from docctl.errors.message import Message

_DOCCTL: Final = "import sys; from docctl.cli import main; sys.exit(main())"
Say = Callable[[Message], None]

_SIGNALS: Final = (signal.SIGCHLD, signal.SIGHUP, signal.SIGTERM, signal.SIGINT)
_BEGIN: Final = 60.0
"""Seconds within which a new process has to answer."""

_END: Final = 30.0
"""Seconds within which one has to end that was told to."""

_LONGEST_PAUSE: Final = 30.0


@dataclass
class _Worker:
    process: subprocess.Popen[bytes]
    leaves: bool = False


@dataclass
class Workers:
    """`command` starts one process, given the numbers of three files: the socket that listens, one to say in
    that it answers, and one that ends when nobody looks after it any more.
    """

    command: Sequence[str]
    listener: socket.socket
    many: int
    say: Say
    _all: list[_Worker] = field(default_factory=list)
    _alive: tuple[int, int] = field(default_factory=os.pipe)
    _pause: float = 0.0

    def run(self, ready: Callable[[], None]) -> None:
        """Until SIGTERM or Ctrl-C. Raises Busy when the first ones do not come to answer."""
        # Waited for, not handled: a signal cannot come between a look and what is done about it.
        before = signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
        try:
            for begun in [self._begin() for _ in range(self.many)]:
                if not self._answers(*begun):
                    raise Busy("a process that was started to answer requests has ended; see above")
            ready()
            while self._look(signal.sigtimedwait(_SIGNALS, 1.0)):
                pass
        finally:
            self._end()
            signal.pthread_sigmask(signal.SIG_SETMASK, before)

    def _look(self, came: signal.struct_siginfo | None) -> bool:
        """What is to be done now; whether to go on."""
        number = came.si_signo if came else None
        if number in {signal.SIGTERM, signal.SIGINT}:
            return False
        for worker in [w for w in self._all if w.process.poll() is not None]:
            self._all.remove(worker)
            if not worker.leaves:
                said = Message(
                    "Process {number} has ended; another takes its place.", number=worker.process.pid
                )
                self.say(said)
        if number == signal.SIGHUP:
            self._renew()
        while len([w for w in self._all if not w.leaves]) < self.many and self._start():
            pass
        return True

    def _renew(self) -> None:
        """A new one for each, one after the other; the old one leaves when the new one answers."""
        for worker in [w for w in self._all if not w.leaves]:
            if not self._start():
                self.say(Message("The new process does not answer; the old ones stay."))
                return
            worker.leaves = True
            worker.process.send_signal(signal.SIGHUP)

    def _start(self) -> bool:
        """Whether one more answers. One that ends at once is not started again at once."""
        time.sleep(self._pause)
        answers = self._answers(*self._begin())
        self._pause = 0.0 if answers else min(_LONGEST_PAUSE, 2 * self._pause + 0.5)
        return answers

    def _begin(self) -> tuple[_Worker, int]:
        said, says = os.pipe()
        numbers = self.listener.fileno(), says, self._alive[0]
        process = subprocess.Popen([*self.command, *map(str, numbers)], pass_fds=numbers)
        os.close(says)
        self._all.append(_Worker(process))
        return self._all[-1], said

    def _answers(self, worker: _Worker, said: int) -> bool:
        """Wait until it answers, or has ended, or takes too long."""
        try:
            readable, _, _ = select.select([said], [], [], _BEGIN)
            answers = bool(readable) and os.read(said, 1) == b"1"
        finally:
            os.close(said)
        if not answers:
            self._all.remove(worker)
            worker.process.kill()
            worker.process.wait()
        return answers

    def _end(self) -> None:
        for worker in self._all:
            worker.process.terminate()
        until = time.monotonic() + _END
        for worker in self._all:
            with suppress(subprocess.TimeoutExpired):
                worker.process.wait(max(0.0, until - time.monotonic()))
            worker.process.kill()
            worker.process.wait()
        for number in self._alive:
            os.close(number)


def command_for(folder: Path, language: str, threads: int, proxy: str | None = None) -> list[str]:
    """How to start one: a new Python, so that it runs the program and the settings that are there then."""
    options = ["--site", str(folder), "--lang", language]
    behind = [] if proxy is None else ["--trusted-proxy", proxy]
    return [sys.executable, "-c", _DOCCTL, *options, "worker", "--threads", str(threads), *behind]


def watch(alive: int, then: Callable[[], None]) -> None:
    """Wait, in a thread of its own, until the process that looks after this one is gone."""
    os.read(alive, 1)
    then()
