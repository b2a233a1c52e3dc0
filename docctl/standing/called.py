"""What issued documents are called: their titles, and the aliases that their heads say (DC-90, DC-118).

Nothing is told of drafts. Asks nobody's permission.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from docctl.models.documents import Document, Revision
from docctl.rules.documents.revisions import State
from docctl.rules.words import Words


class Called(NamedTuple):
    """The document that a name stands for, and its proper name."""

    number: str
    title: Words


_ROWS: Final = (
    select(Document.number, Revision.title, Revision.head)
    .join(Document, Document.id == Revision.document_id)
    .where(Document.withdrawn_day.is_(None), Revision.state.in_([State.ISSUED]))
    .order_by(Revision.id)
)


def names(session: Session) -> Mapping[str, Called]:
    """Each name and each alias of the newest issue of a document. Of two alike the title is meant."""
    newest = {row.number: row for row in session.execute(_ROWS)}
    found: dict[str, Called] = {}
    for row in newest.values():
        found |= dict.fromkeys(row.head.get("aliases", ()), Called(row.number, row.title))
    for row in newest.values():
        found |= dict.fromkeys(row.title.values(), Called(row.number, row.title))
    return found
