"""Asking for a copy, and what the head of the owner department says to it (DC-50)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from docctl.door.context import Context
from docctl.door.retries import retried
from docctl.door.transaction import Act
from docctl.models.copies import Copy, CopyRequest, Listed
from docctl.models.documents import Document
from docctl.rules import asking, copies
from docctl.rules.actions import Action
from docctl.rules.conditions import Subject
from docctl.rules.distribution import Purpose
from docctl.rules.documents import issue
from docctl.rules.text import clean
from docctl.standing import facts, find
from docctl.usecases.copies import register


@retried(Action.REQUEST_ADD)
def add_request(ctx: Context, number: str, *, reason: str, holder: str | None = None) -> CopyRequest:
    """Ask for a copy of a document, for oneself or one's department; the controller asks for anybody."""
    with ctx.act(Action.REQUEST_ADD) as act:
        document = find.document(act.session, number)
        (meant,) = register.holders(act.session, [holder or act.actor.login])
        act.require(Subject(name=document.number, holder=meant.key))
        issue.check_not_withdrawn(facts.document(document))
        open_ones = {r.holder for r in _open(act.session, document)}
        asking.check_asked(reason, waiting=meant.key in open_ones, name=meant.name)
        made = CopyRequest(
            number=str((act.session.scalar(select(func.count(CopyRequest.id))) or 0) + 1),
            document_id=document.id,
            holder=meant.key,
            holder_name=meant.name,
            reason=clean(reason),
            state=asking.State.ASKED,
            asked_by_id=act.actor.person_id,
            asked_at=act.at,
        )
        act.add(made)
        act.record(made, reason=made.reason, document=document.number, holder=meant.key)
        return made


@retried(Action.REQUEST_APPROVE)
def approve_request(ctx: Context, number: str) -> CopyRequest:
    """The head of the owner department lets the holder have a copy; document control hands it out next."""
    with ctx.act(Action.REQUEST_APPROVE) as act:
        return _decided(act, number, None)


@retried(Action.REQUEST_REFUSE)
def refuse_request(ctx: Context, number: str, *, reason: str) -> CopyRequest:
    """There will be no copy; whoever asked is told why."""
    with ctx.act(Action.REQUEST_REFUSE) as act:
        return _decided(act, number, reason)


@dataclass(frozen=True)
class HandOver:
    """The approved requests that a hand-out answers, and what those on the list have their copies for."""

    requests: Sequence[CopyRequest]
    purposes: Mapping[str, Purpose]


def check_hand_over(act: Act, document: Document, to: Sequence[register.Holder]) -> HandOver:
    """Raises WrongState for who is not to have a copy, of a contract paper too (DC-84)."""
    wanted = select(Listed.holder, Listed.purpose).where(
        Listed.document_id == document.id, Listed.struck_at.is_(None)
    )
    listed = {row.holder: row.purpose for row in act.session.execute(wanted)}
    holding = select(Copy.holder).where(Copy.document_id == document.id, Copy.state.in_(copies.OUT))
    approved = [r for r in _open(act.session, document) if r.state is asking.State.APPROVED]
    asking.check_hand_over(
        {holder.key: holder.name for holder in to},
        listed=listed,
        holding=act.session.scalars(holding).all() if listed else (),
        approved=[r.holder for r in approved],
    )
    keys = {holder.key for holder in to}
    return HandOver([r for r in approved if r.holder in keys], listed)


def answer(act: Act, requests: Sequence[CopyRequest], made: Sequence[Copy]) -> None:
    """These copies are what was asked for."""
    first = {copy.holder: copy for copy in reversed(made)}
    for request in requests:
        request.state = asking.after(request.state, act.action, request.number)
        request.copy_id = first[request.holder].id


def _decided(act: Act, number: str, reason: str | None) -> CopyRequest:
    request = find.request(act.session, number)
    document = act.session.get_one(Document, request.document_id)
    name = f"{document.number} / {request.number}"
    act.require(Subject(name=name, department=document.department, asker=request.asked_by_id))
    request.state = asking.after(request.state, act.action, request.number)
    request.decision = None if reason is None else register.checked_reason(reason)
    request.decided_by_id, request.decided_at = act.actor.person_id, act.at
    act.record(request, reason=request.decision, document=document.number, holder=request.holder)
    return request


def _open(session: Session, document: Document) -> Sequence[CopyRequest]:
    wanted = select(CopyRequest).where(
        CopyRequest.document_id == document.id, CopyRequest.state.in_(asking.OPEN)
    )
    return session.scalars(wanted.order_by(CopyRequest.id)).all()
