"""Asks the process that lays out prints, and starts it at the first: job to it, PDF from it.

Whatever is laid out is untrusted; `layout_process` says what keeps it in.
"""

from __future__ import annotations

import atexit
import ctypes
import json
import os
import socket
import subprocess
import sys
import threading
import time
from contextlib import suppress
from typing import Any, Final

from docctl.errors import DocctlError, Invalid
from docctl.errors.message import Foreign, Message
from docctl.errors.stored import from_data
from docctl.render import layout_process
from docctl.render.layout_process import Limits
from docctl.render.pdf import Job

PANGO: Final = (
    "libgobject-2.0.so.0",
    "libpango-1.0.so.0",
    "libharfbuzz.so.0",
    "libharfbuzz-subset.so.0",
    "libfontconfig.so.1",
    "libpangoft2-1.0.so.0",
)
"""What WeasyPrint opens, by the names that Linux gives them."""

INSTALL: Final = "apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"


class PrinterMissing(DocctlError):
    """The machine cannot lay out a page: a library of the system is missing."""

    kind, exit_code, status = "printer", 1, 503


_USUAL: Final = Limits()
_KEPT: Final = ("PATH", "LD_LIBRARY_PATH", "DYLD_FALLBACK_LIBRARY_PATH", "TMPDIR")
_GRACE: Final = 10


def missing_libraries() -> list[str]:
    """Those of pango's libraries that cannot be opened; empty where WeasyPrint can work.

    Elsewhere than on Linux they have other names, and WeasyPrint itself says what it lacks.
    """
    if not sys.platform.startswith("linux"):
        return []
    return [name for name in PANGO if not _opens(name)]


def require_printer() -> None:
    """Raises PrinterMissing saying what to install."""
    lacking = missing_libraries()
    if lacking:
        raise PrinterMissing(
            "no PDF can be made: this machine lacks {lacking}. As root on Debian: {command} "
            "(elsewhere: install pango). To issue without PDFs set pdf = false in docctl.toml.",
            lacking=lacking,
            command=INSTALL,
        )


def render(job: Job, limits: Limits = _USUAL) -> bytes:
    """Lay the job out in a process of its own. The same job gives the same bytes. May be called by threads.

    Raises PrinterMissing without pango, Invalid for what cannot be printed, with the place.
    """
    require_printer()
    begun = time.monotonic()
    with _printer.line(limits) as line:
        # The child ends by its own clock; this one is for the day when it does not.
        line.settimeout(limits.seconds + _GRACE)
        with suppress(OSError):  # killed while it read; what it has answered tells
            for part in layout_process.written(job):
                line.sendall(part)
        answer = _received(line)
    return _pdf(answer, limits, time.monotonic() - begun)


class _Printer:
    """The process, and the socket over which it is told of each job."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self._owner = 0

    def line(self, limits: Limits) -> socket.socket:
        """A socket to a child that waits for a job. Raises PrinterMissing when none can be had."""
        ours, theirs = socket.socketpair()
        try:
            with theirs, self._lock:
                self._hand_over(theirs, json.dumps(vars(limits)).encode())
        except BaseException:
            ours.close()
            raise
        return ours

    def _hand_over(self, end: socket.socket, said: bytes) -> None:
        if self._control is not None and self._owner == os.getpid() and self._ask(said, end):
            return
        self._start()
        if not self._ask(said, end):
            raise _failed(self._last_words())

    def stop(self) -> None:
        with self._lock:
            self._last_words()

    def _ask(self, said: bytes, end: socket.socket) -> bool:
        assert self._control is not None
        try:
            socket.send_fds(self._control, [said], [end.fileno()])
            return self._control.recv(1) == layout_process.READY
        except OSError:
            return False

    def _start(self) -> None:
        self._last_words()
        environ = {name: os.environ[name] for name in _KEPT if name in os.environ}
        self._control, theirs = socket.socketpair()
        with theirs:
            number = str(theirs.fileno())
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-m", "docctl.render.layout_process", number],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                env=environ | {"PYTHONHASHSEED": "0"},
                pass_fds=[theirs.fileno()],
            )
        self._owner = os.getpid()
        if self._control.recv(1) != layout_process.READY:
            raise _failed(self._last_words())

    def _last_words(self) -> str:
        """Close what there is, and what it said in going."""
        if self._control is not None:
            self._control.close()
        process, self._process, self._control = self._process, None, None
        # One inherited by a fork is another process's to wait for.
        if process is None or self._owner != os.getpid():
            return ""
        _, said = process.communicate()
        return said.decode("utf-8", "replace").strip()


_printer: Final = _Printer()
atexit.register(_printer.stop)


def _received(line: socket.socket) -> bytes:
    parts = []
    with suppress(OSError):
        while part := line.recv(1 << 20):
            parts.append(part)
    return b"".join(parts)


def _pdf(answer: bytes, limits: Limits, elapsed: float) -> bytes:
    head, _, pdf = answer.partition(b"\n")
    try:
        said: dict[str, Any] = json.loads(head)
    except ValueError:
        # Killed by a limit, or by the kernel for want of memory: in either case the document asked too much.
        said = {"exhausted": True}
    if said.get("size") == len(pdf) and pdf:
        return pdf
    if said.get("problems"):
        raise Invalid({place: from_data(why) for place, why in said["problems"].items()})
    if said.get("failed"):
        raise _failed(said["failed"])
    if elapsed >= limits.seconds:
        raise _too_much(Message("{seconds} seconds", seconds=limits.seconds))
    raise _too_much(
        Message(
            "{seconds} seconds of processor time or {memory} MB",
            seconds=limits.processor,
            memory=limits.memory >> 20,
        )
    )


def _too_much(what: Message) -> Invalid:
    return Invalid(
        {
            "layout": Message(
                "laying out the document takes more than {what}; make its tables and lists smaller", what=what
            )
        }
    )


def _failed(why: str) -> PrinterMissing:
    last = (why.splitlines() or ["it said nothing"])[-1]
    return PrinterMissing(
        "no PDF can be made: the renderer failed ({why}). Is pango whole? {command}",
        why=Foreign(last[:300]),
        command=INSTALL,
    )


def _opens(name: str) -> bool:
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True
