"""Engines as docctl needs them: durable, strict, and never handing on an open transaction.

Two engines a site: one writes, one can only read. Knows connections, no tables.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, select, table
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry

from docctl.models.base import LEDGER

BUSY_MS = 8_000
"""How long SQLite waits for another writer: less than the wait for the writer's file lock, so that a
foreign program at the database is named as such."""

_UNBOUNDED = {"max_overflow": -1}
"""A bounded pool would starve the writer: all who wait for the lock hold a connection that reads."""

WRITER_LOCK = 4711
"""Key of PostgreSQL's advisory lock for writers: taken as the first statement of an act, because a
snapshot taken while waiting for it would be stale."""

_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "recursive_triggers=ON",
    "trusted_schema=OFF",
)


def open_engine(url: str, *, read_only: bool) -> Engine:
    """An engine on `url` (sqlite:///… or postgresql+psycopg://…)."""
    postgres = make_url(url).get_backend_name() == "postgresql"
    # An error quotes its statement; what was put into it may be a password's hash, and errors are logged.
    options = {"hide_parameters": True, **_UNBOUNDED, **(_postgres_options() if postgres else {})}
    engine = create_engine(url, **options)
    event.listen(engine, "checkin", _roll_back_what_is_open)
    if postgres:
        if read_only:
            event.listen(engine, "connect", _postgres_read_only)
    else:
        event.listen(engine, "connect", _sqlite_read_only if read_only else _sqlite)
        event.listen(engine, "begin", _begin if read_only else _begin_immediate)
    return engine


def freeze(session: Session) -> Connection:
    """A connection that goes on seeing this instant of the database, however long the reading takes."""
    if session.get_bind().dialect.name == "postgresql":
        connection = session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
    else:
        connection = session.connection()
    connection.execute(select(1).select_from(table(LEDGER)).limit(1))
    return connection


def lock_out_other_writers(connection: Connection) -> None:
    """Become the only writer until this transaction ends. SQLite is one since BEGIN IMMEDIATE."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({WRITER_LOCK})")


def erase_when_deleting(session: Session) -> None:
    """Have what this transaction deletes overwritten. On PostgreSQL that is what VACUUM is for."""
    if session.get_bind().dialect.name != "postgresql":
        session.connection().exec_driver_sql("PRAGMA secure_delete=ON")


def forget_log(engine: Engine) -> None:
    """Move what SQLite's log holds into the database and empty it; where somebody reads from it, later."""
    if engine.dialect.name != "postgresql":
        with engine.connect() as connection:
            raw = connection.connection.driver_connection
            assert raw is not None  # it is connected
            for pragma in ("busy_timeout=0", "wal_checkpoint(TRUNCATE)", f"busy_timeout={BUSY_MS}"):
                raw.execute(f"PRAGMA {pragma}").fetchall()


def _postgres_options() -> dict[str, Any]:
    # The same patience as with SQLite, so that a foreign program at the locks is named as such.
    return {
        "isolation_level": "READ COMMITTED",
        "connect_args": {"options": f"-c lock_timeout={BUSY_MS}"},
    }


def _sqlite(connection: Any, _entry: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves
    for pragma in (f"busy_timeout={BUSY_MS}", *_PRAGMAS):
        connection.execute(f"PRAGMA {pragma}")


def _sqlite_read_only(connection: Any, entry: ConnectionPoolEntry) -> None:
    _sqlite(connection, entry)
    connection.execute("PRAGMA query_only=ON")


def _postgres_read_only(connection: Any, _entry: ConnectionPoolEntry) -> None:
    connection.read_only = True


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN")


def _begin_immediate(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _roll_back_what_is_open(connection: Any, _entry: ConnectionPoolEntry) -> None:
    """A COMMIT refused by a deferred key leaves SQLite's transaction open; the next user would inherit it."""
    if connection is not None and getattr(connection, "in_transaction", False):
        connection.rollback()
