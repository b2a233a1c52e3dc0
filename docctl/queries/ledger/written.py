"""Whether anybody has written something since a connection looked last: docctl, or somebody with a shell.

The database itself knows: SQLite counts what other connections commit, PostgreSQL shows which transactions
have ended. So what was compared once need not be compared again, and no change goes unnoticed.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any, Final, Protocol

from sqlalchemy import Connection

from docctl.models.quick import MARKS, NotQuickly, Quick

_KEPT: Final = "known since nobody wrote"
MOST: Final = 2_000
"""Answers that one connection keeps in mind; then it begins anew."""


class Known(Protocol):
    """What was found out since the last change of the database. Put into it what is found."""

    def get(self, key: Hashable, /) -> Any: ...

    def __setitem__(self, key: Hashable, found: Any, /) -> None: ...


def known(connection: Connection) -> Known:
    """What this connection found out: of the rows as its transaction sees them."""
    mark = connection.exec_driver_sql(MARKS[connection.dialect.name]).scalar()
    kept: tuple[Any, dict[Hashable, Any]] | None = connection.info.get(_KEPT)
    if kept is None or kept[0] != mark or len(kept[1]) > MOST:
        kept = connection.info[_KEPT] = (mark, {})
    return kept[1]


class QuicklyKnown:
    """What was found out beside a connection that has no transaction: by one that began after it was asked.

    So something is kept only where nobody has written in between.
    """

    def __init__(self, one: Quick) -> None:
        self._one = one

    def get(self, key: Hashable, /) -> Any:
        """What is known; None where it is not, or the connection does not answer."""
        one = self._one
        try:
            mark = one.written()
        except NotQuickly:
            return None
        if one.mark != mark or len(one.known) > MOST:
            one.mark, one.known = mark, {}
        return one.known.get(key)

    def __setitem__(self, key: Hashable, found: Any, /) -> None:
        one = self._one
        try:
            if one.written() == one.mark:
                one.known[key] = found
        except NotQuickly:
            return
