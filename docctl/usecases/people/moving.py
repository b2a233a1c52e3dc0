"""A person gets another name, or goes to another department. What they signed keeps the name of its day."""

from __future__ import annotations

from docctl.door.context import Context
from docctl.door.retries import retried
from docctl.models.people import Person
from docctl.render import fonts
from docctl.rules import moving
from docctl.rules.actions import Action
from docctl.rules.conditions import Subject
from docctl.rules.notices import About
from docctl.rules.text import clean
from docctl.standing import find
from docctl.usecases.people import granting, noting


@retried(Action.USER_CHANGE)
def change_user(
    ctx: Context, login: str, *, name: str | None = None, department: str | None = None, reason: str
) -> Person:
    """None: it stays. With the department go the roles that somebody has for it: head, document clerk.

    Who signs for the new department is granted that anew. Copies, records and signatures stay theirs.
    """
    ctx.permit(Action.USER_CHANGE, Subject(name=login))
    if ctx.site.settings.pdf and name is not None:
        fonts.refuse_missing_in(name, "name")
    with ctx.act(Action.USER_CHANGE) as act:
        person = find.person(act.session, login)
        act.require(Subject(name=person.login, account=person.id))
        has = (person.name, person.department)
        gets = (has[0] if name is None else clean(name).strip(), has[1] if department is None else department)
        moving.check_person(has, gets, {d.key for d in find.departments(act.session)}, reason)
        person.name, person.department = gets
        ended = {row.role for row in granting.standing(act, person)} & moving.OF_A_DEPARTMENT
        ended = ended if has[1] != gets[1] else set()
        granting.take(act, person, ended)
        noting.tell(act, person, About.CHANGED)
        act.record(
            person,
            reason=clean(reason),
            before={"name": has[0], "department": has[1]},
            revoked=sorted(role.value for role in ended),
        )
        return person
