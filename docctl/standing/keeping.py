"""What rights ask about a document or a copy: who owns it, who holds it, which department keeps it."""

from __future__ import annotations

from typing import Final

from sqlalchemy.orm import Session

from docctl.models.copies import Copy
from docctl.models.documents import Document
from docctl.rules.conditions import Subject
from docctl.standing import find

KEPT: Final = frozenset({"manual"})
"""The levels whose copies go out from one department alone (DC-54)."""


def of_document(session: Session, document: Document) -> Subject:
    """A document of which copies are handed out."""
    return Subject(name=document.number, department=document.department, kept_by=_kept_by(session, document))


def of_copy(session: Session, copy: Copy, *, witnesses: frozenset[int] | None = None) -> Subject:
    """One copy."""
    document = session.get_one(Document, copy.document_id)
    return Subject(
        name=copy.number, holder=copy.holder, kept_by=_kept_by(session, document), witnesses=witnesses
    )


def of_lists(session: Session) -> Subject:
    """The departments' lists of what they hold: administration is told of their changes (DC-58)."""
    return Subject(kept_by=find.administration(session) or None)


def _kept_by(session: Session, document: Document) -> str | None:
    return (find.administration(session) or None) if document.level in KEPT else None
