"""Holders outside the organisation: what is asked of one (DC-71, DC-74). Knows no table."""

from __future__ import annotations

from typing import Final

from docctl.errors import Invalid, WrongState
from docctl.errors.message import Message

MARK: Final = "@"
"""The first character of their keys, with which no login and no department begins."""
LONGEST: Final = {"company": 100, "name": 100, "contact": 300}


def is_outside(holder: str) -> bool:
    """Whether the key of a holder is that of somebody outside."""
    return holder.startswith(MARK)


def check_outsider(**said: str) -> None:
    """`company`, `name` and `contact`, as far as they are said anew. Raises Invalid."""
    problems = {}
    for field, text in said.items():
        if not text.strip() or len(text) > LONGEST[field] or not text.isprintable():
            problems[field] = Message(
                "must be printable, not empty and at most {most} characters", most=LONGEST[field]
            )
    if problems:
        raise Invalid(problems)


def check_erase(company: str, *, erased: bool, held: int) -> None:
    """Whoever has a copy must stay within reach. Raises WrongState."""
    if erased:
        raise WrongState("The contact of {company} was erased before.", company=company)
    if held:
        raise WrongState(
            "{company} has {held} copies out or on loan: they have to come back first.",
            company=company,
            held=held,
        )


def check_there(company: str, *, erased: bool) -> None:
    """Raises WrongState for somebody whose contact is gone."""
    if erased:
        raise WrongState("The contact of {company} was erased; register them anew.", company=company)
