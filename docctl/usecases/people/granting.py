"""Roles are given: at once, or (those that sign, where the site says so) once a second person confirms."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from sqlalchemy import func, select

from docctl.door.context import Context
from docctl.door.retries import retried
from docctl.door.seconding import needs_two
from docctl.door.transaction import Act
from docctl.errors import NotFound
from docctl.models.people import Person, PersonRole, RoleProposal
from docctl.rules import people as rules
from docctl.rules import seconding
from docctl.rules.actions import Action
from docctl.rules.notices import About
from docctl.rules.roles import Role
from docctl.rules.seconding import GUARDED, SECONDS, State
from docctl.rules.text import clean
from docctl.standing import find, proposals
from docctl.usecases.people import noting


@retried(Action.USER_CONFIRM_ROLES)
def confirm_user_roles(ctx: Context, login: str) -> Person:
    """Give the roles that somebody else proposed. They count from the person's next act on."""
    with ctx.act(Action.USER_CONFIRM_ROLES) as act:
        person, proposal = _proposed(act, login)
        proposal.state = seconding.after(proposal.state, act.action, person.login)
        granted = proposals.roles(proposal)
        grant(act, person, granted)
        _decide(act, proposal)
        noting.tell(act, person, About.ROLES)
        act.record(person, granted=[r.value for r in granted], proposed_by=proposal.proposed_by_name)
        return person


@retried(Action.USER_REFUSE_ROLES)
def refuse_user_roles(ctx: Context, login: str, *, reason: str) -> Person:
    """The roles are not given; whoever proposed them can take that back in the same way."""
    with ctx.act(Action.USER_REFUSE_ROLES) as act:
        person, proposal = _proposed(act, login)
        rules.check_reason(reason)
        proposal.state = seconding.after(proposal.state, act.action, person.login)
        _decide(act, proposal, clean(reason))
        act.record(person, reason=clean(reason), refused=[r.value for r in proposals.roles(proposal)])
        return person


def give(act: Act, person: Person, roles: Iterable[Role]) -> tuple[list[Role], list[Role]]:
    """Give roles as far as one person can, and propose the rest; which are which."""
    held = {row.role for row in standing(act, person)}
    new = [role for role in roles if role not in held]
    two = not GUARDED.isdisjoint(new) and needs_two(act.session, act.actor.person_id, act.at)
    proposed = [role for role in new if two and role in GUARDED]
    granted = [role for role in new if role not in proposed]
    grant(act, person, granted)
    if proposed:
        _propose(act, person, proposed)
    return granted, proposed


def take(act: Act, person: Person, roles: Collection[Role]) -> None:
    """Take roles away; one person does that. Raises WrongState where nobody would be left to confirm."""
    if needs_two(act.session, act.actor.person_id, act.at):
        others = select(func.count(PersonRole.person_id.distinct())).where(
            PersonRole.role.in_(SECONDS),
            PersonRole.revoked_at.is_(None),
            PersonRole.person_id.not_in([person.id, act.actor.person_id]),
        )
        kept = {row.role for row in standing(act, person)} - set(roles)
        left = (act.session.scalar(others) or 0) + bool(SECONDS & kept)
        held = [row.role for row in standing(act, person) if row.role in roles]
        seconding.check_second_left(held, left, person.login)
    for row in standing(act, person):
        if row.role in roles:
            row.revoked_at = act.at


def grant(act: Act, person: Person, roles: Iterable[Role]) -> None:
    """Give those that the person does not hold."""
    held = {row.role for row in standing(act, person)}
    act.add(*(PersonRole(person_id=person.id, role=r, granted_at=act.at) for r in roles if r not in held))


def standing(act: Act, person: Person) -> list[PersonRole]:
    """The roles that the person holds now."""
    return list(
        act.session.scalars(
            select(PersonRole).where(PersonRole.person_id == person.id, PersonRole.revoked_at.is_(None))
        )
    )


def _propose(act: Act, person: Person, roles: list[Role]) -> None:
    waiting = proposals.waiting(act.session, person.id)
    seconding.check_one_proposal(() if waiting is None else proposals.roles(waiting), person.login)
    proposal = RoleProposal(
        person_id=person.id,
        roles=[role.value for role in roles],
        state=State.WAITING,
        proposed_by_id=act.actor.person_id,
        proposed_by_name=act.turn.name,
        proposed_at=act.at,
    )
    act.add(proposal)


def _proposed(act: Act, login: str) -> tuple[Person, RoleProposal]:
    """The person and the newest proposal for them, once the right to decide it was asked."""
    person = find.person(act.session, login)
    proposal = proposals.newest(act.session, person.id)
    if proposal is None:
        raise NotFound("no roles are proposed for {login}", login=login)
    act.require(proposals.subject(act.session, person, proposal))
    return person, proposal


def _decide(act: Act, proposal: RoleProposal, reason: str | None = None) -> None:
    proposal.decided_by_id, proposal.decided_by_name = act.actor.person_id, act.turn.name
    proposal.decided_at, proposal.reason = act.at, reason
