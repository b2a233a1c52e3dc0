"""A PostgreSQL server of the test run's own, in memory: `docctl test` asks for it, one test alone does not.

A real server with the binaries of this machine, but without a disk to wait for: each test makes a database, some
three hundred files, which took 300 ms on a disk and takes 16 ms here. Nobody's own server is written to.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path
from typing import Final

import psycopg
import pytest

from docctl.start import machine
from tests.support import in_memory

WANTED: Final = "DOCCTL_TEST_OWN_POSTGRES"
NAMED: Final = "DOCCTL_TEST_POSTGRES"
PATIENCE: Final = 30
"""Seconds until it has to answer."""
_DIE_WITH_PARENT: Final = 1  # PR_SET_PDEATHSIG
_SETTINGS: Final = {
    "listen_addresses": "127.0.0.1",
    "fsync": "off",  # tests kill clients, never the server
    "full_page_writes": "off",
    "max_connections": "300",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "autovacuum": "off",  # no database lives long enough to need it
}

_running: list[tuple[subprocess.Popen[bytes], Path]] = []


def pytest_configure(config: pytest.Config) -> None:
    """Start it before the workers are started, which inherit its address."""
    if hasattr(config, "workerinput") or not os.environ.get(WANTED) or os.environ.get(NAMED):
        return
    programs = machine.postgres_programs()
    if programs:
        os.environ[NAMED] = _start(programs)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop it, and let go of its memory."""
    while _running:
        process, folder = _running.pop()
        process.send_signal(signal.SIGINT)  # disconnects whoever is there
        process.wait(PATIENCE)
        in_memory.remove(folder)


def _start(programs: Path) -> str:
    folder = in_memory.make("docctl-postgres-")
    # PostgreSQL does not run as root.
    user = "postgres" if os.geteuid() == 0 else None
    if user:
        shutil.chown(folder, user)
    data, port = folder / "data", _free_port()
    subprocess.run(
        [
            programs / "initdb",
            "-D",
            data,
            "-U",
            "postgres",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
            "-N",
        ],
        user=user,
        cwd=folder,
        check=True,
        stdout=subprocess.DEVNULL,
    )
    settings = _SETTINGS | {"port": str(port), "unix_socket_directories": str(folder)}
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [programs / "postgres", "-D", data, *(f"--{name}={value}" for name, value in settings.items())],
            user=user,
            cwd=folder,
            stdout=log,
            stderr=log,
            preexec_fn=lambda: ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGINT),
        )
    _running.append((process, folder))
    address = f"127.0.0.1:{port}/postgres"
    _wait_for(f"postgresql://postgres@{address}", folder / "log")
    return f"postgresql+psycopg://postgres@{address}"


def _wait_for(url: str, log: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            psycopg.connect(url, connect_timeout=1).close()
            return
        except psycopg.OperationalError:
            if time.monotonic() > deadline:
                pytest.exit(f"the tests' own PostgreSQL does not answer: {log.read_text('utf-8')[-500:]}", 3)
            time.sleep(0.05)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
        return port
