"""What records are found by: their values as they count now, and the words in them; worked out, and kept.

Outside the ledger: it can be made anew from the records at any time. A value that is gone from a record,
as it was corrected or disposed of, is gone from here.
"""

from __future__ import annotations

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from docctl.models.base import Base, Big, Txt, Word
from docctl.rules.records.dossiers import Dossier


class RecordValue(Base):
    """A value of a record. `words` are its tokens with a blank around each, so that a phrase is found."""

    __tablename__ = "cache_record_value"
    __table_args__ = (
        Index("ix_cache_record_value_field", "field", "folded", "record_id"),
        Index("ix_cache_record_value_dossier", "dossier", "folded", "record_id"),
    )

    record_id: Mapped[int] = mapped_column(Big, primary_key=True, autoincrement=False)
    place: Mapped[int] = mapped_column(Big, primary_key=True, autoincrement=False)
    field: Mapped[str] = mapped_column(Txt)
    dossier: Mapped[Dossier | None] = mapped_column(Word(Dossier))
    told: Mapped[str] = mapped_column(Txt)
    folded: Mapped[str] = mapped_column(Txt)
    words: Mapped[str] = mapped_column(Txt)


class RecordWord(Base):
    """A word that stands in a value of the record, as `sortable` writes it."""

    __tablename__ = "cache_record_word"

    word: Mapped[str] = mapped_column(Txt, primary_key=True)
    record_id: Mapped[int] = mapped_column(Big, primary_key=True, autoincrement=False)


RECORD_VALUE = Base.metadata.tables[RecordValue.__tablename__]
RECORD_WORD = Base.metadata.tables[RecordWord.__tablename__]
