"""The approval chain of a document: what somebody sees before another one is given to it."""

from __future__ import annotations

from dataclasses import dataclass

from docctl.door.context import Context
from docctl.rules.actions import Action
from docctl.rules.conditions import Subject
from docctl.rules.documents import approval
from docctl.rules.documents.approval import Step
from docctl.rules.words import Words
from docctl.standing import find


@dataclass(frozen=True, kw_only=True)
class DocumentChain:
    """`steps` count for its next submission; `of_level` are those of its level. `is_own`: it has its own."""

    number: str
    title: Words
    steps: tuple[Step, ...]
    of_level: tuple[Step, ...]
    is_own: bool


def document_chain(ctx: Context, number: str) -> DocumentChain:
    """Raises NotFound, and Forbidden for who may not change it."""
    ctx.require(Action.CHAIN_CHANGE, Subject(name=number))
    document = find.document(ctx.session, number)
    of_level = approval.chain_from_data(find.chain(ctx.session, document.level).steps)
    return DocumentChain(
        number=document.number,
        title=find.newest_revision(ctx.session, document).title,
        steps=approval.chain_from_data(document.chain) if document.chain else of_level,
        of_level=of_level,
        is_own=bool(document.chain),
    )
