"""The tables, columns, keys, indexes and constraints of a database, against those of models.

Says what differs, in words. Knows no finding and changes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from threading import Lock
from typing import Any, NamedTuple

from cachetools import LRUCache, cached
from sqlalchemy import (
    CheckConstraint,
    Column,
    Connection,
    Dialect,
    Inspector,
    MetaData,
    Table,
    UniqueConstraint,
    inspect,
)
from sqlalchemy.dialects import registry
from sqlalchemy.types import TypeEngine

from docctl.models import guards
from docctl.models.base import is_controlled

Parts = dict[str, str]
"""What a table consists of: "index ix_copy_state" → "on state"."""


class Part(NamedTuple):
    """A part of a table, in words."""

    table: str
    name: str
    words: str


class Difference(NamedTuple):
    """A part of a table that is not as a model has it; empty where one of the two has no such part."""

    table: str
    part: str
    ours: str
    theirs: str


@dataclass(frozen=True)
class Schema:
    """The tables as they are in the database, those of `models` with their parts."""

    tables: Mapping[str, Parts]
    dialect: Dialect
    models: MetaData

    @classmethod
    def read(cls, connection: Connection, models: MetaData) -> Schema:
        """All tables of the database, with few queries however many they are."""
        return cls(_tables(connection, models), connection.dialect, models)

    def missing(self) -> list[str]:
        """Tables and columns that are not there."""
        found = [
            f"{t.name} column {c.name}" if t.name in self.tables else t.name
            for t in self.models.sorted_tables
            for c in t.columns
            if f"column {c.name}" not in self.tables.get(t.name, {})
        ]
        return list(dict.fromkeys(found))

    def differences(self) -> Iterator[Difference]:
        """Every part that is not as the models have it, in the tables that are there."""
        for t in self.models.sorted_tables:
            if t.name in self.tables:
                expected, live = _expected(t, self.dialect.name), self.tables[t.name]
                for part in sorted(expected.keys() | live.keys()):
                    ours, theirs = expected.get(part, ""), live.get(part, "")
                    if ours != theirs:
                        yield Difference(t.name, part, ours, theirs)


def _what_it_says(connection: Connection, models: MetaData) -> Hashable:
    """All that SQLite knows of its tables, which is their text. PostgreSQL keeps none: it is read anew."""
    if connection.dialect.name != "sqlite":
        return object()
    return models, tuple(map(tuple, connection.exec_driver_sql("SELECT * FROM sqlite_master")))


@cached(LRUCache(8), key=_what_it_says, lock=Lock())
def _tables(connection: Connection, models: MetaData) -> Mapping[str, Parts]:
    """Taking the texts apart costs a hundred times what reading them does, and they hardly ever change."""
    inspector = inspect(connection)
    tables: dict[str, Parts] = {name: {} for name in inspector.get_table_names()}
    own = sorted(tables.keys() & models.tables.keys())
    for read in (_columns, _indexes, _constraints, _keys):
        for part in read(inspector, own, connection.dialect):
            tables[part.table][part.name] = part.words
    return tables


@cache
def _expected(t: Table, dialect_name: str) -> Parts:
    """The parts of a table, from the model."""
    dialect = registry.load(dialect_name)()
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
            parts[f"check {_plain(named.format_constraint(constraint))}"] = _condition(
                str(constraint.sqltext)
            )
    for key in t.foreign_key_constraints:
        target = key.elements[0].target_fullname.replace(".", " ")
        parts[f"foreign key {_listed(_names(key.columns))}"] = _key(target, key.initially)
    return parts


def _columns(inspector: Inspector, own: list[str], dialect: Dialect) -> Iterator[Part]:
    for (_, name), columns in inspector.get_multi_columns(filter_names=own).items():
        for c in columns:
            # Keys outside the ledger may come from a sequence; a controlled cell comes from an act alone.
            default = c.get("default") if is_controlled(name) else None
            yield Part(name, f"column {c['name']}", _column(c["type"], c["nullable"], default, dialect))


def _indexes(inspector: Inspector, own: list[str], dialect: Dialect) -> Iterator[Part]:
    for (_, name), indexes in inspector.get_multi_indexes(filter_names=own).items():
        for index in indexes:
            if not index.get("duplicates_constraint"):
                part = index.get("dialect_options", {}).get(f"{dialect.name}_where") is not None
                words = _index(index["column_names"], index["unique"], part)
                yield Part(name, f"index {index['name']}", words)


def _constraints(inspector: Inspector, own: list[str], dialect: Dialect) -> Iterator[Part]:
    for (_, name), uniques in inspector.get_multi_unique_constraints(filter_names=own).items():
        for unique in uniques:
            yield Part(name, f"unique {unique['name']}", _listed(unique["column_names"]))
    for (_, name), checks in inspector.get_multi_check_constraints(filter_names=own).items():
        for check in checks:
            if (dialect.name, check["name"]) != ("postgresql", guards.HASH_CHECK):
                yield Part(name, f"check {check['name']}", _condition(check["sqltext"]))


def _keys(inspector: Inspector, own: list[str], _: Dialect) -> Iterator[Part]:
    for (_schema, name), primary in inspector.get_multi_pk_constraint(filter_names=own).items():
        yield Part(name, "primary key", _listed(primary["constrained_columns"]))
    for (_schema, name), keys in inspector.get_multi_foreign_keys(filter_names=own).items():
        for key in keys:
            target = f"{key['referred_table']} {_listed(key['referred_columns'])}"
            when = key.get("options", {}).get("initially")
            yield Part(name, f"foreign key {_listed(key['constrained_columns'])}", _key(target, when))


def _column(kind: TypeEngine[Any], nullable: bool, default: str | None, dialect: Dialect) -> str:
    given = "" if default is None else f", {default} if not given"
    return f"{kind.compile(dialect)}{'' if nullable else ' not null'}{given}"


def _index(columns: Iterable[str | None], unique: bool, partial: bool) -> str:
    return f"{'unique ' if unique else ''}on {_listed(columns)}{', of some rows' if partial else ''}"


def _key(target: str, initially: str | None) -> str:
    return f"{target}, checked {'at the end' if initially == 'DEFERRED' else 'at once'}"


_QUOTED = re.compile(r"('(?:[^']|'')*')")
_CAST = re.compile(r"::[a-z ]+")
_ANY = re.compile(r"=any\(?array\[(.*?)\]\)?")
_ONE = re.compile(r"in\(([^,()]*)\)")


def _condition(sql: str) -> str:
    """A CHECK as it was written, whichever database prints it.

    PostgreSQL makes `= ANY (ARRAY[…])` of an IN, adds casts and brackets, and `=` where IN has one word.
    """
    # What stands in quotes are words of ours: they stay as they are.
    parts = _QUOTED.split(_CAST.sub("", sql))
    bare = "".join(part if n % 2 else re.sub(r'[\s"]', "", part).lower() for n, part in enumerate(parts))
    bare = _ANY.sub(lambda found: f"in({found[1]})", bare)
    bare = _ONE.sub(lambda found: f"={found[1]}", bare)
    return "".join(c for c in bare if c not in "()")


def _names(columns: Iterable[Column[Any]]) -> list[str]:
    return [c.name for c in columns]


def _listed(names: Iterable[str | None]) -> str:
    return ", ".join(str(n) for n in names)


def _plain(name: str | None) -> str:
    return str(name).strip('"')
