"""Takes a site from its schema to the newest: one transaction, one event, pure functions of row images.

The new rows come from the upcasters that a replay applies as well; tables that differ from the models are
made anew as those have them, and filled. So no DDL of the past is kept, and a ledger of any age replays on
any later program, and on the other database. A kill leaves the old schema with its guards.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import Connection, MetaData, Table, column, inspect, select, table
from sqlalchemy.orm import Session
from sqlalchemy.schema import AddConstraint

from docctl.door import transaction
from docctl.door.context import Context
from docctl.door.site import Site
from docctl.errors import Defect, Tampered, WrongState
from docctl.ledger import journal
from docctl.ledger.replay import Replay
from docctl.ledger.state import Live, State, compare_rows, migrated, state_of, state_root
from docctl.ledger.upcast import UP, Upcaster
from docctl.models import guards
from docctl.models.base import LEDGER, Base, is_controlled
from docctl.models.schema import Schema
from docctl.rules.actions import Action
from docctl.rules.conditions import Subject
from docctl.standing import kept
from docctl.store import search_index
from docctl.usecases.site import tables

Rows = dict[str, list[dict[str, Any]]]


def migrate_schema(ctx: Context, up: Mapping[int, Upcaster] = UP, models: MetaData = Base.metadata) -> int:
    """Bring the site to the newest schema; which one that is.

    Raises WrongState when it is there already, Tampered when its tables are not what its ledger says, Defect
    when the new tables are not what the upcasters and the models say.
    """
    ctx.permit(Action.SCHEMA_MIGRATE, Subject())
    ctx.session.rollback()  # a snapshot kept open would lock the tables against the DDL
    newest = max(up, default=1)
    with ctx.site.reading() as session:
        now = schema_of(journal.head(session.connection()))
    if now >= newest:
        raise WrongState("the site has schema {now} already; there is nothing to migrate", now=now)
    transaction.migrate(ctx, newest, _work(ctx.site, newest, up, models))
    return newest


def schema_of(head: journal.Head) -> int:
    """The schema in which the newest event was written."""
    schema: int = json.loads(head.body)["schema"]
    return schema


def tables_to_make(connection: Connection, models: MetaData = Base.metadata) -> set[str]:
    """Tables that are not as the models have them: to be made anew, new, or gone."""
    live = Schema.read(connection, models)
    others = search_index.TABLES[connection.dialect.name] | {LEDGER}
    names = {found.table for found in live.differences()} | (live.tables.keys() ^ models.tables.keys())
    return names - others


def _work(
    site: Site, newest: int, up: Mapping[int, Upcaster], models: MetaData
) -> Callable[[Connection, journal.Head], dict[str, Any]]:
    def work(connection: Connection, head: journal.Head) -> dict[str, Any]:
        old = schema_of(head)  # again, under the lock
        before = _proved(connection, up)
        after = migrated(before, old, newest, up)
        names = tables_to_make(connection, models)
        names |= {name for name in before.keys() & after.keys() if before[name] != after[name]}
        _make_anew(connection, models, names, _rows(after) | _outside(connection, names))
        if tables_to_make(connection, models) or state_of(_live(connection)) != after:
            raise Defect("the tables of schema {to} are not what its models and upcasters say", to=newest)
        if models is Base.metadata:  # what follows from the rows is worked out by the mapped classes
            with Session(bind=connection) as session:
                kept.keep_all(site, session)
        roots = {"root_before": state_root(before).hex(), "root_after": state_root(after).hex()}
        return {"from": old, "to": newest} | roots

    return work


def _proved(connection: Connection, up: Mapping[int, Upcaster]) -> State:
    """The rows as the ledger has them; what was altered beside it would be carried over for ever."""
    replay = Replay(up=up)
    replay.run(journal.events(connection))
    for found in (*replay.findings, *compare_rows(replay.state, _live(connection))):
        raise Tampered(
            "the tables are not what the ledger says ({what} at {where}); nothing was changed. Run the check"
            " of the docctl that made the site, restore a backup or rebuild the site with it, then upgrade",
            what=found.what,
            where=found.where,
        )
    state = State()
    state.update((name, rows) for name, rows in replay.state.items() if rows)
    return state


def _make_anew(connection: Connection, models: MetaData, names: set[str], rows: Rows) -> None:
    there = set(inspect(connection).get_table_names())
    postgres = connection.dialect.name == "postgresql"
    for name in sorted(names & there):
        # On SQLite a key that leads to this table waits for the one that comes in its place.
        connection.exec_driver_sql(f'DROP TABLE "{name}"{" CASCADE" if postgres else ""}')
    made = [t for t in models.sorted_tables if t.name in names]
    models.create_all(connection, tables=made, checkfirst=False)
    for t in made:
        tables.fill(connection, t, rows.get(t.name, ()))
    if postgres:
        _tie_again(connection, models, made)
    guards.install(connection, [t.name for t in made if is_controlled(t.name)])


def _tie_again(connection: Connection, models: MetaData, made: list[Table]) -> None:
    """The keys of other tables that went with the dropped ones."""
    connection.exec_driver_sql("SET CONSTRAINTS ALL IMMEDIATE")  # nothing is altered while keys wait
    for t in models.sorted_tables:
        if t not in made:
            for key in t.foreign_key_constraints:
                if key.referred_table in made:
                    connection.execute(AddConstraint(key, isolate_from_table=False))
    connection.exec_driver_sql("SET CONSTRAINTS ALL DEFERRED")


def _tables(connection: Connection) -> list[str]:
    """The controlled tables that are there now, whatever the models say."""
    return sorted(name for name in inspect(connection).get_table_names() if is_controlled(name))


def _live(connection: Connection) -> Live:
    """Raw cells of all controlled tables, in the columns that they have now."""
    for name in _tables(connection):
        for row in _cells(connection, name):
            yield name, row["id"], row


def _cells(connection: Connection, name: str) -> Iterator[dict[str, Any]]:
    names = [c["name"] for c in inspect(connection).get_columns(name)]
    for row in connection.execute(select(*map(column, names)).select_from(table(name))).mappings():
        yield dict(row)


def _rows(state: State) -> Rows:
    return {name: [json.loads(image) for _, image in rows.values()] for name, rows in state.items()}


def _outside(connection: Connection, names: Iterable[str]) -> Rows:
    """What stands in the tables outside the ledger: it is taken over, in the columns that stay."""
    there = inspect(connection).get_table_names()
    return {n: list(_cells(connection, n)) for n in names if n in there and not is_controlled(n)}
