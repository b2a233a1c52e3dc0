"""People and documents that go to another department, and people who get another name. Knows values only."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from docctl.errors import Invalid, WrongState
from docctl.errors.message import Message, Post, See, Typed
from docctl.rules.documents.revisions import State
from docctl.rules.people import LONGEST_NAME, check_reason
from docctl.rules.roles import Role

PERSON: Final = See("docctl user change LOGIN …", "“Name and department” on the page of an account")
DOCUMENT: Final = See("docctl document move NUMBER …", "“Move to another department” on its page")

OF_A_DEPARTMENT: Final = frozenset({Role.DEPARTMENT_HEAD, Role.DOCUMENT_CLERK})
"""Roles that somebody has for their department: they end when the person leaves it."""


def check_person(
    has: tuple[str, str], gets: tuple[str, str], departments: Collection[str], reason: str
) -> None:
    """`has` and `gets`: name and department. Raises Invalid, and WrongState where nothing changes."""
    name, department = gets
    problems: dict[str, Message] = {}
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        problems["name"] = Message(
            "must be printable, not empty and at most {most} characters", most=LONGEST_NAME
        )
    if department not in departments:
        problems["department"] = _unknown(department, departments)
    if problems:
        raise Invalid(problems)
    if has == gets:
        raise WrongState("The account has this name and this department already; nothing changes.")
    check_reason(reason)


def check_document(
    number: str, label: str, state: State, has: str, gets: str, departments: Collection[str], reason: str
) -> None:
    """Whether a document goes from a department to another. Raises Invalid, WrongState.

    Not while a revision of it is being signed, or waits for its issue: that was handed in for the old one.
    """
    if gets not in departments:
        raise Invalid({"department": _unknown(gets, departments)})
    if has == gets:
        raise WrongState("{number} belongs to {department} already.", number=number, department=Post(has))
    check_not_signed(number, label, state, has)
    check_reason(reason)


def check_not_signed(number: str, label: str, state: State, department: str) -> None:
    """Raises WrongState for the newest revision of a document of `department`, while it is in other hands."""
    if state in (State.IN_REVIEW, State.APPROVED):
        raise WrongState(
            "{number} {label} is {state}, for {department}: issue, reject or retract it first, then move the "
            "document.",
            number=number,
            label=label,
            state=state,
            department=Post(department),
        )


def _unknown(department: str, departments: Collection[str]) -> Message:
    return Message(
        "{department} is none of {departments}",
        department=Typed(department),
        departments=sorted(departments),
    )
