"""The accounts of a site."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from docctl.context import Context
from docctl.models import find
from docctl.models.people import AccountPassword, Person, PersonRole
from docctl.rules import permissions
from docctl.rules.actions import Action
from docctl.rules.permissions import Subject


def user_list(ctx: Context) -> list[dict[str, Any]]:
    """Active accounts by login: `login`, `name`, `department`, `roles`, `locked` (no password is set)."""
    no = permissions.refusal(Action.USER_READ, ctx.actor, Subject())
    if no is not None:
        raise no.error()
    ready = set(ctx.session.scalars(select(AccountPassword.person_id)))
    return [
        _line(person) | {"roles": sorted(roles), "locked": person.id not in ready}
        for person, roles in find.people(ctx.session)
    ]


def user_line(ctx: Context, person: Person) -> dict[str, Any]:
    """The line of one account, for the person who has just acted on it."""
    held = select(PersonRole.role).where(PersonRole.person_id == person.id, PersonRole.revoked_at.is_(None))
    ready = ctx.session.get(AccountPassword, person.id) is not None
    roles = sorted(str(role) for role in ctx.session.scalars(held))
    return _line(person) | {"roles": roles, "locked": not ready}


def _line(person: Person) -> dict[str, Any]:
    return {"login": person.login, "name": person.name, "department": person.department}
