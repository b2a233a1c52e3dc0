"""What an account may look like."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from docctl.errors import Invalid
from docctl.rules.permissions import Role

LOGIN = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
LONGEST_NAME = 100


def check_account(
    login: str, name: str, department: str, roles: Iterable[str], departments: Collection[str]
) -> tuple[Role, ...]:
    """The roles of a new account, or Invalid with all that is wrong with it."""
    problems: dict[str, str] = {}
    if not LOGIN.fullmatch(login):
        problems["login"] = (
            "must begin with a small letter or digit and hold only those, dot, dash and underscore"
        )
    if not name.strip() or len(name) > LONGEST_NAME or not name.isprintable():
        problems["name"] = f"must be printable, not empty and at most {LONGEST_NAME} characters"
    if department not in departments:
        problems["department"] = f"{department!r} is none of {', '.join(sorted(departments))}"
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
        raise Invalid({"reason": "Say why; the reason is kept."})


def check_roles(roles: Iterable[str]) -> tuple[Role, ...]:
    """The roles named, each once. Raises Invalid for a word that is no role."""
    wanted = tuple(dict.fromkeys(roles))
    unknown = [r for r in wanted if r not in set(Role)]
    if unknown:
        raise Invalid({"role": f"{', '.join(unknown)} is none of {', '.join(Role)}"})
    return tuple(Role(r) for r in wanted)
