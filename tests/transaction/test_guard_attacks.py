"""The guards of the database itself, attacked with its own client: past the ORM, past docctl, as an owner."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Iterator, Sequence
from typing import Any

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from docctl.models import guards
from docctl.rules.words import Words
from tests.support.crash import assert_whole
from tests.support.planted import DEPARTMENT, department, events, head, recorded, shell, title
from tests.support.sites import World

REFUSED = (sqlite3.DatabaseError, psycopg.Error)

# {seq}: the newest event, {next}: the one to come, {id}, {key}: of a department
LEDGER_ATTACKS = {
    "update": "UPDATE ledger_event SET body = 'x' WHERE seq = {seq}",
    "delete": "DELETE FROM ledger_event WHERE seq = {seq}",
    "delete all": "DELETE FROM ledger_event",
    "gap": "INSERT INTO ledger_event SELECT {next} + 1, body, entry_hash, {hash} FROM ledger_event WHERE seq = {seq}",
    "wrong chain": "INSERT INTO ledger_event SELECT {next}, body, prev_hash, {hash} FROM ledger_event WHERE seq = {seq}",
    "twice": "INSERT INTO ledger_event SELECT * FROM ledger_event WHERE seq = {seq}",
    "upsert": "INSERT INTO ledger_event SELECT seq, body, prev_hash, entry_hash FROM ledger_event WHERE seq = {seq}"
    " ON CONFLICT (seq) DO UPDATE SET body = excluded.body",
}
SQLITE_LEDGER_ATTACKS = {
    "replace": "REPLACE INTO ledger_event SELECT seq, 'x', prev_hash, entry_hash FROM ledger_event WHERE seq = {seq}",
    "replace by another unique column": "INSERT OR REPLACE INTO ledger_event"
    " SELECT {next}, 'x', entry_hash, entry_hash FROM ledger_event WHERE seq = {seq}",
    "update or replace": "UPDATE OR REPLACE ledger_event SET seq = {seq} WHERE seq = {seq} - 1",
    "ignore": "UPDATE OR IGNORE ledger_event SET body = 'x' WHERE seq = {seq}",
}
POSTGRES_LEDGER_ATTACKS = {
    "truncate": "TRUNCATE ledger_event CASCADE",
    "wrong hash": "INSERT INTO ledger_event SELECT {next}, body, entry_hash, {hash} FROM ledger_event WHERE seq = {seq}",
}
ROW_ATTACKS = {
    "old stamp": "UPDATE department SET title = 'x' WHERE id = {id}",
    "stamp of the newest event": "UPDATE department SET title = 'x', last_seq = {seq} WHERE id = {id}",
    "delete": "DELETE FROM department WHERE id = {id}",
    "another key": "UPDATE department SET id = 7, last_seq = {next} WHERE id = {id}",
    "insert with an old stamp": "INSERT INTO department SELECT 7, {seq}, 'new', 'x', '[]', NULL",
    "upsert": "INSERT INTO department SELECT id, {next}, \"key\", 'x', '[]', NULL FROM department WHERE id = {id}"
    " ON CONFLICT (id) DO UPDATE SET title = 'x'",
}
SQLITE_ROW_ATTACKS = {
    "replace": "REPLACE INTO department SELECT id, {next}, 'new', 'x', '[]', NULL FROM department WHERE id = {id}",
    "update or replace": "UPDATE OR REPLACE department SET id = {id}, last_seq = {next} WHERE id <> {id}",
}
POSTGRES_ROW_ATTACKS = {"truncate": "TRUNCATE department CASCADE"}
POSTGRES_GUARDS = ("row", "never", "truncate")
SQLITE_LEDGER_GUARDS = ("no_update", "no_delete", "append")
BOTH = LEDGER_ATTACKS | {f"row: {name}": attack for name, attack in ROW_ATTACKS.items()}
SQLITE = SQLITE_LEDGER_ATTACKS | {f"row: {name}": attack for name, attack in SQLITE_ROW_ATTACKS.items()}
POSTGRES = POSTGRES_LEDGER_ATTACKS | {f"row: {name}": attack for name, attack in POSTGRES_ROW_ATTACKS.items()}


def is_postgres(world: World) -> bool:
    return world.site.engine.dialect.name == "postgresql"


def filled(world: World, attack: str) -> str:
    """The statement with the numbers of this site in it."""
    with world.site.reading() as session:
        key = department(session).id
    seq = head(world)
    new = "sha256('x')" if is_postgres(world) else "randomblob(32)"
    return attack.format(seq=seq, next=seq + 1, id=key, hash=new)


@pytest.fixture
def attacked(shared_world: World) -> Iterator[World]:
    """Afterwards the site is as it was."""
    before = head(shared_world), title(shared_world)
    yield shared_world
    assert (head(shared_world), title(shared_world)) == before
    assert_whole(shared_world)


def attacks(world: World) -> dict[str, str]:
    """All attacks that this database has words for."""
    return BOTH | (POSTGRES if is_postgres(world) else SQLITE)


def let_through(connection: Any, statement: str) -> bool:
    """Whether the database did what it was told."""
    try:
        connection.execute(statement)
    except REFUSED:
        return False
    return True


@pytest.mark.regulation(
    "Q9-04", "Q9-09", "Q9-12", "MD-01", "P11-10e4", "P11-70", "A11-12", "A11-18", "RM-01", "RM-03"
)
@pytest.mark.rule("SE-24")
def test_every_attack_with_the_databases_own_client_is_refused(attacked: World) -> None:
    with shell(attacked) as connection:
        assert [n for n, a in attacks(attacked).items() if let_through(connection, filled(attacked, a))] == []


def test_without_the_guards_every_attack_would_be_let_through(attacked: World) -> None:
    """So it was the guards that refused them, and no mistake in the attack."""
    statements = {name: filled(attacked, attack) for name, attack in attacks(attacked).items()}
    del statements["twice"]  # which the primary key refuses as well
    with shell(attacked) as connection:
        for name, statement in statements.items():
            connection.execute("BEGIN")
            for drop in unguarding(attacked):
                connection.execute(drop)
            assert let_through(connection, statement), name
            connection.execute("ROLLBACK")


def unguarding(world: World) -> list[str]:
    """Statements of an owner of the tables, which nothing in the database can refuse."""
    if is_postgres(world):
        tables = [t.name for t in guards.controlled_tables()] + ["ledger_event"]
        off = [f"ALTER TABLE {t} DISABLE TRIGGER {t}_guard_{g}" for t in tables for g in POSTGRES_GUARDS]
        return [*off, f"ALTER TABLE ledger_event DROP CONSTRAINT {guards.HASH_CHECK}"]
    names = [f"department_guard_{g}" for g in "iud"]
    return [f"DROP TRIGGER {n}" for n in names + [f"ledger_event_{g}" for g in SQLITE_LEDGER_GUARDS]]


@pytest.mark.postgres
@pytest.mark.rule("SE-24")
def test_a_superuser_who_plays_replica_meets_the_same_guards(postgres_world: World) -> None:
    """Plain triggers are passed over with session_replication_role = replica; these are ENABLE ALWAYS."""
    with shell(postgres_world) as connection:
        connection.execute("SET session_replication_role = replica")
        found = attacks(postgres_world).items()
        assert [n for n, a in found if let_through(connection, filled(postgres_world, a))] == []
    assert_whole(postgres_world)


def test_a_row_that_is_replaced_through_another_unique_column_is_not_gone(attacked: World) -> None:
    """On docctl's own connections: REPLACE fires the guard against deleting, as recursive_triggers is on."""
    if is_postgres(attacked):
        statement = filled(
            attacked,
            "INSERT INTO department SELECT 7, {next}, 'sales', 'x', '[]', NULL"
            " ON CONFLICT (\"key\") DO UPDATE SET title = 'x'",
        )
    else:
        statement = filled(
            attacked, "INSERT OR REPLACE INTO department SELECT 7, {next}, 'sales', 'x', '[]', NULL"
        )
    with attacked.site.engine.connect() as connection, pytest.raises(DBAPIError):
        connection.execute(text(statement))


