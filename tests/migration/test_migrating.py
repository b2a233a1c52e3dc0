"""A site from one schema to the next, with planted versions: the rows, the replay, and a kill half way."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

import pytest
from sqlalchemy import Column, MetaData, Table, Text, inspect, text

from docctl.door import accounts
from docctl.door.site import Site
from docctl.errors import Defect, Diverged, Forbidden, Tampered, WrongState
from docctl.ledger import journal
from docctl.ledger.finding import Finding
from docctl.ledger.upcast import SCHEMA, UP, Row, Upcaster
from docctl.models import guards
from docctl.models.base import LEDGER, Base, Big, is_controlled
from docctl.usecases.site import migrating
from docctl.usecases.site.migrating import migrate_schema
from tests.support import plain_ledger
from tests.support.sites import World, issue, procedure

Rows = Iterable[tuple[str, Row]]
NEXT = SCHEMA + 1


def initials(name: str, row: Row) -> Rows:
    """A new column of `person`, filled from another."""
    yield name, row | ({"initials": str(row["name"])[:1]} if name == "person" else {})


def renamed(name: str, row: Row) -> Rows:
    """`department.title` gets another name."""
    if name == "department":
        row = {("heading" if k == "title" else k): v for k, v in row.items()}
    yield name, row


def unchanged(name: str, row: Row) -> Rows:
    """Rows as they are."""
    yield name, row


def split(name: str, row: Row) -> Rows:
    """The name of a person moves to a table of its own."""
    if name == "person":
        yield "person_name", {"id": row["id"], "last_seq": row["last_seq"], "name": row.pop("name")}
    yield name, row


def dropped(name: str, row: Row) -> Rows:
    """No calendars any more."""
    if name != "calendar":
        yield name, row


def models(*without: str, more: Callable[[MetaData], object] = lambda _: None, **columns: Any) -> MetaData:
    """The models of today without some tables or columns (`person.name`), with other ones."""
    made = MetaData(naming_convention=Base.metadata.naming_convention)
    for table in Base.metadata.tables.values():
        if table.name not in without:
            table.to_metadata(made)
    for name in without:
        if "." in name:
            owner, _, column = name.partition(".")
            made.tables[owner]._columns.remove(made.tables[owner].columns[column])
    for name, column in columns.items():
        made.tables[name].append_column(column)
    more(made)
    return made


def person_name(into: MetaData) -> Table:
    return Table(
        "person_name",
        into,
        Column("id", Big, primary_key=True, autoincrement=False),
        Column("last_seq", Big, nullable=False),
        Column("name", Text, nullable=False),
    )


def without_calendar() -> MetaData:
    """Nothing refers to a table that is gone."""
    made = models("calendar")
    record = made.tables["record"]
    for key in [k for k in record.foreign_key_constraints if k.column_keys == ["calendar_id"]]:
        record.constraints.remove(key)
        for part in key.elements:
            record.foreign_keys.discard(part)
            part.parent.foreign_keys.discard(part)
    return made


class Planted(NamedTuple):
    """A version that is not there: how rows become its rows, and its models."""

    up: Upcaster
    models: MetaData


PLANTED = {
    "add a column": Planted(initials, models(person=Column("initials", Text, nullable=False))),
    "rename a column": Planted(
        renamed, models("department.title", department=Column("heading", Text, nullable=False))
    ),
    "split a table": Planted(split, models("person.name", more=person_name)),
    "drop a table": Planted(dropped, without_calendar()),
}


def migrate(world: World, planted: Planted) -> int:
    """To the planted version, as the operator."""
    return migrate_schema(accounts.operator(world.site, "tester"), {**UP, NEXT: planted.up}, planted.models)


def live(world: World) -> list[tuple[str, int, dict[str, Any]]]:
    """Every controlled row as it is now, whatever columns it has."""
    with world.site.engine.begin() as connection:
        names = [n for n in inspect(connection).get_table_names() if is_controlled(n)]
        return [
            (n, row["id"], dict(row))
            for n in names
            for row in connection.execute(text(f"SELECT * FROM {n}")).mappings()
        ]


def checked(world: World, up: Upcaster) -> list[Finding]:
    """The whole ledger played again, the planted migration at its place, beside the live rows."""
    with world.site.reading() as session:
        entries = list(journal.events(session.connection()))
    return plain_ledger.check(entries, live(world), up={**UP, NEXT: up})


def triggers(world: World) -> set[str]:
    with world.site.engine.begin() as connection:
        return set(guards._live(connection))


@pytest.mark.regulation("A11-04", "RM-13")
@pytest.mark.parametrize("name", PLANTED)
def test_the_rows_after_a_migration_are_what_a_replay_makes_of_the_ledger(world: World, name: str) -> None:
    issue(world, procedure())
    planted = PLANTED[name]
    assert migrate(world, planted) == NEXT
    assert checked(world, planted.up) == []
    with pytest.raises(WrongState, match="already"):
        migrate(world, planted)


@pytest.mark.parametrize("name", PLANTED)
def test_every_table_is_guarded_and_tied_to_the_others_after_a_migration(world: World, name: str) -> None:
    def keys() -> set[tuple[str, str]]:
        inspector = inspect(world.site.engine)
        return {
            (table, key["constrained_columns"][0])
            for table in inspector.get_table_names()
            for key in inspector.get_foreign_keys(table)
        }

    before, tied = triggers(world), keys()
    migrate(world, PLANTED[name])
    after = triggers(world)
    gone = {guard for guard in before if "calendar" in guard} if name == "drop a table" else set()
    assert before - after == gone
    assert (after > before) is (name == "split a table")
    assert tied - keys() <= {("record", "calendar_id"), ("calendar", "last_seq")}
    assert keys() >= tied or name == "drop a table"
    with world.site.engine.begin() as connection, pytest.raises(Exception, match="without its event"):
        connection.execute(text("UPDATE person SET active = 0"))


def test_passwords_and_sessions_outlive_a_migration_of_the_people_they_belong_to(world: World) -> None:
    def passwords() -> list[Any]:
        with world.site.engine.begin() as connection:
            return list(connection.execute(text("SELECT person_id, hash FROM account_password ORDER BY 1")))

    before = passwords()
    migrate(world, PLANTED["add a column"])
    assert passwords() == before != []


def test_a_row_that_was_altered_beside_the_ledger_is_not_carried_over(world: World) -> None:
    with world.site.engine.begin() as connection:
        guards.remove(connection, ["person"])
        connection.execute(text("UPDATE person SET department = 'sales' WHERE login = 'author'"))
        guards.install(connection, ["person"])
    before = live(world)
    with pytest.raises(Tampered, match="nothing was changed"):
        migrate(world, PLANTED["add a column"])
    assert live(world) == before


def test_the_event_of_a_migration_names_both_roots(world: World) -> None:
    migrate(world, PLANTED["add a column"])
    with world.site.reading() as session:
        *_, last = journal.events(session.connection())
    details = last.event["details"]
    assert (details["from"], details["to"]) == (SCHEMA, NEXT)
    assert details["root_before"] != details["root_after"]


def test_a_migration_whose_models_do_not_hold_what_its_upcaster_makes_changes_nothing(world: World) -> None:
    before = live(world)
    with pytest.raises(Defect, match="not what"):
        migrate(world, Planted(initials, Base.metadata))  # the upcaster fills a column that nobody has made
    assert live(world) == before
    assert checked(world, unchanged) == []


def test_only_the_operator_migrates_and_a_site_of_today_is_left_alone(world: World) -> None:
    with pytest.raises(Forbidden):
        migrate_schema(world.as_("admin"), {**UP, NEXT: initials}, PLANTED["add a column"].models)
    with pytest.raises(WrongState, match="nothing to migrate"):
        migrate_schema(accounts.operator(world.site, "tester"))


@pytest.mark.regulation("A11-04", "RM-13")
def test_a_site_of_a_later_schema_is_not_opened(world: World) -> None:
    migrate(world, PLANTED["add a column"])
    with pytest.raises(Diverged, match=f"schema {NEXT}"):
        Site.open(world.site.path, environ=world.environ)


@pytest.mark.rule("CP-40")
def test_a_migration_killed_between_its_tables_and_its_event_can_be_run_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    planted, before = PLANTED["split a table"], triggers(world)
    world.close()
    child = os.fork()
    if child == 0:  # in the child: die where the event would be written, tables and rows done
        monkeypatch.setattr(journal, "append", lambda *_: os.kill(os.getpid(), signal.SIGKILL))
        migrate(world.reopen(), planted)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    assert os.WTERMSIG(status) == signal.SIGKILL
    again = world.reopen()
    assert triggers(again) == before
    assert checked(again, planted.up) == []
    assert migrate(again, planted) == NEXT
    assert checked(again, planted.up) == []
    again.close()


def test_a_site_that_is_as_the_models_say_has_no_table_to_make(world: World) -> None:
    with world.site.engine.begin() as connection:
        assert migrating.tables_to_make(connection) == set()
        assert LEDGER not in migrating.tables_to_make(connection, PLANTED["add a column"].models)
