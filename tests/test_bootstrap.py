"""From a bare checkout to a running docctl. No network: pip and apt are stood in for."""

from __future__ import annotations

import ast
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from docctl.start import checkout, machine
from docctl.start.checkout import DEV_LOCK, RUNTIME_LOCK, Checkout
from docctl.start.machine import Stop
from tests.house.trees import ROOT, Source, imports
from tests.support.checkout import PYPROJECT, Commands, as_root_on_debian, make_checkout


def main_in(here: Checkout, monkeypatch: pytest.MonkeyPatch, *words: str) -> int:
    monkeypatch.setattr(checkout, "__file__", str(here.root / "docctl" / "start" / "checkout.py"))
    return checkout.main(words)


def test_a_bare_checkout_gets_an_environment_the_lock_by_hash_and_itself(
    here: Checkout, commands: Commands
) -> None:
    checkout.ensure_environment(here, RUNTIME_LOCK)
    assert commands.words == ["venv", "-r", "-e"]
    assert {"--require-hashes", "--no-deps", str(here.root / RUNTIME_LOCK)} <= set(commands.ran[1])
    assert {"--no-deps", "--no-build-isolation", str(here.root)} <= set(commands.ran[2])


def test_what_is_installed_is_not_installed_again(here: Checkout, commands: Commands) -> None:
    checkout.ensure_environment(here, DEV_LOCK)
    commands.ran.clear()
    checkout.ensure_environment(here, DEV_LOCK)
    checkout.ensure_environment(here, RUNTIME_LOCK)
    assert commands.ran == []


def test_the_libraries_of_users_are_not_enough_for_tests(here: Checkout, commands: Commands) -> None:
    checkout.ensure_environment(here, RUNTIME_LOCK)
    commands.ran.clear()
    checkout.ensure_environment(here, DEV_LOCK)
    assert commands.words == ["-r", "-e"]


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        (RUNTIME_LOCK, "flask==4\n", ["-r", "-e"]),
        ("pyproject.toml", PYPROJECT.replace('"x"', '"z"'), ["-r", "-e"]),
        ("pyproject.toml", PYPROJECT.replace("y = 1", "y = 2"), []),
        (DEV_LOCK, "flask==3\n", []),
    ],
)
def test_a_change_installs_again_only_where_it_matters(
    here: Checkout, commands: Commands, name: str, text: str, words: list[str]
) -> None:
    checkout.ensure_environment(here, RUNTIME_LOCK)
    commands.ran.clear()
    (here.root / name).write_text(text, "utf-8")
    checkout.ensure_environment(here, RUNTIME_LOCK)
    assert commands.words == words


def test_a_moved_checkout_makes_its_environment_anew(
    here: Checkout, commands: Commands, tmp_path: Path
) -> None:
    checkout.ensure_environment(here, RUNTIME_LOCK)
    commands.ran.clear()
    here.root.rename(tmp_path / "moved")
    checkout.ensure_environment(Checkout(tmp_path / "moved"), RUNTIME_LOCK)
    assert commands.words == ["venv", "-r", "-e"]


def test_an_environment_that_lies_elsewhere_is_left_alone(
    here: Checkout, commands: Commands, tmp_path: Path
) -> None:
    others = tmp_path / "others"
    others.mkdir()
    here.venv.symlink_to(others)
    checkout.ensure_environment(here, RUNTIME_LOCK)
    assert not here.venv.is_symlink()
    assert list(others.iterdir()) == []


def test_an_environment_whose_python_has_gone_is_made_anew(here: Checkout, commands: Commands) -> None:
    checkout.ensure_environment(here, RUNTIME_LOCK)
    commands.ran.clear()
    here.python.unlink()
    checkout.ensure_environment(here, RUNTIME_LOCK)
    assert commands.words == ["venv", "-r", "-e"]


def test_an_environment_without_pip_is_made_anew(here: Checkout, commands: Commands) -> None:
    here.bin.mkdir(parents=True)
    here.python.write_text("#!/bin/sh\nexit 1\n", "utf-8")
    here.python.chmod(0o755)
    checkout.ensure_environment(here, RUNTIME_LOCK)
    assert commands.words == ["venv", "-r", "-e"]


@pytest.mark.parametrize("stamp", ["", "{", "[1]"])
def test_a_stamp_that_was_cut_short_counts_for_nothing(
    here: Checkout, commands: Commands, stamp: str
) -> None:
    checkout.ensure_environment(here, RUNTIME_LOCK)
    commands.ran.clear()
    here.stamp.write_text(stamp, "utf-8")
    checkout.ensure_environment(here, RUNTIME_LOCK)
    assert commands.words == ["-r", "-e"]


