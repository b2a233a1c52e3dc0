"""Applications for changes of documents: what is wanted, who decided, who was told (DC-63 to DC-70)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from docctl.models.base import Big, Controlled, Instant, Json, Txt, Word, reference
from docctl.rules.documents.approval import Meaning
from docctl.rules.documents.changes import Kind, State, Told


class ChangeApplication(Controlled):
    """Somebody applies for a change of what was issued last (`revision_id`).

    `rows`: [{"clause", "from", "to"}]. `chain`: who decides, as an approval chain whose author is the
    applicant. `substitute`: the post that approves in the place of who approved the original. `result_id`:
    the revision that was handed in under it. `ended_reason`: why it was refused or taken back.
    """

    __tablename__ = "change_application"

    number: Mapped[str] = mapped_column(Txt, unique=True)
    document_id: Mapped[int] = reference("document.id")
    revision_id: Mapped[int] = reference("revision.id")
    kind: Mapped[Kind] = mapped_column(Word(Kind))
    reason: Mapped[str] = mapped_column(Txt)
    rows: Mapped[Any] = mapped_column(Json)
    chain: Mapped[Any] = mapped_column(Json)
    executor_id: Mapped[int] = reference("person.id")
    state: Mapped[State] = mapped_column(Word(State), index=True)
    applied_by_id: Mapped[int] = reference("person.id")
    applied_at: Mapped[datetime] = mapped_column(Instant)
    substitute: Mapped[str | None] = mapped_column(Txt)
    substitute_reason: Mapped[str | None] = mapped_column(Txt)
    result_id: Mapped[int | None] = reference("revision.id")
    ended_by_id: Mapped[int | None] = reference("person.id")
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    ended_reason: Mapped[str | None] = mapped_column(Txt)


class ChangeSignature(Controlled):
    """Who decides has signed; `content` is the SHA-256 of what the application says."""

    __tablename__ = "change_signature"
    __table_args__ = (UniqueConstraint("change_id", "person_id"), UniqueConstraint("change_id", "step"))

    change_id: Mapped[int] = reference("change_application.id")
    step: Mapped[int] = mapped_column(Big)
    part: Mapped[str] = mapped_column(Txt)
    meaning: Mapped[Meaning] = mapped_column(Word(Meaning))
    person_id: Mapped[int] = reference("person.id")
    person_name: Mapped[str] = mapped_column(Txt)
    content: Mapped[str] = mapped_column(Txt)
    signed_at: Mapped[datetime] = mapped_column(Instant)
    comment: Mapped[str | None] = mapped_column(Txt)


class ChangeStudy(Controlled):
    """Somebody has opened the background on which the approval of an application depends (DC-65)."""

    __tablename__ = "change_study"
    __table_args__ = (UniqueConstraint("change_id", "person_id"),)

    change_id: Mapped[int] = reference("change_application.id")
    person_id: Mapped[int] = reference("person.id")
    content: Mapped[str] = mapped_column(Txt)
    studied_at: Mapped[datetime] = mapped_column(Instant)


class ChangeNotice(Controlled):
    """A department concerned is told of a change, until somebody there takes note of it (DC-70).

    `noted_at` without a person: nobody had, when the next thing was told about the same change.
    """

    __tablename__ = "change_notice"
    __table_args__ = (UniqueConstraint("change_id", "about", "department", "told_at"),)

    change_id: Mapped[int] = reference("change_application.id")
    about: Mapped[Told] = mapped_column(Word(Told))
    department: Mapped[str] = mapped_column(Txt, index=True)
    told_at: Mapped[datetime] = mapped_column(Instant)
    noted_at: Mapped[datetime | None] = mapped_column(Instant)
    noted_by_id: Mapped[int | None] = reference("person.id")