@pytest.mark.rule("SE-24")
def test_the_next_stamp_without_its_event_does_not_get_through_commit(attacked: World) -> None:
    statement = filled(attacked, "UPDATE department SET title = 'x', last_seq = {next} WHERE id = {id}")
    with shell(attacked) as connection:
        if not is_postgres(attacked):
            connection.execute("PRAGMA foreign_keys = ON")
        assert not let_through(connection, statement)


def test_a_temporary_table_does_not_stand_in_for_the_ledger(attacked: World) -> None:
    """Its newest event would make any old stamp the next one."""
    with shell(attacked) as connection:
        connection.execute("CREATE TEMPORARY TABLE ledger_event (seq bigint, entry_hash text)")
        with attacked.site.reading() as session:
            stamp = department(session).last_seq
        connection.execute(f"INSERT INTO ledger_event VALUES ({stamp - 1}, '')")
        with pytest.raises(REFUSED):
            connection.execute(filled(attacked, ROW_ATTACKS["old stamp"]))


@pytest.mark.postgres
def test_no_stamp_waits_for_the_event_of_somebody_else(postgres_world: World) -> None:
    """A row is stamped with the next number beforehand; its key would be satisfied once that event came."""
    world, ready, before = postgres_world, threading.Event(), head(postgres_world)

    def honest() -> None:
        ready.wait(5)
        with recorded(world) as act:
            department(act.session, "quality").title = Words(zh="Honest")

    thread = threading.Thread(target=honest)
    thread.start()
    with shell(world) as connection:
        connection.execute("BEGIN")
        connection.execute(
            filled(world, "UPDATE department SET title = 'x', last_seq = {next} WHERE id = {id}")
        )
        ready.set()
        time.sleep(0.3)
        assert head(world) == before, "the honest act waits until the other has ended"
        with pytest.raises(psycopg.errors.ForeignKeyViolation):
            connection.execute("COMMIT")
    thread.join()
    assert [row["row"]["title"] for row in events(world)[-1]["rows"]] == ['{"zh":"Honest"}']
    assert_whole(world)


