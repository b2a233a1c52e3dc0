"""Who is shown a document of which nothing was issued: whoever may read its drafts."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from docctl.door.context import Context
from docctl.models.configuration import ApprovalChain
from docctl.models.documents import DocumentAuthor, Revision
from docctl.rules.actions import Action
from docctl.rules.conditions import Subject
from docctl.rules.documents import approval
from docctl.standing.rows import DocumentRow

_UNISSUED_CHAINS = (
    select(Revision.document_id, Revision.chain).where(Revision.issued_at.is_(None)).order_by(Revision.id)
)
_AUTHORS = select(DocumentAuthor.document_id, DocumentAuthor.person_id).where(
    DocumentAuthor.revoked_at.is_(None)
)
_CHAINS = select(ApprovalChain.level, ApprovalChain.steps)


class DraftReaders:
    """Whether the reader may see a document of which nothing was issued. Asks the tables on first use."""

    def __init__(self, ctx: Context) -> None:
        self.ctx = ctx
        self.all = ctx.may(Action.DRAFT_READ, Subject())
        self.known: tuple[dict[str, Any], dict[int, Any], dict[int, set[int]]] | None = None

    def admit(self, document: DocumentRow) -> bool:
        """Whether this is one."""
        if self.all:
            return True
        levels, own, authors = self.known = self.known or self._load()
        chain = own.get(document.id) or document.chain or levels.get(document.level, ())
        subject = Subject(
            department=document.department,
            authors=frozenset({document.registered_by_id, *authors.get(document.id, ())}),
            posts=approval.posts(approval.chain_from_data(chain)),
        )
        return self.ctx.may(Action.DRAFT_READ, subject)

    def _load(self) -> tuple[dict[str, Any], dict[int, Any], dict[int, set[int]]]:
        run = self.ctx.session.execute
        authors: dict[int, set[int]] = {}
        for document_id, person_id in run(_AUTHORS):
            authors.setdefault(document_id, set()).add(person_id)
        own = {row.document_id: row.chain for row in run(_UNISSUED_CHAINS)}
        return {row.level: row.steps for row in run(_CHAINS)}, own, authors
