"""Records: executed forms, pinned for ever to the revisions that governed them (DC-107).

No value of a record is here: a row holds the seal of a value, SHA-256(salt ‖ value); the value lies in the
record's file, so that it can be disposed of one day without breaking the ledger.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from docctl.models.base import Big, Controlled, Day, Instant, Json, Txt, Word, reference
from docctl.rules.records.attachments import Mark
from docctl.rules.records.entries import Cause
from docctl.rules.records.giving import Meaning
from docctl.rules.records.life import State


class Record(Controlled):
    """One executed form. What it was opened under never changes: template, procedure and calendar."""

    __tablename__ = "record"
    __table_args__ = (UniqueConstraint("document_id", "year", "running"),)

    number: Mapped[str] = mapped_column(Txt, unique=True)
    document_id: Mapped[int] = reference("document.id")
    year: Mapped[int] = mapped_column(Big)
    running: Mapped[int] = mapped_column(Big)
    template_revision_id: Mapped[int] = reference("revision.id")
    template_blob: Mapped[str] = mapped_column(Txt)
    procedure_revision_id: Mapped[int] = reference("revision.id")
    procedure_blob: Mapped[str] = mapped_column(Txt)
    calendar_id: Mapped[int] = reference("calendar.id")
    keeper: Mapped[str] = mapped_column(Txt)
    retention: Mapped[Any] = mapped_column(Json)
    state: Mapped[State] = mapped_column(Word(State), index=True)
    opened_at: Mapped[datetime] = mapped_column(Instant)
    opened_day: Mapped[date] = mapped_column(Day)
    opened_by_id: Mapped[int] = reference("person.id")
    opened_seq: Mapped[int] = mapped_column(Big)
    started_by_id: Mapped[int | None] = reference("record.id")
    started_as: Mapped[str | None] = mapped_column(Txt)
    closed_at: Mapped[datetime | None] = mapped_column(Instant)
    sealed_sha256: Mapped[str | None] = mapped_column(Txt)
    void_reason: Mapped[str | None] = mapped_column(Txt)


class RecordEntry(Controlled):
    """A value written. Only ever added: a correction is another entry that points at the old one (DC-97)."""

    __tablename__ = "record_entry"
    # With the record: who asks whether somebody wrote in one must not be led through all that they wrote.
    __table_args__ = (Index("ix_record_entry_part", "by_id", "record_id"),)

    record_id: Mapped[int] = reference("record.id")
    field: Mapped[str] = mapped_column(Txt)
    seal: Mapped[str] = mapped_column(Txt)
    by_id: Mapped[int] = reference("person.id")
    at: Mapped[datetime] = mapped_column(Instant)
    corrects_id: Mapped[int | None] = reference("record_entry.id")
    cause: Mapped[Cause | None] = mapped_column(Word(Cause))
    reason: Mapped[str | None] = mapped_column(Txt)


class RecordSignature(Controlled):
    """A step signed, or the record completed, verified, sent back, closed, by whom and when.

    `content` is the SHA-256 over the seals of the entries as they stood: the signature names what it signed.
    """

    __tablename__ = "record_signature"
    __table_args__ = (Index("ix_record_signature_part", "person_id", "record_id"),)

    record_id: Mapped[int] = reference("record.id")
    meaning: Mapped[str] = mapped_column(Txt)
    step: Mapped[str | None] = mapped_column(Txt)
    person_id: Mapped[int] = reference("person.id")
    person_name: Mapped[str] = mapped_column(Txt)
    content: Mapped[str] = mapped_column(Txt)
    signed_at: Mapped[datetime] = mapped_column(Instant)
    reason: Mapped[str | None] = mapped_column(Txt)
    voided_at: Mapped[datetime | None] = mapped_column(Instant)


class RecordAttachment(Controlled):
    """A file of a record: its bytes lie in the vault under `sha256`. Only ever added.

    Without `step` it belongs to the whole record; with `step` and no `field` it is the paper of somebody
    outside, with the days on which they signed it and on which it came back (DC-99).
    """

    __tablename__ = "record_attachment"
    __table_args__ = (
        UniqueConstraint("record_id", "running"),
        Index("ix_record_attachment_part", "by_id", "record_id"),
    )

    record_id: Mapped[int] = reference("record.id")
    running: Mapped[int] = mapped_column(Big)
    step: Mapped[str | None] = mapped_column(Txt)
    field: Mapped[str | None] = mapped_column(Txt)
    sha256: Mapped[str] = mapped_column(Txt, index=True)
    size: Mapped[int] = mapped_column(Big)
    media: Mapped[str] = mapped_column(Txt)
    name: Mapped[str] = mapped_column(Txt)
    by_id: Mapped[int] = reference("person.id")
    at: Mapped[datetime] = mapped_column(Instant)
    signed_day: Mapped[date | None] = mapped_column(Day)
    returned_day: Mapped[date | None] = mapped_column(Day)
    reason: Mapped[str | None] = mapped_column(Txt)


class AttachmentMark(Controlled):
    """Said of an attachment under a signature: struck out, or compared with its original (DC-83)."""

    __tablename__ = "attachment_mark"
    __table_args__ = (UniqueConstraint("attachment_id", "meaning"),)

    attachment_id: Mapped[int] = reference("record_attachment.id")
    record_id: Mapped[int] = reference("record.id")
    meaning: Mapped[Mark] = mapped_column(Word(Mark))
    person_id: Mapped[int] = reference("person.id")
    person_name: Mapped[str] = mapped_column(Txt)
    content: Mapped[str] = mapped_column(Txt)
    signed_at: Mapped[datetime] = mapped_column(Instant)
    reason: Mapped[str | None] = mapped_column(Txt)


class RecordVoiding(Controlled):
    """The later record, and the step signed in it, by which one was made void (DC-100).

    As the return of the goods, once signed, voids the receipt that was given for them.
    """

    __tablename__ = "record_voiding"
    __table_args__ = (UniqueConstraint("record_id"),)

    record_id: Mapped[int] = reference("record.id")
    later_id: Mapped[int] = reference("record.id")
    step: Mapped[str] = mapped_column(Txt)


class RecordCopy(Controlled):
    """A copy of a checked record that went back to somebody, as permit or order to rectify (DC-62)."""

    __tablename__ = "record_copy"

    record_id: Mapped[int] = reference("record.id")
    receiver: Mapped[str] = mapped_column(Txt)
    receiver_name: Mapped[str] = mapped_column(Txt)
    meaning: Mapped[Meaning] = mapped_column(Word(Meaning))
    given_day: Mapped[date] = mapped_column(Day)
    given_at: Mapped[datetime] = mapped_column(Instant)
    given_by_id: Mapped[int] = reference("person.id")


class RecordClock(Controlled):
    """A clock with its limit as it stood in the governing revision: old records stay judged by theirs."""

    __tablename__ = "record_clock"

    record_id: Mapped[int] = reference("record.id")
    name: Mapped[str] = mapped_column(Txt)
    from_field: Mapped[str] = mapped_column(Txt)
    to_field: Mapped[str] = mapped_column(Txt)
    limit_rule: Mapped[Any] = mapped_column(Json)


class RecordPrevious(Controlled):
    """The earlier record on which one rests, as its template's `previous` of this name asks (PR-36).

    `content` is what a signature under the earlier one would have named then. `taken`: of what was taken
    over, the entry here and the entry there, as keys and values.
    """

    __tablename__ = "record_previous"
    __table_args__ = (UniqueConstraint("record_id", "name"),)

    record_id: Mapped[int] = reference("record.id")
    name: Mapped[str] = mapped_column(Txt)
    previous_id: Mapped[int] = reference("record.id")
    content: Mapped[str] = mapped_column(Txt)
    taken: Mapped[Any] = mapped_column(Json)
    at: Mapped[datetime] = mapped_column(Instant)
    by_id: Mapped[int] = reference("person.id")
