"""The process that lays out prints: it loads WeasyPrint once, then forks a child of its own for each job.

A child has a second's worth of rights: no network where the kernel lets it give that up, no file it could
write, a limit of memory and of time. A monstrous document stops that child, and nothing else (SE-17 to
SE-19). The process itself reads no job, so no document can spoil the next one.
"""

from __future__ import annotations

import ctypes
import json
import os
import signal
import socket
import sys
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import IO, Final

from docctl.errors import Invalid
from docctl.errors.stored import to_data
from docctl.render import pdf, typefaces
from docctl.render.figures import Asset
from docctl.render.pdf import Attached, Job

READY: Final = b"+"
"""What the process says when it has loaded, and after each fork."""

_MOST_SAID: Final = 4096
_NEW_USER: Final = 0x10000000
_NEW_NETWORK: Final = 0x40000000


@dataclass(frozen=True)
class Limits:
    """What one print may take: wall and processor seconds, bytes of memory."""

    seconds: int = 120
    processor: int = 90
    memory: int = 2 << 30


def written(job: Job) -> Iterator[bytes]:
    """The job as it goes to the child: a line of JSON with the sizes, then the parts."""
    html = job.html.encode("utf-8", "surrogatepass")
    head = {
        "html": len(html),
        "day": job.day.isoformat(),
        "assets": [[key, a.name, a.media_type, len(a.data)] for key, a in job.assets.items()],
        "attached": [[a.name, a.description, len(a.data)] for a in job.attached],
    }
    yield json.dumps(head).encode() + b"\n"
    yield html
    yield from (a.data for a in job.assets.values())
    yield from (a.data for a in job.attached)


def _read(stream: IO[bytes]) -> Job:
    head = json.loads(stream.readline())
    html = stream.read(head["html"]).decode("utf-8", "surrogatepass")
    assets = {key: Asset(name, kind, stream.read(size)) for key, name, kind, size in head["assets"]}
    attached = tuple(Attached(name, said, stream.read(size)) for name, said, size in head["attached"])
    return Job(html, date.fromisoformat(head["day"]), assets, attached)


def serve(control: socket.socket) -> None:
    """Fork for each descriptor that comes with limits, until the other end is closed."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the children
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C ends the process that asks, and that ends this one
    # Only loaded. Laying something out would start a thread of pango's, which a fork does not take along.
    pdf.load()
    control.sendall(READY)
    while True:
        said, descriptors, _, _ = socket.recv_fds(control, _MOST_SAID, 1)
        if not descriptors:
            return
        if os.fork() == 0:
            control.close()
            _child(socket.socket(fileno=descriptors[0]), Limits(**json.loads(said)))
        os.close(descriptors[0])
        control.sendall(READY)


def _child(line: socket.socket, limits: Limits) -> None:
    """Give up rights, read, lay out, answer; ends the process. What it would say to a terminal is lost."""
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())
        _give_up(limits)
        _lay_out(line)
        line.shutdown(socket.SHUT_WR)
    finally:
        os._exit(0)


def _lay_out(line: socket.socket) -> None:
    made = b""
    try:
        with line.makefile("rb") as stream:
            made = pdf.lay_out(_read(stream))
        said: dict[str, object] = {"size": len(made)}
    except Invalid as error:
        said = {"problems": {place: to_data(why) for place, why in error.problems.items()}}
    except (MemoryError, RecursionError):
        said = {"exhausted": True}
    except Exception as error:  # noqa: BLE001 - the process that asks tells it
        said = {"failed": f"{type(error).__name__}: {error}"[:300]}
    line.sendall(json.dumps(said).encode() + b"\n")
    line.sendall(made)


def _give_up(limits: Limits) -> None:
    """Network, memory, time and writing. Where the system does not know a limit, the others hold."""
    import resource

    signal.signal(signal.SIGINT, signal.SIG_DFL)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, limits.seconds)
    with suppress(OSError, AttributeError):
        # A network of its own with nothing in it; the closed fetcher is the wall, this is the moat.
        ctypes.CDLL(None).unshare(_NEW_USER | _NEW_NETWORK)
    wanted: list[tuple[int, int]] = [
        (resource.RLIMIT_AS, limits.memory),
        (resource.RLIMIT_CPU, limits.processor),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ]
    for kind, most in wanted:
        with suppress(OSError, ValueError):
            resource.setrlimit(kind, (most, most))


def _main(descriptor: int) -> None:
    with (
        tempfile.TemporaryDirectory(prefix="docctl-print-") as folder,
        socket.socket(fileno=descriptor) as control,
    ):
        configuration = Path(folder) / "fonts.conf"
        (font_files := Path(folder) / "fonts").mkdir()
        configuration.write_text(typefaces.lay_ready(font_files), "utf-8")
        os.environ |= {"FONTCONFIG_FILE": str(configuration), "HOME": folder}
        os.chdir(folder)
        with suppress(ConnectionError):
            serve(control)
        os.chdir("/")


if __name__ == "__main__":
    _main(int(sys.argv[1]))
