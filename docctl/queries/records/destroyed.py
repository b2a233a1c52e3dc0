"""Report: each record that was proposed for destruction, and what became of it: the register of what went."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from sqlalchemy import Select, and_, select
from sqlalchemy.orm import aliased

from docctl.door.context import Context
from docctl.errors.message import Message, Post
from docctl.models.disposals import Disposal, DisposalItem, DisposalSignature
from docctl.models.documents import Revision
from docctl.models.records import Record
from docctl.queries.columns import NOT_ON_PAGE, Column, Listed
from docctl.queries.report import Filter, Report, part_of
from docctl.rules.actions import Action
from docctl.rules.records.disposal import State

_proposed, _approved, _carried, _witnessed = (aliased(DisposalSignature) for _ in range(4))
_SIGNED: Final = (
    (_proposed, Action.DISPOSAL_PROPOSE),
    (_approved, Action.DISPOSAL_APPROVE),
    (_carried, Action.DISPOSAL_DESTROY),
    (_witnessed, Action.DISPOSAL_WITNESS),
)


def _rows(_: Context) -> Select[*tuple[Any, ...]]:
    wanted = (
        select(
            Record.number.label("record"),
            Revision.title.label("title"),
            Disposal.number.label("disposal"),
            Disposal.keeper,
            DisposalItem.ended_day,
            DisposalItem.kept_until,
            Disposal.state,
            Disposal.reason,
            _proposed.person_name.label("proposed_by"),
            _approved.person_name.label("approved_by"),
            _carried.person_name.label("carried_out_by"),
            _carried.signed_at.label("destroyed_at"),
            _witnessed.person_name.label("witnessed_by"),
            DisposalItem.content.label("sha256"),
        )
        .join(Disposal, Disposal.id == DisposalItem.disposal_id)
        .join(Record, Record.id == DisposalItem.record_id)
        .join(Revision, Revision.id == Record.template_revision_id)
    )
    for row, action in _SIGNED:
        wanted = wanted.outerjoin(
            row, and_(row.disposal_id == DisposalItem.disposal_id, row.meaning == action.verb)
        )
    return wanted


def _since(day: datetime) -> Any:
    return _carried.signed_at >= day


DISPOSALS: Final = Report(
    name="disposals",
    about=Message(
        "Records that were proposed for destruction, and who approved, carried out and witnessed it."
    ),
    action=Action.DISPOSAL_READ,
    rows=_rows,
    key=DisposalItem.id,
    newest_first=True,
    filters=(
        Filter(name="record", label=Message("Record number"), where=part_of(Record.number)),
        Filter(name="state", label=Message("State"), where=Disposal.state.__eq__, takes=State),
        Filter(name="since", label=Message("Destroyed since"), where=_since, takes=datetime),
    ),
    listed=Listed(
        title=Message("Register of destroyed records"),
        columns=(
            Column(key="record", heading=Message("Record"), shape="number", leads_to="record"),
            Column(key="title", heading=Message("Title")),
            Column(key="disposal", heading=Message("Disposal number"), shape="number", leads_to="disposal"),
            Column(
                key="keeper",
                heading=Message("Keeper"),
                value=lambda line: Post(line["keeper"]),
                on=NOT_ON_PAGE,
            ),
            Column(key="ended_day", heading=Message("Closed or void since"), on=NOT_ON_PAGE),
            Column(key="kept_until", heading=Message("Kept until"), on=NOT_ON_PAGE),
            Column(key="state", heading=Message("State")),
            Column(key="reason", heading=Message("Reason"), on=NOT_ON_PAGE),
            Column(key="proposed_by", heading=Message("Proposed by"), on=NOT_ON_PAGE),
            Column(key="approved_by", heading=Message("Approved by")),
            Column(key="carried_out_by", heading=Message("Destroyed by")),
            Column(key="destroyed_at", heading=Message("Destroyed at")),
            Column(key="witnessed_by", heading=Message("Witnessed by")),
            Column(key="sha256", heading=Message("SHA-256 digest"), on=NOT_ON_PAGE),
        ),
    ),
)
