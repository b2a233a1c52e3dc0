"""Whom one can name in an act about copies."""

from __future__ import annotations

from typing import Final, TypedDict

from sqlalchemy import select

from docctl.door.context import Context
from docctl.models.people import Person
from docctl.rules.actions import Action
from docctl.rules.conditions import Subject

_NOBODY: Final = Subject()


class PersonLine(TypedDict):
    """Somebody with an account, as those see them who have to name them in an act."""

    login: str
    name: str
    department: str


def people_to_name(
    ctx: Context, action: Action = Action.COPY_ISSUE, subject: Subject = _NOBODY
) -> list[PersonLine]:
    """All active people by login, for who names holders or witnesses in this act. Raises Forbidden."""
    ctx.require(action, subject)
    active = select(Person.login, Person.name, Person.department).where(Person.active.in_([True]))
    rows = ctx.session.execute(active.order_by(Person.login))
    return [PersonLine(login=r.login, name=r.name, department=r.department) for r in rows]
