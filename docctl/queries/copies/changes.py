"""What changed in the departments' lists of controlled documents (DC-58): all, and what is unseen."""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, Select, func, select

from docctl.door.context import Context
from docctl.errors.message import Holder, Message
from docctl.models.configuration import Department
from docctl.models.copies import Copy, CopyStep, ListsSeen
from docctl.models.documents import Document, Revision
from docctl.models.people import Person
from docctl.queries.columns import Column, Listed
from docctl.queries.desk.followed import Followed, rows_of, touched
from docctl.queries.ledger.words import done
from docctl.queries.report import Filter, Report, part_of
from docctl.rules.actions import Action
from docctl.rules.words import Words

CHANGING: Final = tuple(
    action.verb
    for action in (
        Action.COPY_ISSUE,
        Action.COPY_TAKE_OVER,
        Action.COPY_RETURN,
        Action.COPY_KEEP,
        Action.COPY_DESTROY,
        Action.COPY_LOSE,
    )
)
"""What puts a copy on the list of its holder, or takes it off."""


@dataclass(frozen=True, kw_only=True)
class Changed:
    """The list of a department with changes that nobody of administration has taken note of."""

    key: str
    title: Words
    changes: int
    since: datetime
    upto: int


def unseen(ctx: Context) -> Sequence[Changed]:
    """By department; the reader was asked for the right to take note of them."""
    return UNSEEN.told(ctx, _by_department)


class _OfCopy(NamedTuple):
    """What nobody has taken note of, of one copy; light, since there may be one for every copy."""

    key: str
    title: Words
    changes: int
    since: datetime
    upto: int


def _by_department(of_copies: Mapping[int, _OfCopy]) -> Sequence[Changed]:
    found: dict[str, list[_OfCopy]] = defaultdict(list)
    for one in of_copies.values():
        found[one.key].append(one)
    return [_together(found[key]) for key in sorted(found)]


def _together(copies: Sequence[_OfCopy]) -> Changed:
    _, _, changes, since, upto = zip(*copies, strict=True)
    first = copies[0]
    return Changed(key=first.key, title=first.title, changes=sum(changes), since=min(since), upto=max(upto))


_SEEN: Final = select(func.coalesce(func.max(ListsSeen.upto), 0)).scalar_subquery()
_OF_COPIES: Final[Select[*tuple[Any, ...]]] = (
    select(
        Copy.id,
        Department.key,
        Department.title,
        func.count(CopyStep.id).label("changes"),
        func.min(CopyStep.at).label("since"),
        func.max(CopyStep.id).label("upto"),
    )
    .join(Department, Copy.holder == Department.key)
    .join(CopyStep, CopyStep.copy_id == Copy.id)
    .where(CopyStep.action.in_(CHANGING), CopyStep.id > _SEEN)
    .group_by(Copy.id, Department.key, Department.title)
)


def _of_copies(ctx: Context, keys: Collection[int] | None) -> Mapping[int, _OfCopy]:
    rows = ctx.session.execute(_OF_COPIES if keys is None else _OF_COPIES.where(Copy.id.in_(keys)))
    titles: dict[str, Words] = {}
    return {
        row.id: _OfCopy(
            sys.intern(row.key), titles.setdefault(row.key, row.title), row.changes, row.since, row.upto
        )
        for row in rows
    }


UNSEEN: Final = Followed(
    what="list changes",
    rows=(touched(Copy, Copy.id), touched(CopyStep, CopyStep.copy_id)),
    whole=rows_of(Department, ListsSeen),
    make=_of_copies,
)


def _rows(_: Context) -> Select[*tuple[Any, ...]]:
    return (
        select(
            CopyStep.day,
            Copy.holder,
            Copy.holder_name,
            CopyStep.action,
            Copy.number.label("copy"),
            Document.number.label("document"),
            Revision.title,
            Revision.label.label("revision"),
            Person.name.label("by"),
        )
        .join(Copy, Copy.id == CopyStep.copy_id)
        .join(Department, Department.key == Copy.holder)
        .join(Document, Document.id == Copy.document_id)
        .join(Revision, Revision.id == Copy.revision_id)
        .join(Person, Person.id == CopyStep.by_id)
        .where(CopyStep.action.in_(CHANGING))
    )


def _since(day: date) -> ColumnElement[bool]:
    return CopyStep.day >= day


CHANGES: Final = Report(
    name="list-changes",
    about=Message("What came onto the departments' lists of controlled documents and went off them."),
    action=Action.COPY_READ,
    rows=_rows,
    key=CopyStep.id,
    newest_first=True,
    filters=(
        Filter(name="department", label=Message("Department"), where=part_of(Copy.holder, Copy.holder_name)),
        Filter(name="document", label=Message("Document number"), where=part_of(Document.number)),
        Filter(name="since", label=Message("Since"), where=_since, takes=date),
    ),
    listed=Listed(
        title=Message("Changes of the departments' lists"),
        columns=(
            Column(key="day", heading=Message("Day"), shape="day"),
            Column(
                key="holder",
                heading=Message("Department"),
                value=lambda line: Holder(line["holder"], line["holder_name"]),
            ),
            Column(
                key="action",
                heading=Message("What was done"),
                value=lambda line: done(f"copy.{line['action']}"),
            ),
            Column(key="copy", heading=Message("Copy number"), shape="number", leads_to="copy"),
            Column(key="revision", heading=Message("Revision"), leads_to="revision"),
            Column(key="title", heading=Message("Title")),
            Column(key="by", heading=Message("By")),
        ),
    ),
)
