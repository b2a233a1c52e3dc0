"""`docctl run` where nothing can be made: it says what to do, and a script hears of it."""

from __future__ import annotations

import errno
import threading
from pathlib import Path
from typing import Any

import pytest

from docctl.cli.kit import first_visit, serving
from docctl.door.site import Site
from docctl.errors import WrongState
from docctl.store.making import whole_or_not_at_all
from docctl.usecases.demonstration import making
from tests.support.terminal import run


def test_a_run_that_could_make_no_site_ends_with_what_to_do_and_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "site"

    def full(*_: Any, **__: Any) -> Site:
        with whole_or_not_at_all(folder) as part:
            (part / "some").write_text("x", "utf-8")
            raise OSError(errno.ENOSPC, "No space left on device")

    def served(makers: Any, _: object, ready: Any) -> None:
        ready()
        with pytest.raises(WrongState):
            makers.demonstration(lambda *_: None)

    with monkeypatch.context() as patched:
        patched.setattr(making, "make_site", full)
        patched.setattr(serving, "serve", served)
        answer = run("--site", str(folder), "run", "--port", "0")
    assert (answer.code, "No space left on device. Nothing of it is left" in answer.err) == (4, True)
    assert [*tmp_path.iterdir()] == []
    (tmp_path / "file").write_text("x", "utf-8")
    for words in (("run", "--port", "0"), ("run", "--demonstration", "--port", "0")):
        answer = run("--site", str(tmp_path / "file" / "site"), *words)
        assert (answer.code, "choose another place" in answer.err) == (4, True)
    monkeypatch.setenv("PATH", str(tmp_path))
    answer = run("--site", str(folder), "run", "--port", "0")
    assert (answer.code, "Install git" in answer.err) == (1, True)


def test_what_ctrl_c_did_to_the_making_is_no_failure() -> None:
    stopped = threading.Event()
    failures = first_visit._Failures(stopped)
    stopped.set()
    assert failures.keep(WrongState("git did not come to an end")) is False
    failures.tell()
    stopped.clear()
    assert failures.keep(WrongState("the disk is full")) is True
    with pytest.raises(WrongState, match="the disk is full"):
        failures.tell()
