"""Holders outside: a report of them, one with its contact, and whom a hand-out can name (DC-71)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Select, func, select

from docctl.door.context import Context
from docctl.errors.message import Message
from docctl.models.copies import Copy
from docctl.models.outsiders import Outsider, OutsiderContact
from docctl.queries.columns import Column, Listed
from docctl.queries.copies.register import Asked, CopyLine, copy_register
from docctl.queries.report import Filter, Report, part_of
from docctl.rules.actions import Action
from docctl.rules.conditions import Subject
from docctl.rules.copies import OUT
from docctl.standing import find


@dataclass(frozen=True, kw_only=True)
class OutsiderView:
    """An outsider with the copies that it holds or held. `name` and `contact` are empty once erased."""

    key: str
    company: str
    name: str
    contact: str
    registered_at: datetime
    erased_at: datetime | None
    copies: tuple[CopyLine, ...]
    may_change: bool


def outsider_view(ctx: Context, key: str, action: Action | None = None) -> OutsiderView:
    """Raises NotFound, Forbidden."""
    outsider = find.outsider(ctx.session, key)
    ctx.require(action or Action.OUTSIDER_READ, Subject(name=outsider.company))
    contact = ctx.session.get(OutsiderContact, outsider.id)
    asked = Asked(holder_keys=[outsider.key], holder=outsider.key)
    return OutsiderView(
        key=outsider.key,
        company=outsider.company,
        name=contact.name if contact else "",
        contact=contact.contact if contact else "",
        registered_at=outsider.registered_at,
        erased_at=outsider.erased_at,
        copies=tuple(line for line in copy_register(ctx, asked) if line["holder"] == outsider.key),
        may_change=outsider.erased_at is None and ctx.may(Action.OUTSIDER_CHANGE, Subject()),
    )


def outsiders_to_name(ctx: Context) -> Sequence[tuple[str, str]]:
    """Key and company of those who may get a copy, by company."""
    there = select(Outsider.key, Outsider.company).where(Outsider.erased_at.is_(None))
    rows = ctx.session.execute(there.order_by(Outsider.company, Outsider.id))
    return [(row.key, row.company) for row in rows]


def _rows(_: Context) -> Select[*tuple[Any, ...]]:
    out = select(func.count(Copy.id)).where(Copy.holder == Outsider.key, Copy.state.in_(OUT))
    return select(
        Outsider.key.label("outsider"),
        Outsider.company,
        OutsiderContact.name,
        OutsiderContact.contact,
        out.correlate(Outsider).scalar_subquery().label("copies_out"),
        Outsider.erased_at.label("erased"),
    ).outerjoin(OutsiderContact, OutsiderContact.outsider_id == Outsider.id)


OUTSIDERS: Final = Report(
    name="outsiders",
    about=Message("Companies outside that hold or held copies, and who is talked to there."),
    action=Action.OUTSIDER_READ,
    rows=_rows,
    key=Outsider.id,
    filters=(
        Filter(name="company", label=Message("Company"), where=part_of(Outsider.company, Outsider.key)),
    ),
    listed=Listed(
        title=Message("Holders outside"),
        columns=(
            Column(key="outsider", heading=Message("Key"), shape="number", leads_to="outsider"),
            Column(key="company", heading=Message("Company")),
            Column(key="name", heading=Message("Contact person")),
            Column(key="contact", heading=Message("How to reach them"), shape="words"),
            Column(key="copies_out", heading=Message("Copies out")),
            Column(key="erased", heading=Message("Contact erased"), shape="day"),
        ),
    ),
)
