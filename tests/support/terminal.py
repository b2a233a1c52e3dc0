"""docctl as people type it, in this process, with the clock of a test."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from docctl.cli import docctl
from docctl.cli.kit.caller import Caller
from tests.support.sites import PASSWORD, World

CLEAN = {
    f"DOCCTL_{name}": None
    for name in ("SITE", "USER", "PASSWORD", "NEW_PASSWORD", "CODE", "DEBUG", "DATABASE_URL")
}


@dataclass(frozen=True)
class Answer:
    """What a command left: its exit code, what it printed, and the one JSON object in that."""

    code: int
    out: str
    err: str

    @property
    def data(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.out)
        return found

    @property
    def kind(self) -> str:
        return str(self.data["error"]["kind"])

    @property
    def message(self) -> str:
        return str(self.data["error"]["message"])

    def __getitem__(self, name: str) -> Any:
        return self.data[name]


def run(
    *words: str, env: Mapping[str, str | None] | None = None, clock: Callable[[], datetime] | None = None
) -> Answer:
    """Run one command with these words, on a machine without settings of its own."""
    done = CliRunner().invoke(docctl, list(words), env={**CLEAN, **(env or {})}, obj=Caller(clock=clock))
    return Answer(done.exit_code, done.stdout, done.stderr)


@dataclass
class Terminal:
    """A terminal before a site."""

    world: World

    def __call__(
        self, login: str, words: str | Iterable[str], *, password: str | None = PASSWORD, human: bool = False
    ) -> Answer:
        """Run a command with --json (or for people) as that person; `words` may be one line."""
        typed = words.split() if isinstance(words, str) else list(words)
        before = ["--site", str(self.world.site.path), "--as", login, *([] if human else ["--json"])]
        env: dict[str, str | None] = {**self.world.environ, "DOCCTL_PASSWORD": password}
        env |= {f"DOCCTL_PASSWORD_{login}": PASSWORD for login in ("CONTROLLER", "GM", "HEAD", "REP")}
        return run(*before, *typed, env=env, clock=self.world.clock)

    def ok(self, login: str, words: str | Iterable[str]) -> dict[str, Any]:
        """The same, for a command that has to succeed."""
        answer = self(login, words)
        assert answer.code == 0, answer.out
        assert answer.out.count("\n") == 1
        return answer.data


@pytest.fixture
def terminal(world: World) -> Terminal:
    """A terminal before a site, on either database."""
    return Terminal(world)


@pytest.fixture
def sqlite_terminal(sqlite_world: World) -> Terminal:
    """A terminal before a site on SQLite."""
    return Terminal(sqlite_world)


def written(folder: Path, name: str, content: bytes | str) -> str:
    """A file for a command to read; its path."""
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return str(file)
