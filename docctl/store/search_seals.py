"""Each text of the search index is sealed with a key of the site: what is altered there is noticed (DC-73).

The key is not in the database. Knows rows of the index and bytes, not what was approved.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Iterator
from itertools import groupby
from typing import Any, Final

from sqlalchemy import Connection, delete, insert, select, union_all
from sqlalchemy.sql.expression import literal

from docctl.store.search_index import DOCUMENT, SEAL, SECTION

Text = tuple[int, str]
"""The key of a document, and a language."""

_ABOUT: Final = 0
"""The row about the index itself is no text."""


def put(connection: Connection, key: bytes, document_id: int, language: str) -> None:
    """Seal a text as it stands in the index now."""
    found = dict(_texts(connection, document_id))
    row = {"document_id": document_id, "language": language}
    connection.execute(delete(SEAL).where(*(SEAL.c[name] == value for name, value in row.items())))
    if (document_id, language) in found:
        connection.execute(insert(SEAL), row | {"seal": _seal(key, found[document_id, language])})


def drop(connection: Connection, document_id: int) -> None:
    """Whatever was sealed of a document that is taken out."""
    connection.execute(delete(SEAL).where(SEAL.c.document_id == document_id))


def broken(connection: Connection, key: bytes) -> set[Text]:
    """The texts that are not as they were sealed, those that nobody sealed, and seals without a text."""
    seals = {(row.document_id, row.language): row.seal for row in connection.execute(select(SEAL))}
    found: set[Text] = set()
    for text, rows in _texts(connection):
        if not hmac.compare_digest(seals.pop(text, ""), _seal(key, rows)):
            found.add(text)
    return found | seals.keys()


def _texts(connection: Connection, document_id: int | None = None) -> Iterator[tuple[Text, list[Any]]]:
    """All rows of each text: the document's own, then its sections in their order."""
    document, section = DOCUMENT.c, SECTION.c
    whole = union_all(
        select(document.document_id, document.language, literal(0).label("of"), document.id)
        .add_columns(document.number, document.folded, document.title)
        .where(document.document_id != _ABOUT),
        select(section.document_id, section.language, literal(1).label("of"), section.id).add_columns(
            section.clause, section.body, literal("").label("title")
        ),
    ).subquery()
    wanted = select(whole).order_by(*whole.c["document_id", "language", "of", "id"])
    if document_id is not None:
        wanted = wanted.where(whole.c.document_id == document_id)
    rows = connection.execute(wanted, execution_options={"yield_per": 1000})
    for text, of in groupby(rows, key=lambda row: (row[0], row[1])):
        yield text, [[text[0], text[1], row[2], *row[4:]] for row in of]


def _seal(key: bytes, rows: list[Any]) -> str:
    return hmac.digest(key, json.dumps(rows, ensure_ascii=False).encode(), "sha256").hex()
