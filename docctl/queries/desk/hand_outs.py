"""What the office has to hand out, and the requests on which the head of a department decides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from sqlalchemy import select

from docctl.door.context import Context
from docctl.models.copies import Copy, CopyRequest, Listed, Recall
from docctl.models.documents import Document, Revision
from docctl.queries.copies import needs, requests
from docctl.queries.desk.items import Item
from docctl.queries.desk.remembered import until_touched
from docctl.rules.actions import Action
from docctl.rules.asking import State
from docctl.rules.conditions import Subject
from docctl.rules.documents.cards import is_controlled
from docctl.rules.roles import Role

_TABLES: Final = (Listed, Document, Revision, Copy, Recall)
_LISTED: Final = needs.to_hand_out().order_by("issued_at", "key")
_REQUESTS: Final = (
    select(
        CopyRequest.number,
        Document.number.label("document"),
        Revision.title,
        Revision.label,
        CopyRequest.asked_at,
        CopyRequest.decided_at,
        CopyRequest.holder,
        CopyRequest.holder_name,
    )
    .select_from(CopyRequest)
    .join(Document, Document.id == CopyRequest.document_id)
    .join(Revision, Revision.id == needs.NEWEST)
    .where(needs.STANDS)
    .order_by(CopyRequest.id)
)


def of_hand_outs(ctx: Context) -> dict[str, tuple[Item, ...]]:
    """The parts of an inbox that are about copies which are still to be handed out, by their names."""
    return {"to_approve": _to_approve(ctx), "to_hand_out": _to_hand_out(ctx)}


def _to_approve(ctx: Context) -> tuple[Item, ...]:
    if Role.DEPARTMENT_HEAD not in ctx.actor.roles:
        return ()
    mine = (
        CopyRequest.state.in_([State.ASKED]),
        CopyRequest.asked_by_id != ctx.actor.person_id,
        requests.decided_by(ctx),
    )
    rows = ctx.session.execute(_REQUESTS.where(*mine), {needs.DAY.key: ctx.today()})
    return tuple(replace(_item(row, row.number, row.asked_at), revision=None) for row in rows)


def _to_hand_out(ctx: Context) -> tuple[Item, ...]:
    """A task for each holder on a list without a copy (DC-52), and for each approved request."""
    if not ctx.may(Action.COPY_ISSUE, Subject()):
        return ()
    asked, day = _REQUESTS.where(CopyRequest.state.in_([State.APPROVED])), {needs.DAY.key: ctx.today()}
    listed = until_touched(ctx, "to hand out", _TABLES, lambda: _without_copy(ctx))
    return tuple(
        [_item(row, row.document, row.issued_at) for row in listed]
        + [_item(row, row.document, row.decided_at) for row in ctx.session.execute(asked, day)]
    )


def _without_copy(ctx: Context) -> Sequence[Any]:
    """The listed holders without a copy. Of what is not under control there are none (DC-44)."""
    rows = ctx.session.execute(_LISTED, {needs.DAY.key: ctx.today()})
    return tuple(row for row in rows if is_controlled(row.head))


def _item(row: Any, number: str, since: Any) -> Item:
    return Item(
        number=number,
        title=row.title,
        document=row.document,
        revision=row.label,
        since=since.isoformat(),
        note=row.holder_name,
        holder=row.holder,
    )
