"""A session that is the only writer until it ends: what an act stamps, what a note refuses.

The only `commit(`. Which act, and whether it is allowed, is known to transaction.py; nobody else begins.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Table, event
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from docctl.door.act import Act
from docctl.door.site import Site
from docctl.errors import (
    Busy,
    Defect,
    Uncovered,
)
from docctl.models.base import Controlled
from docctl.models.engine import lock_out_other_writers

_BUSY = {"55P03"}
"""PostgreSQL: the lock was not to be had in time."""


class ActSession(Session):
    """A session that stamps what it flushes, and that only `act` commits."""


class NoteSession(Session):
    """A session for tables outside the ledger."""


@event.listens_for(ActSession, "before_flush")
def _stamp(session: Session, *_: Any) -> None:
    current: Act = session.info["act"]
    changed: dict[Table, list[Controlled]] = {}
    for row in [*session.deleted, *session.new, *session.dirty]:
        if not isinstance(row, Controlled):
            continue
        if row in session.deleted:
            raise Uncovered("{name}: rows are never deleted", name=type(row).__name__)
        if row in session.new:
            row.id = row.id or current._new_id()
            row.last_seq = current.seq
        elif row.last_seq != current.seq and session.is_modified(row, include_collections=False):
            changed.setdefault(row.__table__, []).append(row)  # type: ignore[arg-type]
    for table, rows in changed.items():
        current.touch(table, [row.id for row in rows])
        for row in rows:
            row.last_seq = current.seq


@event.listens_for(NoteSession, "before_flush")
def _refuse_controlled(session: Session, *_: Any) -> None:
    for row in [*session.new, *session.dirty, *session.deleted]:
        if isinstance(row, Controlled):
            raise Uncovered(
                "{name} is controlled: it changes through an act, not through a note", name=type(row).__name__
            )


@event.listens_for(ActSession, "before_commit")
@event.listens_for(NoteSession, "before_commit")
def _only_here(session: Session) -> None:
    if not session.info.get("closing") and not session.in_nested_transaction():
        raise Defect("only docctl.door.writing commits")


@contextmanager
def writing(site: Site, kind: type[Session]) -> Iterator[Session]:
    """A session that is the only writer until it ends. Raises Busy when another program does not let go."""
    try:
        with kind(site.engine, autoflush=False, expire_on_commit=False) as session:
            lock_out_other_writers(session.connection())
            yield session
    except OperationalError as error:
        if _is_busy(error):
            raise Busy(
                "another program holds the database; nothing was changed, try again in a moment"
            ) from error
        raise


def _is_busy(error: OperationalError) -> bool:
    """By its code: the text of an error quotes the statement, and a deadlock speaks of locks too."""
    if isinstance(error.orig, sqlite3.OperationalError):
        return error.orig.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
    return getattr(error.orig, "sqlstate", None) in _BUSY


def conclude(session: Session) -> None:
    """What was written becomes what is there."""
    session.info["closing"] = True
    session.commit()
