"""Report: records whose time is over, as of today: nothing holds them, and no proposal names them yet."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, case, exists, false, func, or_, select, type_coerce

from docctl.door.context import Context
from docctl.errors.message import Message, Post
from docctl.models.base import Instant
from docctl.models.disposals import Disposal, DisposalItem, RecordHold
from docctl.models.documents import Document, Revision
from docctl.models.records import Record, RecordSignature
from docctl.queries.columns import Column, Listed
from docctl.queries.report import Filter, Report, part_of
from docctl.rules.actions import Action
from docctl.rules.records.disposal import LIVE
from docctl.rules.records.life import State
from docctl.rules.records.retention import Retention, closed_before
from docctl.standing.record import VOIDED

_VOIDED: Final = (
    select(func.max(RecordSignature.signed_at))
    .where(RecordSignature.record_id == Record.id, RecordSignature.meaning == VOIDED)
    .correlate(Record)
    .scalar_subquery()
)
ENDED: Final = type_coerce(case((Record.state == State.VOID, _VOIDED), else_=Record.closed_at), Instant)
"""When a record was closed or made void."""
_OVER: Final = (State.CLOSED, State.VOID)


def over(ctx: Context) -> ColumnElement[bool]:
    """A record that may be proposed for destruction today, as far as rows can say it.

    One condition for each period that a form ever stated: no record is read for it.
    """
    held = exists().where(RecordHold.record_id == Record.id, RecordHold.revoked_at.is_(None))
    named = exists().where(
        DisposalItem.record_id == Record.id,
        DisposalItem.disposal_id == Disposal.id,
        Disposal.state.in_(LIVE),
    )
    return and_(Record.state.in_(_OVER), or_(false(), *_past(ctx)), ~held, ~named)


def _past(ctx: Context) -> Iterator[ColumnElement[bool]]:
    for said, years in periods(ctx):
        first = datetime.combine(closed_before(years, ctx.today()), time(), ctx.site.zone)
        yield and_(Record.retention == said, first.astimezone(UTC) > ENDED)


def periods(ctx: Context) -> list[tuple[Any, int]]:
    """What forms ever said of how long their records are kept, and the years of that."""
    asked = select(Record.retention).where(Record.state.in_(_OVER)).distinct()
    found = ((said, Retention.parse(said).years) for said in ctx.session.scalars(asked))
    return [(said, years) for said, years in found if years is not None]


def _rows(ctx: Context) -> Select[*tuple[Any, ...]]:
    years = [(Record.retention == said, years) for said, years in periods(ctx)]
    return (
        select(
            Record.number.label("record"),
            Revision.title.label("title"),
            Record.keeper,
            Record.state,
            ENDED.label("ended"),
            (case(*years, else_=0) if years else Record.year).label("years"),
        )
        .join(Document, Document.id == Record.document_id)
        .join(Revision, Revision.id == Record.template_revision_id)
        .where(over(ctx))
    )


def _opened_before(day: date) -> ColumnElement[bool]:
    return Record.opened_day < day


DISPOSABLE: Final = Report(
    name="disposable",
    about=Message(
        "Closed and void records that were kept for as long as their forms say, and are on no hold."
    ),
    action=Action.DISPOSAL_READ,
    rows=_rows,
    key=Record.id,
    filters=(
        Filter(name="record", label=Message("Record number"), where=part_of(Record.number)),
        Filter(name="keeper", label=Message("Keeper"), where=part_of(Record.keeper)),
        Filter(name="before", label=Message("Opened before"), where=_opened_before, takes=date),
    ),
    listed=Listed(
        title=Message("Records past their retention"),
        columns=(
            Column(key="record", heading=Message("Record"), shape="number", leads_to="record"),
            Column(key="title", heading=Message("Title")),
            Column(key="keeper", heading=Message("Keeper"), value=lambda line: Post(line["keeper"])),
            Column(key="state", heading=Message("State")),
            Column(key="ended", heading=Message("Closed or void since"), shape="day"),
            Column(key="years", heading=Message("Years kept"), shape="number"),
        ),
    ),
)
