"""Report: recalls that nobody has answered yet. Each copy that is asked back, and is still out."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from sqlalchemy import Select, select
from sqlalchemy.orm import aliased

from docctl.door.context import Context
from docctl.errors.message import Holder, Message
from docctl.models.copies import Copy, Recall
from docctl.models.documents import Document, Revision
from docctl.models.people import Person
from docctl.queries.columns import NOT_ON_PAGE, Column, Listed
from docctl.queries.report import Filter, Report, part_of
from docctl.rules.actions import Action
from docctl.rules.copies import OUT
from docctl.rules.recalls import Cause

_any = aliased(Recall)
# Of several recalls of a copy the one counts that begins first.
_FIRST: Final = (
    select(_any.id)
    .where(_any.copy_id == Copy.id, _any.voided_at.is_(None))
    .order_by(_any.from_day, _any.id)
    .limit(1)
    .correlate(Copy)
    .scalar_subquery()
)


def _rows(ctx: Context) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Copy.number.label("copy"),
            Copy.holder,
            Copy.holder_name,
            Document.number.label("document"),
            Revision.label.label("revision"),
            Recall.from_day.label("recalled_from"),
            Recall.cause,
            Recall.reason,
            Person.name.label("by"),
        )
        .join(Copy, Copy.id == Recall.copy_id)
        .join(Document, Document.id == Copy.document_id)
        .join(Revision, Revision.id == Copy.revision_id)
        .join(Person, Person.id == Recall.by_id)
        .where(Recall.id == _FIRST, Recall.from_day <= ctx.today(), Copy.state.in_(OUT))
    )


def _before(day: date) -> Any:
    return Recall.from_day < day


RECALLS: Final = Report(
    name="recalls",
    about=Message("Copies that were asked back and are still out, the oldest recall first."),
    action=Action.COPY_READ,
    rows=_rows,
    key=Recall.id,
    filters=(
        Filter(name="document", label=Message("Document number"), where=part_of(Document.number)),
        Filter(name="holder", label=Message("Holder"), where=part_of(Copy.holder, Copy.holder_name)),
        Filter(name="cause", label=Message("Cause"), where=Recall.cause.__eq__, takes=Cause),
        Filter(name="before", label=Message("Asked back before"), where=_before, takes=date),
    ),
    listed=Listed(
        title=Message("Open recalls"),
        columns=(
            Column(key="copy", heading=Message("Copy number"), shape="number", leads_to="copy"),
            Column(
                key="holder",
                heading=Message("Holder"),
                value=lambda line: Holder(line["holder"], line["holder_name"]),
            ),
            Column(key="document", heading=Message("Document number"), on=NOT_ON_PAGE),
            Column(key="revision", heading=Message("Revision"), leads_to="revision"),
            Column(key="recalled_from", heading=Message("Asked back from"), shape="day"),
            Column(key="cause", heading=Message("Cause")),
            Column(key="reason", heading=Message("Reason"), shape="words"),
            Column(key="by", heading=Message("By")),
        ),
    ),
)
