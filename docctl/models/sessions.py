"""Who is signed in, and how often sign-in has failed lately: outside the ledger, shared by all processes."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from docctl.models.base import Base, Big, Flag, Instant, Txt


class SessionLogin(Base):
    """One stay of a person. `token_sha256` is of the secret that their cookie holds, with a key of the site.

    So the table opens nothing, and nobody can add to it who has the database alone. `seen_at` may lag a
    minute behind. `source` is the address that the sign-in came from, `new_device`: the person had not signed
    in there before. `failures`: wrong passwords of their account since the sign-in before.
    """

    __tablename__ = "session_login"

    token_sha256: Mapped[str] = mapped_column(Txt, primary_key=True)
    person_id: Mapped[int] = mapped_column(
        Big, ForeignKey("person.id", deferrable=True, initially="DEFERRED"), index=True
    )
    started_at: Mapped[datetime] = mapped_column(Instant)
    seen_at: Mapped[datetime] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    source: Mapped[str] = mapped_column(Txt)
    new_device: Mapped[bool | None] = mapped_column(Flag)
    failures: Mapped[int | None] = mapped_column(Big)


class ThrottleAttempt(Base):
    """Passwords that were tried for an account, from a device or from a source, and were not right.

    `key` is a hash where it comes from what was typed: people type passwords into the wrong field.
    """

    __tablename__ = "throttle_attempt"

    key: Mapped[str] = mapped_column(Txt, primary_key=True)
    failures: Mapped[int] = mapped_column(Big)
    last_at: Mapped[datetime] = mapped_column(Instant)
    closed_until: Mapped[datetime] = mapped_column(Instant)
