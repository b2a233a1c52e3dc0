"""The distribution list of a document as people read it: who is on it, what each has of it, who was on it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import bindparam, select
from sqlalchemy.orm import aliased

from docctl.door.context import Context
from docctl.errors.message import Holder, Message
from docctl.models.copies import Listed
from docctl.models.documents import Document
from docctl.models.people import Person
from docctl.queries.columns import Column
from docctl.queries.columns import Listed as List
from docctl.queries.copies.naming import PersonLine, people_to_name
from docctl.queries.copies.needs import label_held
from docctl.queries.copies.outsiders import outsiders_to_name
from docctl.queries.documents.master_list import standing
from docctl.queries.people.departments import DepartmentLine, department_list
from docctl.rules.actions import Action
from docctl.rules.conditions import Subject
from docctl.rules.distribution import Purpose
from docctl.rules.words import Words


@dataclass(frozen=True, kw_only=True)
class HolderLine:
    """Somebody on the list, or who was. `label`: of the newest copy they have out, if the reader may know."""

    holder: str
    holder_name: str
    purpose: Purpose
    since: datetime
    by: str
    label: str | None
    until: datetime | None
    struck_by: str | None


@dataclass(frozen=True, kw_only=True)
class Distribution:
    """`lines` are those on the list, `former` those who were. `may_change`: the reader is who decides.

    `departments`, `people` and `outsiders`: whom such a reader can add.
    """

    number: str
    title: Words
    lines: tuple[HolderLine, ...]
    former: tuple[HolderLine, ...]
    may_change: bool
    departments: tuple[DepartmentLine, ...]
    people: tuple[PersonLine, ...]
    outsiders: tuple[tuple[str, str], ...]


def distribution(ctx: Context, number: str, *, changing: bool = False) -> Distribution:
    """The list of a document that the reader may read. `changing`: for the act, which is asked for.

    Raises NotFound, Forbidden.
    """
    stand, shown, _ = standing(ctx, number)
    document: Document = stand.document
    subject = Subject(name=document.number, department=document.department)
    if changing:
        ctx.require(Action.DISTRIBUTION_CHANGE, subject)
    may_change = ctx.may(Action.DISTRIBUTION_CHANGE, subject) and document.withdrawn_day is None
    rows = [HolderLine(**row) for row in ctx.session.execute(_ROWS, {"document": document.id}).mappings()]
    if not ctx.may(Action.COPY_READ, Subject()):
        # Who is on the list stands on the cover; what others hold is for who may see their copies.
        mine = (ctx.actor.login, ctx.actor.department)
        rows = [row if row.holder in mine else replace(row, label=None) for row in rows]
    return Distribution(
        number=document.number,
        title=shown.title,
        lines=tuple(row for row in rows if row.until is None),
        former=tuple(row for row in rows if row.until is not None),
        may_change=may_change,
        departments=tuple(department_list(ctx)) if may_change else (),
        people=tuple(people_to_name(ctx, Action.DISTRIBUTION_CHANGE, subject)) if may_change else (),
        outsiders=tuple(outsiders_to_name(ctx)) if may_change else (),
    )


_by, _struck = aliased(Person), aliased(Person)
_ROWS: Final[Any] = (
    select(
        Listed.holder,
        Listed.holder_name,
        Listed.purpose,
        Listed.listed_at.label("since"),
        _by.name.label("by"),
        label_held(Listed.document_id, Listed.holder).label("label"),
        Listed.struck_at.label("until"),
        _struck.name.label("struck_by"),
    )
    .join(_by, _by.id == Listed.listed_by_id)
    .outerjoin(_struck, _struck.id == Listed.struck_by_id)
    .where(Listed.document_id == bindparam("document"))
    .order_by(Listed.id)
)

DISTRIBUTION: Final = List(
    title=Message("Distribution list"),
    columns=(
        Column(
            key="holder",
            heading=Message("Holder"),
            value=lambda line: Holder(line.holder, line.holder_name),
        ),
        Column(key="purpose", heading=Message("Purpose"), value=lambda line: line.purpose),
        Column(key="label", heading=Message("Has a copy of"), value=lambda line: line.label),
        Column(key="since", heading=Message("On the list since"), value=lambda line: line.since),
        Column(key="by", heading=Message("Put on it by"), value=lambda line: line.by),
        Column(key="until", heading=Message("Struck off at"), value=lambda line: line.until),
        Column(key="struck_by", heading=Message("Struck off by"), value=lambda line: line.struck_by),
    ),
)
