"""A folder that is made whole or not at all, by one process at a time."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from docctl.errors import WrongState
from docctl.store.making import whole_or_not_at_all

MAKER = """
import sys, time
from pathlib import Path
from docctl.store.making import whole_or_not_at_all
with whole_or_not_at_all(Path(sys.argv[1])) as part:
    (part / "first").write_text("first")
    print("making", flush=True)
    sys.stdin.readline()
    if sys.argv[2] == "fail":
        raise SystemExit(3)
"""


def maker(target: Path, end: str) -> subprocess.Popen[str]:
    """A process that has begun to make `target`, and goes on when its standard input is closed."""
    process = subprocess.Popen(
        [sys.executable, "-c", MAKER, str(target), end],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "making\n"
    return process


def wait_for(process: subprocess.Popen[str]) -> None:
    """Let it go on to its end."""
    process.communicate(timeout=60)


def beside(target: Path, waited: list[Path], made: list[str]) -> threading.Thread:
    """Somebody who makes the same folder meanwhile."""

    def make() -> None:
        try:
            with whole_or_not_at_all(target, waited.append) as part:
                assert list(part.iterdir()) == []
                (part / "second").write_text("second")
            made.append("made")
        except WrongState as error:
            made.append(str(error))

    thread = threading.Thread(target=make)
    thread.start()
    while not waited and thread.is_alive():
        time.sleep(0.01)
    return thread


def test_a_second_maker_waits_says_so_and_finds_the_folder_made(tmp_path: Path) -> None:
    target = tmp_path / "site"
    first = maker(target, "well")
    waited: list[Path] = []
    made: list[str] = []
    second = beside(target, waited, made)
    assert (set(waited), made) == ({target}, [])
    wait_for(first)
    second.join(60)
    assert made == [f"{target} is not empty; choose another folder for the site"]
    assert [file.name for file in target.iterdir()] == ["first"]
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


@pytest.mark.parametrize("end", ["fail", "killed"])
def test_a_second_maker_makes_it_where_the_first_one_failed(tmp_path: Path, end: str) -> None:
    target = tmp_path / "site"
    first = maker(target, end)
    waited: list[Path] = []
    made: list[str] = []
    second = beside(target, waited, made)
    if end == "killed":
        first.kill()
    wait_for(first)
    second.join(60)
    assert (set(waited), made) == ({target}, ["made"])
    assert [file.name for file in target.iterdir()] == ["second"]
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


def test_what_was_cut_short_is_cleared_away(tmp_path: Path) -> None:
    part = tmp_path / ".site.unfinished"
    (part / "vault").mkdir(parents=True)
    (part / "vault" / "x").write_text("x")
    (part / "link").symlink_to(tmp_path)
    target = tmp_path / "site"
    target.mkdir()
    with whole_or_not_at_all(target) as made:
        assert list(made.iterdir()) == []
    assert list(tmp_path.iterdir()) == [target]


def test_a_fault_leaves_nothing_and_a_folder_that_cannot_be_had_is_told(tmp_path: Path) -> None:
    target = tmp_path / "site"
    with pytest.raises(ZeroDivisionError), whole_or_not_at_all(target) as part:
        (part / "x").write_text(str(1 // 0))
    assert list(tmp_path.iterdir()) == []

    def tired(_folder: Path) -> None:
        raise KeyboardInterrupt

    first = maker(target, "well")
    with pytest.raises(KeyboardInterrupt), whole_or_not_at_all(target, tired):
        pytest.fail("it is being made by another process")
    wait_for(first)
    assert [file.name for file in target.iterdir()] == ["first"]
