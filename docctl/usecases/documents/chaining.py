"""Who signs for one document: the chain of its level, or a longer one of its own (DC-28, DC-26)."""

from __future__ import annotations

from sqlalchemy.orm import Session

from docctl.door.context import Context
from docctl.door.retries import retried
from docctl.models.documents import Document
from docctl.rules.actions import Action
from docctl.rules.conditions import Subject
from docctl.rules.documents import approval, chains, issue, signers
from docctl.rules.documents.approval import Chain
from docctl.standing import facts, find
from docctl.standing import signers as standing


@retried(Action.CHAIN_CHANGE)
def change_chain(ctx: Context, number: str, *, chain: str | None, reason: str) -> Document:
    """Give a document another approval chain of its own; None: that of its level again.

    It counts from the next submission: what is being signed keeps the chain that it was handed in with.
    Raises WrongState for one that nobody could sign to its end.
    """
    with ctx.act(Action.CHAIN_CHANGE) as act:
        document = find.document(act.session, number)
        act.require(Subject(name=document.number))
        issue.check_not_withdrawn(facts.document(document))
        wanted = None if chain is None else given(act.session, document.level, chain)
        had = document.chain and approval.chain_from_data(document.chain)
        chains.check_change(had, wanted, reason, document.number)
        before, document.chain = document.chain, wanted and approval.chain_to_data(wanted)
        _, gaps = standing.before(
            act.session,
            document,
            find.newest_revision(act.session, document),
            document.registered_by_id,
            act.at,
            act.today,
        )
        signers.check_signable(document.number, gaps)
        act.record(document, reason=reason, before=before, chain=document.chain)
        return document


def given(session: Session, level: str, typed: str | None) -> Chain:
    """The chain that somebody typed, no step shorter than that of the level; None: that of the level."""
    floor = approval.chain_from_data(find.chain(session, level).steps)
    if typed is None:
        return floor
    chain = chains.parse_chain(typed, [d.key for d in find.departments(session)])
    chains.require_floor(chain, floor)
    return chain
