"""Holders outside the organisation: the company under the ledger, who to talk to there beside it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from docctl.models.base import Base, Big, Controlled, Instant, Txt, reference


class Outsider(Controlled):
    """A customer or supplier who may hold or borrow copies (DC-71, DC-74). `key`: `@1`, like no login."""

    __tablename__ = "outsider"

    key: Mapped[str] = mapped_column(Txt, unique=True)
    company: Mapped[str] = mapped_column(Txt)
    registered_at: Mapped[datetime] = mapped_column(Instant)
    registered_by_id: Mapped[int] = reference("person.id")
    erased_at: Mapped[datetime | None] = mapped_column(Instant)
    erased_by_id: Mapped[int | None] = reference("person.id")


class OutsiderContact(Base):
    """Who that is and how to reach them. No row: it was erased, as the law may ask; no event holds it."""

    __tablename__ = "private_outsider"

    outsider_id: Mapped[int] = mapped_column(
        Big,
        ForeignKey("outsider.id", deferrable=True, initially="DEFERRED"),
        primary_key=True,
        autoincrement=False,
    )
    name: Mapped[str] = mapped_column(Txt)
    contact: Mapped[str] = mapped_column(Txt)
