"""One writer at a time, among threads and processes, and never for longer than the writer lives."""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest

from docctl.errors import Busy, Defect, Forbidden
from docctl.store import queue
from docctl.store.lock import WriterLock


@pytest.fixture
def lock(tmp_path: Path) -> WriterLock:
    return WriterLock(tmp_path / "writer.lock", timeout=0.2)


def is_free(lock: WriterLock) -> bool:
    """As another process would find it."""
    try:
        with WriterLock(lock.path, timeout=0):
            return True
    except Busy:
        return False


def waiting(lock: WriterLock) -> int:
    """How many wait in the kernel, for the lock itself or in the queue before it."""
    files = [lock.path, lock.path.with_suffix(".queue")]
    ends = tuple(f":{file.stat().st_ino} 0 EOF" for file in files)
    return sum("-> " in line and line.endswith(ends) for line in Path("/proc/locks").read_text().splitlines())


def is_waiting(lock: WriterLock, many: int) -> bool:
    return waiting(lock) == many


def is_held(file: Path) -> bool:
    with file.open() as opened:
        try:
            fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def within(seconds: float, happens: Callable[[], bool]) -> bool:
    """Does it come true? A busy machine takes its time."""
    deadline = time.monotonic() + seconds
    while not happens():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.001)
    return True


@contextmanager
def a_process(lock: WriterLock, then: str) -> Iterator[subprocess.Popen[bytes]]:
    """Another process that takes the lock, prints a line, and does `then`."""
    program = f"""
import subprocess, sys
from pathlib import Path
from docctl.store.lock import WriterLock
lock = WriterLock(Path({str(lock.path)!r}))
with lock:
    {then}
"""
    root = Path(__file__).parents[2]
    with subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=root
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        try:
            yield process
        finally:
            process.kill()


def test_the_lock_is_held_inside_the_block_only(lock: WriterLock) -> None:
    assert not lock.held
    with lock as same:
        assert same is lock
        assert lock.held
        assert not is_free(lock)
    assert not lock.held
    assert is_free(lock)


def test_a_thread_may_take_it_again(lock: WriterLock) -> None:
    with lock:
        with lock:
            descriptor = lock.fd
        assert lock.fd == descriptor
        assert not is_free(lock)
    assert is_free(lock)


def test_another_thread_waits_and_then_gives_up(lock: WriterLock) -> None:
    refused: list[str] = []

    def work() -> None:
        try:
            lock.acquire()
        except Busy as error:
            refused.append(error.message)

    with lock:
        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
        assert lock.held
    assert refused == ["Another writer has been at work for 0.2 s. Nothing was changed; try again."]
    with lock:
        assert lock.held


def test_threads_write_one_after_the_other(tmp_path: Path) -> None:
    lock, inside, worst = WriterLock(tmp_path / "writer.lock"), [0], [0]

    def work() -> None:
        for _ in range(20):
            with lock:
                inside[0] += 1
                worst[0] = max(worst[0], inside[0])
                inside[0] -= 1

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert worst == [1]


@pytest.mark.rule("CP-33")
def test_another_process_keeps_it_and_a_kill_frees_it(lock: WriterLock) -> None:
    with a_process(lock, "print(flush=True); sys.stdin.read()") as process:
        with pytest.raises(Busy):
            lock.acquire()
        process.kill()
        process.wait()
        with lock:
            assert lock.held


@pytest.mark.rule("CP-01", "CP-32")
def test_a_killed_writer_keeps_it_until_its_child_ends(lock: WriterLock, tmp_path: Path) -> None:
    child = "subprocess.Popen(['sleep', '60'], pass_fds=(lock.fd,), stdout=subprocess.DEVNULL).pid"
    with a_process(lock, f"print({child}, file=open({str(tmp_path / 'pid')!r}, 'w'), flush=True); "
                         "print(flush=True); sys.stdin.read()") as process:  # fmt: skip
        process.kill()
        process.wait()
        pid = int((tmp_path / "pid").read_text())
        try:
            assert not is_free(lock)
        finally:
            os.kill(pid, signal.SIGKILL)
        WriterLock(lock.path, timeout=5).acquire()


def test_releasing_does_not_free_it_under_a_child_that_still_runs(lock: WriterLock) -> None:
    with lock:
        child = subprocess.Popen(["sleep", "60"], pass_fds=(lock.fd,))
    try:
        assert not is_free(lock)
    finally:
        child.kill()
        child.wait()
    assert is_free(lock)


