"""Who is away, and who signs in their place meanwhile; and who reminded those who are asked to sign."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from docctl.models.base import Big, Controlled, Day, Instant, Json, Txt, Word, reference
from docctl.rules.delegating import State


class Delegation(Controlled):
    """Somebody who is away has `roles` exercised by a delegate, from a day until a day, both counted.

    Whoever entered it is the absent person, or document control in their place. `answered_…`: who confirmed
    or refused it, where that takes a second person; `answer` is the reason of a refusal.
    """

    __tablename__ = "delegation"
    __table_args__ = (Index("ix_delegation_delegate", "delegate_id", "state"),)

    number: Mapped[str] = mapped_column(Txt, unique=True)
    absent_id: Mapped[int] = reference("person.id")
    absent_name: Mapped[str] = mapped_column(Txt)
    delegate_id: Mapped[int] = reference("person.id")
    delegate_name: Mapped[str] = mapped_column(Txt)
    roles: Mapped[Any] = mapped_column(Json)
    from_day: Mapped[date] = mapped_column(Day)
    until_day: Mapped[date] = mapped_column(Day)
    reason: Mapped[str] = mapped_column(Txt)
    state: Mapped[State] = mapped_column(Word(State), index=True)
    entered_by_id: Mapped[int] = reference("person.id")
    entered_name: Mapped[str] = mapped_column(Txt)
    entered_at: Mapped[datetime] = mapped_column(Instant)
    answered_by_id: Mapped[int | None] = reference("person.id")
    answered_name: Mapped[str | None] = mapped_column(Txt)
    answered_at: Mapped[datetime | None] = mapped_column(Instant)
    answer: Mapped[str | None] = mapped_column(Txt)
    revoked_by_id: Mapped[int | None] = reference("person.id")
    revoked_name: Mapped[str | None] = mapped_column(Txt)
    revoked_at: Mapped[datetime | None] = mapped_column(Instant)


class Urging(Controlled):
    """Somebody reminded those who are asked to sign a step: once a day at most."""

    __tablename__ = "urging"
    __table_args__ = (UniqueConstraint("submission_id", "step", "day"),)

    submission_id: Mapped[int] = reference("submission.id")
    step: Mapped[int] = mapped_column(Big)
    day: Mapped[date] = mapped_column(Day)
    by_id: Mapped[int] = reference("person.id")
    by_name: Mapped[str] = mapped_column(Txt)
    urged_at: Mapped[datetime] = mapped_column(Instant)
