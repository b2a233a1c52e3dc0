"""A small checkout and the commands that setting it up would run: no network, nothing installed."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from docctl.start import machine
from docctl.start.checkout import DEV_LOCK, RUNTIME_LOCK, Checkout

PYPROJECT = '[project]\nname = "x"\ndependencies = []\n[build-system]\nrequires = []\n[tool.x]\ny = 1\n'


class Commands:
    """Records what would have been run; `failing` holds words of commands that fail."""

    def __init__(self) -> None:
        self.ran: list[list[str]] = []
        self.became: list[str] = []
        self.failing: set[str] = set()

    def run(self, command: list[str], extra: dict[str, str] | None = None) -> int:
        self.ran.append(list(command))
        if self.failing & set(command):
            return 1
        if command[1:3] == ["-m", "venv"]:
            made = Path(command[-1], "bin")
            shutil.rmtree(made.parent, ignore_errors=True)
            made.mkdir(parents=True)
            # Not a link: a linked Python is the system's, which need not have pip.
            (made / "python").write_text(f"#!/bin/sh\nexec '{sys.executable}' \"$@\"\n", "utf-8")
            (made / "python").chmod(0o755)
        return 0

    def become(self, command: list[str]) -> int:
        self.became = list(command)
        return 7

    @property
    def words(self) -> list[str]:
        """The word of each command that tells what it does."""
        known = ("venv", "-r", "-e", "update", "install")
        return [next(word for word in known if word in command) for command in self.ran]


@pytest.fixture
def commands(monkeypatch: pytest.MonkeyPatch) -> Commands:
    made = Commands()
    monkeypatch.setattr(machine, "run", made.run)
    monkeypatch.setattr(machine, "become", made.become)
    monkeypatch.setattr(machine, "is_root", lambda: False)
    monkeypatch.delenv("DOCCTL_TEST_POSTGRES", raising=False)
    monkeypatch.delenv("CI", raising=False)
    return made


@pytest.fixture
def here(tmp_path: Path) -> Checkout:
    return make_checkout(tmp_path / "checkout")


def make_checkout(root: Path) -> Checkout:
    root.mkdir()
    (root / "pyproject.toml").write_text(PYPROJECT, "utf-8")
    (root / RUNTIME_LOCK).write_text("flask==3\n", "utf-8")
    (root / DEV_LOCK).write_text("flask==3\npytest==9\n", "utf-8")
    return Checkout(root)


def as_root_on_debian(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(machine, "is_root", lambda: True)
    monkeypatch.setattr(machine, "APT_LOCK", tmp_path / "lock")
    monkeypatch.setattr(shutil, "which", lambda name: None if name == "git" else f"/usr/bin/{name}")
