"""What falls due by itself: which record fills which period, and which is excused; the figures of records."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from docctl.models.base import Base, Big, Controlled, Day, Instant, Json, Txt, reference


class RecordPeriod(Controlled):
    """A record is the one of a period: said when it was opened, and true as long as it is not void.

    `document_id` is its form, `subject_id` the record of what it is done for. `running`: the how manieth of
    the period.
    """

    __tablename__ = "record_period"
    __table_args__ = (
        Index("ix_record_period_of", "document_id", "last_day"),
        Index("ix_record_period_record_id", "record_id", unique=True),
    )

    record_id: Mapped[int] = reference("record.id")
    document_id: Mapped[int] = reference("document.id")
    subject_id: Mapped[int | None] = reference("record.id")
    first_day: Mapped[date] = mapped_column(Day)
    last_day: Mapped[date] = mapped_column(Day)
    running: Mapped[int] = mapped_column(Big)


class DutyExcuse(Controlled):
    """Somebody signed that a record which was due is not made, and why. One that is made counts anyway.

    `content` is the SHA-256 over form, subject, period and reason: the signature names what it signed.
    """

    __tablename__ = "duty_excuse"
    __table_args__ = (Index("ix_duty_excuse_of", "document_id", "last_day"),)

    document_id: Mapped[int] = reference("document.id")
    subject_id: Mapped[int | None] = reference("record.id")
    first_day: Mapped[date] = mapped_column(Day)
    last_day: Mapped[date] = mapped_column(Day)
    running: Mapped[int] = mapped_column(Big)
    reason: Mapped[str] = mapped_column(Txt)
    person_id: Mapped[int] = reference("person.id")
    person_name: Mapped[str] = mapped_column(Txt)
    content: Mapped[str] = mapped_column(Txt)
    signed_at: Mapped[datetime] = mapped_column(Instant)


class FormRule(Base):
    """What an issued revision of a form says of time and figures: read out of its content, and kept.

    No row: it says nothing of that. `governed_by` is the number of its procedure, `posts` are those of its
    first step; `recurs`, `stands_for` and `indicators` are as they were written.
    """

    __tablename__ = "cache_form_rule"

    revision_id: Mapped[int] = mapped_column(Big, primary_key=True, autoincrement=False)
    document_id: Mapped[int] = mapped_column(Big, index=True)
    governed_by: Mapped[str] = mapped_column(Txt)
    posts: Mapped[Any] = mapped_column(Json)
    recurs: Mapped[Any] = mapped_column(Json, nullable=True)
    stands_for: Mapped[Any] = mapped_column(Json, nullable=True)
    indicators: Mapped[Any] = mapped_column(Json)


class RecordSubject(Base):
    """What a complete record stands for, where its form says so: worked out from its values, and kept.

    `content` has what of them counts time: `start`, `until` and the values that limits ask for.
    """

    __tablename__ = "cache_record_subject"

    record_id: Mapped[int] = mapped_column(Big, primary_key=True, autoincrement=False)
    document_id: Mapped[int] = mapped_column(Big, index=True)
    called: Mapped[str] = mapped_column(Txt)
    content: Mapped[Any] = mapped_column(Json)


class RecordFigure(Base):
    """What a record adds to an indicator of its form: worked out from its values, and kept.

    `amount` and `base` are in millionths; without `amount` a clock still runs in it, and `due` is when it
    will have been missed. `day` says to which period it belongs, `part` to which group.
    """

    __tablename__ = "cache_record_figure"
    __table_args__ = (Index("ix_cache_record_figure_of", "document_id", "name", "day"),)

    record_id: Mapped[int] = mapped_column(Big, primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(Txt, primary_key=True)
    document_id: Mapped[int] = mapped_column(Big)
    day: Mapped[date] = mapped_column(Day)
    part: Mapped[str] = mapped_column(Txt)
    amount: Mapped[int | None] = mapped_column(Big)
    base: Mapped[int] = mapped_column(Big)
    due: Mapped[datetime | None] = mapped_column(Instant)


_TABLES = Base.metadata.tables
FORM_RULE: Final = _TABLES[FormRule.__tablename__]
RECORD_SUBJECT, RECORD_FIGURE = TABLES = (
    _TABLES[RecordSubject.__tablename__],
    _TABLES[RecordFigure.__tablename__],
)
