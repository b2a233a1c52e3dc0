"""Whose turn each record is, and what is due in it: worked out from its rows and values, and kept.

Outside the ledger: what follows from controlled rows can be made anew at any time, and a check compares it.
So nothing here points at a row, and no row is missed that an act takes away and makes again.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from docctl.models.base import Base, Big, Flag, Instant, Json, Said, Txt, Word
from docctl.rules.records.life import Verification
from docctl.rules.records.turn import Turn
from docctl.rules.words import Words


class RecordTurn(Base):
    """What is done next with a record that is not sealed. No row: it is sealed or void, or cannot be read.

    `posts` are the roles and departments whose turn it is, `parts` those that fill any of its steps, each
    sorted; of either a site knows few sets. `step` with what it is `called`: the one to be filled.
    """

    __tablename__ = "cache_record_turn"
    __table_args__ = (Index("ix_cache_record_turn_next", "turn", "posts", "record_id"),)

    record_id: Mapped[int] = mapped_column(Big, primary_key=True, autoincrement=False)
    turn: Mapped[Turn] = mapped_column(Word(Turn))
    posts: Mapped[Any] = mapped_column(Json)
    parts: Mapped[Any] = mapped_column(Json)
    verification: Mapped[Verification] = mapped_column(Word(Verification))
    step: Mapped[str | None] = mapped_column(Txt)
    called: Mapped[Words | None] = mapped_column(Said)


class RecordPerformer(Base):
    """Who filled or signed in a record that is not sealed.

    `waits`: they wrote down what somebody outside said, and somebody else signs that (PR-23).
    """

    __tablename__ = "cache_record_performer"
    __table_args__ = (Index("ix_cache_record_performer_person", "person_id", "record_id"),)

    record_id: Mapped[int] = mapped_column(Big, primary_key=True, autoincrement=False)
    person_id: Mapped[int] = mapped_column(Big, primary_key=True, autoincrement=False)
    waits: Mapped[bool] = mapped_column(Flag, index=True)


class RecordDue(Base):
    """A clock that runs in a record which is not sealed: after `due` it is overdue, with nothing done.

    `place` is its place among the clocks of the template.
    """

    __tablename__ = "cache_record_due"

    record_id: Mapped[int] = mapped_column(Big, primary_key=True, autoincrement=False)
    place: Mapped[int] = mapped_column(Big, primary_key=True, autoincrement=False)
    clock: Mapped[str] = mapped_column(Txt)
    called: Mapped[Words] = mapped_column(Said)
    due: Mapped[datetime] = mapped_column(Instant, index=True)


_TABLES = Base.metadata.tables
RECORD_TURN, RECORD_PERFORMER, RECORD_DUE = TABLES = (
    _TABLES[RecordTurn.__tablename__],
    _TABLES[RecordPerformer.__tablename__],
    _TABLES[RecordDue.__tablename__],
)
