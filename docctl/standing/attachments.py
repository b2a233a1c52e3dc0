"""The files of records as the rules take them, however many records with one query; and their bytes."""

from __future__ import annotations

import hashlib
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
    rows = (
        select(RecordAttachment, AttachmentMark)
        .join(Record, RecordAttachment.record_id == Record.id)
        .outerjoin(AttachmentMark, AttachmentMark.attachment_id == RecordAttachment.id)
        .where(condition)
        .order_by(RecordAttachment.id, AttachmentMark.id)
    )
    marks: dict[RecordAttachment, tuple[MarkFacts, ...]] = {}
    for attachment, mark in session.execute(rows):
        said = (_mark(mark),) if _is_there(mark) else ()
        marks[attachment] = marks.get(attachment, ()) + said
    found: dict[int, tuple[AttachmentFacts, ...]] = {}
    for row, of in marks.items():
        found[row.record_id] = (*found.get(row.record_id, ()), _facts(row, of))
    return found


def _is_there(mark: AttachmentMark | None) -> bool:
    """Whether there is one beside an attachment: an outer join may give none."""
    return mark is not None


def _mark(row: AttachmentMark) -> MarkFacts:
    return MarkFacts(row.id, row.meaning, row.person_id, row.person_name, row.signed_at, row.reason)


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
    return file_bytes(site, number, attachment.running, attachment.name, attachment.sha256)


def file_bytes(site: Site, number: str, running: int, name: str, sha256: str) -> bytes:
    """The same, of a row as the ledger tells it."""
    try:
        return site.vault.read(sha256)
    except Tampered as error:
        raise Tampered(
            "Attachment {running} of {number} ({name}) is not whole: {why} Run {check}.",
            running=running,
            number=number,
            name=name,
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
