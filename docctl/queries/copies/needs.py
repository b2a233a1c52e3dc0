"""Who should hold a copy of what, and does not: told from the lists, the copies and the revisions of a day.

What is wanted is worked out for each document in the statement itself, so that a list of many is one query.
"""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import ColumnElement, Select, bindparam, exists, literal_column, or_, select, union_all
from sqlalchemy.orm import aliased

from docctl.models.base import Day
from docctl.models.copies import Copy, Listed, Recall
from docctl.models.documents import Document, Revision
from docctl.rules.copies import OUT
from docctl.rules.documents.revisions import State

DAY: Final = bindparam("day", type_=Day)

_issued = aliased(Revision)
_ORDERED: Final = (
    select(_issued.id)
    .where(_issued.document_id == Document.id, _issued.state.in_([State.ISSUED]))
    .order_by(_issued.effective_day.desc(), _issued.issued_seq.desc())
    .limit(1)
    .correlate(Document)
)
NEWEST: Final = _ORDERED.scalar_subquery()
"""The revision that was issued last, in force or to come: copies are handed out of it before its day."""
IN_FORCE: Final = _ORDERED.where(_issued.effective_day <= DAY).scalar_subquery()
STANDS: Final = or_(Document.withdrawn_day.is_(None), Document.withdrawn_day > DAY)

_other = aliased(Copy)
_recall = aliased(Recall)


def has_copy(document: Any, holder: Any, revision: Any) -> ColumnElement[bool]:
    """Whether this holder has a copy of this revision that nobody asked back by the day."""
    called = exists().where(
        _recall.copy_id == _other.id, _recall.voided_at.is_(None), _recall.from_day <= DAY
    )
    return exists().where(
        _other.document_id == document,
        _other.holder == holder,
        _other.revision_id == revision,
        _other.state.in_(OUT),
        ~called.correlate(_other),
    )


def to_hand_out() -> Select[*tuple[Any, ...]]:
    """The holders on a list who have no copy of what was issued last; `day` is to be bound."""
    return (
        select(
            Listed.id.label("key"),
            Document.number.label("document"),
            Revision.title,
            Revision.label,
            Revision.head,
            Revision.issued_at,
            Listed.holder,
            Listed.holder_name,
        )
        .select_from(Listed)
        .join(Document, Document.id == Listed.document_id)
        .join(Revision, Revision.id == NEWEST)
        .where(Listed.struck_at.is_(None), STANDS, ~has_copy(Document.id, Listed.holder, Revision.id))
    )


def points_of_use() -> Any:
    """Whoever is to have a document, each once: who is on its list, and who has a copy of it (DC-02)."""
    first, twin, row = aliased(Copy), aliased(Copy), aliased(Listed)
    listed: Any = select(
        row.id, row.document_id, row.holder, row.holder_name, literal_column("1").label("listed")
    )
    earlier = exists().where(
        twin.document_id == first.document_id,
        twin.holder == first.holder,
        twin.state.in_(OUT),
        twin.id < first.id,
    )
    on_list = exists().where(
        row.document_id == first.document_id, row.holder == first.holder, row.struck_at.is_(None)
    )
    holding: Any = select(
        first.id, first.document_id, first.holder, first.holder_name, literal_column("0").label("listed")
    ).where(first.state.in_(OUT), ~earlier.correlate(first), ~on_list.correlate(first))
    return union_all(listed.where(row.struck_at.is_(None)), holding).subquery("point_of_use")


def label_held(document: Any, holder: Any) -> Any:
    """The label of the newest copy that this holder has out, whatever became of its revision."""
    held, of = aliased(Copy), aliased(Revision)
    return (
        select(of.label)
        .join(held, held.revision_id == of.id)
        .where(held.document_id == document, held.holder == holder, held.state.in_(OUT))
        .order_by(held.id.desc())
        .limit(1)
        .scalar_subquery()
    )
