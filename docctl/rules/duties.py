"""What people do in a company, as one would ask for it, and the roles that it takes. Knows no account."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from docctl.rules.roles import Role
from docctl.rules.words import Own


@dataclass(frozen=True)
class Duty:
    """`words`: what somebody does. `roles`: what docctl lets them do for it."""

    words: Own
    roles: tuple[Role, ...]


DUTIES: Final[Mapping[str, Duty]] = MappingProxyType(
    {
        "fills": Duty(Own(zh="填写记录、阅读文件", en="fills in records, reads documents"), (Role.STAFF,)),
        "writes": Duty(Own(zh="编写文件", en="writes documents"), (Role.AUTHOR, Role.STAFF)),
        "heads": Duty(
            Own(zh="负责一个部门，审核本部门文件", en="heads the department, signs for it"),
            (Role.DEPARTMENT_HEAD, Role.AUTHOR, Role.STAFF),
        ),
        "approves": Duty(
            Own(zh="批准程序文件（管理者代表）", en="approves procedures (management representative)"),
            (Role.MANAGEMENT_REPRESENTATIVE,),
        ),
        "approves-manual": Duty(
            Own(zh="批准手册（总经理）", en="approves the manual (general manager)"), (Role.GENERAL_MANAGER,)
        ),
        "signs-for-board": Duty(
            Own(zh="代表董事会批准制度", en="approves regulations for the board"), (Role.BOARD,)
        ),
        "approves-instructions": Duty(
            Own(zh="批准作业指导书（主管经理）", en="approves work instructions (manager in charge)"),
            (Role.MANAGER_IN_CHARGE,),
        ),
        "issues": Duty(
            Own(zh="发布文件、发放和收回副本（文控）", en="issues documents, hands out copies"),
            (Role.DOCUMENT_CONTROLLER, Role.STAFF),
        ),
        "receives": Duty(
            Own(zh="为部门签收副本（资料员）", en="signs for the copies of the department"),
            (Role.DOCUMENT_CLERK, Role.STAFF),
        ),
        "verifies": Duty(Own(zh="验证记录", en="verifies records"), (Role.VERIFIER, Role.STAFF)),
        "audits": Duty(Own(zh="审核（只读）", en="audits, changes nothing"), (Role.AUDITOR,)),
        "administers": Duty(Own(zh="管理账户", en="looks after accounts"), (Role.ADMIN, Role.STAFF)),
    }
)
"""By key, the frequent ones first."""


def roles_of(duties: tuple[str, ...]) -> tuple[Role, ...]:
    """The roles of somebody who does all of these, each once. What is no duty gives none."""
    return tuple(dict.fromkeys(role for key in duties if key in DUTIES for role in DUTIES[key].roles))


def duty_named(typed: str) -> str | None:
    """The duty that somebody wrote into a table: by its key, its words, a part of them, or a role of it."""
    asked = typed.strip().casefold()
    if not asked:
        return None
    for key, duty in DUTIES.items():
        if asked == key or asked in (said.casefold() for said in duty.words.values()):
            return key
    by_role = {said.casefold(): role for role in Role for said in (role.value, *role.words.values())}
    role = by_role.get(asked)
    return next((key for key, duty in DUTIES.items() if role == duty.roles[0]), None)
