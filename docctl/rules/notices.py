"""What a person is told about their account, because somebody else did it. Knows words only."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from docctl.errors import WrongState
from docctl.rules.words import Own

SHOWN_FOR: Final = timedelta(days=30)
"""A password that somebody else set so shortly before a signature stands beside it in a trace."""


class About(StrEnum):
    """What was done to the account."""

    PASSWORD = "password"  # noqa: S105 (what it is about, not a secret)
    LOCKED = "locked"
    ROLES = "roles"
    CHANGED = "changed"
    FACTOR = "factor"
    DELEGATION = "delegation"

    @property
    def words(self) -> Own:
        return _WORDS[self]


_WORDS: Final[Mapping[About, Own]] = MappingProxyType(
    {
        About.PASSWORD: Own(zh="他人为您设置了新口令", en="somebody else set your password"),
        About.LOCKED: Own(zh="您的账户被锁定", en="your account was locked"),
        About.ROLES: Own(zh="您的角色被更改", en="your roles were changed"),
        About.CHANGED: Own(zh="您的姓名或部门被更改", en="your name or your department was changed"),
        About.FACTOR: Own(zh="您的第二验证因素被取消", en="your second factor was taken away"),
        About.DELEGATION: Own(
            zh="涉及您的代理被登记、确认、退回或终止",
            en="a delegation that concerns you was entered or decided",
        ),
    }
)


def check_any(open_ones: int) -> None:
    """Raises WrongState where there is nothing to take note of."""
    if not open_ones:
        raise WrongState("Nobody did anything to your account of which you have not taken note.")
