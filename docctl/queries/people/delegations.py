"""Who is away, and who signs for them: one's own, one of them, and those to confirm."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import or_, select

from docctl.door.context import Context
from docctl.models.delegations import Delegation
from docctl.rules.actions import Action
from docctl.rules.conditions import Subject
from docctl.rules.delegating import State
from docctl.rules.people import Bearer
from docctl.rules.roles import SIGNERS, Role
from docctl.rules.seconding import SECONDS
from docctl.standing import delegations
from docctl.standing.bearers import bearers


@dataclass(frozen=True, kw_only=True)
class DelegationView:
    """One of them. `by_office`: document control entered it for somebody who was away already."""

    number: str
    absent: str
    delegate: str
    roles: tuple[Role, ...]
    first: date
    last: date
    reason: str
    state: State
    counts: bool
    entered_by: str
    entered_at: datetime
    by_office: bool
    answered_by: str
    answered_at: datetime | None
    answer: str
    ended_by: str
    ended_at: datetime | None
    may_confirm: bool
    may_refuse: bool
    may_end: bool


@dataclass(frozen=True, kw_only=True)
class Naming:
    """What the form offers: whose absence one may enter for them, and who may be named; logins and names."""

    absent: list[tuple[str, str]]
    people: list[tuple[str, str]]
    own: tuple[Role, ...]
    """One's own roles that sign."""


def delegation_view(ctx: Context, number: str, action: Action = Action.DELEGATION_READ) -> DelegationView:
    """Raises NotFound, Forbidden."""
    found = delegations.one(ctx.session, number)
    ctx.require(action, delegations.subject(ctx.session, found))
    return _view(ctx, found)


def own_delegations(ctx: Context) -> list[DelegationView]:
    """Those in which whoever asks is absent or delegate, newest first."""
    me = ctx.actor.person_id
    mine = select(Delegation).where(or_(Delegation.absent_id == me, Delegation.delegate_id == me))
    return [_view(ctx, one) for one in ctx.session.scalars(mine.order_by(Delegation.id.desc()))]


def naming(ctx: Context) -> Naming:
    """Raises Forbidden for who has nothing to lend, and enters nothing for others."""
    me = ctx.actor.person_id
    ctx.require(Action.DELEGATION_ADD, Subject(account=me))
    others = ctx.may(Action.DELEGATION_ADD, Subject(account=None))
    people = [b for b in bearers(ctx.session, ctx.now()) if b.actor.roles - {Role.AUDITOR}]
    signers = [b for b in people if not b.actor.roles.isdisjoint(SIGNERS)]
    return Naming(
        absent=[_called(b) for b in signers if others and b.actor.person_id != me],
        people=[_called(b) for b in people if b.able and b.actor.person_id != me],
        own=tuple(role for role in SIGNERS if role in ctx.actor.roles),
    )


def _called(one: Bearer) -> tuple[str, str]:
    return one.actor.login, f"{one.name} ({one.actor.login})"


def delegations_to_confirm(ctx: Context) -> Sequence[Delegation]:
    """Those that whoever asks could confirm, oldest first."""
    if SECONDS.isdisjoint(ctx.actor.roles):
        return []
    waiting = select(Delegation).where(
        Delegation.state.in_([State.WAITING]), Delegation.until_day >= ctx.today()
    )
    return [
        one
        for one in ctx.session.scalars(waiting.order_by(Delegation.id))
        if ctx.may(Action.DELEGATION_CONFIRM, delegations.subject(ctx.session, one))
    ]


def told(seen: DelegationView) -> dict[str, Any]:
    """As the command line tells it."""
    return {
        "delegation": seen.number,
        "absent": seen.absent,
        "delegate": seen.delegate,
        "roles": [role.value for role in seen.roles],
        "from": seen.first.isoformat(),
        "until": seen.last.isoformat(),
        "reason": seen.reason,
        "state": seen.state.value,
        "counts_today": seen.counts,
        "entered_by": seen.entered_by,
        "by_document_control": seen.by_office,
        "answered_by": seen.answered_by or None,
        "answer": seen.answer or None,
        "ended_by": seen.ended_by or None,
    }


def _view(ctx: Context, found: Delegation) -> DelegationView:
    about = delegations.subject(ctx.session, found)
    waits = found.state is State.WAITING
    return DelegationView(
        number=found.number,
        absent=found.absent_name,
        delegate=found.delegate_name,
        roles=tuple(Role(role) for role in found.roles),
        first=found.from_day,
        last=found.until_day,
        reason=found.reason,
        state=found.state,
        counts=found.state is State.STANDING and found.from_day <= ctx.today() <= found.until_day,
        entered_by=found.entered_name,
        entered_at=found.entered_at,
        by_office=found.entered_by_id != found.absent_id,
        answered_by=found.answered_name or "",
        answered_at=found.answered_at,
        answer=found.answer or "",
        ended_by=found.revoked_name or "",
        ended_at=found.revoked_at,
        may_confirm=waits and ctx.may(Action.DELEGATION_CONFIRM, about),
        may_refuse=waits and ctx.may(Action.DELEGATION_REFUSE, about),
        may_end=found.state in (State.WAITING, State.STANDING)
        and found.until_day >= ctx.today()
        and ctx.may(Action.DELEGATION_END, about),
    )
