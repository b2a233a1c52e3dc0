"""The files of records as the rules take them, however many records with two queries; and their bytes."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from docctl.errors import Tampered, see
from docctl.models.records import AttachmentMark, Record, RecordAttachment
from docctl.render.preview import preview
from docctl.rules.records.attachments import AttachmentFacts, Kind, MarkFacts

if TYPE_CHECKING:
    from docctl.door.site import Site


def attachments_of(
    session: Session, condition: ColumnElement[bool]
) -> dict[int, tuple[AttachmentFacts, ...]]:
    """By record, in the order in which they came. The condition is one on Record."""
    marks = defaultdict(list)
    said = select(AttachmentMark).join(Record, AttachmentMark.record_id == Record.id)
    for mark in session.scalars(said.where(condition).order_by(AttachmentMark.id)):
        marks[mark.attachment_id].append(
            MarkFacts(mark.id, mark.meaning, mark.person_id, mark.person_name, mark.signed_at, mark.reason)
        )
    found: dict[int, tuple[AttachmentFacts, ...]] = defaultdict(tuple)
    rows = select(RecordAttachment).join(Record, RecordAttachment.record_id == Record.id)
    for row in session.scalars(rows.where(condition).order_by(RecordAttachment.id)):
        found[row.record_id] += (_facts(row, tuple(marks[row.id])),)
    return found


def _facts(row: RecordAttachment, marks: tuple[MarkFacts, ...]) -> AttachmentFacts:
    return AttachmentFacts(
        id=row.id,
        running=row.running,
        step=row.step,
        field=row.field,
        sha256=row.sha256,
        size=row.size,
        media=row.media,
        name=row.name,
        by=row.by_id,
        at=row.at,
        signed_day=row.signed_day,
        returned_day=row.returned_day,
        reason=row.reason,
        marks=marks,
    )


def bytes_of(site: Site, number: str, attachment: AttachmentFacts) -> bytes:
    """The file as it was given. Raises Tampered naming it where it is not that any more."""
    try:
        return site.vault.read(attachment.sha256)
    except Tampered as error:
        raise Tampered(
            "Attachment {running} of {number} ({name}) is not whole: {why} Run {check}.",
            running=attachment.running,
            number=number,
            name=attachment.name,
            why=error.said,
            check=see.CHECK,
        ) from error


def preview_of(site: Site, number: str, attachment: AttachmentFacts) -> bytes | None:
    """A picture made small, kept beside the rendered texts; None for what is no picture."""
    if attachment.kind is not Kind.IMAGE:
        return None
    name = preview_name(attachment.sha256)
    made = site.rendered.read(name)
    if made is None:
        made = preview(bytes_of(site, number, attachment))
        site.rendered.keep(name, made)
    return made


def preview_name(sha256: str) -> str:
    """Under which name the preview of a picture is kept."""
    return hashlib.sha256(b"docctl preview 1 " + sha256.encode("ascii")).hexdigest()
