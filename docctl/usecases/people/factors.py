"""The second factor of an account: set up, turned off, taken away by an admin after a phone was lost."""

from __future__ import annotations

from collections.abc import Sequence

from docctl.door import factors as door
from docctl.door import transaction
from docctl.door.context import Context
from docctl.door.retries import retried
from docctl.errors import Invalid, WrongState
from docctl.models.people import Person
from docctl.rules import factors as rules
from docctl.rules import people
from docctl.rules.actions import Action
from docctl.rules.conditions import Subject
from docctl.rules.notices import About
from docctl.rules.roles import Role
from docctl.rules.text import clean
from docctl.standing import find
from docctl.usecases.people import attempts, granting, noting


@retried(Action.FACTOR_ENROL)
def enrol_factor(ctx: Context, secret: str, code: str, recovery: Sequence[str]) -> Person:
    """Set one up for whoever acts: `secret` is on their phone, which gave `code`. Raises WrongState, Invalid.

    Nobody does it for somebody else. `recovery`: codes for a lost phone, each good once; nobody keeps them.
    """
    step = door.step_of(secret, rules.typed(code), ctx.now())
    with ctx.act(Action.FACTOR_ENROL) as act:
        person = act.session.get_one(Person, act.actor.person_id)
        act.require(Subject(name=person.login, account=person.id))
        rules.check_none(person.factor)
        if step is None:
            raise Invalid({"code": door.WRONG})
        door.keep(act.turn.site, act.session, person, secret, step, list(recovery))
        act.record(person)
        return person


@retried(Action.FACTOR_DROP)
def drop_factor(ctx: Context, code: str) -> Person:
    """Turn off that of whoever acts, with a code of the phone or of the paper. Raises WrongState, Invalid."""
    login, counted = ctx.actor.login, [f"account:{attempts.account_key(ctx.actor.login)}"]
    rules.check_any(login if door.asked(ctx.site, login) else None, login)
    attempts.reserve(ctx.site, counted, login)
    if not door.right(ctx.site, login, code):
        raise Invalid({"code": door.WRONG})
    with transaction.note(ctx.site) as session:
        attempts.forget(session, counted)
    with ctx.act(Action.FACTOR_DROP) as act:
        person = act.session.get_one(Person, act.actor.person_id)
        act.require(Subject(name=person.login, account=person.id))
        rules.check_any(person.factor, person.login)
        door.forget(act.session, person)
        act.record(person)
        return person


@retried(Action.FACTOR_RESET)
def reset_factor(ctx: Context, login: str, *, reason: str) -> Person:
    """Take away that of somebody else, who is told of it and sets up a new one themselves. Raises WrongState.

    Whoever has the site's files does it for an admin alone: all others have an admin.
    """
    with ctx.act(Action.FACTOR_RESET) as act:
        person = find.person(act.session, login)
        act.require(Subject(name=person.login, account=person.id))
        if act.actor.operator and Role.ADMIN not in {row.role for row in granting.standing(act, person)}:
            raise WrongState("{login} is no admin; an admin takes this second factor away", login=login)
        people.check_reason(reason)
        rules.check_any(person.factor, person.login)
        door.forget(act.session, person)
        noting.tell(act, person, About.FACTOR)
        act.record(person, reason=clean(reason))
        return person
