"""The database itself: guards, foreign keys, grants, rewriting rules.

Everything expected is worked out from the models; nothing is read from a row but its key.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from sqlalchemy import Connection, exists, select, text

from docctl.errors.message import Message, Typed
from docctl.ledger.finding import Finding, What
from docctl.models import guards
from docctl.models.base import LEDGER, Base
from docctl.models.schema import Schema
from docctl.queries.integrity.schema import differences

MOST = 20
"""Sentences that SQLite may say about a damaged file."""

_GUARDS = {
    guards.Difference.MISSING: Message("The guard is missing or switched off."),
    guards.Difference.OTHER: Message("The guard has another text."),
    guards.Difference.FOREIGN: Message("The guard is not docctl's."),
}

_OF_A_CELL = re.compile("CHECK constraint failed|NULL value in|non-[a-z]+ value in|[A-Z]+ value in")

_GRANTS = text(
    "SELECT c.relname AS name, c.relowner = a.grantee AS own, a.privilege_type AS right,"
    " CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE a.grantee::regrole::text END AS role,"
    " a.grantee <> 0 AND a.grantee = current_user::regrole AS here"
    " FROM pg_class c JOIN (SELECT oid, relacl AS acl FROM pg_class UNION ALL"
    " SELECT attrelid, attacl FROM pg_attribute WHERE attacl IS NOT NULL) g ON g.oid = c.oid,"
    " LATERAL aclexplode(g.acl) a"
    " WHERE c.relkind IN ('r', 'p') AND c.relnamespace = current_schema()::regnamespace"
    " AND a.privilege_type IN ('UPDATE', 'DELETE', 'TRUNCATE', 'TRIGGER') ORDER BY 1, 3, 4"
)
_RULES = text(
    "SELECT tablename AS name, 'rule ' || rulename AS what FROM pg_rules WHERE schemaname = current_schema()"
    " UNION ALL SELECT relname, 'row-level security' FROM pg_class"
    " WHERE (relrowsecurity OR relforcerowsecurity)"
    " AND relnamespace = current_schema()::regnamespace ORDER BY 1, 2"
)


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
    if connection.dialect.name == "postgresql":
        yield from _grants(connection)


def _said(problem: str) -> Finding:
    """What SQLite said of its file. Of a cell that breaks a constraint the rows say more."""
    what = What.CONSTRAINT if _OF_A_CELL.match(problem) else What.DATABASE_DAMAGED
    return Finding(what, "docctl.db", Message("SQLite says: {line}", line=Typed(problem, longest=200)))


def _foreign_keys(connection: Connection) -> Iterator[Finding]:
    """Asked of the rows, not of the database: a constraint that is gone or switched off says nothing."""
    for child in Base.metadata.sorted_tables:
        keys = list(child.primary_key.columns)
        for foreign_key in child.foreign_keys:
            here, named = foreign_key.parent, foreign_key.column.table.name
            parent = foreign_key.column.table.alias()
            there = exists().where(parent.c[foreign_key.column.name] == here)
            for row in connection.execute(
                select(*keys, here.label("there")).where(here.is_not(None), ~there)
            ):
                *own, key = row
                said = Message(
                    "{column} names {parent}, which is not there.", column=here.name, parent=f"{named} {key}"
                )
                yield Finding(What.FOREIGN_KEY, f"{child.name} {' '.join(map(str, own))}", said)


def _grants(connection: Connection) -> Iterator[Finding]:
    for row in connection.execute(_GRANTS):
        # docctl's own role may be another than the owner: it then updates rows, behind the guards.
        served = row.here and row.right == "UPDATE" and row.name != LEDGER
        if not row.own and not served:
            said = Message(
                "{role} has the right {right}. Revoke it: only the owner may have it.",
                role=row.role,
                right=row.right,
            )
            yield Finding(What.GRANT, row.name, said)
    for row in connection.execute(_RULES):
        yield Finding(What.SCHEMA, row.name, Message("This was planted: {what}.", what=row.what))
