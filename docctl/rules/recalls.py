"""Why a copy is asked back. Knows nothing of the copy."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from docctl.rules.words import Own


class Cause(StrEnum):
    """Why a copy is asked back. What somebody typed is the reason beside it."""

    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"
    CANCELLED = "cancelled"
    BY_HAND = "by-hand"

    @property
    def words(self) -> Own:
        return _CAUSES[self]


_CAUSES: Final[Mapping[Cause, Own]] = MappingProxyType(
    {
        Cause.SUPERSEDED: Own(zh="被替代", en="superseded"),
        Cause.WITHDRAWN: Own(zh="已撤销", en="withdrawn"),
        Cause.CANCELLED: Own(zh="发布已取消", en="issue cancelled"),
        Cause.BY_HAND: Own(zh="手动收回", en="by hand"),
    }
)
