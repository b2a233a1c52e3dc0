"""The tables, columns, keys, indexes and constraints of the database against those of the models.

A unique index that somebody dropped is found here before the first double row is in.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Column,
    Connection,
    Dialect,
    Inspector,
    Table,
    UniqueConstraint,
    inspect,
)
from sqlalchemy.types import TypeEngine

from docctl.ledger.finding import Finding
from docctl.models import guards
from docctl.models.base import Base, is_controlled
from docctl.store import search_index

DIFFERS = "schema differs"

Parts = dict[str, str]
"""What a table consists of: "index ix_copy_state" → "on state"."""

Part = tuple[str, str, str]
"""Table, part, words."""


@dataclass(frozen=True)
class Schema:
    """The tables as they are in the database, docctl's own with their parts."""

    tables: Mapping[str, Parts]
    dialect: Dialect

    @classmethod
    def read(cls, connection: Connection) -> Schema:
        """All tables of the database, with few queries however many they are."""
        inspector = inspect(connection)
        tables: dict[str, Parts] = {name: {} for name in inspector.get_table_names()}
        own = sorted(tables.keys() & Base.metadata.tables.keys())
        for read in (_columns, _indexes, _constraints, _keys):
            for name, part, words in read(inspector, own, connection.dialect):
                tables[name][part] = words
        return cls(tables, connection.dialect)

    def missing(self) -> list[Finding]:
        """Tables and columns that are not there: without them nothing else can be compared."""
        found = [
            Finding(DIFFERS, f"{t.name} column {c.name}" if t.name in self.tables else t.name, _ABSENT)
            for t in Base.metadata.sorted_tables
            for c in t.columns
            if f"column {c.name}" not in self.tables.get(t.name, {})
        ]
        return list(dict.fromkeys(found))

    def differences(self) -> Iterator[Finding]:
        """Everything that is not as the models have it, in the tables that are there."""
        of_search = search_index.TABLES[self.dialect.name]
        for name in sorted(self.tables.keys() - Base.metadata.tables.keys() - of_search):
            yield Finding(DIFFERS, name, "This table is not docctl's.")
        for name in sorted(of_search - self.tables.keys()):
            yield Finding(DIFFERS, name, "This table of the search index is missing.")
        for t in Base.metadata.sorted_tables:
            if t.name in self.tables:
                yield from _compare(t.name, _expected(t, self.dialect), self.tables[t.name])


_ABSENT = "It is not there. Nothing was compared; restore the database, or rebuild the site from its library."


def _compare(name: str, expected: Parts, live: Parts) -> Iterator[Finding]:
    for part in sorted(expected.keys() | live.keys()):
        ours, theirs = expected.get(part), live.get(part)
        if theirs is None:
            yield Finding(DIFFERS, f"{name} {part}", "It is missing.")
        elif ours is None:
            yield Finding(DIFFERS, f"{name} {part}", "It is not docctl's.")
        elif ours != theirs:
            yield Finding(DIFFERS, f"{name} {part}", f"It is {theirs}; it has to be {ours}.")


def _expected(t: Table, dialect: Dialect) -> Parts:
    """The parts of a table, from the model."""
    named = dialect.identifier_preparer
    parts = {f"column {c.name}": _column(c.type, bool(c.nullable), None, dialect) for c in t.columns}
    parts["primary key"] = _listed(_names(t.primary_key.columns))
    for index in t.indexes:
        part = index.dialect_options[dialect.name].get("where") is not None
        parts[f"index {index.name}"] = _index(_names(index.columns), bool(index.unique), part)
    for constraint in t.constraints:
        if isinstance(constraint, UniqueConstraint):
            parts[f"unique {_plain(named.format_constraint(constraint))}"] = _listed(
                _names(constraint.columns)
            )
        elif isinstance(constraint, CheckConstraint):
            parts[f"check {_plain(named.format_constraint(constraint))}"] = "there"
    for key in t.foreign_key_constraints:
        target = key.elements[0].target_fullname.replace(".", " ")
        parts[f"foreign key {_listed(_names(key.columns))}"] = _key(target, key.initially)
    return parts


def _columns(inspector: Inspector, own: list[str], dialect: Dialect) -> Iterator[Part]:
    for (_, name), columns in inspector.get_multi_columns(filter_names=own).items():
        for c in columns:
            # Keys outside the ledger may come from a sequence; a controlled cell comes from an act alone.
            default = c.get("default") if is_controlled(name) else None
            yield name, f"column {c['name']}", _column(c["type"], c["nullable"], default, dialect)


def _indexes(inspector: Inspector, own: list[str], dialect: Dialect) -> Iterator[Part]:
    for (_, name), indexes in inspector.get_multi_indexes(filter_names=own).items():
        for index in indexes:
            if not index.get("duplicates_constraint"):
                part = index.get("dialect_options", {}).get(f"{dialect.name}_where") is not None
                yield name, f"index {index['name']}", _index(index["column_names"], index["unique"], part)


def _constraints(inspector: Inspector, own: list[str], dialect: Dialect) -> Iterator[Part]:
    for (_, name), uniques in inspector.get_multi_unique_constraints(filter_names=own).items():
        for unique in uniques:
            yield name, f"unique {unique['name']}", _listed(unique["column_names"])
    for (_, name), checks in inspector.get_multi_check_constraints(filter_names=own).items():
        for check in checks:
            if (dialect.name, check["name"]) != ("postgresql", guards.HASH_CHECK):
                yield name, f"check {check['name']}", "there"


def _keys(inspector: Inspector, own: list[str], _: Dialect) -> Iterator[Part]:
    for (_schema, name), primary in inspector.get_multi_pk_constraint(filter_names=own).items():
        yield name, "primary key", _listed(primary["constrained_columns"])
    for (_schema, name), keys in inspector.get_multi_foreign_keys(filter_names=own).items():
        for key in keys:
            target = f"{key['referred_table']} {_listed(key['referred_columns'])}"
            when = key.get("options", {}).get("initially")
            yield name, f"foreign key {_listed(key['constrained_columns'])}", _key(target, when)


def _column(kind: TypeEngine[Any], nullable: bool, default: str | None, dialect: Dialect) -> str:
    given = "" if default is None else f", {default} if not given"
    return f"{kind.compile(dialect)}{'' if nullable else ' not null'}{given}"


def _index(columns: Iterable[str | None], unique: bool, partial: bool) -> str:
    return f"{'unique ' if unique else ''}on {_listed(columns)}{', of some rows' if partial else ''}"


def _key(target: str, initially: str | None) -> str:
    return f"{target}, checked {'at the end' if initially == 'DEFERRED' else 'at once'}"


def _names(columns: Iterable[Column[Any]]) -> list[str]:
    return [c.name for c in columns]


def _listed(names: Iterable[str | None]) -> str:
    return ", ".join(str(n) for n in names)


def _plain(name: str | None) -> str:
    return str(name).strip('"')
