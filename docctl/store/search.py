"""Full-text search of issued text, one row a section, on SQLite (FTS5) and PostgreSQL (tsvector).

Takes a connection and owns the tables named `search_…`, which stand outside the ledger and can be made
again from the library at any time. Knows no document model and asks nobody's permission.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    TableClause,
    bindparam,
    cast,
    column,
    delete,
    func,
    insert,
    intersect,
    literal,
    literal_column,
    select,
    table,
    text,
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

_OWN: Final = ("search_document", "search_section", "search_title", "search_word")
_SHADOWS: Final = tuple(
    f"search_{index}_{part}" for index in ("title", "word") for part in ("config", "data", "docsize", "idx")
)
TABLES: Final[dict[str, frozenset[str]]] = {
    "sqlite": frozenset(_OWN + _SHADOWS),
    "postgresql": frozenset(_OWN),
}
"""The names of all tables that `create` leaves, FTS5's own among them."""

SNIPPET: Final = 60
LONGEST_QUESTION: Final = 1000
MOST_HITS: Final = 200


class Section(Protocol):
    """A piece of a document under one clause; `text` is all that a reader sees of it, heading included."""

    @property
    def clause(self) -> str: ...
    @property
    def text(self) -> str: ...


@dataclass(frozen=True)
class Hit:
    """`clause` is empty for a hit in number or title. The found words stand in [ ] in the snippet."""

    document_id: int
    number: str
    title: str
    clause: str
    snippet: str
    language: str


def create(connection: Connection) -> None:
    """Make the tables that are missing."""
    for statement in DDL[connection.dialect.name]:
        connection.execute(text(statement))


def replace(
    connection: Connection,
    document_id: int,
    number: str,
    title: str,
    language: str,
    sections: Iterable[Section],
) -> None:
    """Index the text of a document in one language, in the place of what was there."""
    index = _index(connection)
    _remove(connection, index, document_id, language)
    found = search_words.tokens(_kept(f"{number} {title}"))
    row = {"document_id": document_id, "language": language}
    named = {"number": _kept(number), "folded": _folded(_kept(number)), "title": _kept(title)}
    index.add(connection, _DOCUMENT, _TITLE, [(row | named, found)])
    # Backwards, so that hits, newest first, come in the order of the clauses.
    bodies = [(_kept(section.clause), _kept(section.text)) for section in reversed(list(sections))]
    parts = [(row | {"clause": clause, "body": body}, search_words.tokens(body)) for clause, body in bodies]
    if parts:
        index.add(connection, _SECTION, _WORD, parts)


def remove(connection: Connection, document_id: int) -> None:
    """Take a document out, in all its languages."""
    _remove(connection, _index(connection), document_id, None)


def clear(connection: Connection) -> None:
    """Take everything out; the index is then built again from the library."""
    index = _index(connection)
    index.clear(connection)
    connection.execute(delete(_DOCUMENT))
    connection.execute(delete(_SECTION))


def find(connection: Connection, query: str, limit: int = 20) -> list[Hit]:
    """Sections in which all words of the query stand; hits in number and title first, then the newest text.

    Whatever is asked, the answer is a list: a question without a letter or digit finds nothing.
    """
    question = _kept(query[:LONGEST_QUESTION])
    terms = search_words.terms(question)
    limit = min(limit, MOST_HITS)
    if not terms or limit < 1:
        return []
    hits = {row.id: _hit(row, terms) for row in connection.execute(_by_number(_folded(question), limit))}
    index = _index(connection)
    for row in connection.execute(_by_title(index.matching(_TITLE, terms), limit)):
        hits.setdefault(row.id, _hit(row, terms))
    found = list(hits.values())[:limit]
    if len(found) < limit:
        statement = _by_word(index.matching(_WORD, terms), limit - len(found))
        found += [_hit(row, terms) for row in connection.execute(statement)]
    return found


_DOCUMENT = table(
    "search_document",
    *(column(name) for name in ("id", "document_id", "language", "number", "folded", "title", "words")),
)
_SECTION = table(
    "search_section",
    *(column(name) for name in ("id", "document_id", "language", "clause", "body", "words")),
)
_TITLE = table("search_title", column("id"), column("rowid"), column("words"), column("search_title"))
_WORD = table("search_word", column("id"), column("rowid"), column("words"), column("search_word"))

# PostgreSQL keeps 256 places of one word in one tsvector and no place beyond 16,383 (measurements 2e), and
# a tsvector stays under 1 MB. A longer section is cut into windows that overlap by the longest phrase.
_MOST_OF_ONE: Final = 256
_WINDOW: Final = 4000


