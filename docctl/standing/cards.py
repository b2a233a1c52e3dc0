"""What a site has decided about the cards of its documents. Asks nobody's permission."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from docctl.models.configuration import DocumentRules
from docctl.rules.documents import cards


def load(session: Session) -> cards.Rules:
    """What counts now."""
    newest = select(DocumentRules.content).order_by(DocumentRules.id.desc()).limit(1)
    return cards.from_data(session.scalar(newest) or {})
