"""What rights ask about a document or a copy: who owns it, who holds it, which department keeps it."""

from __future__ import annotations

from typing import Final

from sqlalchemy.orm import Session

from docctl.models.copies import Copy
from docctl.models.documents import Document, Revision
from docctl.rules.conditions import Subject
from docctl.standing import cards, find

KEPT: Final = frozenset({"manual"})
"""The levels whose copies go out from one department alone (DC-54)."""
KEPT_KIND: Final = "administrative"
"""The class of documents whose copies do (DC-09)."""


def of_document(session: Session, document: Document) -> Subject:
    """A document of which copies are handed out: what was issued last says of which class it is."""
    known = find.revisions(session, document.id)
    issued = [revision for revision in known if revision.issued_at is not None]
    kept_by = _kept_by(session, document, (issued or known)[-1])
    return Subject(name=document.number, department=document.department, kept_by=kept_by)


def of_copy(session: Session, copy: Copy, *, witnesses: frozenset[int] | None = None) -> Subject:
    """One copy."""
    document = session.get_one(Document, copy.document_id)
    kept_by = _kept_by(session, document, session.get_one(Revision, copy.revision_id))
    return Subject(name=copy.number, holder=copy.holder, kept_by=kept_by, witnesses=witnesses)


def of_lists(session: Session) -> Subject:
    """The departments' lists of what they hold: administration is told of their changes (DC-58)."""
    return Subject(kept_by=find.administration(session) or None)


def _kept_by(session: Session, document: Document, revision: Revision) -> str | None:
    if document.level in KEPT or cards.of(session, document, revision).kind == KEPT_KIND:
        return find.administration(session) or None
    return None
