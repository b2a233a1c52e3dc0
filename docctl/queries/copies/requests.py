"""Requests for copies: who asked for what, and what was said to it. As far as the reader may see them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, or_, select, true
from sqlalchemy.orm import aliased

from docctl.door.context import Context
from docctl.errors import NotFound, see
from docctl.errors.message import Holder, Message, Typed
from docctl.models.copies import Copy, CopyRequest
from docctl.models.documents import Document, Revision
from docctl.models.people import Person
from docctl.queries.columns import NOT_ON_PAGE, Column, Listed
from docctl.queries.copies.needs import NEWEST
from docctl.rules import asking
from docctl.rules.actions import Action
from docctl.rules.asking import State
from docctl.rules.conditions import Subject
from docctl.rules.roles import Role
from docctl.rules.words import Words
from docctl.standing import find


@dataclass(frozen=True, kw_only=True)
class RequestLine:
    """A request. `copy` is the number of what was handed out for it."""

    number: str
    document: str
    title: Words | None
    holder: str
    holder_name: str
    reason: str
    state: State
    asked_by: str
    asked_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    decision: str | None
    copy: str | None


@dataclass(frozen=True, kw_only=True)
class RequestView:
    """One request, and what the reader can do with it now."""

    line: RequestLine
    offered: tuple[Action, ...]


def request_list(
    ctx: Context, *, state: str = "", after: str = "", most: int | None = None
) -> Sequence[RequestLine]:
    """The newest first, `most` of them behind the one of a number; of a state, or `open`."""
    wanted = _LINES.where(_seen(ctx)).order_by(CopyRequest.id.desc()).limit(most)
    chosen = asking.OPEN if state == "open" else {one for one in State if one.value == state}
    if state:
        wanted = wanted.where(CopyRequest.state.in_(chosen))
    if after.isascii() and after.isdigit() and len(after) < 10:
        last = select(CopyRequest.id).where(CopyRequest.number == str(int(after))).scalar_subquery()
        wanted = wanted.where(CopyRequest.id < last)
    return [RequestLine(**row) for row in ctx.session.execute(wanted).mappings()]


def request_view(ctx: Context, number: str, action: Action | None = None) -> RequestView:
    """Raises NotFound, also for whoever may not see it; with `action`, Forbidden and WrongState."""
    request = find.request(ctx.session, number)
    rows = ctx.session.execute(_LINES.where(_seen(ctx), CopyRequest.id == request.id)).mappings().all()
    if not rows:
        raise NotFound("there is no request {number}; see: {where}", number=Typed(number), where=see.REQUESTS)
    document = ctx.session.get_one(Document, request.document_id)
    subject = Subject(
        name=f"{document.number} / {request.number}",
        department=document.department,
        asker=request.asked_by_id,
    )
    if action is not None:
        ctx.require(action, subject)
        asking.after(request.state, action, request.number)
    return RequestView(
        line=RequestLine(**rows[0]),
        offered=tuple(
            a
            for state, a in asking.TRANSITIONS
            if state is request.state and a in _DECIDED and ctx.may(a, subject)
        ),
    )


_DECIDED: Final = (Action.REQUEST_APPROVE, Action.REQUEST_REFUSE)
_asked, _decided = aliased(Person), aliased(Person)
_LINES: Final[Select[*tuple[Any, ...]]] = (
    select(
        CopyRequest.number,
        Document.number.label("document"),
        Revision.title,
        CopyRequest.holder,
        CopyRequest.holder_name,
        CopyRequest.reason,
        CopyRequest.state,
        _asked.name.label("asked_by"),
        CopyRequest.asked_at,
        _decided.name.label("decided_by"),
        CopyRequest.decided_at,
        CopyRequest.decision,
        Copy.number.label("copy"),
    )
    .select_from(CopyRequest)
    .join(Document, Document.id == CopyRequest.document_id)
    .outerjoin(Revision, Revision.id == NEWEST)
    .join(_asked, _asked.id == CopyRequest.asked_by_id)
    .outerjoin(_decided, _decided.id == CopyRequest.decided_by_id)
    .outerjoin(Copy, Copy.id == CopyRequest.copy_id)
)


def _seen(ctx: Context) -> ColumnElement[bool]:
    """All for who sees all copies; else one's own, those of one's department, and those to decide."""
    if ctx.may(Action.COPY_READ, Subject()):
        return true()
    me = ctx.actor
    return or_(
        CopyRequest.asked_by_id == me.person_id,
        CopyRequest.holder.in_((me.login, me.department)),
        decided_by(ctx),
    )


def decided_by(ctx: Context) -> ColumnElement[bool]:
    """Those of documents whose department the reader heads: as the table of rights has it."""
    heads = Role.DEPARTMENT_HEAD in ctx.actor.roles
    return and_(Document.department == ctx.actor.department, true() if heads else ~true())


REQUESTS: Final = Listed(
    title=Message("Requests for copies"),
    columns=(
        Column(key="number", heading=Message("Number"), value=lambda line: line.number, shape="number"),
        Column(key="state", heading=Message("State"), value=lambda line: line.state),
        Column(
            key="document", heading=Message("Document"), value=lambda line: line.document, leads_to="document"
        ),
        Column(
            key="holder", heading=Message("Holder"), value=lambda line: Holder(line.holder, line.holder_name)
        ),
        Column(key="reason", heading=Message("Reason"), value=lambda line: line.reason, shape="words"),
        Column(key="asked_by", heading=Message("Asked by"), value=lambda line: line.asked_by),
        Column(key="asked_at", heading=Message("Asked on"), value=lambda line: line.asked_at, shape="day"),
        Column(key="decided_by", heading=Message("Decided by"), value=lambda line: line.decided_by),
        Column(
            key="decision",
            heading=Message("Said to it"),
            value=lambda line: line.decision,
            shape="words",
            on=NOT_ON_PAGE,
        ),
        Column(key="copy", heading=Message("Copy number"), value=lambda line: line.copy, leads_to="copy"),
    ),
)
