"""From a bare checkout to a running docctl: makes .venv, installs by hash, then hands over.

Standard library only, and of docctl only `machine`: it runs before anything is installed. Says all it has
to say on standard error, so that `python3 -m docctl --json …` prints its one object and no more.
"""

from __future__ import annotations

import hashlib
import importlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path

from docctl.start import machine

RUNTIME_LOCK = "requirements.lock"
DEV_LOCK = "requirements-dev.lock"  # holds the same pins as the runtime lock, and more
CHECKS = (
    ("ruff", "format", "--check", "."),
    ("ruff", "check", "."),
    ("mypy",),
    ("deptry", "."),
    ("pytest", "-q", "-n0", "tests/house"),
)


class Checkout:
    """A copy of the project's tree, and the environment that belongs to it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.venv = root / ".venv"
        self.bin = self.venv / ("Scripts" if os.name == "nt" else "bin")
        self.python = self.bin / ("python.exe" if os.name == "nt" else "python")
        self.stamp = self.venv / "docctl-installed.json"

    def wanted(self, lock: str) -> dict[str, str]:
        """What the stamp must say for `lock`: digests of the files and of the project's own metadata."""
        locks = (RUNTIME_LOCK, DEV_LOCK) if lock == DEV_LOCK else (RUNTIME_LOCK,)
        project = tomllib.loads((self.root / "pyproject.toml").read_text("utf-8"))
        metadata = json.dumps([project["project"], project["build-system"]], sort_keys=True).encode()
        return {
            "root": str(self.root),
            "python": str(self.python.resolve()),  # changes when the system's python3 becomes a newer one
            "project": hashlib.sha256(metadata).hexdigest(),
            **{name: hashlib.sha256((self.root / name).read_bytes()).hexdigest() for name in locks},
        }

    def installed(self) -> dict[str, str]:
        """What the stamp says; empty where there is none, or where it was cut short."""
        try:
            return dict(json.loads(self.stamp.read_text("utf-8")))
        except (OSError, ValueError, TypeError):
            return {}


def main(argv: Sequence[str]) -> int:
    """Do the first word of `argv`, or hand all of it to docctl.cli. Returns the exit code."""
    here = Checkout(Path(__file__).resolve().parents[2])
    word, rest = (argv[0] if argv else ""), argv[1:]
    try:
        if not (here.root / "pyproject.toml").exists():
            return _outside_a_checkout(word, argv)
        if word == "setup":
            return setup(here)
        if word == "test":
            return test(here, rest)
        if word == "check":
            return check(here)
        if word == "bench":
            return bench(here, rest)
        ensure_environment(here, RUNTIME_LOCK)
        if word == "run":
            machine.ensure_pango()
        return machine.become([str(here.bin / "docctl"), *argv])
    except machine.Stop as stop:
        machine.say(str(stop))
        return 1
    except OSError as error:
        machine.say(f"{error}. Is {here.root} writable, and may programs be started from it?")
        return 1
    except KeyboardInterrupt:
        return 130


def setup(here: Checkout) -> int:
    """Leave a complete .venv: docctl, its libraries, pytest and the other tools."""
    ensure_environment(here, DEV_LOCK)
    machine.ensure_pango()
    machine.say(f"Ready: {here.bin / 'docctl'}. Next: `python3 -m docctl run`, or `python3 -m docctl test`.")
    return 0


def test(here: Checkout, arguments: Sequence[str]) -> int:
    """Run the tests; PostgreSQL is found or started first. `arguments` go to pytest."""
    ensure_environment(here, DEV_LOCK)
    machine.ensure_pango()
    machine.ensure_postgres(here.python)
    machine.ensure_browser()
    machine.ensure_qpdf()
    os.chdir(here.root)
    machine.keep_temporary_files_in_memory()
    os.environ["DOCCTL_TEST_OWN_POSTGRES"] = "1"
    return machine.become([str(here.python), "-m", "pytest", *arguments])


def check(here: Checkout) -> int:
    """Everything about the code that is not its behaviour: all steps are run, then the failed ones named."""
    ensure_environment(here, DEV_LOCK)
    os.chdir(here.root)
    failed = []
    for step in CHECKS:
        machine.say("$ " + " ".join(step))
        if machine.run([str(here.python), "-m", *step]) != 0:
            failed.append(" ".join(step))
    machine.say(f"check: failed: {'; '.join(failed)}" if failed else f"check: all {len(CHECKS)} steps passed")
    return 1 if failed else 0


