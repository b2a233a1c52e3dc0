"""Read and understood: whom a revision is made known to until when, and who has confirmed it (DC-60)."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from docctl.models.base import Controlled, Day, Instant, Txt, reference


class ReadingCall(Controlled):
    """A revision is to be read until a day. Of several calls for it the newest counts."""

    __tablename__ = "reading_call"

    revision_id: Mapped[int] = reference("revision.id")
    due_day: Mapped[date] = mapped_column(Day)
    called_at: Mapped[datetime] = mapped_column(Instant)
    called_by_id: Mapped[int] = reference("person.id")


class ReadingConcern(Controlled):
    """Whom a call concerns: a department, a login, or `*`, which is everybody who works here."""

    __tablename__ = "reading_concern"
    __table_args__ = (UniqueConstraint("call_id", "concerned"),)

    call_id: Mapped[int] = reference("reading_call.id")
    concerned: Mapped[str] = mapped_column(Txt, index=True)
    name: Mapped[str] = mapped_column(Txt)


class Reading(Controlled):
    """Somebody has read a revision and understood it; `content` names what they read, as a signature does."""

    __tablename__ = "reading"
    __table_args__ = (UniqueConstraint("revision_id", "person_id"),)

    revision_id: Mapped[int] = reference("revision.id")
    person_id: Mapped[int] = reference("person.id")
    content: Mapped[str] = mapped_column(Txt)
    read_at: Mapped[datetime] = mapped_column(Instant)
