"""How words are indexed for search: the tables on SQLite (FTS5) and PostgreSQL (tsvector), and what differs.

Knows tokens and keys of rows; nothing of questions, hits or snippets (search.py).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, Final, Protocol

from sqlalchemy import (
    ColumnElement,
    Connection,
    TableClause,
    bindparam,
    cast,
    column,
    delete,
    func,
    insert,
    intersect,
    literal_column,
    select,
    table,
)
from sqlalchemy.dialects.postgresql import TSQUERY, TSVECTOR

from docctl.rules import search_words
from docctl.rules.search_words import Term

# The tokenizer `ascii` splits at blanks only, since nothing else but letters, digits and characters beyond
# ASCII is ever given to it: what a word is, is decided in rules/words.py alone.
# `words` keeps the tokens as they were indexed: SQLite 3.40 deletes from a contentless index by these only.
_SQLITE: Final = """
    CREATE TABLE IF NOT EXISTS search_document (
        id INTEGER PRIMARY KEY, document_id INTEGER NOT NULL, language TEXT NOT NULL, number TEXT NOT NULL,
        folded TEXT NOT NULL, title TEXT NOT NULL, words TEXT NOT NULL, UNIQUE (document_id, language));
    CREATE INDEX IF NOT EXISTS search_document_folded ON search_document (folded);
    CREATE TABLE IF NOT EXISTS search_section (
        id INTEGER PRIMARY KEY, document_id INTEGER NOT NULL, language TEXT NOT NULL, clause TEXT NOT NULL,
        body TEXT NOT NULL, words TEXT NOT NULL);
    CREATE INDEX IF NOT EXISTS search_section_document ON search_section (document_id, language);
    CREATE TABLE IF NOT EXISTS search_seal (
        document_id INTEGER NOT NULL, language TEXT NOT NULL, seal TEXT NOT NULL,
        PRIMARY KEY (document_id, language));
    CREATE VIRTUAL TABLE IF NOT EXISTS search_title USING fts5(words, content='', tokenize='ascii');
    CREATE VIRTUAL TABLE IF NOT EXISTS search_word USING fts5(words, content='', tokenize='ascii')
"""
_POSTGRESQL: Final = """
    CREATE TABLE IF NOT EXISTS search_document (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, document_id bigint NOT NULL,
        language text NOT NULL, number text NOT NULL, folded text NOT NULL,
        title text NOT NULL, UNIQUE (document_id, language));
    CREATE INDEX IF NOT EXISTS search_document_folded ON search_document (folded text_pattern_ops);
    CREATE TABLE IF NOT EXISTS search_section (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, document_id bigint NOT NULL,
        language text NOT NULL, clause text NOT NULL, body text NOT NULL);
    CREATE INDEX IF NOT EXISTS search_section_document ON search_section (document_id, language);
    CREATE TABLE IF NOT EXISTS search_seal (
        document_id bigint NOT NULL, language text NOT NULL, seal text NOT NULL,
        PRIMARY KEY (document_id, language));
    CREATE TABLE IF NOT EXISTS search_title (id bigint NOT NULL, words tsvector NOT NULL);
    CREATE INDEX IF NOT EXISTS search_title_id ON search_title (id);
    CREATE INDEX IF NOT EXISTS search_title_words ON search_title USING gin (words);
    CREATE TABLE IF NOT EXISTS search_word (id bigint NOT NULL, words tsvector NOT NULL);
    CREATE INDEX IF NOT EXISTS search_word_id ON search_word (id);
    CREATE INDEX IF NOT EXISTS search_word_words ON search_word USING gin (words)
"""
DDL: Final[dict[str, tuple[str, ...]]] = {
    "sqlite": tuple(statement.strip() for statement in _SQLITE.split(";")),
    "postgresql": tuple(statement.strip() for statement in _POSTGRESQL.split(";")),
}

OWN: Final = ("search_document", "search_section", "search_seal", "search_title", "search_word")
"""The tables that are docctl's own."""
_SHADOWS: Final = tuple(
    f"search_{index}_{part}" for index in ("title", "word") for part in ("config", "data", "docsize", "idx")
)
TABLES: Final[dict[str, frozenset[str]]] = {
    "sqlite": frozenset(OWN + _SHADOWS),
    "postgresql": frozenset(OWN),
}
"""The names of all tables that `create` leaves, FTS5's own among them."""

