"""Whether anybody has written something since this connection looked last: docctl, or somebody with a shell.

The database itself knows: SQLite counts what other connections commit, PostgreSQL shows which transactions
have ended. So what was compared once need not be compared again, and no change goes unnoticed.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any, Final

from sqlalchemy import Connection

_MARKS: Final = {"sqlite": "PRAGMA data_version", "postgresql": "SELECT pg_current_snapshot()::text"}
_KEPT: Final = "known since nobody wrote"
MOST: Final = 2_000
"""Answers that one connection keeps in mind; then it begins anew."""


def known(connection: Connection) -> dict[Hashable, Any]:
    """What this connection found out since the last change of the database. Put into it what is found."""
    mark = connection.exec_driver_sql(_MARKS[connection.dialect.name]).scalar()
    kept: tuple[Any, dict[Hashable, Any]] | None = connection.info.get(_KEPT)
    if kept is None or kept[0] != mark or len(kept[1]) > MOST:
        kept = connection.info[_KEPT] = (mark, {})
    return kept[1]
