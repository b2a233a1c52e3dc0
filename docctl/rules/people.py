"""What an account may look like and how long a session lasts; a person as those know them who ask who can."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from docctl.errors import Invalid
from docctl.errors.message import Message, See, Typed
from docctl.rules.roles import Actor, Role

LOGIN = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
LONGEST_NAME = 100

SESSION_IDLE: Final = timedelta(minutes=30)
"""A session ends when its person has done nothing for so long."""
SESSION_LONGEST: Final = timedelta(hours=12)
"""And so long after signing in, whatever they do: nobody works a longer shift."""
ONE_TIME_FOR: Final = timedelta(days=7)
"""How long a one-time password waits for its first use."""

# Where an admin makes up for a missing person.
ROLES = See("docctl user change-roles LOGIN --grant ROLE", "“Change roles” on the page of an account")
PASSWORD = See("docctl user password LOGIN", "“New one-time password” on the page of the account")
ACCOUNT = See("docctl user add LOGIN", "“Add an account” under People")


@dataclass(frozen=True, kw_only=True)
class Bearer:
    """A person with their posts. `able`: they have a password, so that they can act and sign.

    `acts_for`: who is away, where they are asked in the place of somebody.
    """

    actor: Actor
    name: str
    able: bool = True
    acts_for: str = ""


def check_account(
    login: str, name: str, department: str, roles: Iterable[str], departments: Collection[str]
) -> tuple[Role, ...]:
    """The roles of a new account, or Invalid with all that is wrong with it."""
    problems: dict[str, Message] = {}
    if not LOGIN.fullmatch(login):
        problems["login"] = Message(
            "must begin with a small letter or digit and hold only those, dot, dash and underscore"
        )
    if not name.strip() or len(name) > LONGEST_NAME or not name.isprintable():
        problems["name"] = Message(
            "must be printable, not empty and at most {most} characters", most=LONGEST_NAME
        )
    if department not in departments:
        problems["department"] = Message(
            "{department} is none of {departments}",
            department=Typed(department),
            departments=sorted(departments),
        )
    granted: tuple[Role, ...] = ()
    try:
        granted = check_roles(roles)
    except Invalid as error:
        problems |= error.problems
    if problems:
        raise Invalid(problems)
    return granted


def check_reason(reason: str) -> None:
    """Raises Invalid for a blank one."""
    if not reason.strip():
        raise Invalid({"reason": Message("Say why; the reason is kept.")})


def check_roles(roles: Iterable[str]) -> tuple[Role, ...]:
    """The roles named, each once. Raises Invalid for a word that is no role."""
    wanted = tuple(dict.fromkeys(roles))
    unknown = [r for r in wanted if r not in set(Role)]
    if unknown:
        raise Invalid(
            {
                "role": Message(
                    "{unknown} is none of {roles}", unknown=unknown, roles=[role.value for role in Role]
                )
            }
        )
    return tuple(Role(r) for r in wanted)