def test_a_replaced_lock_file_excludes_nobody_and_is_not_trusted(
    lock: WriterLock, monkeypatch: pytest.MonkeyPatch
) -> None:
    replaced: list[int] = []
    real = fcntl.flock

    def flock(descriptor: int, operation: int) -> None:
        real(descriptor, operation)
        if not lock.path.exists():
            return  # the queue before it
        if not replaced:
            lock.path.unlink()
        elif len(replaced) == 1:
            lock.path.unlink()
            lock.path.touch()
        replaced.append(descriptor)

    monkeypatch.setattr(fcntl, "flock", flock)
    with lock:
        assert len(replaced) == 3
        assert os.fstat(lock.fd).st_ino == lock.path.stat().st_ino


@pytest.mark.parametrize("use", ["fd", "release"])
def test_the_lock_cannot_be_used_without_being_held(lock: WriterLock, use: str) -> None:
    with pytest.raises(Defect):
        lock.release() if use == "release" else lock.fd


def test_a_lock_file_that_cannot_be_opened_is_named(tmp_path: Path) -> None:
    (tmp_path / "real").touch()
    (tmp_path / "writer.lock").symlink_to(tmp_path / "real")
    lock = WriterLock(tmp_path / "writer.lock")
    with pytest.raises(Forbidden, match=r"writer\.lock cannot be opened"):
        lock.acquire()
    assert not lock.held


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_after_a_fork_the_lock_is_the_parents(lock: WriterLock) -> None:
    def child() -> int:
        if lock.held:
            return 1
        try:
            lock.acquire()
        except Busy:
            return 0
        return 2

    with lock:
        pid = os.fork()
        if not pid:
            os._exit(child())
        assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
    assert is_free(lock)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_forked_process_that_never_writes_keeps_nothing(lock: WriterLock) -> None:
    with lock:
        pid = os.fork()
        if not pid:
            signal.pause()
    try:
        assert within(5, lambda: is_free(lock))
    finally:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)


def test_who_comes_first_goes_first_and_who_was_at_work_comes_after_the_next(
    lock: WriterLock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "TURN", 0.0)
    order: list[str] = []

    def work(name: str, own: WriterLock) -> None:
        with own:
            order.append(name)

    threads = [threading.Thread(target=work, args=(n, WriterLock(lock.path, timeout=20))) for n in "abc"]
    lock.timeout = 20
    with lock:
        for n, thread in enumerate(threads, 1):
            thread.start()
            assert within(5, partial(is_waiting, lock, n))
    work("again", lock)
    for thread in threads:
        thread.join()
    # It may pass those who have just been woken to be next, never the one whose turn is next.
    assert order[0] == "a"
    assert [name for name in order if name != "again"] == ["a", "b", "c"]


@pytest.mark.rule("CP-33")
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_those_killed_while_they_wait_hold_up_nobody(lock: WriterLock) -> None:
    children = []
    with lock:
        for n in (1, 2):
            children.append(os.fork())
            if not children[-1]:
                WriterLock(lock.path).acquire()
                os._exit(1)
            assert within(5, partial(is_waiting, lock, n))
        for child in children:
            os.kill(child, signal.SIGKILL)
            assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
    assert is_free(lock)


def test_a_process_writes_on_until_its_turn_is_over(
    lock: WriterLock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "TURN", 30.0)
    monkeypatch.setattr(queue, "NAP", 0.2)
    with lock:
        thread = threading.Thread(target=WriterLock(lock.path, timeout=20).acquire)
        thread.start()
        assert within(5, lambda: is_held(lock.path.with_suffix(".queue")))
    with lock:
        assert thread.is_alive()
    thread.join()  # the lock was free before the turn was over


def test_who_gave_up_leaves_its_place_to_the_next_and_else_keeps_nothing(lock: WriterLock) -> None:
    other = WriterLock(lock.path, timeout=0.05)
    with lock:
        for _ in range(3):
            with pytest.raises(Busy):
                other.acquire()
        assert waiting(lock) == 1
    assert within(5, lambda: is_free(lock))
    with other:
        assert other.held


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_forked_process_takes_a_free_lock_for_itself(lock: WriterLock) -> None:
    pid = os.fork()
    if not pid:
        with lock:
            os._exit(0 if lock.held else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