# What is done to the guards, the guard meant, and what is said of it.
SQLITE_DAMAGE = {
    "dropped": ("DROP TRIGGER copy_guard_d", "copy_guard_d", "is missing"),
    "ledger's dropped": (
        "DROP TRIGGER ledger_event_append",
        "ledger_event_append",
        "is missing",
    ),
    "foreign": (
        "CREATE TRIGGER mine AFTER INSERT ON copy BEGIN SELECT 1; END",
        "mine",
        "is not docctl's",
    ),
}
POSTGRES_DAMAGE = {
    "dropped": ("DROP TRIGGER copy_guard_row ON copy", "copy.copy_guard_row", "is missing"),
    "off": (
        "ALTER TABLE copy DISABLE TRIGGER copy_guard_row",
        "copy.copy_guard_row",
        "is missing or switched off",
    ),
    "not always": (
        "ALTER TABLE copy ENABLE TRIGGER copy_guard_never",
        "copy.copy_guard_never",
        "has another text",
    ),
    "another body": (
        "CREATE OR REPLACE FUNCTION docctl_guard() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN END $$",
        "docctl_guard()",
        "has another text",
    ),
    "unchecked hash": (
        "ALTER TABLE ledger_event DROP CONSTRAINT ck_ledger_event_hash",
        "ledger_event.ck_ledger_event_hash",
        "is missing",
    ),
    "foreign": (
        "CREATE TRIGGER mine AFTER INSERT ON copy FOR EACH ROW EXECUTE FUNCTION docctl_guard()",
        "copy.mine",
        "is not docctl's",
    ),
}


def differences(world: World) -> Sequence[tuple[str, str]]:
    with world.site.reading() as session:
        return guards.differences(session.connection())


def test_each_damage_to_the_guards_is_named(shared_world: World) -> None:
    damage = POSTGRES_DAMAGE if is_postgres(shared_world) else SQLITE_DAMAGE
    for statement, guard, said in damage.values():
        connection: Any
        with shared_world.site.engine.connect() as connection, connection.begin() as undone:
            assert guards.differences(connection) == []
            connection.exec_driver_sql(statement)
            ((name, what),) = guards.differences(connection)
            assert name == guard
            assert what.startswith(said)
            undone.rollback()
    assert differences(shared_world) == []


def test_a_changed_text_of_a_sqlite_guard_is_named(sqlite_world: World) -> None:
    with sqlite_world.site.engine.begin() as connection:
        connection.exec_driver_sql("DROP TRIGGER copy_guard_d")
        connection.exec_driver_sql("CREATE TRIGGER copy_guard_d BEFORE DELETE ON copy BEGIN SELECT 1; END")
    assert differences(sqlite_world) == [("copy_guard_d", "has another text")]


def test_guards_are_taken_off_and_put_back_in_one_transaction(shared_world: World) -> None:
    with shared_world.site.engine.begin() as connection:
        guards.remove(connection, [DEPARTMENT.name])
        missing = {name for name, _ in guards.differences(connection)}
        assert len(missing) == 3
        assert all("department_guard_" in name for name in missing)
        guards.install(connection, [DEPARTMENT.name])
        assert guards.differences(connection) == []
    assert differences(shared_world) == []
