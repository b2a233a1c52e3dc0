"""What points at a row is found by an index: SQLite looks for it whenever a row is made."""

from __future__ import annotations

import pytest
from sqlalchemy import (
    Column,
    Connection,
    ForeignKey,
    Integer,
    MetaData,
    Table,
    UniqueConstraint,
    create_engine,
)

from docctl.models.base import Base, add_indexes


def read_whole(models: MetaData) -> list[str]:
    """The references for which a new row of their target has a whole table read."""
    with create_engine("sqlite://").connect() as connection:
        models.create_all(connection)
        keys = [(table, key.parent) for table in models.sorted_tables for key in table.foreign_keys]
        return [f"{t.name}.{c.name}" for t, c in keys if not _is_indexed(connection, t, c)]


def _is_indexed(connection: Connection, table: Table, of: Column[int]) -> bool:
    plan = connection.exec_driver_sql(
        f'EXPLAIN QUERY PLAN SELECT 1 FROM "{table.name}" WHERE "{of.name}" = 1'
    )
    return all(row[3].startswith("SEARCH") for row in plan)


def test_no_table_is_read_whole_for_a_new_row() -> None:
    assert read_whole(Base.metadata) == []


@pytest.mark.parametrize("empty", [True, False])
def test_a_reference_gets_its_index_and_one_that_has_another_gets_none(empty: bool) -> None:
    models = MetaData()
    Table("parent", models, Column("id", Integer, primary_key=True))
    child = Table(
        "child",
        models,
        Column("id", Integer, primary_key=True),
        Column("bare", ForeignKey("parent.id"), nullable=empty),
        Column("first", ForeignKey("parent.id"), nullable=empty),
        UniqueConstraint("first", "id"),
    )
    assert read_whole(models) == ["child.bare"]
    add_indexes(models)
    assert read_whole(models) == []
    assert [index.columns.keys() for index in child.indexes] == [["bare"]]
    partial = [index.dialect_options["sqlite"]["where"] is not None for index in child.indexes]
    assert partial == [empty]
