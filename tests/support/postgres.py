"""New, empty PostgreSQL databases for tests. Knows a server's address, nothing of docctl's tables.

A whole database for each test, not a schema: advisory locks, grants and triggers are then the test's
own, and nothing depends on a search path. Measured on PostgreSQL 15 with fsync on: CREATE DATABASE from
template0 17 to 50 ms, DROP DATABASE with 40 tables in it 26 to 36 ms; emptying a schema of 40 tables
and making it again took 31 ms, so a schema would save at most half.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from functools import cache
from typing import NoReturn

import psycopg
import pytest
from psycopg.sql import SQL, Identifier
from sqlalchemy.engine import URL, make_url

DEFAULT_SERVER = "postgresql+psycopg://postgres@127.0.0.1:5432/postgres"

_made: list[str] = []


def postgres_url(worker_id: str) -> URL:
    """The URL of a new, empty database, dropped at the end of the session.

    Where no server answers, the calling test is skipped; where CI=true it fails instead.
    """
    problem = _problem_of_server(server_url())
    if problem:
        _do_without(problem)
    name = f"docctl_test_{worker_id}_{os.getpid()}_{secrets.token_hex(4)}"
    # template0 and UTF8: the same empty database whatever the locale and template1 of the server are.
    _execute(SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'").format(Identifier(name)))
    _made.append(name)
    return server_url().set(database=name)


@pytest.fixture
def postgres_database(worker_id: str) -> Iterator[URL]:
    """A new, empty database for one test, dropped after it even while connections are open."""
    url = postgres_url(worker_id)
    yield url
    drop_database(url)


def drop_database(url: URL) -> None:
    """Drop a database made by `postgres_url` before the session ends."""
    name = str(url.database)
    _execute(SQL("DROP DATABASE {} WITH (FORCE)").format(Identifier(name)))
    _made.remove(name)


def server_url() -> URL:
    """The server for tests: DOCCTL_TEST_POSTGRES, or the one on this machine."""
    return make_url(os.environ.get("DOCCTL_TEST_POSTGRES") or DEFAULT_SERVER)


def pytest_sessionfinish() -> None:
    """Drop what `postgres_url` made and nobody dropped."""
    for name in list(_made):
        drop_database(server_url().set(database=name))


@cache
def _problem_of_server(server: URL) -> str:
    """Empty when the server lets us in. Asked once in each process: a dead address costs its timeout."""
    try:
        _connect(server).close()
    except psycopg.OperationalError as error:
        return " ".join(str(error).split())
    return ""


def _do_without(problem: str) -> NoReturn:
    sentence = (
        f"No PostgreSQL for tests at {server_url().render_as_string()}: {problem}. "
        "Start one there, or name another in DOCCTL_TEST_POSTGRES."
    )
    if os.environ.get("CI") == "true":
        pytest.fail(sentence, pytrace=False)
    pytest.skip(sentence)


def _execute(statement: psycopg.sql.Composed) -> None:
    with _connect(server_url()) as connection:
        connection.execute(statement)


def _connect(server: URL) -> psycopg.Connection:
    address = server.set(drivername="postgresql").render_as_string(hide_password=False)
    return psycopg.connect(address, autocommit=True, connect_timeout=5)