def bench(here: Checkout, arguments: Sequence[str]) -> int:
    """Run the measurements in benchmarks/ (files bench_*.py), one after the other in one process.

    With `--large` first those of a large site instead (benchmarks/large).
    """
    if not (here.root / "benchmarks").is_dir():
        raise machine.Stop("There is no folder benchmarks/ in this checkout, so there is nothing to measure.")
    ensure_environment(here, DEV_LOCK)
    os.chdir(here.root)
    if arguments[:1] == ["--large"]:
        machine.ensure_postgres(here.python)
        return machine.become([str(here.python), "-m", "benchmarks.large", *arguments[1:]])
    options = ["-n0", "-p", "no:randomly", "-s", "-o", "python_files=bench_*.py", "benchmarks"]
    return machine.become([str(here.python), "-m", "pytest", *options, *arguments])


def ensure_environment(here: Checkout, lock: str) -> None:
    """Make .venv where it is missing or broken, and install `lock` where it has changed. Idempotent."""
    if _is_installed(here, lock):
        return
    # Impatient people start it twice: the second waits, and finds the environment made.
    with machine.alone_in(here.root, f"Another docctl is at work on {here.venv}; waiting for it to be done."):
        if not _is_installed(here, lock):
            _install(here, lock)


def _is_installed(here: Checkout, lock: str) -> bool:
    return here.python.exists() and here.wanted(lock).items() <= here.installed().items()


def _install(here: Checkout, lock: str) -> None:
    if not _usable(here, here.installed()):
        _make_venv(here)
    here.stamp.unlink(missing_ok=True)
    machine.say(f"Installing what {lock} lists into {here.venv}.")
    _pip(here, "--require-hashes", "--no-deps", "-r", str(here.root / lock))
    # Built with the locked hatchling, so that not even the build brings in an unverified file.
    _pip(here, "--no-deps", "--no-build-isolation", "-e", str(here.root))
    here.stamp.write_text(json.dumps(here.wanted(lock), indent=1), "utf-8")
    if not shutil.which("git") and not machine.apt("git"):
        machine.say(
            "git is missing, and docctl keeps documents in it. Install it: apt-get install git (as root)."
        )


def _outside_a_checkout(word: str, argv: Sequence[str]) -> int:
    if word in {"setup", "test", "check", "bench"}:
        raise machine.Stop(
            f"`{word}` works in a checkout of the project; this docctl is installed as a package."
        )
    return machine.become([str(Path(sys.executable).with_name("docctl")), *argv])


def _usable(here: Checkout, installed: Mapping[str, str]) -> bool:
    # The scripts in an environment name its folder: after a move or a copy they start the old one.
    if not here.python.exists() or installed.get("root", str(here.root)) != str(here.root):
        return False
    probe = "import pip, sys; sys.exit(sys.version_info < (3, 11, 2))"
    return subprocess.run([str(here.python), "-c", probe], capture_output=True).returncode == 0


def _make_venv(here: Checkout) -> None:
    package = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
    if not _has_venv():
        machine.apt(package)
        importlib.invalidate_caches()
    if not _has_venv():
        # All in one line: whoever is not root has to ask somebody, and should ask once.
        wanted = " ".join([package, *(machine.PANGO_PACKAGES if machine.missing_pango() else ())])
        raise machine.Stop(
            f"This Python cannot make virtual environments. As root: apt-get install {wanted} "
            "(elsewhere: install Python from your system's packages or from python.org). Then run this again."
        )
    machine.say(f"Making {here.venv}.")
    if here.venv.is_symlink():
        here.venv.unlink()  # what it leads to is somebody else's, and would be emptied
    if machine.is_root():
        machine.say("Note: running as root, so what is made here will belong to root.")
    # Never the Python of the environment that is about to be cleared.
    python = getattr(sys, "_base_executable", sys.executable)
    if machine.run([python, "-m", "venv", "--clear", str(here.venv)]) != 0:
        raise machine.Stop(
            f"{here.venv} could not be made (see above). Is {here.root} writable, and the disk not full?"
        )


def _has_venv() -> bool:
    return all(importlib.util.find_spec(name) for name in ("venv", "ensurepip"))


def _pip(here: Checkout, *arguments: str) -> None:
    command = [str(here.python), "-m", "pip", "install", "--disable-pip-version-check", "--no-input"]
    # The user's own index, mirror and certificates hold; only `--user` makes no sense inside .venv.
    if machine.run([*command, *arguments], {"PIP_USER": "0"}) != 0:
        raise machine.Stop(
            "pip could not install everything (see above). It uses your own pip settings: behind a mirror "
            "set `pip config set global.index-url ADDRESS`; without a network put the wheels into a folder "
            "and set PIP_NO_INDEX=1 and PIP_FIND_LINKS=FOLDER. Then run this again."
        )
