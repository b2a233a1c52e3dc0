"""Rows of SQLite that cannot be read as what they should be: a text that is no UTF-8, a number that is text.

What is no text comes as the bytes that it is, so that it can be compared and named.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import suppress
from typing import Any

from sqlalchemy import Connection, column, func, select, table

from docctl.models.base import Base


def rows(connection: Connection, name: str, keys: Collection[int] | None = None) -> Iterator[dict[str, Any]]:
    """The rows of a table (those with these keys), however broken, with what each cell really holds."""
    names = [c.name for c in Base.metadata.tables[name].columns]
    cells = [f(column(name)) for name in names for f in (func.typeof, func.hex)]
    wanted = select(*cells).select_from(table(name))
    if keys is not None:
        wanted = wanted.where(column("id").in_(keys))
    for row in connection.execute(wanted):
        yield {n: _cell(*row[2 * i : 2 * i + 2]) for i, n in enumerate(names)}


def _cell(kind: str, digits: str) -> str | int | bytes | None:
    data = bytes.fromhex(digits)
    if kind == "null":
        return None
    if kind == "integer":
        return int(data)
    with suppress(UnicodeDecodeError):
        return data.decode("utf-8") if kind == "text" else data
    return data
