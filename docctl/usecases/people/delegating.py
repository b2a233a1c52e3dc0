"""Somebody who is away names who signs in their place; a second person confirms that; it can be ended."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import func, select

from docctl.door.context import Context
from docctl.door.retries import retried
from docctl.door.seconding import needs_two
from docctl.door.transaction import Act
from docctl.models.delegations import Delegation
from docctl.models.people import Person
from docctl.rules import delegating as rules
from docctl.rules import people
from docctl.rules.actions import Action
from docctl.rules.conditions import Subject
from docctl.rules.delegating import State
from docctl.rules.notices import About
from docctl.rules.roles import Role
from docctl.rules.text import clean
from docctl.standing import delegations, find
from docctl.usecases.people import noting


@retried(Action.DELEGATION_ADD)
def add_delegation(
    ctx: Context,
    delegate: str,
    *,
    first: date,
    last: date,
    reason: str,
    roles: Sequence[str] = (),
    absent: str | None = None,
) -> Delegation:
    """Name who signs for oneself from day `first` to day `last`; document control does it for `absent`.

    Where roles that sign take two people, it counts once a second one confirms it.
    """
    with ctx.act(Action.DELEGATION_ADD) as act:
        away = find.person(act.session, absent or act.actor.login)
        act.require(Subject(name=away.login, account=away.id))
        people.check_reason(reason)
        rules.check_days(first, last, act.today)
        other = find.person(act.session, delegate)
        given = _checked(act, away, other, roles, (first, last))
        made = Delegation(
            number=str((act.session.scalar(select(func.count(Delegation.id))) or 0) + 1),
            absent_id=away.id,
            absent_name=away.name,
            delegate_id=other.id,
            delegate_name=other.name,
            roles=[role.value for role in given],
            from_day=first,
            until_day=last,
            reason=clean(reason),
            state=State.WAITING if needs_two(act.session, act.actor.person_id, act.at) else State.STANDING,
            entered_by_id=act.actor.person_id,
            entered_name=act.turn.name,
            entered_at=act.at,
        )
        act.add(made)
        _record(act, made, away, other, made.reason)
        return made


def _checked(
    act: Act, away: Person, other: Person, roles: Sequence[str], days: tuple[date, date]
) -> tuple[Role, ...]:
    """The roles that are lent. Raises Invalid, WrongState."""
    me = delegations.named(act.session, away, act.at)
    given = rules.check_roles(roles, me)
    named = delegations.named(act.session, other, act.at)
    rules.check_delegate(named, me, given, entering=act.actor.person_id)
    rules.check_free(given, *days, delegations.spans(delegations.of_absent(act.session, away.id)))
    return given


@retried(Action.DELEGATION_CONFIRM)
def confirm_delegation(ctx: Context, number: str) -> Delegation:
    """Let it count, as the second person."""
    with ctx.act(Action.DELEGATION_CONFIRM) as act:
        return _answered(act, number, None)


@retried(Action.DELEGATION_REFUSE)
def refuse_delegation(ctx: Context, number: str, *, reason: str) -> Delegation:
    """It never counts; who entered it may enter another."""
    with ctx.act(Action.DELEGATION_REFUSE) as act:
        return _answered(act, number, reason)


@retried(Action.DELEGATION_END)
def end_delegation(ctx: Context, number: str) -> Delegation:
    """End it before its last day, as the one who is back, or for them. What was signed stays signed."""
    with ctx.act(Action.DELEGATION_END) as act:
        found, away, other = _about(act, number)
        _end(act, found)
        _record(act, found, away, other)
        return found


def end_all(act: Act, person: Person) -> list[str]:
    """As a part of another act: all that wait or stand and name this person end; their numbers."""
    found = delegations.naming(act.session, person.id)
    for one in found:
        _end(act, one)
    return [one.number for one in found]


def _end(act: Act, found: Delegation) -> None:
    found.state = rules.after(found.state, Action.DELEGATION_END, found.number)
    found.revoked_by_id, found.revoked_name, found.revoked_at = (
        act.actor.person_id,
        act.turn.name,
        act.at,
    )


def _about(act: Act, number: str) -> tuple[Delegation, Person, Person]:
    """The delegation and the two who are named in it, once the right to the act was asked."""
    found = delegations.one(act.session, number)
    act.require(delegations.subject(act.session, found))
    away, other = (act.session.get_one(Person, key) for key in (found.absent_id, found.delegate_id))
    return found, away, other


def _answered(act: Act, number: str, reason: str | None) -> Delegation:
    found, away, other = _about(act, number)
    if reason is not None:
        people.check_reason(reason)
        found.answer = clean(reason)
    found.state = rules.after(found.state, act.action, number)
    found.answered_by_id, found.answered_name = act.actor.person_id, act.turn.name
    found.answered_at = act.at
    _record(act, found, away, other, found.answer)
    return found


def _record(act: Act, made: Delegation, away: Person, other: Person, reason: str | None = None) -> None:
    """Say what became of it; the two who are named in it are told, where it was somebody else."""
    for person in (away, other):
        noting.tell(act, person, About.DELEGATION)
    act.record(
        made,
        reason=reason,
        absent=away.login,
        delegate=other.login,
        roles=list(made.roles),
        first=made.from_day.isoformat(),
        last=made.until_day.isoformat(),
    )