DOCUMENT = table(
    "search_document",
    *(column(name) for name in ("id", "document_id", "language", "number", "folded", "title", "words")),
)
SECTION = table(
    "search_section",
    *(column(name) for name in ("id", "document_id", "language", "clause", "body", "words")),
)
SEAL = table("search_seal", *(column(name) for name in ("document_id", "language", "seal")))
TITLE = table("search_title", column("id"), column("rowid"), column("words"), column("search_title"))
WORD = table("search_word", column("id"), column("rowid"), column("words"), column("search_word"))

# PostgreSQL keeps 256 places of one word in one tsvector and no place beyond 16,383 (measurements 2e), and
# a tsvector stays under 1 MB. A longer section is cut into windows that overlap by the longest phrase.
_MOST_OF_ONE: Final = 256
_WINDOW: Final = 4000


Tokened = Sequence[tuple[dict[str, Any], list[str]]]
"""Rows, each with its tokens, in the order in which they get their keys."""


class Index(Protocol):
    """What differs between the engines. `index` has the tokens of the rows of `source`."""

    def add(self, connection: Connection, source: TableClause, index: TableClause, rows: Tokened) -> None: ...
    def drop(
        self, connection: Connection, source: TableClause, index: TableClause, which: ColumnElement[bool]
    ) -> None: ...
    def matching(self, index: TableClause, terms: Sequence[Term]) -> Any: ...


class _Fts5:
    def add(self, connection: Connection, source: TableClause, index: TableClause, rows: Tokened) -> None:
        lines = [" ".join(found) for _, found in rows]
        first = (connection.scalar(select(func.max(source.c.id))) or 0) + 1
        keys = range(first, first + len(rows))
        named = [row | {"id": k, "words": line} for k, line, (row, _) in zip(keys, lines, rows, strict=True)]
        connection.execute(insert(source), named)
        connection.execute(
            insert(index), [{"rowid": k, "words": line} for k, line in zip(keys, lines, strict=True)]
        )

    def drop(
        self, connection: Connection, source: TableClause, index: TableClause, which: ColumnElement[bool]
    ) -> None:
        gone = select(literal_column("'delete'"), source.c.id, source.c.words).where(which)
        connection.execute(insert(index).from_select([index.name, "rowid", "words"], gone))

    def matching(self, index: TableClause, terms: Sequence[Term]) -> Any:
        """A query for the keys of the rows that have all terms."""
        question = " AND ".join(f'"{" ".join(term.tokens)}"{" *" if term.prefix else ""}' for term in terms)
        return select(index.c.rowid.label("id")).where(literal_column(index.name).op("MATCH")(question))


class _Tsvector:
    def add(self, connection: Connection, source: TableClause, index: TableClause, rows: Tokened) -> None:
        returning = insert(source).returning(source.c.id)
        keys = [connection.execute(returning, row).scalar_one() for row, _ in rows]
        lines = [
            {"id": key, "line": " ".join(f"'{token}':{place}" for place, token in enumerate(window, 1))}
            for key, (_, found) in zip(keys, rows, strict=True)
            for window in _windows(found)
        ]
        if lines:
            words_of = insert(index).values(id=bindparam("id"), words=cast(bindparam("line"), TSVECTOR))
            connection.execute(words_of, lines)

    def drop(
        self, connection: Connection, source: TableClause, index: TableClause, which: ColumnElement[bool]
    ) -> None:
        connection.execute(delete(index).where(index.c.id.in_(select(source.c.id).where(which))))

    def matching(self, index: TableClause, terms: Sequence[Term]) -> Any:
        """A query for the keys of the rows that have all terms, in whichever windows."""
        each = [
            select(index.c.id).where(index.c.words.op("@@")(cast(_question(term), TSQUERY))) for term in terms
        ]
        # Also for a single term: a section found in two windows is one section.
        return intersect(*each) if len(each) > 1 else each[0].distinct()


_INDEXES: Final[dict[str, Index]] = {"sqlite": _Fts5(), "postgresql": _Tsvector()}


def index_of(connection: Connection) -> Index:
    """That of the engine behind the connection."""
    return _INDEXES[connection.dialect.name]


def _windows(found: list[str]) -> Iterator[list[str]]:
    """Pieces of a list of tokens within the bounds of a tsvector; each phrase is whole in one of them."""
    start, seen = 0, Counter[str]()
    for n, token in enumerate(found):
        if n - start == _WINDOW or seen[token] == _MOST_OF_ONE:
            yield found[start:n]
            start = n - search_words.LONGEST_TERM
            seen = Counter(found[start:n])
        seen[token] += 1
    if found:
        yield found[start:]


def _question(term: Term) -> str:
    return " <-> ".join(f"'{token}'" for token in term.tokens) + (":*" if term.prefix else "")
