"""What was changed on the way of a revision in review: a signer more, back to a step, a part handed over."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from docctl.models.base import Big, Controlled, Instant, Txt, Word, reference
from docctl.rules.documents.rerouting import Kind


class Reroute(Controlled):
    """One such change. `step` counts from 0 and follows its step where another is put before it.

    `post`: who signs the step that was added, or whose part was handed over; empty for the way back. `to_id`
    and `to_name`: who signs that part now, beside whoever handed it over.
    """

    __tablename__ = "reroute"

    submission_id: Mapped[int] = reference("submission.id")
    kind: Mapped[Kind] = mapped_column(Word(Kind))
    step: Mapped[int] = mapped_column(Big)
    post: Mapped[str] = mapped_column(Txt)
    to_id: Mapped[int | None] = reference("person.id")
    to_name: Mapped[str | None] = mapped_column(Txt)
    reason: Mapped[str] = mapped_column(Txt)
    by_id: Mapped[int] = reference("person.id")
    by_name: Mapped[str] = mapped_column(Txt)
    at: Mapped[datetime] = mapped_column(Instant)
