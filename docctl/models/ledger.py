"""The table of the ledger and the tables of what the ledger causes outside itself.

`ledger_event` is append-only and holds the very bytes that were hashed. The `outbox_` tables say what git
still has to be told, the others are counters and caches that can be made again.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from docctl.models.base import LEDGER, Base, Big, Instant, Json, Txt


class LedgerEvent(Base):
    """One event: `entry_hash = SHA-256(0x00 ‖ prev_hash ‖ body)`, where body is canonical JSON."""

    __tablename__ = LEDGER
    __table_args__ = (
        CheckConstraint("seq >= 1", name="seq"),
        CheckConstraint("length(prev_hash) = 32", name="prev_hash"),
        CheckConstraint("length(entry_hash) = 32", name="entry_hash"),
    )

    seq: Mapped[int] = mapped_column(Big, primary_key=True, autoincrement=False)
    body: Mapped[bytes] = mapped_column(LargeBinary)
    prev_hash: Mapped[bytes] = mapped_column(LargeBinary)
    entry_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)


class OutboxMove(Base):
    """References of the library that an act or a checkpoint moves: written with it, done after it.

    `moves` is [{"ref", "old", "new"}]; `main` the commit that main points at afterwards, if it moves;
    `stream` makes the new objects again, should a power cut have eaten them. `seq` is null for a checkpoint.
    """

    __tablename__ = "outbox_move"
    __table_args__ = (Index("ix_outbox_move_main", "main"), Index("ix_outbox_move_state", "state"))

    id: Mapped[int] = mapped_column(Big, primary_key=True, autoincrement=True)
    seq: Mapped[int | None] = mapped_column(Big)
    moves: Mapped[Any] = mapped_column(Json)
    objects: Mapped[Any] = mapped_column(Json)
    main: Mapped[str | None] = mapped_column(Txt)
    stream: Mapped[bytes | None] = mapped_column(LargeBinary)
    state: Mapped[str] = mapped_column(Txt)


class OutboxCheckpoint(Base):
    """A signed checkpoint of the first `size` events; `commit_id` is null until the library has it."""

    __tablename__ = "outbox_checkpoint"

    size: Mapped[int] = mapped_column(Big, primary_key=True, autoincrement=False)
    note: Mapped[bytes] = mapped_column(LargeBinary)
    made_at: Mapped[datetime] = mapped_column(Instant)
    commit_id: Mapped[str | None] = mapped_column(Txt)


class CacheFrontier(Base):
    """The right edge of the Merkle tree at `size`, so that a checkpoint costs the new events only."""

    __tablename__ = "cache_frontier"

    size: Mapped[int] = mapped_column(Big, primary_key=True, autoincrement=False)
    hashes: Mapped[Any] = mapped_column(Json)


class CacheSubtree(Base):
    """The root of the Merkle subtree of the 2**level events up to event `upto`, from 16 events on.

    With them a proof reads a few dozen hashes, however large the ledger is.
    """

    __tablename__ = "cache_subtree"

    upto: Mapped[int] = mapped_column(Big, primary_key=True, autoincrement=False)
    level: Mapped[int] = mapped_column(Big, primary_key=True, autoincrement=False)
    hash: Mapped[bytes] = mapped_column(LargeBinary)


class IdempotencyKey(Base):
    """The answer that a request with this key was given: the second one gets it again, and makes no event."""

    __tablename__ = "idempotency_key"

    key: Mapped[str] = mapped_column(Txt, primary_key=True)
    person_id: Mapped[int] = mapped_column(Big)
    action: Mapped[str] = mapped_column(Txt)
    seq: Mapped[int] = mapped_column(Big, ForeignKey(f"{LEDGER}.seq", deferrable=True, initially="DEFERRED"))
    answer: Mapped[Any] = mapped_column(Json)


class ThrottleRefusal(Base):
    """Refused attempts of one account in one quarter of an hour: five become events, the rest are counted."""

    __tablename__ = "throttle_refusal"

    person_id: Mapped[int] = mapped_column(Big, primary_key=True, autoincrement=False)
    quarter: Mapped[datetime] = mapped_column(Instant, primary_key=True)
    count: Mapped[int] = mapped_column(Big)
    told: Mapped[int] = mapped_column(Big)
