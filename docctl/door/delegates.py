"""In whose place somebody signs on a day: by the rows of delegations, asked again at every act.

Nothing of it is stored beside them, so no job has to run when a day comes or is over.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, Final

from sqlalchemy import Select, and_, func, select
from sqlalchemy.orm import Session

from docctl.models.delegations import Delegation
from docctl.models.people import Person, PersonRole
from docctl.rules.delegating import State
from docctl.rules.roles import Absent

HOW_MANY: Final = (
    select(func.count(Delegation.id))
    .where(Delegation.delegate_id == Person.id, Delegation.state.in_([State.STANDING]))
    .correlate(Person)
    .scalar_subquery()
    .label("delegations")
)
"""How many delegations name a person: for who asks for the person anyway, and need ask no further."""

_IN_FORCE: Final = (
    select(
        Delegation.id,
        Delegation.delegate_id,
        Delegation.roles,
        Person.id.label("absent_id"),
        Person.login,
        Person.name,
        Person.department,
        PersonRole.role,
    )
    .join(Person, Person.id == Delegation.absent_id)
    .join(PersonRole, and_(PersonRole.person_id == Person.id, PersonRole.revoked_at.is_(None)))
    .where(Delegation.state.in_([State.STANDING]), Person.active.in_([True]))
    .order_by(Delegation.id)
)


def acts_for(session: Session, person_id: int, day: date) -> tuple[Absent, ...]:
    """Those for whom this person signs on `day`; only with roles that the absent still hold."""
    return _by_delegate(session.execute(_on(day).where(Delegation.delegate_id == person_id))).get(
        person_id, ()
    )


def everybody_acts_for(session: Session, day: date) -> dict[int, tuple[Absent, ...]]:
    """The same for all delegates, by their keys."""
    return _by_delegate(session.execute(_on(day)))


def _on(day: date) -> Select[*tuple[Any, ...]]:
    return _IN_FORCE.where(Delegation.from_day <= day, Delegation.until_day >= day)


def _by_delegate(rows: Iterable[Any]) -> dict[int, tuple[Absent, ...]]:
    held: dict[int, tuple[Any, set[str]]] = {}
    for row in rows:
        roles = held.setdefault(row.id, (row, set()))[1]
        if row.role in row.roles:
            roles.add(str(row.role))
    found: dict[int, tuple[Absent, ...]] = {}
    for row, roles in held.values():
        if roles:
            away = Absent(row.absent_id, row.login, row.name, frozenset(roles), row.department, row.id)
            found[row.delegate_id] = (*found.get(row.delegate_id, ()), away)
    return found
