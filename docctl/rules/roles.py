"""Who somebody is: their roles, and the posts that they hold in a chain or at a step. Knows values only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from docctl.rules.words import Own


class Role(StrEnum):
    """The roles of design 9.1. A role says what its bearer may do, never what a colleague may not.

    The board signs by whoever holds its role, as its resolution says (DC-30).
    """

    AUTHOR = "author"
    DEPARTMENT_HEAD = "department-head"
    MANAGER_IN_CHARGE = "manager-in-charge"
    MANAGEMENT_REPRESENTATIVE = "management-representative"
    GENERAL_MANAGER = "general-manager"
    BOARD = "board"
    DOCUMENT_CONTROLLER = "document-controller"
    DOCUMENT_CLERK = "document-clerk"
    STAFF = "staff"
    VERIFIER = "verifier"
    AUDITOR = "auditor"
    ADMIN = "admin"

    @property
    def words(self) -> Own:
        return _WORDS[self]


SIGNERS: Final = (
    Role.DEPARTMENT_HEAD,
    Role.MANAGER_IN_CHARGE,
    Role.MANAGEMENT_REPRESENTATIVE,
    Role.GENERAL_MANAGER,
    Role.BOARD,
)


_EVERYWHERE: Final = frozenset(SIGNERS) - {Role.DEPARTMENT_HEAD}
"""Posts that are of no department."""


@dataclass(frozen=True)
class Absent:
    """Somebody who is away, as whoever acts for them today knows them: `roles` are those they gave and hold.

    `delegation` is the key of the row that says so; None where it is one part of one chain (Handed).
    """

    person_id: int
    login: str
    name: str
    roles: frozenset[str]
    department: str
    delegation: int | None


@dataclass(frozen=True)
class Actor:
    """Who acts. `person_id` is the person, not the account: a second account is the same person (SE-33).

    An `operator` acts with the machine's files before any account can (init, rebuild, migration). `acts_for`:
    those in whose place they sign today. Nobody's own roles grow by that.
    """

    person_id: int
    login: str
    roles: frozenset[str] = frozenset()
    department: str = ""
    operator: bool = False
    acts_for: tuple[Absent, ...] = ()


@dataclass(frozen=True)
class Handed:
    """A part of a chain that `by`, who holds its post, handed over: `to_id` signs it for them."""

    step: int
    post: str
    to_id: int
    by: Absent


def holds_post(actor: Actor, post: str, department: str | None) -> bool:
    """Whether `actor` may sign where a chain says `post`, for a document of `department`.

    A post is a role, or a department and means its head. The role department-head means the head of the
    document's own department (DC-25).
    """
    if post == Role.DEPARTMENT_HEAD:
        return post in actor.roles and actor.department == department
    if post in SIGNERS:
        return post in actor.roles
    return Role.DEPARTMENT_HEAD in actor.roles and actor.department == post


def absent_for(actor: Actor, post: str, department: str | None) -> tuple[Absent, ...]:
    """Those who are away, hold `post`, and gave it to `actor`.

    Nobody gets so what they could not hold themselves: a head is of the own department, and who does nothing
    but audit signs nothing.
    """
    if actor.roles <= {Role.AUDITOR}:
        return ()
    return tuple(
        away
        for away in actor.acts_for
        if holds_post(Actor(away.person_id, away.login, away.roles, away.department), post, department)
        and (actor.department == away.department or post in _EVERYWHERE)
    )


def handed_for(actor: Actor, post: str, department: str | None, handed: Iterable[Handed]) -> list[Absent]:
    """Those who handed a part of `post` over to `actor`, as far as they hold it still."""
    return [
        one.by
        for one in handed
        if (one.to_id, one.post) == (actor.person_id, post)
        and holds_post(
            Actor(one.by.person_id, one.by.login, one.by.roles, one.by.department), post, department
        )
    ]


def posts_held(actor: Actor) -> frozenset[str]:
    """What `actor` counts as where a step of a record says who fills it: the department, and each role.

    The head of quality is also `quality-head`. Everybody who works in docctl counts as staff: what is asked
    of staff may be done by their superiors too, but not by the auditor (design 9.1).
    """
    works = actor.roles - {Role.AUDITOR}
    head = {f"{actor.department}-head"} if Role.DEPARTMENT_HEAD in actor.roles else set()
    return actor.roles | {actor.department} | head | ({Role.STAFF.value} if works else set())


_WORDS: Final[Mapping[Role, Own]] = MappingProxyType(
    {
        Role.AUTHOR: Own(zh="编制人", en="author"),
        Role.DEPARTMENT_HEAD: Own(zh="部门负责人", en="department head"),
        Role.MANAGER_IN_CHARGE: Own(zh="主管经理", en="manager in charge"),
        Role.MANAGEMENT_REPRESENTATIVE: Own(zh="管理者代表", en="management representative"),
        Role.GENERAL_MANAGER: Own(zh="总经理", en="general manager"),
        Role.BOARD: Own(zh="董事会", en="board"),
        Role.DOCUMENT_CONTROLLER: Own(zh="文控员", en="document controller"),
        Role.DOCUMENT_CLERK: Own(zh="资料员", en="document clerk"),
        Role.STAFF: Own(zh="员工", en="staff"),
        Role.VERIFIER: Own(zh="验证人", en="verifier"),
        Role.AUDITOR: Own(zh="审核员", en="auditor"),
        Role.ADMIN: Own(zh="系统管理员", en="admin"),
    }
)
