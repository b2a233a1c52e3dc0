"""The database's own shell, in the hands of somebody who means no good: no guards, no checks, no docctl."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any, Protocol

import psycopg

from tests.support.sites import World


class Shell(Protocol):
    """Runs one statement at a time; `?` stands for a value."""

    def __call__(self, statement: str, *values: object) -> list[tuple[Any, ...]]: ...


@contextmanager
def shell(world: World) -> Iterator[Shell]:
    """A shell in which the triggers are gone and no key or CHECK is asked for (as far as its owner can say so)."""
    if world.environ:
        yield from _postgres(world)
    else:
        yield from _sqlite(world)


def _sqlite(world: World) -> Iterator[Shell]:
    with closing(sqlite3.connect(world.site.path / "docctl.db", isolation_level=None)) as connection:
        connection.execute("PRAGMA ignore_check_constraints=ON")
        triggers = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for (name,) in triggers:
            connection.execute(f"DROP TRIGGER {name}")

        def run(statement: str, *values: object) -> list[tuple[Any, ...]]:
            return connection.execute(statement, values).fetchall()

        yield run


def _postgres(world: World) -> Iterator[Shell]:
    address = world.site.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")
        triggers = connection.execute(
            "SELECT c.relname, t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
            " WHERE NOT t.tgisinternal"
        ).fetchall()
        for table, name in triggers:
            connection.execute(f"DROP TRIGGER {name} ON {table}")

        def run(statement: str, *values: object) -> list[tuple[Any, ...]]:
            done = connection.execute(statement.replace("?", "%s"), values)
            return done.fetchall() if done.description else []

        yield run
