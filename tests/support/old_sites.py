"""Sites that an earlier program wrote, as they lie in tests/data, and what that program said about them.

Unpacked for each test; on PostgreSQL the dump is played once a session, and its database copied for each test.
"""

from __future__ import annotations

import json
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import psycopg
import pytest
from psycopg.sql import SQL, Identifier
from sqlalchemy import URL

from docctl.door.site import DATABASE_VARIABLE, SETTINGS
from tests.support.postgres import drop_database, postgres_url, server_url
from tests.support.sites import Clock
from tests.support.terminal import Answer, run

PACKED = Path(__file__).resolve().parents[1] / "data" / "site-e98972b"
PASSWORD = "correct horse"


class Said(NamedTuple):
    """One question, and what the program that made the site answered."""

    login: str
    words: list[str]
    data: dict[str, Any]


@dataclass
class OldSite:
    """A site of commit e98972b (schema 1) in a folder of its own. `clock` stands where its story ended."""

    folder: Path
    packed: Path
    environ: dict[str, str]

    @cached_property
    def clock(self) -> Clock:
        return Clock(datetime.fromisoformat(self._expected["at"]))

    @property
    def said(self) -> list[Said]:
        """What that program said, in the order of its questions."""
        return [Said(each["as"], each["words"], each["data"]) for each in self._expected["answers"]]

    def ask(self, login: str, *words: str, new_password: str | None = None) -> Answer:
        """The same program as the tests, with --json; `login` may be empty."""
        before = ["--site", str(self.folder), "--json", *(["--as", login] if login else [])]
        env: dict[str, str | None] = {**self.environ, "DOCCTL_PASSWORD": PASSWORD}
        env |= {"DOCCTL_NEW_PASSWORD": new_password}
        return run(*before, *words, env=env, clock=self.clock)

    @cached_property
    def _expected(self) -> Any:
        with tarfile.open(self.packed) as packed:
            file = packed.extractfile("expected.json")
            assert file is not None
            return json.load(file)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def old_site(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[OldSite]:
    """A site of e98972b, on either database."""
    if request.param == "sqlite":
        yield unpacked("sqlite", tmp_path, {})
    else:
        yield from _on_server(request.getfixturevalue("old_postgres"), tmp_path)


@pytest.fixture
def old_sqlite_site(tmp_path: Path) -> OldSite:
    """The same on SQLite."""
    return unpacked("sqlite", tmp_path, {})


@pytest.fixture
def old_postgres_site(old_postgres: str, tmp_path: Path) -> Iterator[OldSite]:
    """The same on PostgreSQL."""
    yield from _on_server(old_postgres, tmp_path)


def _on_server(template: str, tmp_path: Path) -> Iterator[OldSite]:
    url = server_url().set(database=f"{template}_{abs(hash(tmp_path)) % 10**8}")
    _execute(
        SQL("CREATE DATABASE {} TEMPLATE {}").format(Identifier(str(url.database)), Identifier(template))
    )
    yield unpacked("postgres", tmp_path, {DATABASE_VARIABLE: url.render_as_string(hide_password=False)})
    _execute(SQL("DROP DATABASE {} WITH (FORCE)").format(Identifier(str(url.database))))


@pytest.fixture(scope="session")
def old_postgres(worker_id: str) -> Iterator[str]:
    """The name of a database with the tables of e98972b."""
    url = postgres_url(worker_id)
    with tarfile.open(PACKED / "postgres.tar.xz") as packed:
        file = packed.extractfile("dump.sql")
        assert file is not None
        dump = file.read().decode()
    played(dump, url)
    yield str(url.database)
    drop_database(url)


def played(dump: str, url: URL) -> None:
    """Make what a dump says, in an empty database."""
    address = url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address, autocommit=True) as connection:
        for part in _statements(dump):
            if isinstance(part, str):
                connection.execute(part.encode())
            else:
                with connection.cursor().copy(part[0].encode()) as copy:
                    copy.write(part[1])


def _statements(dump: str) -> Iterator[str | tuple[str, str]]:
    """What is executed as it is, and each COPY with its rows. What begins with a backslash is meant for psql."""
    plain: list[str] = []
    lines = iter(dump.splitlines())
    for line in lines:
        if line.startswith("COPY "):
            yield "\n".join(plain)
            plain = []
            yield line, "".join(f"{row}\n" for row in iter(lines.__next__, "\\."))
        elif not line.startswith("\\"):
            plain.append(line)
    yield "\n".join(plain)


def unpacked(name: str, folder: Path, environ: dict[str, str]) -> OldSite:
    """The site of that database in `folder`; its settings name no machine of ours."""
    packed = PACKED / f"{name}.tar.xz"
    with tarfile.open(packed) as opened:
        # Python 3.11.2 knows no filters yet; later ones want to be told which.
        opened.extraction_filter = getattr(tarfile, "data_filter", None)
        opened.extractall(folder, [m for m in opened if m.name.startswith("site")])
    settings = folder / "site" / SETTINGS
    lines = settings.read_text(encoding="utf-8").splitlines()
    url = environ.get(DATABASE_VARIABLE, "")
    settings.write_text(
        "\n".join(f'database = "{url}"' if line.startswith("database") else line for line in lines) + "\n",
        encoding="utf-8",
    )
    return OldSite(folder / "site", packed, environ)


def _execute(statement: psycopg.sql.Composed) -> None:
    address = server_url().set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address, autocommit=True, connect_timeout=5) as connection:
        connection.execute(statement)
