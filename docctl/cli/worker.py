"""`docctl worker`: one of the processes of `docctl serve --processes`, which starts it. Nobody else does."""

from __future__ import annotations

import os
import signal
import socket
import threading
from collections.abc import Callable

import click

from docctl.cli.kit import serving
from docctl.cli.kit.caller import Caller, Command
from docctl.cli.kit.workers import watch


@click.command(cls=Command)
@click.option("--threads", type=click.IntRange(1), default=serving.THREADS)
@click.option("--trusted-proxy", "proxy")
@click.argument("listener", type=int)
@click.argument("says", type=int)
@click.argument("alive", type=int)
@click.pass_obj
def worker(caller: Caller, threads: int, proxy: str | None, listener: int, says: int, alive: int) -> None:
    """One of the processes of `serve`, which starts it with three open files."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the one that looks after this one
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    with serving.stopped_by_sigterm(), socket.socket(fileno=listener) as shared:
        signal.pthread_sigmask(signal.SIG_SETMASK, ())
        threading.Thread(target=watch, args=(alive, _stop), daemon=True).start()

        def leave(drain: Callable[[], None]) -> None:
            signal.signal(signal.SIGHUP, lambda *_: drain())

        def ready() -> None:
            os.write(says, b"1")
            os.close(says)

        serving.serve(caller.site(), shared, ready, threads=threads, proxy=proxy, leave=leave)


def _stop() -> None:
    os.kill(os.getpid(), signal.SIGTERM)
