"""What somebody put into the database beside tables and guards, and rights that nobody but docctl may have.

A view or a table of another schema can stand before one of docctl's, a rule or an event trigger can act
behind it, a setting of the database can switch its guards off; whoever may read secrets can try them at home.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sqlalchemy import Connection, text

from docctl.errors.message import Message
from docctl.ledger.finding import Finding, What
from docctl.models.base import LEDGER

_SECRET: Final = ("account_", "session_", "idempotency_")
"""What the names of tables begin with that hold something nobody else may so much as read."""
_CHANGES: Final = frozenset({"INSERT", "UPDATE", "DELETE", "TRUNCATE", "TRIGGER", "REFERENCES"})
_SERVED: Final = frozenset({"SELECT", "INSERT", "UPDATE"})
"""Rights of the role as which docctl works, where it is another than the owner; the guards hold it."""

_GRANTS: Final = text(
    "SELECT c.relname AS name, c.relowner = a.grantee AS own, a.privilege_type AS right,"
    " CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE a.grantee::regrole::text END AS role,"
    " a.grantee <> 0 AND a.grantee = current_user::regrole AS here"
    " FROM pg_class c JOIN (SELECT oid, relacl AS acl FROM pg_class UNION ALL"
    " SELECT attrelid, attacl FROM pg_attribute WHERE attacl IS NOT NULL) g ON g.oid = c.oid,"
    " LATERAL aclexplode(g.acl) a"
    " WHERE c.relkind IN ('r', 'p') AND c.relnamespace = current_schema()::regnamespace ORDER BY 1, 3, 4"
)
# What belongs to an extension, the owner of the server installed.
_POSTGRES: Final = text(
    "SELECT tablename AS name, 'rule ' || rulename AS what FROM pg_rules WHERE schemaname = current_schema()"
    " UNION ALL SELECT relname, 'row-level security' FROM pg_class"
    " WHERE (relrowsecurity OR relforcerowsecurity) AND relnamespace = current_schema()::regnamespace"
    " UNION ALL SELECT n.nspname || '.' || c.relname,"
    " CASE c.relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'view' ELSE 'table' END"
    " FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
    " WHERE (c.relkind IN ('v', 'm', 'f') OR c.relkind IN ('r', 'p') AND n.nspname <> current_schema())"
    " AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')"
    " AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'"
    " UNION ALL SELECT n.nspname || '.' || p.proname, 'function'"
    " FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace"
    " WHERE (n.nspname <> current_schema() OR p.proname NOT LIKE 'docctl%')"
    " AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')"
    " AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'"
    " UNION ALL SELECT evtname, 'event trigger' FROM pg_event_trigger"
    " UNION ALL SELECT coalesce(d.datname, r.rolname), 'setting ' || s.line"
    " FROM (SELECT setdatabase, setrole, unnest(setconfig) AS line FROM pg_db_role_setting) s"
    " LEFT JOIN pg_database d ON d.oid = s.setdatabase LEFT JOIN pg_roles r ON r.oid = s.setrole"
    " WHERE (s.setdatabase = 0 OR d.datname = current_database())"
    " AND (s.setrole = 0 OR r.rolname = current_user)"
    " AND s.line ~ '^(session_replication_role|search_path|row_security|fsync|full_page_writes)='"
    " ORDER BY 1, 2"
)
_SQLITE: Final = text("SELECT name, type AS what FROM sqlite_master WHERE type = 'view' ORDER BY name")


def examine(connection: Connection) -> Iterator[Finding]:
    """All of that which is there."""
    is_server = connection.dialect.name == "postgresql"
    if is_server:
        yield from _grants(connection)
    for row in connection.execute(_POSTGRES if is_server else _SQLITE):
        yield Finding(What.SCHEMA, row.name, Message("This was planted: {what}.", what=row.what))


def _grants(connection: Connection) -> Iterator[Finding]:
    for row in connection.execute(_GRANTS):
        served = row.here and row.right in _SERVED and (row.right, row.name) != ("UPDATE", LEDGER)
        told = row.right in _CHANGES or row.name.startswith(_SECRET)
        if told and not row.own and not served:
            said = Message(
                "{role} has the right {right}. Revoke it: only the owner may have it.",
                role=row.role,
                right=row.right,
            )
            yield Finding(What.GRANT, row.name, said)