Tokened = Sequence[tuple[dict[str, Any], list[str]]]
"""Rows, each with its tokens, in the order in which they get their keys."""


class _Index(Protocol):
    """What differs between the engines. `index` has the tokens of the rows of `source`."""

    def add(self, connection: Connection, source: TableClause, index: TableClause, rows: Tokened) -> None: ...
    def drop(
        self, connection: Connection, source: TableClause, index: TableClause, which: ColumnElement[bool]
    ) -> None: ...
    def clear(self, connection: Connection) -> None: ...
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

    def clear(self, connection: Connection) -> None:
        for index in (_TITLE, _WORD):
            connection.execute(insert(index).values({index.name: "delete-all"}))

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

    def clear(self, connection: Connection) -> None:
        for index in (_TITLE, _WORD):
            connection.execute(delete(index))

    def matching(self, index: TableClause, terms: Sequence[Term]) -> Any:
        """A query for the keys of the rows that have all terms, in whichever windows."""
        each = [
            select(index.c.id).where(index.c.words.op("@@")(cast(_question(term), TSQUERY))) for term in terms
        ]
        # Also for a single term: a section found in two windows is one section.
        return intersect(*each) if len(each) > 1 else each[0].distinct()


_INDEXES: Final[dict[str, _Index]] = {"sqlite": _Fts5(), "postgresql": _Tsvector()}


def _index(connection: Connection) -> _Index:
    return _INDEXES[connection.dialect.name]


def _remove(connection: Connection, index: _Index, document_id: int, language: str | None) -> None:
    for source, tokens in ((_DOCUMENT, _TITLE), (_SECTION, _WORD)):
        which = source.c.document_id == document_id
        if language is not None:
            which &= source.c.language == language
        index.drop(connection, source, tokens, which)
        connection.execute(delete(source).where(which))


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


def _by_number(folded: str, limit: int) -> Select[Any]:
    rows = _DOCUMENT.c
    order = (rows.folded == folded).desc(), func.length(rows.folded), rows.folded, rows.document_id
    chosen = rows.folded.startswith(folded, autoescape=True)
    return _documents().where(chosen).order_by(*order, rows.language.desc()).limit(limit)


def _by_title(keys: Any, limit: int) -> Select[Any]:
    newest = _newest(keys, limit)
    return _documents().join(newest, newest.c.id == _DOCUMENT.c.id).order_by(_DOCUMENT.c.id.desc())


def _by_word(keys: Any, limit: int) -> Select[Any]:
    section, document, newest = _SECTION.c, _DOCUMENT.c, _newest(keys, limit)
    same = (document.document_id == section.document_id) & (document.language == section.language)
    return (
        select(document.document_id, document.number, document.title, document.language)
        .add_columns(section.id, section.clause, section.body)
        .select_from(_SECTION.join(newest, newest.c.id == section.id).join(_DOCUMENT, same))
        .order_by(section.id.desc())
    )


def _documents() -> Select[Any]:
    rows = _DOCUMENT.c
    body = (rows.number + " " + rows.title).label("body")
    return select(
        rows.id, rows.document_id, rows.number, rows.title, rows.language, literal("").label("clause"), body
    )


def _newest(keys: Any, limit: int) -> Any:
    """The last keys of a query for keys: FTS5 walks them backwards and stops, however many there are."""
    key = keys.subquery().c.id
    return select(key).order_by(key.desc()).limit(limit).subquery()


def _hit(row: Any, terms: Sequence[Term]) -> Hit:
    snippet = _snippet(row.body, terms)
    return Hit(row.document_id, row.number, row.title, row.clause, snippet, row.language)


def _snippet(body: str, terms: Sequence[Term]) -> str:
    """Some sixty characters round the first term that stands in the text, on one line."""
    place = next(filter(None, (search_words.locate(body, term) for term in terms)), (0, 0))
    start, end = place[0], min(place[1], place[0] + SNIPPET)
    first = max(0, start - (SNIPPET - (end - start)) // 3)
    last = min(len(body), first + SNIPPET)
    found = f"[{body[start:end]}]" if end > start else ""
    line = " ".join(f"{body[first:start]}{found}{body[end:last]}".split())
    return f"{'…' if first else ''}{line}{'…' if last < len(body) else ''}"


def _folded(number: str) -> str:
    return "".join(search_words.fold(number).split())


def _kept(given: str) -> str:
    """Text as both engines can keep it: in NFC, no NUL, no half characters."""
    whole = given.encode("utf-8", "replace").decode("utf-8").replace("\0", "")
    return unicodedata.normalize("NFC", whole)
