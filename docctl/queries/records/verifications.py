"""Report: what verification found in a period, for internal audit and management review (DC-106, PR-79)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final

from sqlalchemy import Select, select
from sqlalchemy.orm import aliased

from docctl.door.context import Context
from docctl.errors.message import Message
from docctl.models.documents import Document, Revision
from docctl.models.records import Record, RecordSignature
from docctl.queries.columns import NOT_ON_PAGE, Column, Listed
from docctl.queries.records.asked import ALL, conditions
from docctl.queries.report import Filter, Report, part_of
from docctl.rules.actions import Action
from docctl.rules.conditions import Subject
from docctl.rules.words import Own, Words

_DAY: Final = timedelta(days=1)
_form, _procedure = aliased(Document), aliased(Document)
_template, _governing = aliased(Revision), aliased(Revision)


class Finding(StrEnum):
    """What a verifier found, by the act that says it."""

    RIGHT = Action.RECORD_VERIFY.verb
    AGAIN = Action.RECORD_SEND_BACK.verb

    @property
    def words(self) -> Own:
        return _WORDS[self]


_WORDS: Final[Mapping[Finding, Own]] = MappingProxyType(
    {
        Finding.RIGHT: Own(zh="验证通过", en="found right"),
        Finding.AGAIN: Own(zh="退回重做", en="sent back to be done again"),
    }
)


def _rows(ctx: Context) -> Select[*tuple[Any, ...]]:
    """One that was sent back and done again has a line for each time."""
    return (
        select(
            Record.number.label("record"),
            _form.number.label("form"),
            _template.title,
            _procedure.number.label("document"),
            _governing.label.label("revision"),
            RecordSignature.meaning.label("finding"),
            RecordSignature.person_name.label("by"),
            RecordSignature.signed_at,
            RecordSignature.reason,
        )
        .join(Record, Record.id == RecordSignature.record_id)
        .join(_form, _form.id == Record.document_id)
        .join(_template, _template.id == Record.template_revision_id)
        .join(_governing, _governing.id == Record.procedure_revision_id)
        .join(_procedure, _procedure.id == _governing.document_id)
        .where(RecordSignature.meaning.in_([each.value for each in Finding]), conditions(ctx, ALL))
    )


def _since(moment: datetime) -> Any:
    return RecordSignature.signed_at >= moment


def _until(moment: datetime) -> Any:
    last = datetime.max.replace(tzinfo=moment.tzinfo) - _DAY
    return RecordSignature.signed_at < min(moment, last) + _DAY


VERIFICATIONS: Final = Report(
    name="verifications",
    about=Message(
        "What verifiers found, for internal audit and management review: each record that was found right, "
        "or sent back with the reason, under the revision that governed it."
    ),
    action=Action.RECORD_READ,
    subject=Subject(performers=frozenset()),
    rows=_rows,
    key=RecordSignature.id,
    filters=(
        Filter(name="since", label=Message("From day"), where=_since, takes=datetime),
        Filter(name="until", label=Message("Until day"), where=_until, takes=datetime),
        Filter(name="form", label=Message("Form"), where=part_of(_form.number)),
        Filter(name="document", label=Message("Document number"), where=part_of(_procedure.number)),
        Filter(
            name="finding",
            label=Message("What was found"),
            where=RecordSignature.meaning.__eq__,
            takes=Finding,
        ),
    ),
    listed=Listed(
        title=Message("Verification results"),
        columns=(
            Column(key="record", heading=Message("Record"), shape="number", leads_to="record"),
            Column(key="form", heading=Message("Form"), on=NOT_ON_PAGE),
            Column(
                key="title", heading=Message("Title"), value=lambda line: Words(line["title"]), shape="words"
            ),
            Column(key="document", heading=Message("Document number"), leads_to="document"),
            Column(key="revision", heading=Message("Revision"), leads_to="revision"),
            Column(
                key="finding",
                heading=Message("What was found"),
                value=lambda line: Finding(line["finding"]).words,
            ),
            Column(key="by", heading=Message("By")),
            Column(key="signed_at", heading=Message("Signed at")),
            Column(key="reason", heading=Message("Reason"), shape="words"),
        ),
    ),
)
