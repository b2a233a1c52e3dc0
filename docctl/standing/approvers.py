"""Who approves the documents of a level, and what of that nobody has confirmed. Asks nobody's permission."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from docctl.models.configuration import ApprovalChain, ApproverChoice
from docctl.rules.documents import conflicts
from docctl.rules.documents.conflicts import Open


def open_conflicts(session: Session) -> list[Open]:
    """The conflicts of the sources that the site has not decided (DC-23)."""
    chains = {
        row.level: row.steps for row in session.execute(select(ApprovalChain.level, ApprovalChain.steps))
    }
    chosen = select(ApproverChoice.level, ApproverChoice.steps).order_by(ApproverChoice.id)
    confirmed = {row.level: row.steps for row in session.execute(chosen)}
    return list(conflicts.open_conflicts(chains, confirmed))
