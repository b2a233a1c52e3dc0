"""Accounts: add one, set its password, change its roles, lock it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import delete, select

from docctl.door.accounts import hash_password
from docctl.door.context import Context
from docctl.door.retries import retried
from docctl.door.seconding import needs_two
from docctl.door.transaction import Act
from docctl.errors import Invalid, WrongState
from docctl.errors.message import Message
from docctl.models.people import AccountOneTime, AccountPassword, Person
from docctl.render import fonts
from docctl.rules import people as rules
from docctl.rules.actions import Action
from docctl.rules.conditions import Subject
from docctl.rules.notices import About
from docctl.rules.roles import Role
from docctl.rules.secrets import LOCKED, commitment
from docctl.rules.text import clean
from docctl.standing import find
from docctl.usecases.people import delegating, granting, noting


@retried(Action.USER_ADD)
def add_user(
    ctx: Context,
    login: str,
    *,
    name: str,
    department: str,
    roles: Iterable[str],
    password: str | None = None,
    lasting: bool = False,
) -> Person:
    """Make an account. Without `password` it is locked until `user password` sets one.

    It is good for setting another one, and for nothing else: who made it cannot sign with it (21 CFR 11.200).
    `lasting`: a program makes up people, and has nobody who could choose one.
    """
    ctx.permit(Action.USER_ADD, Subject())
    hashed = hash_password(password) if password is not None else None
    if ctx.site.settings.pdf:
        fonts.refuse_missing_in(name, "name")  # it will stand on what they sign, hold and print
    with ctx.act(Action.USER_ADD) as act:
        act.require(Subject())
        known = {d.key for d in find.departments(act.session)}
        granted = rules.check_account(login, name, department, roles, known)
        if act.session.scalar(select(Person.id).where(Person.login == login)) is not None:
            raise Invalid(
                {
                    "login": Message(
                        "{login} is taken, and a login is never given to another person", login=login
                    )
                }
            )
        person = Person(login=login, name=name, department=department, active=True, secret=LOCKED, came=False)
        act.add(person)
        given, proposed = granting.give(act, person, granted)
        if hashed is not None:
            _set(act, person, hashed, one_time=not lasting)
        act.record(person, roles=[r.value for r in given], **_proposed(proposed))
        return person


@retried(Action.USER_PASSWORD)
def set_user_password(ctx: Context, login: str, password: str, *, lasting: bool = False) -> Person:
    """Set a password; the account can act from now on. The event says that it changed, never what it is.

    That of somebody else is good for setting another one only, as in `add_user`. Whoever has the site's files
    sets that of an admin alone: all others get theirs from one. Raises WrongState.
    """
    hashed = hash_password(password)
    with ctx.act(Action.USER_PASSWORD) as act:
        person = find.person(act.session, login)
        act.require(Subject(name=person.login, account=person.id))
        if act.actor.operator and Role.ADMIN not in {row.role for row in granting.standing(act, person)}:
            raise WrongState(
                "{login} is no admin; an admin sets this password: {see}", login=login, see=rules.PASSWORD
            )
        one_time = not lasting and person.id != act.actor.person_id
        _set(act, person, hashed, one_time=one_time)
        details = {"one_time": 1} if one_time else {}
        act.record(person, key=None, reason=None, rows=None, **details)
        return person


@retried(Action.USER_LOCK)
def lock_user(ctx: Context, login: str, *, reason: str, unused: bool = False) -> Person:
    """Take the password away: the person can neither sign in nor sign until another one is set.

    Open sessions end at their next request. What the person has signed stays as it is. `unused`: a program
    made the password, and told nobody, so that nobody has come yet. Delegations that name the person end:
    nobody signs for who was locked, nor is asked where nobody could; document control can enter another.
    """
    with ctx.act(Action.USER_LOCK) as act:
        person = find.person(act.session, login)
        act.require(Subject(name=person.login, account=person.id))
        rules.check_reason(reason)
        for kind in (AccountOneTime, AccountPassword):
            act.session.execute(delete(kind).where(kind.person_id == person.id))
        person.secret, person.came = LOCKED, person.came and not unused
        if person.came:
            noting.tell(act, person, About.LOCKED)
        ended = delegating.end_all(act, person)
        told: dict[str, Any] = {"delegations": ended} if ended else {}
        act.record(person, reason=clean(reason), **told)
        return person


@retried(Action.USER_CHANGE_ROLES)
def change_user_roles(
    ctx: Context, login: str, *, grant: Iterable[str] = (), revoke: Iterable[str] = ()
) -> Person:
    """Grant and revoke roles. It takes effect at the person's next act.

    Where the site says so, roles that sign are proposed only: a second person confirms them.
    """
    with ctx.act(Action.USER_CHANGE_ROLES) as act:
        person = find.person(act.session, login)
        act.require(Subject(name=person.login, account=person.id))
        wanted, revoked = rules.check_roles(grant), rules.check_roles(revoke)
        granted, proposed = granting.give(act, person, wanted)
        granting.take(act, person, revoked)
        if granted or revoked:
            noting.tell(act, person, About.ROLES)
        told = [r.value for r in wanted if r not in proposed]
        act.record(person, granted=told, revoked=[r.value for r in revoked], **_proposed(proposed))
        return person


def _proposed(roles: Iterable[Role]) -> dict[str, Any]:
    """For the event, where a second person is asked for."""
    named = [role.value for role in roles]
    return {"proposed": named} if named else {}


def _tell_of_password(act: Act, person: Person) -> None:
    """Of a first one only where it counts: whoever knows it is not its owner, and not the second person."""
    if person.came or needs_two(act.session, act.actor.person_id, act.at):
        noting.tell(act, person, About.PASSWORD)


def _set(act: Act, person: Person, hashed: str, *, one_time: bool) -> None:
    until = act.at + rules.ONE_TIME_FOR if one_time else None
    act.session.merge(AccountPassword(person_id=person.id, hash=hashed, changed_at=act.at))
    act.session.execute(delete(AccountOneTime).where(AccountOneTime.person_id == person.id))
    if until is not None:
        act.session.add(AccountOneTime(person_id=person.id, until=until))
    person.secret = commitment(hashed, until)
    if until is not None:
        _tell_of_password(act, person)
    elif not person.came:
        person.came = True
        for notice in noting.still_open(act, person):
            notice.noted_at = act.at  # a newcomer was given the first password themselves
