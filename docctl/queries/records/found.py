"""Records found by what stands in them: as conditions of queries, from the words that are kept of each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sqlalchemy import ColumnElement, and_, false, select

from docctl.models.record_words import RecordValue, RecordWord
from docctl.models.records import Record
from docctl.rules import search_words
from docctl.rules.records.dossiers import Dossier, folded, sortable
from docctl.rules.search_words import Term

_BEHIND: Final = "g"
"""Behind every word that begins with what stands before it: words are kept in figures of base 16."""


def found_by(words: str, field: str, dossier: str, of: str) -> Iterator[ColumnElement[bool]]:
    """What holds of the records with these words, and with this value under a field or a kind of case file.

    A value that is asked for without a place may stand anywhere; a place without a value asks for nothing.
    """
    if words:
        terms = search_words.terms(words)
        yield from map(_has, terms) if terms else [false()]
    if not of:
        return
    wanted = [RecordValue.folded == folded(of)]
    if field:
        wanted.append(RecordValue.field == field)
    if dossier:
        known = dossier in set(Dossier)
        wanted.append(RecordValue.dossier == Dossier(dossier) if known else false())
    if not field and not dossier:
        # Without its field no index leads to a value: its words do.
        yield from map(_has, search_words.terms(of))
    yield Record.id.in_(select(RecordValue.record_id).where(*wanted))


def _has(term: Term) -> ColumnElement[bool]:
    """One value has all tokens of the term, one behind the other."""
    *whole, last = map(sortable, term.tokens)
    is_last = RecordWord.word == last
    if term.prefix:
        is_last = and_(RecordWord.word >= last, RecordWord.word < last + _BEHIND)
    asked = [*(RecordWord.word == word for word in whole), is_last]
    ids = [select(RecordWord.record_id).where(each) for each in asked]
    found: list[ColumnElement[bool]] = [Record.id.in_(each) for each in ids]
    if whole:
        phrase = f" {' '.join(term.tokens)}{'' if term.prefix else ' '}"
        there = RecordValue.words.contains(phrase, autoescape=True)
        found.append(select(RecordValue.place).where(RecordValue.record_id == Record.id, there).exists())
    return and_(*found)
