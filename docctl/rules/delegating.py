"""Delegates: who is away, for which roles, from when until when, and who signs in their place (代理).

Knows values only. What a delegate may sign is asked by the rules of approval chains.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from docctl.errors import Invalid, WrongState
from docctl.errors.message import Message, Post
from docctl.rules.actions import Action
from docctl.rules.not_now import not_now
from docctl.rules.roles import SIGNERS, Role
from docctl.rules.words import Own

LONGEST: Final = 366
"""Days. Who is away for longer has left the post; somebody else gets it."""


class State(StrEnum):
    """What is stored. Whether it counts today is a question of its days."""

    WAITING = "waiting"
    STANDING = "standing"
    REFUSED = "refused"
    ENDED = "ended"

    @property
    def words(self) -> Own:
        return _WORDS[self]


TRANSITIONS: Final = MappingProxyType(
    {
        (State.WAITING, Action.DELEGATION_CONFIRM): State.STANDING,
        (State.WAITING, Action.DELEGATION_REFUSE): State.REFUSED,
        (State.WAITING, Action.DELEGATION_END): State.ENDED,
        (State.STANDING, Action.DELEGATION_END): State.ENDED,
    }
)


def after(state: State, action: Action, number: str) -> State:
    """The state to be stored after `action`. Raises WrongState."""
    to = TRANSITIONS.get((state, action))
    if to is None:
        needed = (before for before, act in TRANSITIONS if act is action)
        raise not_now(Message("Delegation {number}", number=number), state, action, needed, _NEXT)
    return to


_NEXT: Final = Message("A new one can be entered.")


@dataclass(frozen=True, kw_only=True)
class Named:
    """Somebody who is named, as an account: `roles` are those that they hold now."""

    person_id: int
    login: str
    roles: frozenset[str]
    department: str
    active: bool = True
    able: bool = True


@dataclass(frozen=True, kw_only=True)
class Span:
    """Another delegation of the same person that waits or stands."""

    number: str
    roles: frozenset[str]
    first: date
    last: date


def check_roles(roles: Iterable[str], absent: Named) -> tuple[Role, ...]:
    """Those named, else all that sign. Raises Invalid: only roles that sign, and only what one holds oneself.

    So nobody hands on what they have as somebody's delegate.
    """
    held = [role for role in SIGNERS if role in absent.roles]
    wanted = list(dict.fromkeys(roles)) or [role.value for role in held]
    lost = [role for role in wanted if role not in held]
    if lost or not wanted:
        problem = Message(
            "{login} holds no such role that signs; it can be one of {roles}",
            login=absent.login,
            roles=[Post(role.value) for role in held],
        )
        none = Message("{login} holds no role that signs", login=absent.login)
        raise Invalid({"roles": problem if held else none})
    return tuple(Role(role) for role in wanted)


def check_days(first: date, last: date, today: date) -> None:
    """Raises Invalid: nothing is signed for somebody in days that are over, nor for ever."""
    if last < today:
        raise Invalid({"until": Message("this day is over")})
    if last < first:
        raise Invalid({"until": Message("is before the first day")})
    if (last - first).days >= LONGEST:
        raise Invalid(
            {"until": Message("is more than {most} days later; give the post to somebody", most=LONGEST)}
        )


def check_delegate(delegate: Named, absent: Named, roles: Collection[Role], entering: int) -> None:
    """Raises Invalid for somebody who could not have these roles, or names themselves."""
    said = _unfit(delegate, absent, roles, entering)
    if said is not None:
        raise Invalid({"delegate": said})


def _unfit(delegate: Named, absent: Named, roles: Collection[Role], entering: int) -> Message | None:
    if delegate.person_id == absent.person_id:
        return Message("somebody else has to act for {login}", login=absent.login)
    if delegate.person_id == entering:
        return Message("nobody names themselves; somebody else of document control enters it")
    if not delegate.active or not delegate.able:
        return Message("the account {login} is locked", login=delegate.login)
    if delegate.roles <= {Role.AUDITOR}:
        return Message("{login} audits, and signs nothing (DC-111)", login=delegate.login)
    if Role.DEPARTMENT_HEAD in roles and delegate.department != absent.department:
        return Message(
            "{login} is of another department, and cannot act as head of this one", login=delegate.login
        )
    return None


def check_free(roles: Collection[Role], first: date, last: date, others: Iterable[Span]) -> None:
    """Raises WrongState where somebody acts for the same role on one of the days: one delegate at a time."""
    for other in others:
        if not other.roles.isdisjoint(roles) and other.first <= last and first <= other.last:
            raise WrongState(
                "Delegation {number} is for the same role and from {first} until {last}. End it first.",
                number=other.number,
                first=other.first.isoformat(),
                last=other.last.isoformat(),
            )


def as_signed(name: str, absent: str | None) -> str:
    """Both names, as they are printed beside a signature that was given in somebody's place."""
    return f"{name}（代 / for {absent}）" if absent else name


_WORDS: Final = MappingProxyType(
    {
        State.WAITING: Own(zh="待确认", en="waits for confirmation"),
        State.STANDING: Own(zh="已登记", en="entered"),
        State.REFUSED: Own(zh="未确认", en="refused"),
        State.ENDED: Own(zh="提前终止", en="ended early"),
    }
)
