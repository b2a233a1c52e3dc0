"""New, empty PostgreSQL databases for tests. Knows a server's address, nothing of docctl's tables.

A whole database for each test, not a schema: advisory locks, grants and triggers are then the test's
own, and nothing depends on a search path. Measured on PostgreSQL 15 with fsync on: CREATE DATABASE from
template0 17 to 50 ms, DROP DATABASE with 40 tables in it 26 to 36 ms; emptying a schema of 40 tables
and making it again took 31 ms, so a schema would save at most half.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Hashable, Iterator
from functools import cache
from time import sleep
from typing import Final, NoReturn

import psycopg
import pytest
from psycopg.sql import SQL, Identifier
from sqlalchemy.engine import URL, make_url

DEFAULT_SERVER = "postgresql+psycopg://postgres@127.0.0.1:5432/postgres"

_TABLES: Final = """
    SELECT nspname, relname FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
    WHERE relkind = 'r' AND nspname NOT IN ('pg_catalog', 'information_schema')
    UNION ALL
    SELECT 'pg_catalog', unnest(ARRAY['pg_attribute', 'pg_class', 'pg_constraint', 'pg_proc', 'pg_trigger'])
"""
"""All tables with rows of somebody, and those in which the server keeps what tables, guards and functions there are."""

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
    _create(SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'").format(Identifier(name)))
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


def copy(database: str, to: str) -> None:
    """A new database like that one, to which nobody may be connected."""
    _create(SQL("CREATE DATABASE {} TEMPLATE {}").format(Identifier(to), Identifier(database)))


def drop(database: str) -> None:
    """Drop a database made by `copy`, even while connections are open."""
    _execute(SQL("DROP DATABASE {} WITH (FORCE)").format(Identifier(database)))


def is_left_alone(database: str) -> bool:
    """Whether nobody is connected. A connection that was closed is seen for some moments still."""
    with _connect(server_url()) as connection:
        for _ in range(20):
            asked = "SELECT count(*) FROM pg_stat_activity WHERE datname = %s"
            if connection.execute(asked, [database]).fetchone() == (0,):
                return True
            sleep(0.002)
    return False


def state(database: str) -> Hashable:
    """What tells two states of a database and of its copies apart: who wrote last in each table, and how much is there.

    Transactions are numbered for all databases of a server, so whatever is written gets a number never seen before.
    """
    with _connect(server_url().set(database=database)) as connection:
        tables = connection.execute(_TABLES).fetchall()
        looks = [
            SQL("SELECT {}, count(*), max(xmin::text::bigint) FROM {}").format(name, Identifier(schema, name))
            for schema, name in tables
        ]
        seen = connection.execute(SQL(" UNION ALL ").join(looks)).fetchall()
        counters = connection.execute("SELECT sequencename, last_value FROM pg_sequences").fetchall()
    return tuple(sorted(seen)), tuple(sorted(counters))


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


def _create(statement: psycopg.sql.Composed) -> None:
    """File by file, as before PostgreSQL 15: through the log, as since then, it takes the server twice the work and more."""
    with _connect(server_url()) as connection:
        by_file = SQL(" STRATEGY FILE_COPY" if connection.info.server_version >= 150000 else "")
        connection.execute(statement + by_file)


def _execute(statement: psycopg.sql.Composed) -> None:
    with _connect(server_url()) as connection:
        connection.execute(statement)


def _connect(server: URL) -> psycopg.Connection:
    address = server.set(drivername="postgresql").render_as_string(hide_password=False)
    return psycopg.connect(address, autocommit=True, connect_timeout=5)
