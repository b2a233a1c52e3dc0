"""No table changes without a new number of the schema: sites of that number are on other people's machines."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import CheckConstraint, Column, Index, MetaData, Text

from docctl.ledger.upcast import SCHEMA
from docctl.models.base import Base
from tests.migration.fingerprints import DIALECTS, fingerprint, kept


@pytest.mark.parametrize("database", DIALECTS)
def test_tables_that_change_get_a_new_number_of_the_schema(database: str) -> None:
    assert kept()[str(SCHEMA)][database] == fingerprint(DIALECTS[database]), (
        f"tables changed and the schema is still {SCHEMA}: give it a new number (CONTRIBUTING.md)"
    )


def test_each_number_of_the_schema_has_its_fingerprint() -> None:
    assert sorted(map(int, kept())) == list(range(1, SCHEMA + 1))
    assert len({prints["sqlite"] for prints in kept().values()}) == SCHEMA


CHANGES: dict[str, Callable[[MetaData], object]] = {
    "a column": lambda m: m.tables["person"].append_column(Column("initials", Text)),
    "a column outside the ledger": lambda m: m.tables["idempotency_key"].append_column(Column("x", Text)),
    "a CHECK": lambda m: m.tables["copy"].append_constraint(CheckConstraint("print_no > 0", name="new")),
    "an index": lambda m: Index("ix_new", m.tables["copy"].c.holder_name),
    "a column that may be empty": lambda m: setattr(m.tables["copy"].c.token, "nullable", True),
}


@pytest.mark.parametrize("database", DIALECTS)
@pytest.mark.parametrize("change", CHANGES)
def test_a_planted_change_of_a_table_changes_the_fingerprint(database: str, change: str) -> None:
    models = MetaData(naming_convention=Base.metadata.naming_convention)
    for table in Base.metadata.tables.values():
        table.to_metadata(models)
    dialect = DIALECTS[database]
    before = fingerprint(dialect, models)
    assert fingerprint(dialect, models) == before
    CHANGES[change](models)
    assert fingerprint(dialect, models) != before
