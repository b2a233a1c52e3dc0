"""The accounts of a site."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, select

from docctl.door.context import Context
from docctl.models.people import AccountOneTime, AccountPassword, Person, PersonRole
from docctl.queries.picking import picks
from docctl.rules.actions import Action
from docctl.rules.conditions import Subject
from docctl.rules.roles import Role
from docctl.rules.text import printable
from docctl.standing import find, namesakes


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A part of the accounts: any part of a login or a name; with one role; of one department."""

    q: str = ""
    role: str = ""
    department: str = ""


ALL: Final = Asked()


def user_list(ctx: Context, asked: Asked = ALL) -> list[dict[str, Any]]:
    """Active accounts by login: `login`, `name`, `department`, `roles`, `locked` (no password is set).

    `one_time`: their password was made for them, and they have not set their own yet.
    """
    ctx.require(Action.USER_READ, Subject())
    ready = set(ctx.session.scalars(select(AccountPassword.person_id)))
    given = set(ctx.session.scalars(select(AccountOneTime.person_id)))
    return [
        _line(person)
        | {"roles": sorted(roles), "locked": person.id not in ready, "one_time": person.id in given}
        for person, roles in find.people(ctx.session, *_wanted(asked))
        # Not by the query: no database folds the letters of all languages alike.
        if picks(asked.q, (person.login, person.name))
    ]


def _wanted(asked: Asked) -> Iterator[ColumnElement[bool]]:
    if asked.role:
        held = select(PersonRole.person_id).where(PersonRole.revoked_at.is_(None))
        known = [role for role in Role if role == asked.role]
        yield Person.id.in_(held.where(PersonRole.role.in_(known)))
    if asked.department:
        yield Person.department == printable(asked.department)


@dataclass(frozen=True)
class Granted:
    """A role, since when it is held, and (if it was taken away) until when."""

    role: Role
    since: datetime
    until: datetime | None


@dataclass(frozen=True)
class PersonView:
    """An account. `until`: how long its one-time password waits. `grants` oldest first, past ones too."""

    login: str
    name: str
    department: str
    active: bool
    locked: bool
    until: datetime | None
    is_own: bool
    has_factor: bool
    grants: tuple[Granted, ...]

    @property
    def roles(self) -> tuple[Role, ...]:
        """Those that are held now."""
        return tuple(grant.role for grant in self.grants if grant.until is None)


def person_view(ctx: Context, login: str, action: Action = Action.USER_READ) -> PersonView:
    """The account of this login, for who is about to do `action` to it. Raises Forbidden, NotFound."""
    ctx.require(Action.USER_READ, Subject())
    person = find.person(ctx.session, login)
    ctx.require(action, Subject(name=person.login, account=person.id))
    given = ctx.session.get(AccountOneTime, person.id)
    rows = ctx.session.scalars(
        select(PersonRole).where(PersonRole.person_id == person.id).order_by(PersonRole.granted_at)
    )
    return PersonView(
        login=person.login,
        name=person.name,
        department=person.department,
        active=person.active,
        locked=ctx.session.get(AccountPassword, person.id) is None,
        until=None if given is None else given.until,
        is_own=person.id == ctx.actor.person_id,
        has_factor=person.factor is not None,
        grants=tuple(Granted(row.role, row.granted_at, row.revoked_at) for row in rows),
    )


def same_name(ctx: Context, login: str) -> list[str]:
    """The logins of all others who are called like this account, or nearly so."""
    person = find.person(ctx.session, login)
    return list(namesakes.namesakes(ctx.site, ctx.session, person.name, person.login))


def may_add(ctx: Context) -> None:
    """Raises Forbidden for whoever may not make accounts."""
    ctx.require(Action.USER_ADD, Subject())


def user_line(ctx: Context, person: Person) -> dict[str, Any]:
    """The line of one account, for the person who has just acted on it."""
    held = select(PersonRole.role).where(PersonRole.person_id == person.id, PersonRole.revoked_at.is_(None))
    ready = ctx.session.get(AccountPassword, person.id) is not None
    roles = sorted(str(role) for role in ctx.session.scalars(held))
    return _line(person) | {"roles": roles, "locked": not ready}


def _line(person: Person) -> dict[str, Any]:
    return {"login": person.login, "name": person.name, "department": person.department}
