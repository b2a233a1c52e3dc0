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

from docctl import machine
from docctl.bootstrap import Checkout
from docctl.machine import Stop
from docctl.render import renderer
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
def servers(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    def there(*, open_to_us: bool = False, answers: bool = False, own: bool = False) -> None:
        monkeypatch.setattr(machine, "_lets_us_in", lambda *_: open_to_us)
        monkeypatch.setattr(machine, "_answers", lambda _: answers)
        monkeypatch.setattr(machine, "_own_cluster", lambda: ["15", machine.CLUSTER] if own else [])
        monkeypatch.setattr(machine, "_start_own_cluster", lambda: "started")

    return there


def test_a_server_that_lets_us_in_is_used_as_it_is(
    here: Checkout, commands: Commands, servers: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    servers(open_to_us=True)
    machine.ensure_postgres(here.python)
    assert "DOCCTL_TEST_POSTGRES" not in os.environ
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(("ci", "word"), [("", "be skipped"), ("true", "fail (CI=true)")])
def test_without_a_server_and_without_root_one_line_says_what_will_be_skipped(
    here: Checkout,
    commands: Commands,
    servers: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    ci: str,
    word: str,
) -> None:
    servers()
    monkeypatch.setenv("CI", ci)
    machine.ensure_postgres(here.python)
    said = capsys.readouterr().err
    assert said.startswith(f"Tests on PostgreSQL will {word}: no server on 127.0.0.1:5432.")
    assert said.count("\n") == 1


def test_a_server_that_wants_a_password_is_left_alone(
    here: Checkout,
    commands: Commands,
    servers: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    as_root_on_debian(monkeypatch, tmp_path)
    servers(answers=True)
    machine.ensure_postgres(here.python)
    assert "Set DOCCTL_TEST_POSTGRES." in capsys.readouterr().err
    assert commands.ran == []
    assert "DOCCTL_TEST_POSTGRES" not in os.environ


@pytest.mark.parametrize("own", [False, True])
def test_as_root_on_debian_a_server_is_installed_and_started(
    here: Checkout,
    commands: Commands,
    servers: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    own: bool,
) -> None:
    as_root_on_debian(monkeypatch, tmp_path)
    servers(own=own, answers=own)
    monkeypatch.setenv("DOCCTL_TEST_POSTGRES", "")
    machine.ensure_postgres(here.python)
    assert commands.ran[-1][-1] == "postgresql"
    assert os.environ["DOCCTL_TEST_POSTGRES"] == "started"


def test_a_server_that_cannot_be_installed_is_said(
    here: Checkout,
    commands: Commands,
    servers: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    as_root_on_debian(monkeypatch, tmp_path)
    servers()
    commands.failing = {"postgresql"}
    machine.ensure_postgres(here.python)
    assert "apt-get could not install postgresql" in capsys.readouterr().err


def test_a_port_answers_or_does_not(here: Checkout) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        assert machine._answers(port)
    assert not machine._answers(port)
    here.bin.mkdir(parents=True)
    here.python.symlink_to(sys.executable)
    assert not machine._lets_us_in(here.python, f"postgresql://postgres@127.0.0.1:{port}/postgres")


def test_our_own_cluster_is_made_once_behind_a_password_that_only_root_can_read(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    clusters: list[list[str]] = [["15", "main", "5432", "down"]]
    ran: list[tuple[str, str]] = []

    def output(command: list[str], given: str = "") -> str:
        ran.append((command[0], given))
        if command[0] == "pg_createcluster":
            clusters.append(["15", machine.CLUSTER, "5433", "down"])
            (tmp_path / "etc" / "15" / machine.CLUSTER).mkdir(parents=True)
        if command[0] == "pg_ctlcluster":
            clusters[-1][3] = "online"
        return "\n".join("  ".join(row) + "  postgres  /data  /log" for row in clusters)

    monkeypatch.setattr(machine, "_output", output)
    monkeypatch.setattr(machine, "is_root", lambda: True)
    monkeypatch.setattr(shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(machine, "SERVERS", tmp_path / "lib")
    monkeypatch.setattr(machine, "CLUSTERS", tmp_path / "etc")
    for version in ("9.6", "15"):
        (tmp_path / "lib" / version).mkdir(parents=True)

    url = machine._start_own_cluster()
    kept = tmp_path / "etc" / "15" / machine.CLUSTER / "docctl-password"
    password = kept.read_text("ascii")
    assert url == f"postgresql+psycopg://postgres:{password}@127.0.0.1:5433/postgres"
    assert kept.stat().st_mode & 0o777 == 0o600
    assert ran[-1] == ("runuser", f"ALTER ROLE postgres PASSWORD '{password}'")

    ran.clear()
    assert machine._start_own_cluster() == url
    assert {name for name, _ in ran} == {"pg_lsclusters", "runuser"}


def test_without_root_there_is_no_cluster_of_our_own(commands: Commands) -> None:
    assert machine._own_cluster() == []


def test_the_output_of_tools_stays_off_standard_output(capfd: pytest.CaptureFixture[str]) -> None:
    code = "import os; print(os.environ['PIP_USER']); raise SystemExit(3)"
    with capfd.disabled():
        done = subprocess.run(
            [sys.executable, "-c", f"from docctl.machine import run; import sys; sys.exit(run([sys.executable, '-c', {code!r}], {{'PIP_USER': '0'}}))"],
            cwd=ROOT,
            capture_output=True,
            text=True,
        )  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr) == (3, "", "0\n")


def test_a_tool_that_fails_is_named_with_its_complaint() -> None:
    assert machine._output(["cat"], "given") == "given"
    with pytest.raises(Stop, match="`ls /no/such/folder` failed: ls: "):
        machine._output(["ls", "/no/such/folder"])


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
    monkeypatch.setattr(machine, "CHROMIUM", tmp_path / "chromium")
    monkeypatch.setattr(machine, "_opens", lambda _: True)
    machine.ensure_chromium()
    assert "Tests in a browser will be skipped: " in capsys.readouterr().err
    as_root_on_debian(monkeypatch, tmp_path)
    machine.ensure_chromium()
    assert "Tests in a browser will" not in capsys.readouterr().err
    assert commands.ran[-1][-2:] == ["chromium", "libatomic1"]
    (tmp_path / "chromium").touch()
    before = len(commands.ran)
    machine.ensure_chromium()
    assert len(commands.ran) == before


def test_a_browser_that_cannot_be_driven_is_not_enough(
    commands: Commands, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(machine, "CHROMIUM", tmp_path)
    monkeypatch.setattr(machine, "_opens", lambda name: name != machine.DRIVER_OPENS)
    machine.ensure_chromium()
    assert "Tests in a browser will fail: libatomic.so.1 is missing" in capsys.readouterr().err
    as_root_on_debian(monkeypatch, tmp_path)
    machine.ensure_chromium()
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
