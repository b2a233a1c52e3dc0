"""Several accounts in one request: all are looked at before the first is made: a mistake makes none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from sqlalchemy import select

from docctl.door.context import Context
from docctl.errors import Invalid
from docctl.errors.message import Message
from docctl.models.ledger import IdempotencyKey
from docctl.models.people import Person
from docctl.rules import people as rules
from docctl.rules.actions import Action
from docctl.rules.conditions import Subject
from docctl.rules.duties import roles_of
from docctl.standing import find
from docctl.usecases.copies.several import part_of
from docctl.usecases.people.accounts import add_user

NOTHING: Final[Mapping[str, Message]] = MappingProxyType({})


@dataclass(frozen=True, kw_only=True)
class NewUser:
    """A row of the table: `row` is where it stands, from 1, and `password` one for one time.

    Without one the account is locked until an admin sets one.
    """

    row: int
    login: str
    name: str
    department: str
    roles: tuple[str, ...]
    password: str | None = field(repr=False, default=None)


def add_users(
    ctx: Context, wanted: Sequence[NewUser], unknown: Mapping[str, Message] = NOTHING
) -> list[Person]:
    """Make all of these accounts, an event each. Raises Invalid by `FIELD-ROW`, with all that is wrong.

    `unknown`: what was found wrong already when they were read.
    Under the key of a request each account has one of its own: sent again, it makes what was not made yet.
    """
    ctx.permit(Action.USER_ADD, Subject())
    if problems := {**problems_of(ctx, wanted), **unknown}:
        raise Invalid(problems)
    return [_add(ctx, one) for one in wanted]


def of_row(row: int, said: Mapping[str, str]) -> NewUser:
    """A row as rules.incoming_people reads it, locked."""
    roles = roles_of((said["duty"], said["also"]))
    names = {name: said[name] for name in ("login", "name", "department")}
    return NewUser(row=row, roles=tuple(role.value for role in roles), **names)


def problems_of(ctx: Context, wanted: Sequence[NewUser]) -> dict[str, Message]:
    """All that is wrong with these rows, by `FIELD-ROW`; nothing is stored."""
    problems: dict[str, Message] = {}
    known = {d.key for d in find.departments(ctx.session)}
    for n, one in enumerate(wanted):
        try:
            rules.check_account(one.login, one.name, one.department, one.roles, known)
        except Invalid as error:
            problems |= {f"{field}-{one.row}": _of_row(one, why) for field, why in error.problems.items()}
        if not one.roles:
            problems[f"duty-{one.row}"] = _of_row(one, Message("say what this person does"))
        if one.login in {other.login for other in wanted[:n]} or _is_taken(ctx, one):
            said = Message("{login} is taken, and a login is never given to another person", login=one.login)
            problems[f"login-{one.row}"] = _of_row(one, said)
    if not wanted:
        problems["name-1"] = Message("write at least one person")
    return problems


def _is_taken(ctx: Context, one: NewUser) -> bool:
    """By somebody else: what this very request made before is made once."""
    key = part_of(ctx, one.login).op
    if key is not None and ctx.session.get(IdempotencyKey, key) is not None:
        return False
    return ctx.session.scalar(select(Person.id).where(Person.login == one.login)) is not None


def _add(ctx: Context, one: NewUser) -> Person:
    return add_user(
        part_of(ctx, one.login),
        one.login,
        name=one.name,
        department=one.department,
        roles=one.roles,
        password=one.password,
    )


def _of_row(one: NewUser, why: Message) -> Message:
    return Message("Row {row}: {why}", row=one.row, why=why)
