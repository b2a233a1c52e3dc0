"""The end of records: proposals to destroy them with who signed what, and the holds that keep them."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from docctl.models.base import Controlled, Day, Instant, Txt, Word, reference
from docctl.rules.records.disposal import State


class Disposal(Controlled):
    """A proposal to destroy records of one keeper, and what became of it. Its list is the certificate."""

    __tablename__ = "disposal"

    number: Mapped[str] = mapped_column(Txt, unique=True)
    keeper: Mapped[str] = mapped_column(Txt)
    reason: Mapped[str] = mapped_column(Txt)
    state: Mapped[State] = mapped_column(Word(State), index=True)


class DisposalItem(Controlled):
    """A record in it. `content` is the SHA-256 of its sealed file, or of what a void one said."""

    __tablename__ = "disposal_item"
    __table_args__ = (UniqueConstraint("disposal_id", "record_id"),)

    disposal_id: Mapped[int] = reference("disposal.id")
    record_id: Mapped[int] = reference("record.id")
    ended_day: Mapped[date] = mapped_column(Day)
    kept_until: Mapped[date | None] = mapped_column(Day)
    content: Mapped[str] = mapped_column(Txt)


class DisposalSignature(Controlled):
    """Somebody proposed, approved, refused, carried out or witnessed it, in their own act.

    `content` is the SHA-256 over the number, the list and the reason: the signature names what it signed.
    """

    __tablename__ = "disposal_signature"

    disposal_id: Mapped[int] = reference("disposal.id")
    meaning: Mapped[str] = mapped_column(Txt)
    person_id: Mapped[int] = reference("person.id")
    person_name: Mapped[str] = mapped_column(Txt)
    content: Mapped[str] = mapped_column(Txt)
    signed_at: Mapped[datetime] = mapped_column(Instant)
    reason: Mapped[str | None] = mapped_column(Txt)


class RecordHold(Controlled):
    """A record is not destroyed while it is needed, for a claim or an inquiry; somebody else lifts that."""

    __tablename__ = "record_hold"
    __table_args__ = (Index("ix_record_hold_standing", "record_id", "revoked_at"),)

    record_id: Mapped[int] = reference("record.id")
    reason: Mapped[str] = mapped_column(Txt)
    entered_by_id: Mapped[int] = reference("person.id")
    entered_name: Mapped[str] = mapped_column(Txt)
    entered_at: Mapped[datetime] = mapped_column(Instant)
    revoked_by_id: Mapped[int | None] = reference("person.id")
    revoked_name: Mapped[str | None] = mapped_column(Txt)
    revoked_at: Mapped[datetime | None] = mapped_column(Instant)
    answer: Mapped[str | None] = mapped_column(Txt)
