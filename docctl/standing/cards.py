"""The cards of documents, and what a site has decided about them. Asks nobody's permission."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from docctl.models.configuration import DocumentRules
from docctl.models.documents import Document, Revision
from docctl.rules.documents import cards
from docctl.rules.documents.cards import Card


def load(session: Session) -> cards.Rules:
    """What counts now."""
    newest = select(DocumentRules.content).order_by(DocumentRules.id.desc()).limit(1)
    return cards.from_data(session.scalar(newest) or {})


def of(session: Session, document: Document, revision: Revision) -> Card:
    """The card of a document, as this revision of it says."""
    rules = load(session)
    return cards.card(revision.head, level=document.level, department=document.department, rules=rules)
