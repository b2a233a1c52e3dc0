"""Documents and their revisions as plain rows, for lists of all of them: mapped objects cost thrice that."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import select

from docctl.models.documents import Document, Revision
from docctl.rules.documents.head import Head
from docctl.rules.documents.revisions import State
from docctl.rules.words import Words


class DocumentRow(NamedTuple):
    """A row of DOCUMENTS: its columns, in their order."""

    id: int
    number: str
    level: str
    department: str
    chain: Any
    registered_by_id: int
    withdrawn_day: date | None
    withdrawn_seq: int | None


class RevisionRow(NamedTuple):
    """A row of REVISIONS: its columns, in their order."""

    id: int
    document_id: int
    label: str
    state: State
    title: Words
    head: Head
    blob: str
    drafted_at: datetime
    discarded_at: datetime | None
    issued_at: datetime | None
    issued_seq: int | None
    effective_day: date | None
    trial_until: date | None
    cancelled_at: datetime | None


DOCUMENTS: Final = select(*(getattr(Document, name) for name in DocumentRow._fields)).order_by(
    Document.number_key
)
REVISIONS: Final = select(*(getattr(Revision, name) for name in RevisionRow._fields)).order_by(Revision.id)
