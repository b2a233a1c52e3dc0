"""What a scan of a controlled copy says: may this paper be used? Worked out for a day. Knows no table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from docctl.rules.copies import Status
from docctl.rules.documents import revisions
from docctl.rules.words import Own


class Verdict(StrEnum):
    """What a scan of a copy says, in the order of the question "may I use this paper?"."""

    CURRENT = "current"
    NOT_YET_EFFECTIVE = "not-yet-effective"
    SUPERSEDED = "superseded"
    RECALLED = "recalled"
    WITHDRAWN = "withdrawn"
    VOID = "void"
    UNKNOWN = "unknown"

    @property
    def face(self) -> Face:
        return FACES[self]


@dataclass(frozen=True)
class Face:
    """How a verdict looks. Each icon is its own, never colour alone; three verdicts are 已作废, and the page
    adds which it is.
    """

    words: Own
    colour: str
    icon: str


FACES: Final[Mapping[Verdict, Face]] = MappingProxyType(
    {
        Verdict.CURRENT: Face(Own(zh="有效", en="current"), "green", "check"),
        Verdict.NOT_YET_EFFECTIVE: Face(Own(zh="尚未生效", en="not yet effective"), "amber", "clock"),
        Verdict.SUPERSEDED: Face(Own(zh="已作废", en="superseded"), "red", "cross"),
        Verdict.RECALLED: Face(Own(zh="已回收 / 请交回", en="recalled"), "red", "return"),
        Verdict.WITHDRAWN: Face(Own(zh="已作废", en="withdrawn"), "red", "stop"),
        Verdict.VOID: Face(Own(zh="已作废", en="void"), "red", "void"),
        Verdict.UNKNOWN: Face(Own(zh="查无此件", en="unknown"), "grey", "question"),
    }
)


@dataclass(frozen=True)
class Standing:
    """What a verdict is made from: the status of the copy, that of its revision, and the document's end."""

    copy: Status | None
    revision: revisions.Status | None
    withdrawn: bool


# The first that holds. The gravest reason comes first, and the reason that says more before the one that says
# less: a superseded copy is recalled as well, and its holder is better served by hearing what replaced it.
# Paper that was taken back, kept or destroyed says recalled when it is scanned: it should not be about.
VERDICTS: Final[tuple[tuple[Verdict, Callable[[Standing], bool]], ...]] = (
    (Verdict.UNKNOWN, lambda s: s.copy is None or s.revision in _NEVER_ISSUED),
    (Verdict.VOID, lambda s: s.copy is Status.LOST),
    (Verdict.WITHDRAWN, lambda s: s.withdrawn),
    (Verdict.SUPERSEDED, lambda s: s.revision is revisions.Status.SUPERSEDED),
    (Verdict.RECALLED, lambda s: not (s.copy and s.copy.in_use) or s.revision is revisions.Status.CANCELLED),
    (Verdict.NOT_YET_EFFECTIVE, lambda s: s.revision is revisions.Status.ISSUED),
    (Verdict.CURRENT, lambda s: s.revision is revisions.Status.EFFECTIVE),
)


def judge(standing: Standing) -> Verdict:
    """The first verdict of the table that holds."""
    return next((said for said, holds in VERDICTS if holds(standing)), Verdict.UNKNOWN)


_NEVER_ISSUED: Final[frozenset[revisions.Status | None]] = frozenset(
    {
        None,
        revisions.Status.DRAFT,
        revisions.Status.IN_REVIEW,
        revisions.Status.APPROVED,
        revisions.Status.DISCARDED,
    }
)
