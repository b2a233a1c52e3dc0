"""Full-text search of issued text, one row a section, on SQLite (FTS5) and PostgreSQL (tsvector).

Takes a connection and owns the tables named `search_…`, which stand outside the ledger and can be made
again from the library at any time. Knows no document model and asks nobody's permission.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

from sqlalchemy import (
    Connection,
    Select,
    delete,
    func,
    insert,
    literal,
    select,
    text,
)

from docctl.rules import search_words
from docctl.rules.search_words import Term
from docctl.store import search_seals
from docctl.store.initials import initials
from docctl.store.search_index import DDL, DOCUMENT, OWN, SECTION, TITLE, WORD, Index, index_of

SNIPPET: Final = 60
LONGEST_QUESTION: Final = 1000
MOST_HITS: Final = 200

_ABOUT: Final = 0
"""No document has this key. Its row is found by no question, and says by which rules words were cut."""
_RULES: Final = str(search_words.RULES)


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
    if connection.scalar(select(func.count()).select_from(DOCUMENT)) == 0:
        row = {"document_id": _ABOUT, "language": "", "number": "", "folded": "", "title": _RULES}
        more = {"words": ""} if connection.dialect.name == "sqlite" else {}
        connection.execute(insert(DOCUMENT), row | more)


def is_current(connection: Connection) -> bool:
    """Whether the words of the index were cut by the rules of this docctl. Others find less than there is."""
    return connection.scalar(select(DOCUMENT.c.title).where(DOCUMENT.c.document_id == _ABOUT)) == _RULES


def make_anew(connection: Connection) -> None:
    """Throw all away: whoever has the texts puts them in again."""
    for name in OWN:
        connection.execute(text(f"DROP TABLE IF EXISTS {name}"))
    create(connection)


def replace(
    connection: Connection,
    document_id: int,
    number: str,
    title: str,
    language: str,
    sections: Iterable[Section],
) -> None:
    """Index the text of a document in one language, in the place of what was there."""
    index = index_of(connection)
    _remove(connection, index, document_id, language)
    found = search_words.tokens(_kept(f"{number} {title} {initials(title)}"))
    row = {"document_id": document_id, "language": language}
    named = {"number": _kept(number), "folded": _folded(_kept(number)), "title": _kept(title)}
    index.add(connection, DOCUMENT, TITLE, [(row | named, found)])
    # Backwards, so that hits, newest first, come in the order of the clauses.
    bodies = [(_kept(section.clause), _kept(section.text)) for section in reversed(list(sections))]
    parts = [(row | {"clause": clause, "body": body}, search_words.tokens(body)) for clause, body in bodies]
    if parts:
        index.add(connection, SECTION, WORD, parts)


def remove(connection: Connection, document_id: int) -> None:
    """Take a document out, in all its languages."""
    _remove(connection, index_of(connection), document_id, None)
    search_seals.drop(connection, document_id)


def indexed(connection: Connection) -> set[int]:
    """The keys of the documents that have a text in the index."""
    rows = DOCUMENT.c.document_id
    return set(connection.scalars(select(rows).distinct().where(rows != _ABOUT)))


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
    index = index_of(connection)
    for row in connection.execute(_by_title(index.matching(TITLE, terms), limit)):
        hits.setdefault(row.id, _hit(row, terms))
    found = list(hits.values())[:limit]
    if len(found) < limit:
        statement = _by_word(index.matching(WORD, terms), limit - len(found))
        found += [_hit(row, terms) for row in connection.execute(statement)]
    return found


def _remove(connection: Connection, index: Index, document_id: int, language: str | None) -> None:
    for source, tokens in (
        (DOCUMENT, TITLE),
        (SECTION, WORD),
    ):
        which = source.c.document_id == document_id
        if language is not None:
            which &= source.c.language == language
        index.drop(connection, source, tokens, which)
        connection.execute(delete(source).where(which))


def _by_number(folded: str, limit: int) -> Select[Any]:
    rows = DOCUMENT.c
    order = (rows.folded == folded).desc(), func.length(rows.folded), rows.folded, rows.document_id
    chosen = rows.folded.startswith(folded, autoescape=True)
    return _documents().where(chosen).order_by(*order, rows.language.desc()).limit(limit)


def _by_title(keys: Any, limit: int) -> Select[Any]:
    newest = _newest(keys, limit)
    return _documents().join(newest, newest.c.id == DOCUMENT.c.id).order_by(DOCUMENT.c.id.desc())


def _by_word(keys: Any, limit: int) -> Select[Any]:
    section, document, newest = SECTION.c, DOCUMENT.c, _newest(keys, limit)
    same = (document.document_id == section.document_id) & (document.language == section.language)
    return (
        select(document.document_id, document.number, document.title, document.language)
        .add_columns(section.id, section.clause, section.body)
        .select_from(SECTION.join(newest, newest.c.id == section.id).join(DOCUMENT, same))
        .order_by(section.id.desc())
    )


def _documents() -> Select[Any]:
    rows = DOCUMENT.c
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
