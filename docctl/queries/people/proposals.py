"""Roles that wait for a second person: for who confirms them, and for the page of the account."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from docctl.door.context import Context
from docctl.errors import NotFound
from docctl.models.people import Person, PersonRole, RoleProposal
from docctl.rules.actions import Action
from docctl.rules.roles import Role
from docctl.rules.seconding import SECONDS, State
from docctl.standing import find, proposals


@dataclass(frozen=True, kw_only=True)
class ProposalView:
    """What is proposed for whom, and by whom. `held`: the roles that they have already."""

    login: str
    name: str
    department: str
    held: tuple[Role, ...]
    roles: tuple[Role, ...]
    by: str
    at: datetime
    may_confirm: bool = False
    may_refuse: bool = False


def proposal_view(ctx: Context, login: str, action: Action) -> ProposalView:
    """The proposal that waits for this account, for who is about to decide it. Raises Forbidden, NotFound."""
    person = find.person(ctx.session, login)
    proposal = proposals.waiting(ctx.session, person.id)
    if proposal is None:
        raise NotFound("no roles are proposed for {login}", login=login)
    ctx.require(action, proposals.subject(ctx.session, person, proposal))
    return _view(ctx, person, proposal)


def waiting_for(ctx: Context, login: str) -> ProposalView | None:
    """The same for the page of the account; None where nothing waits. Asks for no right: that page does."""
    person = find.person(ctx.session, login)
    proposal = proposals.waiting(ctx.session, person.id)
    return None if proposal is None else _view(ctx, person, proposal)


def proposed_roles(ctx: Context, login: str) -> list[str]:
    """The roles that wait for this account, for the person who has just acted on it."""
    waiting = proposals.waiting(ctx.session, find.person(ctx.session, login).id)
    return [] if waiting is None else [role.value for role in proposals.roles(waiting)]


def proposals_to_confirm(ctx: Context) -> list[tuple[Person, RoleProposal]]:
    """Those that this person could confirm, oldest first."""
    if SECONDS.isdisjoint(ctx.actor.roles):
        return []
    rows = ctx.session.execute(
        select(Person, RoleProposal)
        .join(RoleProposal, RoleProposal.person_id == Person.id)
        .where(RoleProposal.state.in_([State.WAITING]))
        .order_by(RoleProposal.id)
    )
    found = [(person, proposal) for person, proposal in rows]
    about = proposals.subjects(ctx.session, found) if found else []
    return [one for one, of in zip(found, about, strict=True) if ctx.may(Action.USER_CONFIRM_ROLES, of)]


def _view(ctx: Context, person: Person, proposal: RoleProposal) -> ProposalView:
    about = proposals.subject(ctx.session, person, proposal)
    held = select(PersonRole.role).where(PersonRole.person_id == person.id, PersonRole.revoked_at.is_(None))
    return ProposalView(
        login=person.login,
        name=person.name,
        department=person.department,
        held=tuple(ctx.session.scalars(held.order_by(PersonRole.id))),
        roles=proposals.roles(proposal),
        by=proposal.proposed_by_name,
        at=proposal.proposed_at,
        may_confirm=ctx.may(Action.USER_CONFIRM_ROLES, about),
        may_refuse=ctx.may(Action.USER_REFUSE_ROLES, about),
    )
