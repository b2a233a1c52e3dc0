"""What governs work today, of a few documents: for what stands beside a revision that is pinned."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from sqlalchemy import select

from docctl.door.context import Context
from docctl.models.documents import Document, Revision
from docctl.rules.actions import Action
from docctl.rules.conditions import Subject
from docctl.rules.documents import revisions
from docctl.rules.documents.revisions import DocumentFacts, RevisionFacts, State

_ISSUED: Final = (
    select(
        Document.number,
        Document.withdrawn_day,
        Document.withdrawn_seq,
        Revision.id,
        Revision.label,
        Revision.effective_day,
        Revision.issued_seq,
    )
    .outerjoin(Revision, (Revision.document_id == Document.id) & Revision.state.in_([State.ISSUED]))
    .order_by(Revision.id)
)


def in_force_now(ctx: Context, numbers: Iterable[str]) -> dict[str, str | None]:
    """The label in force today of each document, by its number; None where nothing is. One query."""
    ctx.require(Action.DOCUMENT_READ, Subject())
    documents: dict[str, DocumentFacts] = {}
    known: dict[str, list[RevisionFacts]] = {}
    for row in ctx.session.execute(_ISSUED.where(Document.number.in_(set(numbers)))):
        documents[row.number] = DocumentFacts(row.number, row.withdrawn_day, row.withdrawn_seq)
        issued = known.setdefault(row.number, [])
        if row.id is not None:
            state, day, seq = State.ISSUED, row.effective_day, row.issued_seq
            issued.append(RevisionFacts(row.id, row.label, state, day, seq))
    today = ctx.today()
    governing = {n: revisions.in_force(known[n], today, document=of) for n, of in documents.items()}
    return {number: found.label if found else None for number, found in governing.items()}
