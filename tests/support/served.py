"""docctl as a process that serves: started, fetched from, stopped. Real sockets."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import IO, Any

import pytest

from docctl.cli.kit import serving

PROGRAM = [sys.executable, "-c", "import sys; from docctl.cli import main; sys.exit(main())"]


@contextmanager
def begun(*words: str, **environ: str) -> Iterator[subprocess.Popen[str]]:
    """The process, which is not ready yet."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("DOCCTL_")}
    with subprocess.Popen(
        [*PROGRAM, "--json", *words],
        env=own | environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # A shell lets its background jobs ignore Ctrl-C, and what they start: tests in the background too.
        preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),
    ) as process:
        try:
            yield process
        finally:
            process.kill()


@contextmanager
def started(*words: str, **environ: str) -> Iterator[tuple[subprocess.Popen[str], dict[str, Any]]]:
    """The process, and what it said when it was ready."""
    with begun(*words, **environ) as process:
        yield process, ready(process)


def ready(process: subprocess.Popen[str]) -> dict[str, Any]:
    """What it says when it is."""
    said: dict[str, Any] = json.loads(stream_of(process.stdout).readline() or "{}")
    return said


def stream_of(stream: IO[str] | None) -> IO[str]:
    assert stream is not None
    return stream


def stop(process: subprocess.Popen[Any], how: signal.Signals = signal.SIGTERM) -> int:
    process.send_signal(how)
    return process.wait(60)


def fetch(address: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(address, timeout=30) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


@pytest.fixture
def stopped_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that is told to stop before the first request."""
    monkeypatch.setattr(serving, "serve", lambda _site, _listener, ready, **_: ready())
