"""Acts with violations planted in them, on a site that several tests may share: what is refused leaves nothing."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import Connection, Table, select
from sqlalchemy.orm import Session

from docctl.door.context import Context
from docctl.door.transaction import Act
from docctl.ledger import journal
from docctl.models.base import LEDGER, Base
from docctl.models.configuration import Department
from docctl.rules.actions import Action
from docctl.rules.conditions import Subject
from docctl.rules.words import Words
from tests.support.sites import World, _postgres, _sqlite

DEPARTMENT = Base.metadata.tables["department"]
EVENT = Base.metadata.tables[LEDGER]


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def shared_world(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """One site for all tests of a module, on either database."""
    folder = tmp_path_factory.mktemp("shared")
    if request.param == "sqlite":
        yield from _sqlite(request.getfixturevalue("sqlite_template"), folder)
    else:
        template, database = request.getfixturevalue("postgres_template")
        yield from _postgres(template, database, folder)


@pytest.fixture
def postgres_world(postgres_template: tuple[Path, str], tmp_path: Path) -> Iterator[World]:
    """A site of its own on PostgreSQL, for what SQLite cannot do."""
    yield from _postgres(*postgres_template, tmp_path)


@contextmanager
def asked(world: World, ctx: Context | None = None) -> Iterator[Act]:
    """An act in which permission was asked and nothing recorded yet."""
    with (ctx or world.as_("controller")).act(Action.SITE_CONFIGURE) as act:
        act.require(Subject())
        yield act


@contextmanager
def recorded(world: World, ctx: Context | None = None) -> Iterator[Act]:
    """An act that is about to commit, whatever is done in it now."""
    with asked(world, ctx) as act:
        act.record(department(act.session))
        yield act


def department(session: Session, key: str = "sales") -> Department:
    """A controlled row that nothing else depends on."""
    return session.scalars(select(Department).where(Department.key == key)).one()


def new_department(key: str) -> Department:
    """A controlled row to be added."""
    return Department(key=key, title=Words(zh=key), aliases=[])


def title(world: World, key: str = "sales") -> str:
    """What is committed, read through another connection."""
    with world.site.reading() as session:
        return department(session, key).title.primary


def head(world: World) -> int:
    """The number of the newest event."""
    with world.site.reading() as session:
        return journal.head(session.connection()).seq


def events(world: World, after: int = 0) -> list[dict[str, Any]]:
    """The bodies of the events after number `after`."""
    with world.site.reading() as session:
        return [entry.event for entry in journal.events(session.connection(), after)]


def cells(connection: Connection, table: Table, number: int) -> dict[str, Any]:
    """One row of the ledger or of a table, by its key."""
    key = table.c.seq if table is EVENT else table.c.id
    return dict(connection.execute(select(table).where(key == number)).mappings().one())


@contextmanager
def shell(world: World) -> Iterator[Any]:
    """A connection as somebody has with the database's own client, none of docctl's settings on it.

    Everything is committed at once, unless the test says BEGIN. Placeholders: give text that needs none.
    """
    url = world.site.engine.url
    if url.get_backend_name() == "sqlite":
        with closing(sqlite3.connect(str(url.database), isolation_level=None, timeout=0.2)) as connection:
            yield connection
    else:
        address = url.set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(address, autocommit=True) as other:
            yield other


@contextmanager
def request(world: World, login: str, op: str) -> Iterator[Context]:
    """A context of that person for a request with an idempotency key."""
    with closing(replace(world.as_(login), op=op)) as ctx:
        yield ctx
