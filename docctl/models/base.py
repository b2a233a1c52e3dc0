"""The base of all tables, and the few column types that both databases store alike.

Controlled columns are text and integer only. With native types thirteen of thirty-one probes came back
from SQLite other than they were put in; so each value has one written form, and the image of a row is
simply its cells. Knows nothing of the ledger but the name of its table.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any, TypeVar

import rfc8785
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from docctl.errors import Invalid
from docctl.rules.text import instant, plain, storable
from docctl.rules.words import Words

E = TypeVar("E", bound=StrEnum)

Big = BigInteger().with_variant(Integer, "sqlite")

LEDGER = "ledger_event"
OUTSIDE = (
    "account_",
    "private_",
    "session_",
    "cache_",
    "search_",
    "job_",
    "outbox_",
    "throttle_",
    "idempotency_",
)
"""Beginnings of the names of tables outside the ledger. Every other table is controlled (design 6)."""


class Base(DeclarativeBase):
    """The declarative base. Constraints are named from the first day, so that a migration finds them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class Controlled(Base):
    """A row whose every cell enters the ledger.

    `id` is `event << 16 | k`: it needs no sequence, sorts by creation, and tells the collector what is new.
    `last_seq` is the number of the event that last touched the row; the guard triggers hold it to that.
    """

    __abstract__ = True

    id: Mapped[int] = mapped_column(Big, primary_key=True, autoincrement=False, sort_order=-2)
    last_seq: Mapped[int] = mapped_column(
        Big, ForeignKey(f"{LEDGER}.seq", deferrable=True, initially="DEFERRED"), index=True, sort_order=-1
    )

    @property
    def human_key(self) -> str:
        """What a person calls this row: the key of the event's object."""
        return str(getattr(self, "number", None) or getattr(self, "key", None) or self.id)


def reference(target: str) -> Any:
    """A column that points at `target` ("document.id"); deferred: a replay inserts in any order."""
    return mapped_column(Big, ForeignKey(target, deferrable=True, initially="DEFERRED"))


class Txt(TypeDecorator[str]):
    """Text in NFC without NUL."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else storable(str(value))


class Day(TypeDecorator[date]):
    """A day of the site's zone, as 2026-11-24."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: date | None, dialect: Dialect) -> str | None:
        if isinstance(value, datetime):
            raise Invalid("a day was expected, not a time")
        return None if value is None else value.isoformat()

    def process_result_value(self, value: str | None, dialect: Dialect) -> date | None:
        return None if value is None else date.fromisoformat(value)


class Instant(TypeDecorator[datetime]):
    """An instant in UTC, as 2026-11-24T01:02:03.000004Z."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:
        return None if value is None else instant(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> datetime | None:
        return None if value is None else datetime.fromisoformat(value)


class Flag(TypeDecorator[bool]):
    """Yes or no, stored as 1 or 0."""

    impl = Integer
    cache_ok = True

    def process_bind_param(self, value: bool | None, dialect: Dialect) -> int | None:
        return None if value is None else int(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> bool | None:
        return None if value is None else bool(value)


class Word(TypeDecorator[E]):
    """One word of an enumeration, stored by its value."""

    impl = Text
    cache_ok = True

    def __init__(self, words: type[E]) -> None:
        super().__init__()
        self.words = words

    def process_bind_param(self, value: E | None, dialect: Dialect) -> str | None:
        return None if value is None else self.words(value).value

    def process_result_value(self, value: str | None, dialect: Dialect) -> E | None:
        return None if value is None else self.words(value)


class Json(TypeDecorator[Any]):
    """A structured value as canonical JSON text (RFC 8785).

    Comes back frozen (tuples and read-only mappings): a change in place would not be seen by the session
    and so be lost in silence. Give the column a new value instead.
    """

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else rfc8785.dumps(plain(value, storable)).decode()

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        return None if value is None else frozen(json.loads(value))


class Said(TypeDecorator[Words]):
    """The same in each language that it has, as canonical JSON text: `{"en":"Manual","zh":"手册"}`."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Words | None, dialect: Dialect) -> str | None:
        return None if value is None else rfc8785.dumps({k: storable(v) for k, v in value.items()}).decode()

    def process_result_value(self, value: str | None, dialect: Dialect) -> Words | None:
        return None if value is None else Words(json.loads(value))


def frozen(value: Any) -> Any:
    """`value` with tuples for lists and read-only mappings for dicts."""
    if isinstance(value, dict):
        return MappingProxyType({k: frozen(v) for k, v in value.items()})
    if isinstance(value, list):
        return tuple(frozen(v) for v in value)
    return value


def is_controlled(table_name: str) -> bool:
    """Whether a table of this name is under the ledger. The ledger itself is neither inside nor outside."""
    return table_name != LEDGER and not table_name.startswith(OUTSIDE)


def add_checks(metadata: MetaData) -> None:
    """Give each typed column of the controlled tables the CHECK that its type stands for.

    The database then refuses an illegal cell even from somebody with its own shell.
    """
    for table in metadata.tables.values():
        if is_controlled(table.name):
            for column in list(table.columns):
                for name, condition in _conditions(column):
                    table.append_constraint(CheckConstraint(condition, name=name))


def add_indexes(metadata: MetaData) -> None:
    """Give each column that points at another table an index, where none begins with it.

    While a deferred key waits for its row, and the stamp of every new row does, SQLite looks for rows that
    point at the one just made: without an index it reads the whole table each time. An index of a column
    that is mostly empty leaves the empty ones out: statistics would make it look useless.
    """
    for table in metadata.tables.values():
        for column in [key.parent for key in table.foreign_keys]:
            if column.name not in _leading(table):
                there = column.is_not(None) if column.nullable else None
                Index(None, column, sqlite_where=there, postgresql_where=there)


def _leading(table: Table) -> set[str]:
    """The columns with which an index of all rows begins."""
    found = [[*index.columns] for index in table.indexes if index.dialect_options["sqlite"]["where"] is None]
    found += [[*each.columns] for each in table.constraints if isinstance(each, UniqueConstraint)]
    found += [[*table.primary_key.columns]]
    return {columns[0].name for columns in found if columns}


def _conditions(column: Column[Any]) -> Iterator[tuple[str, str]]:
    kind, name = column.type, column.name
    quoted = f'"{name}"'
    if isinstance(kind, Word):
        words = ", ".join(f"'{w.value}'" for w in kind.words)
        yield f"{name}_word", f"{quoted} IN ({words})"
    elif isinstance(kind, Flag):
        yield f"{name}_flag", f"{quoted} IN (0, 1)"
    elif isinstance(kind, Day):
        yield f"{name}_day", f"length({quoted}) = 10"
    elif isinstance(kind, Instant):
        yield f"{name}_instant", f"length({quoted}) = 27"
