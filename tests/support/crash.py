"""Processes killed at a named point of an act, and what must hold afterwards (I1 to I8).

A fork of the test and not a new interpreter: 30 ms and not 700. The fork opens the site anew, wraps the
function at the point and kills itself there with SIGKILL; nothing in docctl knows of it.
"""

from __future__ import annotations

import os
import signal
import subprocess
import time
import traceback
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from typing import Any, NoReturn

from sqlalchemy import Connection, select

from docctl.door import outbox, transaction
from docctl.door.site import Site, system_clock
from docctl.ledger import checkpoint, journal, segments
from docctl.models import guards
from docctl.models.documents import Revision
from docctl.models.ledger import OutboxCheckpoint, OutboxMove
from docctl.store.material import content_of, read_files
from tests.support import plain_ledger
from tests.support.sites import Clock, World

LEDGER_FOLDER = "ledger/"


def assert_whole(world: World) -> None:
    """I2 to I7: chain, replay, library, outbox, content, fsck. I1 and I8 are for the test to say."""
    site = world.site
    transaction.settle(site)
    with site.reading() as session:
        connection = session.connection()
        assert [str(f) for f in _replayed(site, connection)] == []
        assert guards.differences(connection) == []
        pending = select(OutboxMove.id).where(OutboxMove.state != outbox.DONE)
        assert session.scalars(pending).all() == []
        mains = session.scalars(
            select(OutboxMove.main).where(OutboxMove.main.is_not(None)).order_by(OutboxMove.id)
        ).all()
        assert site.library.ref(outbox.MAIN) == mains[-1]
        assert [_parent(site, str(commit)) for commit in mains] == [None, *mains[:-1]]
        for revision in session.scalars(select(Revision)):
            assert content_of(revision.manifest) == revision.content
            assert read_files(site.library, revision.manifest)
        _assert_ledger_in_library(site, connection, str(mains[-1]))
    assert site.library.inspect(fsck=True) == []


def _replayed(site: Site, connection: Connection) -> list[Any]:
    notes = connection.scalars(select(OutboxCheckpoint.note)).all()
    return plain_ledger.check(
        journal.events(connection),
        (
            (t.name, row["id"], dict(row))
            for t in guards.controlled_tables()
            for row in site.images.all(connection, t.name)
        ),
        origin=site.settings.origin,
        checkpoints=[checkpoint.verify(note, site.settings.keys) for note in notes],
    )


def _parent(site: Site, commit: str) -> str | None:
    lines = site.library.read(commit, "commit").split(b"\n\n")[0].split(b"\n")
    found = [line.split()[1].decode() for line in lines if line.startswith(b"parent ")]
    assert len(found) <= 1
    return found[0] if found else None


def _assert_ledger_in_library(site: Site, connection: Connection, main: str) -> None:
    """The segments are the first events, and the note beside them is signed over exactly those."""
    files = {p: b for p, b in site.library.tree(main).items() if p.startswith(LEDGER_FOLDER)}
    note = site.library.read(files.pop(f"{LEDGER_FOLDER}checkpoint"))
    kept = list(segments.join({path: site.library.read(blob) for path, blob in files.items()}))
    live = list(journal.events(connection))
    assert kept == live[: len(kept)]
    assert checkpoint.verify(note, site.settings.keys).size == len(kept)


@dataclass(frozen=True)
class Point:
    """`place`: dotted, module and attribute. The `nth` call is cut before it begins or after it ended."""

    place: str
    when: str = "before"
    nth: int = 1

    def __str__(self) -> str:
        return f"{self.when} {self.place}" + (f" ({self.nth})" if self.nth > 1 else "")


FAST_IMPORT = "git fast-import"
"""The place where git has read half of the objects of a commit."""


def killed_at(world: World, point: Point, work: Callable[[World], object]) -> None:
    """Let another process do `work` until it dies at `point`; then look with fresh eyes, a minute later."""

    def run(again: World) -> None:
        _arm(point)
        work(again)

    assert in_another_process(world, run) == -signal.SIGKILL, f"{point} was not reached"
    world.clock.advance(minutes=1)


def in_another_process(world: World, work: Callable[[World], object]) -> int:
    """Do `work` on the same site in a fork; its exit code, or the negative number of the signal that ended it.

    The site is closed before, so that no connection is shared, and open anew afterwards.
    """
    world.close()
    child = start(world, work)
    _, status = os.waitpid(child, 0)
    world.reopen()
    return os.waitstatus_to_exitcode(status)


def start(world: World, work: Callable[[World], object], *, group: bool = False) -> int:
    """The process id of a fork that does `work`. The caller has closed `world` and waits for the process."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # 3.12 on: the test has other threads
        child = os.fork()
    if child:
        return child
    code = 1
    try:
        if group:
            os.setsid()
        work(world.reopen())
        code = 0
    except BaseException:  # noqa: BLE001 - whatever it is, the fork must not go on as a second test run
        traceback.print_exc()
    finally:
        os._exit(code)


class RealClock(Clock):
    """The clock of the machine: for processes that run at the same time and could not share another."""

    def __call__(self) -> datetime:
        return system_clock()


def by_the_real_clock(world: World) -> World:
    """The same site, from now on by the clock of the machine."""
    world.clock = RealClock()
    return world.reopen()


def die() -> NoReturn:
    """As the power does: at once, and nothing is cleaned up."""
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("unreachable")


def _arm(point: Point) -> None:
    if point.place == FAST_IMPORT:
        _cut_fast_import()
        return
    owner, name = _resolved(point.place)
    real = getattr(owner, name)
    calls = 0

    def cut(*args: Any, **kwargs: Any) -> Any:
        nonlocal calls
        calls += 1
        mine = calls == point.nth
        if mine and point.when == "before":
            die()
        answer = real(*args, **kwargs)
        if mine:
            die()
        return answer

    setattr(owner, name, cut)


def _resolved(place: str) -> tuple[Any, str]:
    """The module or class that holds it, and its name there."""
    above, _, name = place.rpartition(".")
    try:
        return import_module(above), name
    except ModuleNotFoundError:
        module, _, kind = above.rpartition(".")
        return getattr(import_module(module), kind), name


def _cut_fast_import() -> None:
    real = subprocess.run

    def cut(command: list[str], **kwargs: Any) -> Any:
        if "fast-import" not in command:
            return real(command, **kwargs)
        half = kwargs["input"][: len(kwargs["input"]) // 2]
        passed = {name: kwargs[name] for name in ("env", "pass_fds", "cwd")}
        child = subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.DEVNULL, **passed)
        assert child.stdin is not None
        child.stdin.write(half)
        child.stdin.flush()
        time.sleep(0.02)
        die()

    subprocess.run = cut  # type: ignore[assignment]
