"""Debian's packages, and PostgreSQL for the tests. Nothing is installed: apt and the servers are stood in for."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from docctl.render import renderer
from docctl.start import machine
from docctl.start.checkout import Checkout
from tests.house.trees import ROOT
from tests.support.checkout import Commands, as_root_on_debian


def test_lists_that_cannot_be_updated_do_not_stop_an_installation(
    commands: Commands, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    as_root_on_debian(monkeypatch, tmp_path)
    commands.failing = {"update"}
    assert machine.apt("git") is True
    commands.failing = {"git"}
    assert machine.apt("git") is False


def test_another_apt_is_waited_for(
    commands: Commands, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    as_root_on_debian(monkeypatch, tmp_path)
    hold = "import fcntl, sys; f = open(sys.argv[1], 'a'); fcntl.lockf(f, fcntl.LOCK_EX); print('held', flush=True); input()"
    waits: list[float] = []
    with subprocess.Popen(
        [sys.executable, "-c", hold, str(tmp_path / "lock")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"

        def wait(seconds: float) -> None:
            waits.append(seconds)
            if len(waits) == 2:
                other.communicate("\n")

        monkeypatch.setattr(time, "sleep", wait)
        machine._wait_for_apt(120)
    assert waits == [1, 1]
    assert capsys.readouterr().err.count("Another apt is at work") == 1


def test_another_apt_is_not_waited_for_for_ever(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    waits: list[float] = []
    monkeypatch.setattr(machine, "APT_LOCK", tmp_path / "no such folder" / "lock")
    monkeypatch.setattr(time, "sleep", waits.append)
    machine._wait_for_apt(3)
    assert waits == [1, 1, 1]


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., None]:
    def there(*, installed: bool = False, open_to_us: bool = False) -> None:
        monkeypatch.setenv("DOCCTL_TEST_POSTGRES", "")
        monkeypatch.setattr(machine, "_lets_us_in", lambda *_: open_to_us)
        monkeypatch.setattr(machine, "SERVERS", tmp_path / "servers")
        if installed:
            for version in ("9.6", "15"):
                programs = tmp_path / "servers" / version / "bin"
                programs.mkdir(parents=True)
                (programs / "initdb").touch()

    return there


@pytest.mark.parametrize("there", ["installed", "open_to_us"])
def test_a_server_that_is_there_is_used(
    here: Checkout,
    commands: Commands,
    server: Callable[..., None],
    capsys: pytest.CaptureFixture[str],
    there: str,
) -> None:
    server(**{there: True})
    machine.ensure_postgres(here.python)
    assert (commands.ran, capsys.readouterr().err) == ([], "")


def test_the_newest_server_is_taken(server: Callable[..., None], tmp_path: Path) -> None:
    server()
    assert machine.postgres_programs() is None
    server(installed=True)
    assert machine.postgres_programs() == tmp_path / "servers" / "15" / "bin"


@pytest.mark.parametrize(("ci", "word"), [("", "be skipped"), ("true", "fail (CI=true)")])
def test_without_a_server_and_without_root_one_line_says_what_will_be_skipped(
    here: Checkout,
    commands: Commands,
    server: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    ci: str,
    word: str,
) -> None:
    server()
    monkeypatch.setenv("CI", ci)
    machine.ensure_postgres(here.python)
    said = capsys.readouterr().err
    assert said.startswith(f"Tests on PostgreSQL will {word}: this machine has no server")
    assert said.count("\n") == 1


@pytest.mark.parametrize("works", [True, False])
def test_as_root_on_debian_a_server_is_installed(
    here: Checkout,
    commands: Commands,
    server: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    works: bool,
) -> None:
    as_root_on_debian(monkeypatch, tmp_path)
    server()
    commands.failing = set() if works else {"postgresql"}
    machine.ensure_postgres(here.python)
    assert commands.ran[-1][-1] == "postgresql"
    assert ("Tests on PostgreSQL will" in capsys.readouterr().err) is not works


def test_a_server_that_does_not_answer_does_not_let_us_in(here: Checkout) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    here.bin.mkdir(parents=True)
    here.python.symlink_to(sys.executable)
    assert not machine._lets_us_in(here.python, f"postgresql://postgres@127.0.0.1:{port}/postgres")


def test_the_output_of_tools_stays_off_standard_output(capfd: pytest.CaptureFixture[str]) -> None:
    code = "import os; print(os.environ['PIP_USER']); raise SystemExit(3)"
    with capfd.disabled():
        done = subprocess.run(
            [sys.executable, "-c", f"from docctl.start.machine import run; import sys; sys.exit(run([sys.executable, '-c', {code!r}], {{'PIP_USER': '0'}}))"],
            cwd=ROOT,
            capture_output=True,
            text=True,
        )  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr) == (3, "", "0\n")


def test_a_command_takes_over_the_process_or_stands_in_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    became: list[tuple[str, list[str]]] = []
    monkeypatch.setattr(os, "execv", lambda program, words: became.append((program, words)))
    machine.become(["/bin/false", "-x"])
    assert became == [("/bin/false", ["/bin/false", "-x"])]
    monkeypatch.setattr(os, "name", "nt")
    assert machine.become([sys.executable, "-c", "raise SystemExit(4)"]) == 4
    assert len(became) == 1


def test_root_is_root_where_there_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert machine.is_root()
    monkeypatch.delattr(os, "geteuid")
    assert not machine.is_root()


@pytest.mark.parametrize(
    ("free", "already", "expected"),
    [
        (machine.MEMORY_WANTED, None, True),
        (machine.MEMORY_WANTED - 1, None, False),
        (machine.MEMORY_WANTED, "/elsewhere", False),
    ],
)
def test_temporary_files_of_tests_go_into_memory_where_it_is_large_enough(
    free: int, already: str | None, expected: bool, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(machine, "MEMORY", tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=free))
    monkeypatch.setenv("TMPDIR", already or "")
    if already is None:
        monkeypatch.delenv("TMPDIR")
    machine.keep_temporary_files_in_memory()
    assert os.environ.get("TMPDIR") == (str(tmp_path) if expected else already)


def test_a_machine_with_pango_is_left_alone(
    commands: Commands, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(machine, "_opens", lambda _: True)
    machine.ensure_pango()
    assert (commands.ran, capsys.readouterr().err) == ([], "")


def test_as_root_on_debian_pango_is_installed(
    commands: Commands, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    as_root_on_debian(monkeypatch, tmp_path)
    monkeypatch.setattr(machine, "_opens", lambda name: "harfbuzz-subset" not in name)
    machine.ensure_pango()
    assert commands.ran[-1][-3:] == list(machine.PANGO_PACKAGES)


def test_without_pango_and_without_root_one_line_says_what_to_install(
    commands: Commands, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(machine, "_opens", lambda _: False)
    monkeypatch.setattr(machine, "is_root", lambda: False)
    machine.ensure_pango()
    said = capsys.readouterr().err
    assert "apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0" in said
    assert said.count("\n") == 1


def test_the_renderer_needs_what_the_machine_is_asked_for() -> None:
    assert machine.PANGO == renderer.PANGO
    assert renderer.INSTALL.split()[2:] == list(machine.PANGO_PACKAGES)


def test_a_missing_browser_is_installed_or_said(
    commands: Commands, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    best = tmp_path / "shell"
    monkeypatch.setattr(machine, "BROWSERS", (best, tmp_path / "chromium"))
    monkeypatch.setattr(machine, "_opens", lambda _: True)
    machine.ensure_browser()
    assert f"Tests in a browser will be skipped: {best} is missing" in capsys.readouterr().err
    as_root_on_debian(monkeypatch, tmp_path)
    machine.ensure_browser()
    assert "Tests in a browser will" not in capsys.readouterr().err
    assert commands.ran[-1][-2:] == ["shell", "libatomic1"]
    best.touch()
    before = len(commands.ran)
    machine.ensure_browser()
    assert len(commands.ran) == before


def test_where_the_browser_without_windows_cannot_be_had_the_other_is_enough(
    commands: Commands, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = tmp_path / "chromium"
    monkeypatch.setattr(machine, "BROWSERS", (tmp_path / "shell", other))
    monkeypatch.setattr(machine, "_opens", lambda _: True)
    assert machine.browser() is None
    other.touch()
    machine.ensure_browser()
    assert "Tests in a browser will" not in capsys.readouterr().err
    assert machine.browser() == other
    (tmp_path / "shell").touch()
    assert machine.browser() == tmp_path / "shell"


def test_a_browser_that_cannot_be_driven_is_not_enough(
    commands: Commands, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(machine, "BROWSERS", (tmp_path, tmp_path))
    monkeypatch.setattr(machine, "_opens", lambda name: name != machine.DRIVER_OPENS)
    machine.ensure_browser()
    assert "Tests in a browser will fail: libatomic.so.1 is missing" in capsys.readouterr().err
    as_root_on_debian(monkeypatch, tmp_path)
    machine.ensure_browser()
    assert commands.ran[-1][-1] == "libatomic1"


def test_a_missing_qpdf_is_installed_or_said(
    commands: Commands, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    machine.ensure_qpdf()
    assert "qpdf is missing" in capsys.readouterr().err
    as_root_on_debian(monkeypatch, tmp_path)
    machine.ensure_qpdf()
    assert commands.ran == []
    monkeypatch.setattr(shutil, "which", lambda name: None if name == "qpdf" else f"/usr/bin/{name}")
    machine.ensure_qpdf()
    assert commands.ran[-1][-1] == "qpdf"
