"""Takes a site from one schema to the next: one transaction, one event, one pure function of row images.

The new rows come from the upcaster that a replay applies as well; the DDL only makes room for them, and is
never run again. So a ledger of any age replays on any later program, and on the other database.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import Connection, column, delete, insert, inspect, select, table

from docctl.door import transaction
from docctl.door.context import Context
from docctl.errors import Defect, WrongState
from docctl.ledger import journal
from docctl.ledger.replay import Live, State, migrated, state_of, state_root
from docctl.ledger.upcast import Upcaster
from docctl.models import guards
from docctl.models.base import Base, is_controlled
from docctl.rules.actions import Action
from docctl.rules.permissions import Subject

AT_ONCE = 500

# So that Alembic names the constraints of new tables as the models do.
_NAMED = {"target_metadata": Base.metadata}


@dataclass(frozen=True)
class Migration:
    """To schema `to`. `ddl` adds and drops columns and tables, plainly: Alembic's batch mode, which copies a
    table, would lose its guards. `tables` are those whose rows or columns change, old and new ones.

    SQLite adds no NOT NULL column to a table with rows, and drops none that a CHECK names.
    """

    to: int
    up: Upcaster
    ddl: Callable[[Operations], None]
    tables: tuple[str, ...]


MIGRATIONS: Sequence[Migration] = ()
"""One for each schema after the first, oldest first; its upcaster stands in docctl.ledger.upcast too."""


def migrate_schema(ctx: Context, migrations: Sequence[Migration] = MIGRATIONS) -> int:
    """Bring the site to the newest schema; which one that is.

    Raises WrongState when it is there already, Defect when a migration does not give what its upcaster says.
    """
    ctx.permit(Action.SCHEMA_MIGRATE, Subject())
    ctx.session.rollback()  # a snapshot kept open would lock the tables against the DDL
    with ctx.site.reading() as session:
        now = schema_of(journal.head(session.connection()))
    todo = [m for m in migrations if m.to > now]
    if not todo:
        raise WrongState("the site has schema {now} already; there is nothing to migrate", now=now)
    for migration in todo:
        transaction.migrate(ctx, migration.to, _work(migration))
    return todo[-1].to


def schema_of(head: journal.Head) -> int:
    """The schema in which the newest event was written."""
    schema: int = json.loads(head.body)["schema"]
    return schema


def _work(migration: Migration) -> Callable[[Connection, journal.Head], dict[str, Any]]:
    def work(connection: Connection, head: journal.Head) -> dict[str, Any]:
        old = schema_of(head)  # again, under the lock
        if migration.to != old + 1:
            raise WrongState(
                "the site has schema {old}; a migration to {to} does not follow on it",
                old=old,
                to=migration.to,
            )
        before = state_of(_live(connection))
        after = migrated(before, old, migration.to, {migration.to: migration.up})
        guards.remove(connection, [name for name in _tables(connection) if name in migration.tables])
        migration.ddl(Operations(MigrationContext.configure(connection, opts=_NAMED)))
        for name in migration.tables:
            _fill(connection, name, after)
        if state_of(_live(connection)) != after:
            raise Defect(
                "the rows after the migration to {to} are not what its upcaster made", to=migration.to
            )
        if connection.dialect.name == "postgresql":  # no trigger is made while keys wait to be checked
            connection.exec_driver_sql("SET CONSTRAINTS ALL IMMEDIATE")
            connection.exec_driver_sql("SET CONSTRAINTS ALL DEFERRED")
        guards.install(connection, [name for name in _tables(connection) if name in migration.tables])
        roots = {"root_before": state_root(before).hex(), "root_after": state_root(after).hex()}
        return {"from": old, "to": migration.to} | roots

    return work


def _tables(connection: Connection) -> list[str]:
    """The controlled tables that are there now, whatever the models say."""
    return sorted(name for name in inspect(connection).get_table_names() if is_controlled(name))


def _live(connection: Connection) -> Live:
    """Raw cells of all controlled tables, in the columns that they have now."""
    for name in _tables(connection):
        names = _columns(connection, name)
        for row in connection.execute(select(*map(column, names)).select_from(table(name))).mappings():
            yield name, row["id"], dict(row)


def _columns(connection: Connection, name: str) -> list[str]:
    return [c["name"] for c in inspect(connection).get_columns(name)]


def _fill(connection: Connection, name: str, state: State) -> None:
    """All rows of a table out and the new ones in; foreign keys are deferred to the end."""
    if name not in _tables(connection):
        return  # dropped
    into = table(name, *map(column, _columns(connection, name)))
    connection.execute(delete(into))
    rows = [json.loads(image) for _, image in state.get(name, {}).values()]
    for part in _parts(rows):
        connection.execute(insert(into), part)


def _parts(rows: list[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    return (rows[i : i + AT_ONCE] for i in range(0, len(rows), AT_ONCE))
