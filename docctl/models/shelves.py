"""Shelf walks: who looked at the copies of a holder on which day, and what was found."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import Mapped, mapped_column

from docctl.models.base import Big, Controlled, Day, Instant, Txt, Word, reference
from docctl.rules.shelves import Found


class ShelfCheck(Controlled):
    """One walk along the shelves of a holder; `place`: only what lies there, empty for all of it.

    `expected` copies should have been there, so many were `present`.
    """

    __tablename__ = "shelf_check"

    number: Mapped[str] = mapped_column(Txt, unique=True)
    holder: Mapped[str] = mapped_column(Txt)
    holder_name: Mapped[str] = mapped_column(Txt)
    place: Mapped[str] = mapped_column(Txt)
    expected: Mapped[int] = mapped_column(Big)
    present: Mapped[int] = mapped_column(Big)
    remark: Mapped[str | None] = mapped_column(Txt)
    day: Mapped[date] = mapped_column(Day)
    at: Mapped[datetime] = mapped_column(Instant)
    person_id: Mapped[int] = reference("person.id")
    person_name: Mapped[str] = mapped_column(Txt)


class ShelfFinding(Controlled):
    """What was found of one copy. `typed` is what was scanned, where that is no copy of ours."""

    __tablename__ = "shelf_finding"

    check_id: Mapped[int] = reference("shelf_check.id")
    found: Mapped[Found] = mapped_column(Word(Found))
    copy_id: Mapped[int | None] = reference("copy.id")
    typed: Mapped[str] = mapped_column(Txt)
