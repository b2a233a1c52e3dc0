"""`docctl serve --processes 2`: real processes behind one port, looked after by one that starts and ends them."""

from __future__ import annotations

import http.client
import os
import signal
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from docctl.errors import Busy
from docctl.queries.desk.overview import events_since_checkpoint
from docctl.usecases.copies import handing
from tests.support.served import fetch, started, stop, stream_of
from tests.support.sites import World, issue, procedure

NUMBER = "LX-CX-2019-101"
PAUSE = 0.02
"""Seconds that a reader takes: three that never stop leave the new processes no time to start."""
PATIENCE = 240
"""Seconds: new processes are started, perhaps on a machine that has other things to do."""


def children(pid: int) -> set[int]:
    """The processes that it started and that still run."""
    return {int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()}


def until(what: Callable[[], Any]) -> None:
    """Wait for it, as long as a slow machine may take."""
    end = time.monotonic() + PATIENCE
    while not what():
        assert time.monotonic() < end
        time.sleep(0.02)


def stands_still(pid: int) -> bool:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "T"


@contextmanager
def alone(pid: int, of: set[int]) -> Iterator[None]:
    """All others stand still, so that this one answers."""
    others = of - {pid}
    for other in others:
        os.kill(other, signal.SIGSTOP)
        until(partial(stands_still, other))
    try:
        yield
    finally:
        for other in others:
            os.kill(other, signal.SIGCONT)


def serves(world: World) -> tuple[str, ...]:
    return ("--site", str(world.site.path), "serve", "--port", "0", "--processes", "2", "--threads", "2")


@pytest.mark.regulation("Q9-14", "MD-08", "P11-300c", "C4-04")
def test_what_one_process_did_the_other_shows_at_once(world: World) -> None:
    issue(world, procedure())
    (copy,) = handing.issue_copies(world.as_("controller"), NUMBER, holders=["staff"])
    with started(*serves(world), **world.environ) as (process, said):
        both = children(process.pid)
        assert len(both) == 2
        page = f"{said['url']}/c/{copy.token}"
        for each in both:
            with alone(each, both):
                assert 'data-verdict="current"' in fetch(page)[1]
        handing.recall_copy(world.as_("controller"), copy.number, reason="wet")
        for each in both:
            with alone(each, both):
                assert 'data-verdict="recalled"' in fetch(page)[1]
        assert stop(process, signal.SIGINT) == 0
        assert not any(Path(f"/proc/{each}").exists() for each in both)
    assert events_since_checkpoint(world.site) == 0


def test_a_process_that_dies_is_replaced_a_restart_loses_no_request_and_none_is_left_alone(
    sqlite_world: World,
) -> None:
    with started(*serves(sqlite_world)) as (process, said):
        first = children(process.pid)
        os.kill(min(first), signal.SIGKILL)
        until(lambda: len(children(process.pid) - {min(first)}) == 2)
        second = children(process.pid)
        with asking(said["url"]) as answers:
            until(lambda: len(answers) > 20)
            process.send_signal(signal.SIGHUP)
            until(lambda: len(children(process.pid)) == 2 and not children(process.pid) & second)
            since = len(answers)
            until(lambda: len(answers) > since + 20)
        assert set(answers) == {200}
        both = children(process.pid)
        process.kill()  # nobody looks after them any more
        until(lambda: not any(Path(f"/proc/{each}").exists() for each in both))


@contextmanager
def asking(url: str) -> Iterator[list[Any]]:
    """Three readers, one of them over one connection as long as the server keeps it; what they got."""
    answers: list[Any] = []
    over = threading.Event()

    def each_anew() -> None:
        while not over.is_set():
            with urllib.request.urlopen(url, timeout=PATIENCE) as answer:
                answers.append(answer.status)
            over.wait(PAUSE)

    def kept_open() -> None:
        with closing(http.client.HTTPConnection(url.removeprefix("http://"), timeout=PATIENCE)) as connection:
            while not over.is_set():
                connection.request("GET", "/")
                answer = connection.getresponse()
                answer.read()
                answers.append(answer.status)
                over.wait(PAUSE)

    threads = [threading.Thread(target=each) for each in (each_anew, each_anew, kept_open)]
    for thread in threads:
        thread.start()
    try:
        yield answers
    finally:
        over.set()
        for thread in threads:
            thread.join()
    assert all(not thread.is_alive() for thread in threads)


def test_a_process_that_cannot_begin_is_told(sqlite_world: World) -> None:
    (sqlite_world.site.path / "keys" / "web.secret").write_text("short")
    with started(*serves(sqlite_world)) as (process, said):
        assert (said["error"]["kind"], process.wait(60)) == ("busy", Busy("").exit_code)
        assert "is not a key" in stream_of(process.stderr).read()
