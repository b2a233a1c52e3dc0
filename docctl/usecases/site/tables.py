"""Rows as cells, out of one database and into another: for a migration, a rebuild and a backup.

Columns without type, so that nothing converts the cells: they are text, integers, bytes or nothing, on both
databases the same.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from itertools import islice
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Table, column, insert, select, table, text
from sqlalchemy.orm import Session

from docctl.door.site import Site
from docctl.errors import DocctlError
from docctl.models.base import is_controlled
from docctl.models.documents import Document, Revision
from docctl.rules.documents.revisions import State
from docctl.store.material import parse, read_files
from docctl.usecases.documents import indexing

AT_ONCE: Final = 500
ROWS_A_PIECE: Final = 1000

Cells = Mapping[str, Any]


def fill(connection: Connection, into: Table, rows: Iterable[Cells]) -> None:
    """Put rows in, part by part; keys that the database counts go on after the largest."""
    put(connection, into.name, into.columns.keys(), rows)
    numbered = into.autoincrement_column
    if connection.dialect.name == "postgresql" and numbered is not None and not is_controlled(into.name):
        connection.execute(
            text(
                f'SELECT setval(pg_get_serial_sequence(:name, :column), max("{numbered.name}"))'  # noqa: S608
                f' FROM "{into.name}" HAVING max("{numbered.name}") IS NOT NULL'
            ),
            {"name": into.name, "column": numbered.name},
        )


def put(connection: Connection, into: str, columns: Iterable[str], rows: Iterable[Cells]) -> None:
    """Insert cells as they are; a cell that a row does not have is left to the table."""
    known = set(columns)
    waiting = iter(rows)
    while part := [{n: row[n] for n in row if n in known} for row in islice(waiting, AT_ONCE)]:
        connection.execute(insert(table(into, *map(column, part[0]))), part)


def dumped(connection: Connection, of: Table) -> Iterator[bytes]:
    """All rows of a table as lines of JSON, in pieces of whole rows: one that only grows keeps its pieces."""
    wanted: list[ColumnElement[Any]] = [column(name.name) for name in of.columns]
    order: list[ColumnElement[Any]] = [column(key.name) for key in of.primary_key.columns]
    found = connection.execute(
        select(*wanted).select_from(table(of.name)).order_by(*order),
        execution_options={"yield_per": ROWS_A_PIECE},
    )
    for part in found.partitions(ROWS_A_PIECE):
        yield b"".join(_line(row) for row in part)


def read(of: Table, pieces: Iterable[bytes]) -> Iterator[dict[str, Any]]:
    """The rows again. Columns of other names than those of now are a ValueError."""
    names = of.columns.keys()
    for piece in pieces:
        for line in piece.splitlines():
            yield dict(zip(names, map(_cell, json.loads(line)), strict=True))


def index_texts(site: Site, session: Session) -> None:
    """The texts that may be asked for; what the library has lost is left out here and named by a check."""
    wanted = select(Document, Revision).join(Revision, Revision.document_id == Document.id)
    for document, issued in session.execute(
        wanted.where(Revision.state == State.ISSUED, Document.withdrawn_day.is_(None)).order_by(Revision.id)
    ):
        with suppress(DocctlError):
            texts = indexing.texts_of(parse(read_files(site.library, issued.manifest)))
            indexing.put(site, session.connection(), document, issued, texts)


def _line(row: Iterable[object]) -> bytes:
    cells = [{"b": base64.b64encode(c).decode()} if isinstance(c, bytes) else c for c in row]
    return json.dumps(cells, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _cell(told: Any) -> object:
    return base64.b64decode(told["b"]) if isinstance(told, dict) else told
