"""A site from one schema to the next, with planted versions: the rows, the replay, and a kill half way."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterable
from typing import Any

import pytest
from alembic.operations import Operations
from sqlalchemy import Column, Text, inspect, text

from docctl.door import accounts
from docctl.door.site import Site
from docctl.errors import Defect, Diverged, Forbidden, WrongState
from docctl.ledger import journal
from docctl.ledger.finding import Finding
from docctl.ledger.upcast import Row
from docctl.models import guards
from docctl.models.base import is_controlled
from docctl.usecases.site import migrating
from docctl.usecases.site.migrating import Migration, migrate_schema
from tests.support import plain_ledger
from tests.support.sites import World, issue, procedure

Rows = Iterable[tuple[str, Row]]


def initials(name: str, row: Row) -> Rows:
    """A new column of `person`, filled from another."""
    yield name, row | ({"initials": str(row["name"])[:1]} if name == "person" else {})


def renamed(name: str, row: Row) -> Rows:
    """`department.title_en` gets another name."""
    if name == "department":
        row = {("title_latin" if k == "title_en" else k): v for k, v in row.items()}
    yield name, row


def unchanged(name: str, row: Row) -> Rows:
    """Rows as they are."""
    yield name, row


def split(name: str, row: Row) -> Rows:
    """The name of a person moves to a table of its own."""
    if name == "person":
        yield "person_name", {"id": row["id"], "last_seq": row["last_seq"], "name": row.pop("name")}
    yield name, row


def add_column(op: Operations) -> None:
    op.add_column("person", Column("initials", Text))


def rename_column(op: Operations) -> None:
    op.execute("ALTER TABLE department RENAME COLUMN title_en TO title_latin")


def split_table(op: Operations) -> None:
    op.execute(
        "CREATE TABLE person_name (id BIGINT PRIMARY KEY, last_seq BIGINT NOT NULL, name TEXT NOT NULL)"
    )
    op.drop_column("person", "name")


PLANTED = {
    "add a column": Migration(2, initials, add_column, ("person",)),
    "rename a column": Migration(2, renamed, rename_column, ("department",)),
    "split a table": Migration(2, split, split_table, ("person", "person_name")),
}


def live(world: World) -> list[tuple[str, int, dict[str, Any]]]:
    """Every controlled row as it is now, whatever columns it has."""
    with world.site.engine.begin() as connection:
        names = [n for n in inspect(connection).get_table_names() if is_controlled(n)]
        return [
            (n, row["id"], dict(row))
            for n in names
            for row in connection.execute(text(f"SELECT * FROM {n}")).mappings()
        ]


def checked(world: World, *migrations: Migration) -> list[Finding]:
    """The whole ledger played again, migrations at their places, beside the live rows."""
    with world.site.reading() as session:
        entries = list(journal.events(session.connection()))
    return plain_ledger.check(entries, live(world), up={m.to: m.up for m in migrations})


def triggers(world: World) -> set[str]:
    with world.site.engine.begin() as connection:
        return set(guards._live(connection))


@pytest.mark.parametrize("name", PLANTED)
def test_the_rows_after_a_migration_are_what_a_replay_makes_of_the_ledger(world: World, name: str) -> None:
    issue(world, procedure())
    migration = PLANTED[name]
    operator = accounts.operator(world.site, "tester")
    assert migrate_schema(operator, [migration]) == 2
    assert checked(world, migration) == []
    with pytest.raises(WrongState, match="already"):
        migrate_schema(operator, [migration])


@pytest.mark.parametrize("name", PLANTED)
def test_every_table_is_guarded_after_a_migration(world: World, name: str) -> None:
    before = triggers(world)
    migrate_schema(accounts.operator(world.site, "tester"), [PLANTED[name]])
    after = triggers(world)
    assert before <= after
    assert (after > before) is (name == "split a table")
    with world.site.engine.begin() as connection, pytest.raises(Exception, match="without its event"):
        connection.execute(text("UPDATE person SET active = 0"))


def test_the_event_names_both_roots_and_a_tampered_row_is_not_carried_over(world: World) -> None:
    migration = PLANTED["add a column"]
    with world.site.engine.begin() as connection:
        guards.remove(connection, ["person"])
        connection.execute(text("UPDATE person SET department = 'sales' WHERE login = 'author'"))
        guards.install(connection, ["person"])
    migrate_schema(accounts.operator(world.site, "tester"), [migration])
    assert {f.what for f in checked(world, migration)} >= {"schema roots differ", "row differs"}


def test_a_migration_that_gives_other_rows_than_its_upcaster_changes_nothing(world: World) -> None:
    wrong = Migration(
        2, unchanged, add_column, ("person",)
    )  # the DDL brings a column of which it knows nothing
    with pytest.raises(Defect, match="not what its upcaster made"):
        migrate_schema(accounts.operator(world.site, "tester"), [wrong])
    assert checked(world) == []


def test_only_the_operator_migrates_and_only_to_the_next_schema(world: World) -> None:
    with pytest.raises(Forbidden):
        migrate_schema(world.as_("admin"), [PLANTED["add a column"]])
    with pytest.raises(WrongState, match="does not follow"):
        migrate_schema(
            accounts.operator(world.site, "tester"), [Migration(3, initials, add_column, ("person",))]
        )
    with pytest.raises(WrongState, match="nothing to migrate"):
        migrate_schema(accounts.operator(world.site, "tester"))


def test_a_table_that_is_dropped_leaves_with_its_rows(sqlite_world: World) -> None:
    # On PostgreSQL a table that others refer to is not dropped without CASCADE: their keys have to go first.
    world = sqlite_world

    def dropped(name: str, row: Row) -> Rows:
        if name != "calendar":
            yield name, row

    def drop(op: Operations) -> None:
        op.drop_table("calendar")

    migration = Migration(2, dropped, drop, ("calendar",))
    migrate_schema(accounts.operator(world.site, "tester"), [migration])
    assert checked(world, migration) == []


def test_a_site_of_another_schema_is_not_opened(world: World) -> None:
    migrate_schema(accounts.operator(world.site, "tester"), [PLANTED["add a column"]])
    with pytest.raises(Diverged, match="schema 2"):
        Site.open(world.site.path, environ=world.environ)


@pytest.mark.rule("CP-40")
def test_a_migration_killed_between_its_ddl_and_its_event_can_be_run_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    migration, before = PLANTED["split a table"], triggers(world)
    world.close()
    child = os.fork()
    if child == 0:  # in the child: die where the event would be written, DDL and rows done
        monkeypatch.setattr(journal, "append", lambda *_: os.kill(os.getpid(), signal.SIGKILL))
        migrate_schema(accounts.operator(world.reopen().site, "tester"), [migration])
        os._exit(0)
    _, status = os.waitpid(child, 0)
    assert os.WTERMSIG(status) == signal.SIGKILL
    again = world.reopen()
    assert triggers(again) == before
    assert checked(again) == []
    assert migrate_schema(accounts.operator(again.site, "tester"), [migration]) == 2
    assert checked(again, migration) == []
    again.close()


def test_every_schema_after_the_first_has_its_migration() -> None:
    from docctl.ledger.upcast import SCHEMA, UP

    assert [m.to for m in migrating.MIGRATIONS] == list(range(2, SCHEMA + 1)) == sorted(UP)
