"""Papers of somebody outside that are not back yet (PR-23): a condition, so that no record is read for it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import ColumnElement, and_, exists, false, or_, select

from docctl.door.context import Context
from docctl.errors import Tampered
from docctl.models.documents import Revision
from docctl.models.records import AttachmentMark, Record, RecordAttachment, RecordEntry, RecordSignature
from docctl.rules.records.attachments import Mark, holds_files
from docctl.rules.records.life import GONE
from docctl.standing import pinned
from docctl.standing.record import SIGNED
from docctl.store.template import Template


def not_back(ctx: Context) -> ColumnElement[bool]:
    """A step that wants evidence is signed, and nothing was filed there, nor written down where it lies.

    Of a place that was written down and blanked again it says that it is there; the record itself does not.
    """
    used = select(Revision).where(Revision.id.in_(select(Record.template_revision_id)))
    ways: list[ColumnElement[bool]] = []
    for revision in ctx.session.scalars(used):
        try:
            template = pinned.template_of(ctx.site, revision, revision.blob)
        except Tampered:
            continue
        lacking = list(_lacking(template))
        if lacking:
            ways.append(and_(Record.template_revision_id == revision.id, or_(*lacking)))
    return and_(Record.state.not_in(GONE), or_(false(), *ways))


def _lacking(template: Template) -> Iterator[ColumnElement[bool]]:
    """Of each step that wants evidence: that it is signed without any."""
    for step in template.steps:
        if step.evidence:
            schemas = {field: template.schema["properties"][field] for field in step.fields}
            places = [f for f, s in schemas.items() if s.get("format") == "file" and not holds_files(s)]
            yield and_(_signed(step.name), ~_filed(step.name), ~_written(places))


def _signed(step: str) -> ColumnElement[bool]:
    return exists().where(
        RecordSignature.record_id == Record.id,
        RecordSignature.meaning == SIGNED,
        RecordSignature.step == step,
        RecordSignature.voided_at.is_(None),
    )


def _filed(step: str) -> ColumnElement[bool]:
    struck = exists().where(
        AttachmentMark.attachment_id == RecordAttachment.id, AttachmentMark.meaning == Mark.STRUCK
    )
    return exists().where(RecordAttachment.record_id == Record.id, RecordAttachment.step == step, ~struck)


def _written(fields: Sequence[str]) -> ColumnElement[bool]:
    return exists().where(RecordEntry.record_id == Record.id, RecordEntry.field.in_(fields))
