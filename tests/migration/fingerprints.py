"""The fingerprint of all tables of this program, guards and search included; `ddl.json` keeps one a schema.

    .venv/bin/python -m tests.migration.fingerprints

enters the one of today under the number of today. A number that is on somebody's machine is never entered anew.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final

from sqlalchemy import Dialect, MetaData
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.schema import CreateIndex, CreateTable

from docctl.ledger.upcast import SCHEMA
from docctl.models import guards
from docctl.models.base import Base, is_controlled
from docctl.store import search_index

FILE: Final = Path(__file__).parent / "ddl.json"
DIALECTS: Final[dict[str, Dialect]] = {
    "sqlite": sqlite.dialect(),
    "postgresql": postgresql.dialect(),  # type: ignore[no-untyped-call]
}


def statements(dialect: Dialect, models: MetaData = Base.metadata) -> list[str]:
    """Every statement that makes the database of a new site."""
    made = []
    for table in models.sorted_tables:
        made.append(str(CreateTable(table).compile(dialect=dialect)))
        indexes = sorted(table.indexes, key=lambda index: str(index.name))
        made += [str(CreateIndex(index).compile(dialect=dialect)) for index in indexes]
    names = [t.name for t in models.sorted_tables if is_controlled(t.name)]
    dialect.default_schema_name = "public"
    connection: Any = SimpleNamespace(dialect=dialect)
    return [*made, *search_index.DDL[dialect.name], *guards._statements(connection, names, ledger=True)]


def fingerprint(dialect: Dialect, models: MetaData = Base.metadata) -> str:
    """The SHA-256 of them, whatever blanks stand between their words."""
    plain = "\n".join(" ".join(each.split()) for each in statements(dialect, models))
    return hashlib.sha256(plain.encode()).hexdigest()


def kept() -> dict[str, dict[str, str]]:
    """Fingerprints by schema and database."""
    found: dict[str, dict[str, str]] = json.loads(FILE.read_text(encoding="utf-8"))
    return found


if __name__ == "__main__":
    now = {name: fingerprint(dialect) for name, dialect in DIALECTS.items()}
    FILE.write_text(json.dumps({**kept(), str(SCHEMA): now}, indent=2) + "\n", encoding="utf-8")
