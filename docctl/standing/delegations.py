"""Delegations: by number, who is named in them, and whom the rights to decide one are asked about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from docctl.errors import NotFound
from docctl.errors.message import Typed
from docctl.models.delegations import Delegation
from docctl.models.people import Person
from docctl.rules.conditions import Subject
from docctl.rules.delegating import Named, Span, State
from docctl.standing import proposals
from docctl.standing.bearers import bearers


def one(session: Session, number: str) -> Delegation:
    """The delegation of this number. Raises NotFound."""
    found = session.scalar(select(Delegation).where(Delegation.number == number.strip()))
    if found is None:
        raise NotFound(
            "there is no delegation {number}; see: docctl report delegations", number=Typed(number)
        )
    return found


def subject(session: Session, of: Delegation) -> Subject:
    """What the rights to it are asked about."""
    seconds = proposals.seconds(session, of.entered_by_id, of.entered_at)
    return replace(about(of), asker=of.entered_by_id, seconds=seconds)


def about(of: Delegation) -> Subject:
    """The same for who reads it, without who could confirm it."""
    return Subject(name=of.number, account=of.absent_id, delegate=of.delegate_id)


def named(session: Session, person: Person, at: datetime) -> Named:
    """An account as the rules of delegations judge it."""
    found = next((b for b in bearers(session, at) if b.actor.person_id == person.id), None)
    if found is None:
        return Named(person_id=person.id, login=person.login, roles=frozenset(), department="", active=False)
    return Named(
        person_id=person.id,
        login=person.login,
        roles=found.actor.roles,
        department=person.department,
        able=found.able,
    )


def of_absent(session: Session, person_id: int) -> Sequence[Delegation]:
    """All that name a person as absent, newest first."""
    mine = select(Delegation).where(Delegation.absent_id == person_id)
    return session.scalars(mine.order_by(Delegation.id.desc())).all()


def naming(session: Session, person_id: int) -> Sequence[Delegation]:
    """All that wait or stand and name a person, as absent or as the delegate."""
    named_in = or_(Delegation.absent_id == person_id, Delegation.delegate_id == person_id)
    open_ones = Delegation.state.in_([State.WAITING, State.STANDING])
    return session.scalars(select(Delegation).where(named_in, open_ones).order_by(Delegation.id)).all()


def spans(rows: Sequence[Delegation]) -> list[Span]:
    """Those that wait or stand, as others must not overlap with them."""
    return [
        Span(number=row.number, roles=frozenset(row.roles), first=row.from_day, last=row.until_day)
        for row in rows
        if row.state in (State.WAITING, State.STANDING)
    ]