_SLOWLY = """
import sys, time
from pathlib import Path
from docctl.start import checkout, machine

def run(command, extra=None):
    with Path(sys.argv[2]).open("a") as log:
        log.write(" ".join(command) + "\\n")
    print("at it", flush=True)
    if command[1:3] == ["-m", "venv"]:
        python = Path(command[-1], "bin", "python")
        python.parent.mkdir(parents=True)
        python.write_text("#!/bin/sh\\n")  # has pip, as that of a venv: the one of the system may have none
        python.chmod(0o755)
    sys.stdin.readline()
    return 0

machine.run = run
checkout.ensure_environment(checkout.Checkout(Path(sys.argv[1])), checkout.RUNTIME_LOCK)
print("ready", flush=True)
"""


@pytest.mark.parametrize("killed", [False, True])
def test_of_two_first_runs_the_second_waits_says_so_and_breaks_nothing(
    here: Checkout, tmp_path: Path, killed: bool
) -> None:
    """The second one installs only where the first one came to nothing."""
    log = tmp_path / "log"

    def begin() -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-c", _SLOWLY, str(here.root), str(log)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    with begin() as first:
        assert first.stdout is not None
        assert first.stdout.readline() == "at it\n"
        with begin() as second:
            assert second.stderr is not None
            assert second.stderr.readline().startswith("Another docctl is at work on")
            assert len(log.read_text("utf-8").splitlines()) == 1
            if killed:
                first.kill()
            first.communicate(timeout=60)
            out, _ = second.communicate(timeout=60)
    assert (first.returncode == 0, second.returncode) == (not killed, 0)
    assert out.splitlines()[-1] == "ready"
    assert len(out.splitlines()) == (3 if killed else 1)  # two of pip: the environment was there
    assert {file.name for file in here.root.iterdir()} == {
        ".venv",
        "pyproject.toml",
        RUNTIME_LOCK,
        DEV_LOCK,
    }


@pytest.mark.parametrize("word", ["-r", "-e"])
def test_an_installation_that_failed_is_tried_again(here: Checkout, commands: Commands, word: str) -> None:
    commands.failing = {word}
    with pytest.raises(Stop, match=r"pip config set global\.index-url ADDRESS"):
        checkout.ensure_environment(here, RUNTIME_LOCK)
    commands.failing, commands.ran = set(), []
    checkout.ensure_environment(here, RUNTIME_LOCK)
    assert commands.words == ["-r", "-e"]


def test_a_folder_that_cannot_be_written_is_named(here: Checkout, commands: Commands) -> None:
    commands.failing = {"venv"}
    with pytest.raises(Stop, match=f"Is {here.root} writable"):
        checkout.ensure_environment(here, RUNTIME_LOCK)


@pytest.mark.parametrize(
    ("lacking", "more"),
    [([], ""), (["libpango-1.0.so.0"], " libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0")],
)
def test_without_venv_and_without_root_the_line_to_type_is_said(
    lacking: list[str], more: str, here: Checkout, commands: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checkout, "_has_venv", lambda: False)
    monkeypatch.setattr(machine, "missing_pango", lambda: lacking)
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    with pytest.raises(Stop, match=re.escape(f"As root: apt-get install {version}-venv{more} (elsewhere")):
        checkout.ensure_environment(here, RUNTIME_LOCK)
    assert commands.ran == []


