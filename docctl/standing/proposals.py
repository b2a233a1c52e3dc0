"""Roles that wait for a second person, and who that may be. Asks nobody's permission."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from docctl.models.people import Person, PersonNotice, PersonRole, RoleProposal
from docctl.rules.conditions import Subject
from docctl.rules.notices import About
from docctl.rules.roles import Role
from docctl.rules.seconding import ESTRANGED_FOR, SECONDS, State


def waiting(session: Session, person_id: int) -> RoleProposal | None:
    """The proposal for this person that nobody has decided yet."""
    return session.scalar(
        select(RoleProposal).where(
            RoleProposal.person_id == person_id, RoleProposal.state.in_([State.WAITING])
        )
    )


def newest(session: Session, person_id: int) -> RoleProposal | None:
    """The last one for this person, decided or not."""
    wanted = select(RoleProposal).where(RoleProposal.person_id == person_id)
    return session.scalar(wanted.order_by(RoleProposal.id.desc()).limit(1))


def roles(proposal: RoleProposal) -> tuple[Role, ...]:
    """What is proposed."""
    return tuple(Role(role) for role in proposal.roles)


def subject(session: Session, person: Person, proposal: RoleProposal) -> Subject:
    """What the rights to decide it are asked about."""
    return subjects(session, [(person, proposal)])[0]


def seconds(session: Session, proposer: int, at: datetime) -> frozenset[int]:
    """Who could confirm what this person proposed then: had the right before, and no password from them."""
    return _seconds(session, [(proposer, at)])[0]


def subjects(session: Session, of: Sequence[tuple[Person, RoleProposal]]) -> list[Subject]:
    """The same for several, with the same two queries."""
    found = _seconds(session, [(proposal.proposed_by_id, proposal.proposed_at) for _, proposal in of])
    return [
        Subject(name=person.login, account=person.id, asker=proposal.proposed_by_id, seconds=seconds)
        for (person, proposal), seconds in zip(of, found, strict=True)
    ]


def _seconds(session: Session, proposed: Sequence[tuple[int, datetime]]) -> list[frozenset[int]]:
    """For each by whom and when."""
    could = session.execute(
        select(PersonRole.person_id, PersonRole.granted_at).where(
            PersonRole.role.in_(SECONDS), PersonRole.revoked_at.is_(None)
        )
    ).all()
    reset = session.execute(
        select(PersonNotice.person_id, PersonNotice.by_id, PersonNotice.told_at).where(
            PersonNotice.about.in_([About.PASSWORD]),
            PersonNotice.by_id.in_({proposer for proposer, _ in proposed}),
        )
    ).all()
    return [
        frozenset(row.person_id for row in could if row.granted_at < at)
        - {row.person_id for row in reset if row.by_id == proposer and row.told_at > at - ESTRANGED_FOR}
        for proposer, at in proposed
    ]
