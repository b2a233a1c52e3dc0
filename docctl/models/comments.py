"""Review comments: what somebody remarks on a revision in review, and what became of it (DC-32)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from docctl.models.base import Big, Controlled, Instant, Txt, Word, reference
from docctl.rules.documents.comments import State


class ReviewComment(Controlled):
    """One comment. `running` counts them in a revision; `clause` is empty where the whole is meant.

    `content` is what was commented on. `answer` says what was changed, or why it is not adopted; whoever
    refuses signs that with their name.
    """

    __tablename__ = "review_comment"
    __table_args__ = (UniqueConstraint("revision_id", "running"),)

    revision_id: Mapped[int] = reference("revision.id")
    running: Mapped[int] = mapped_column(Big)
    clause: Mapped[str] = mapped_column(Txt)
    comment: Mapped[str] = mapped_column(Txt)
    content: Mapped[str] = mapped_column(Txt)
    person_id: Mapped[int] = reference("person.id")
    person_name: Mapped[str] = mapped_column(Txt)
    made_at: Mapped[datetime] = mapped_column(Instant)
    state: Mapped[State] = mapped_column(Word(State))
    answer: Mapped[str | None] = mapped_column(Txt)
    answered_by_id: Mapped[int | None] = reference("person.id")
    answered_name: Mapped[str | None] = mapped_column(Txt)
    answered_at: Mapped[datetime | None] = mapped_column(Instant)