def test_as_root_on_debian_what_is_missing_is_installed(
    here: Checkout,
    commands: Commands,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    as_root_on_debian(monkeypatch, tmp_path)
    answers = iter([False, True])
    monkeypatch.setattr(checkout, "_has_venv", lambda: next(answers))
    checkout.ensure_environment(here, RUNTIME_LOCK)
    assert commands.words == ["update", "install", "venv", "-r", "-e", "update", "install"]
    assert commands.ran[1][-1].endswith("-venv")
    assert commands.ran[-1][-1] == "git"
    assert "running as root" in capsys.readouterr().err


def test_without_git_and_without_root_the_line_to_type_is_said(
    here: Checkout, commands: Commands, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    checkout.ensure_environment(here, RUNTIME_LOCK)
    assert "Install it: apt-get install git (as root)." in capsys.readouterr().err


@pytest.mark.parametrize("words", [("run",), ("--json", "copy", "list"), ()])
def test_every_other_word_is_handed_to_the_command_line(
    here: Checkout, commands: Commands, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    assert main_in(here, monkeypatch, *words) == 7
    assert commands.became == [str(here.bin / "docctl"), *words]


def test_test_passes_its_arguments_to_pytest(
    here: Checkout, commands: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOCCTL_TEST_POSTGRES", "postgresql+psycopg://elsewhere/postgres")
    monkeypatch.setenv("TMPDIR", str(here.root.parent))
    monkeypatch.setenv("DOCCTL_TEST_OWN_POSTGRES", "")
    monkeypatch.chdir(here.root.parent)
    assert main_in(here, monkeypatch, "test", "-k", "copy") == 7
    assert os.environ["DOCCTL_TEST_OWN_POSTGRES"] == "1"
    assert commands.became == [str(here.python), "-m", "pytest", "-k", "copy"]
    assert Path.cwd() == here.root
    assert str(here.root / DEV_LOCK) in commands.ran[1]


def test_setup_installs_the_tools_too(
    here: Checkout, commands: Commands, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main_in(here, monkeypatch, "setup") == 0
    assert str(here.root / DEV_LOCK) in commands.ran[1]
    assert "Next: `python3 -m docctl run`" in capsys.readouterr().err


def test_check_does_every_step_and_names_those_that_failed(
    here: Checkout, commands: Commands, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(here.root)
    checkout.ensure_environment(here, DEV_LOCK)
    commands.ran.clear()
    assert main_in(here, monkeypatch, "check") == 0
    assert [tuple(command[2:]) for command in commands.ran] == list(checkout.CHECKS)
    assert "all 5 steps passed" in capsys.readouterr().err
    commands.failing = {"mypy", "deptry"}
    assert main_in(here, monkeypatch, "check") == 1
    assert "check: failed: mypy; deptry ." in capsys.readouterr().err


def test_bench_measures_in_one_process(
    here: Checkout, commands: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(here.root)
    assert main_in(here, monkeypatch, "bench") == 1
    (here.root / "benchmarks").mkdir()
    assert main_in(here, monkeypatch, "bench", "--x") == 7
    assert {"-n0", "benchmarks", "--x"} <= set(commands.became)


def test_what_stops_is_said_in_a_sentence(
    here: Checkout, commands: Commands, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    commands.failing = {"-r"}
    assert main_in(here, monkeypatch, "setup") == 1
    (here.root / RUNTIME_LOCK).unlink()
    assert main_in(here, monkeypatch, "run") == 1
    said = capsys.readouterr().err
    assert "pip could not install everything" in said
    assert "may programs be started from it?" in said


def test_an_interrupted_set_up_ends_as_the_shell_expects(
    here: Checkout, commands: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(checkout, "_make_venv", interrupted)
    assert main_in(here, monkeypatch, "run") == 130


def test_outside_a_checkout_only_the_command_line_is_there(
    commands: Commands, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main_in(Checkout(tmp_path), monkeypatch, "rules") == 7
    assert commands.became == [str(Path(sys.executable).with_name("docctl")), "rules"]
    assert main_in(Checkout(tmp_path), monkeypatch, "test") == 1
    assert "works in a checkout of the project" in capsys.readouterr().err


def test_the_command_takes_over_the_process(tmp_path: Path) -> None:
    copied = make_checkout(tmp_path / "a folder with 中文")
    (copied.root / "docctl" / "start").mkdir(parents=True)
    for name in ("__init__.py", "__main__.py", "start/__init__.py", "start/checkout.py", "start/machine.py"):
        shutil.copy(ROOT / "docctl" / name, copied.root / "docctl" / name)
    copied.bin.mkdir(parents=True)
    copied.python.symlink_to(sys.executable)
    (copied.bin / "docctl").write_text('#!/bin/sh\necho "$@"\nexit 5\n', "utf-8")
    (copied.bin / "docctl").chmod(0o755)
    copied.stamp.write_text(json.dumps(copied.wanted(RUNTIME_LOCK)), "utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "docctl", "--json", "copy", "list"],
        cwd=copied.root,
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stdout, done.stderr) == (5, "--json copy list\n", "")


def test_a_python_that_is_too_old_is_told_what_to_install(tmp_path: Path) -> None:
    code = (
        "import runpy, sys; sys.version_info = (3, 9, 1, 'final', 0); sys.argv[1:] = ['run'];"
        "runpy.run_module('docctl', run_name='__main__')"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env={"PATH": str(tmp_path)}, capture_output=True, text=True
    )
    assert done.returncode == 1
    assert "needs Python 3.11.2 or newer; this is 3.9.1. Install one: on Debian" in done.stderr
    newer = tmp_path / "python3.12"
    newer.touch(0o755)
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env={"PATH": str(tmp_path)}, capture_output=True, text=True
    )
    assert "Use the newer one that is installed here: python3.12 -m docctl run" in done.stderr


def test_an_old_python_can_read_the_file_that_turns_it_away() -> None:
    text = (ROOT / "docctl" / "__main__.py").read_text("utf-8")
    assert ast.parse(text, feature_version=(3, 6)).body
    assert "annotations" not in text


@pytest.mark.parametrize("name", ["__main__.py", "start/checkout.py", "start/machine.py"])
def test_bootstrap_needs_the_standard_library_only(name: str) -> None:
    source = Source(f"docctl/{name}", (ROOT / "docctl" / name).read_text("utf-8"))
    libraries = {found.module.partition(".")[0] for found in imports(source)}
    assert libraries <= sys.stdlib_module_names | {"docctl"}


def test_the_package_itself_imports_nothing() -> None:
    source = Source("docctl/__init__.py", (ROOT / "docctl" / "__init__.py").read_text("utf-8"))
    assert imports(source) == []
