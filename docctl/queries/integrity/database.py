"""The database itself: what it says of its own file, guards, schema, foreign keys.

Everything expected is worked out from the models; nothing is read from a row but its key.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from sqlalchemy import Connection, Select, exists, select, text

from docctl.errors.message import Message, Typed
from docctl.ledger.finding import Finding, What
from docctl.models import guards
from docctl.models.base import Base
from docctl.models.schema import Schema
from docctl.queries.integrity import planted
from docctl.queries.integrity.schema import differences

MOST = 20
"""Sentences that SQLite may say about a damaged file."""

_GUARDS = {
    guards.Difference.MISSING: Message("The guard is missing or switched off."),
    guards.Difference.OTHER: Message("The guard has another text."),
    guards.Difference.FOREIGN: Message("The guard is not docctl's."),
}

_OF_A_CELL = re.compile("CHECK constraint failed|NULL value in|non-[a-z]+ value in|[A-Z]+ value in")


def examine(connection: Connection, schema: Schema, *, complete: bool = True) -> Iterator[Finding]:
    """All that is wrong with the database as such. `complete`: no table or column is missing."""
    if connection.dialect.name == "sqlite":
        problems = connection.scalars(text(f"PRAGMA integrity_check({MOST})")).all()
        yield from map(_said, (problem for problem in problems if problem != "ok"))
    for name, problem in guards.differences(connection):
        yield Finding(What.GUARD, name, _GUARDS[problem])
    yield from differences(schema)
    if complete:
        yield from _foreign_keys(connection)
    yield from planted.examine(connection)


def _said(problem: str) -> Finding:
    """What SQLite said of its file. Of a cell that breaks a constraint the rows say more."""
    what = What.CONSTRAINT if _OF_A_CELL.match(problem) else What.DATABASE_DAMAGED
    return Finding(what, "docctl.db", Message("SQLite says: {line}", line=Typed(problem, longest=200)))


def _foreign_keys(connection: Connection) -> Iterator[Finding]:
    """Asked of the rows, not of the database: a constraint that is gone or switched off says nothing."""
    for child, column, named, dangling in _references():
        for row in connection.execute(dangling):
            *own, key = row
            said = Message(
                "{column} names {parent}, which is not there.", column=column, parent=f"{named} {key}"
            )
            yield Finding(What.FOREIGN_KEY, f"{child} {' '.join(map(str, own))}", said)


@cache
def _references() -> tuple[tuple[str, str, str, Select[Any]], ...]:
    """Every column that names a row: its table, its name, the table of that row, and what names none."""
    found = []
    for child in Base.metadata.sorted_tables:
        keys = list(child.primary_key.columns)
        for foreign_key in child.foreign_keys:
            here, named = foreign_key.parent, foreign_key.column.table.name
            parent = foreign_key.column.table.alias()
            there = exists().where(parent.c[foreign_key.column.name] == here)
            dangling = select(*keys, here.label("there")).where(here.is_not(None), ~there)
            found.append((child.name, here.name, named, dangling))
    return tuple(found)
