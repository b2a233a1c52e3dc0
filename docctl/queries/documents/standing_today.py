"""Which revision of each document its readers are shown, and its status, put to the database.

For today and days to come, when what is stored holds. `Stand` (stand.py) says the same of rows in hand, and
of any day; a test holds the two against each other.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, bindparam, case, func, or_, select
from sqlalchemy.orm import aliased

from docctl.models.base import Day
from docctl.models.documents import Document, Revision
from docctl.rules.documents.revisions import State, Status

DAY: Final = bindparam("day", type_=Day)
"""To be bound where one of these is asked."""

SHOWN: Final = aliased(Revision, name="shown")
"""Joined by `is_shown(…)`: the revision of the line."""

_other = aliased(Revision)
_WITHDRAWN: Final = and_(Document.withdrawn_day.is_not(None), Document.withdrawn_day <= DAY)


def _first(*conditions: Any, order: Any) -> Any:
    found = select(_other.id).where(_other.document_id == Document.id, *conditions)
    return found.order_by(*order).limit(1).correlate(Document).scalar_subquery()


_IS_ISSUED: Final = _other.state.in_([State.ISSUED])
IN_FORCE: Final = _first(
    ~_WITHDRAWN,
    _IS_ISSUED,
    _other.effective_day <= DAY,
    order=(_other.effective_day.desc(), _other.issued_seq.desc()),
)
"""The revision of a document that governs work on DAY."""
# A sum: ordered by the bare key, SQLite walks through all issued revisions until one is of the document.
_LAST: Final = (_other.id + 0).desc()
_ISSUED: Final = _first(_IS_ISSUED, order=(_LAST,))
_CANCELLED: Final = _first(_other.state.in_([State.CANCELLED]), order=(_LAST,))
_NEWEST: Final = _first(order=(_LAST,))


def _has(state: State) -> ColumnElement[bool]:
    return select(_other.id).where(_other.document_id == Document.id, _other.state.in_([state])).exists()


IS_ISSUED: Final = _has(State.ISSUED)
"""A document of which something was issued."""


def visible(admitted: Collection[int]) -> ColumnElement[bool]:
    """A document of which a reader is shown a revision.

    `admitted`: the documents without an issue whose drafts the reader may read.
    """
    return or_(IS_ISSUED, _has(State.CANCELLED), Document.id.in_(admitted))


def shown(admitted: Collection[int]) -> ColumnElement[int | None]:
    """The revision that is shown of it."""
    return func.coalesce(IN_FORCE, _ISSUED, case((Document.id.in_(admitted), _NEWEST), else_=_CANCELLED))


def is_shown(revision: Any) -> ColumnElement[bool]:
    """SHOWN is this revision of its document: looked for among its own, not among all there are."""
    return and_(SHOWN.document_id == Document.id, SHOWN.id == revision)


STATUS: Final[ColumnElement[str]] = case(
    *((SHOWN.state == state, Status[state.name].value) for state in State if state is not State.ISSUED),
    (_WITHDRAWN, Status.WITHDRAWN.value),
    (SHOWN.effective_day <= DAY, Status.EFFECTIVE.value),
    else_=Status.ISSUED.value,
)
"""The status of SHOWN. It is never superseded: no revision is issued for a day before one that is issued."""
