"""Where the sources name two approvers for one level: what a site has chosen, and whether somebody said so.

Knows no table.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from docctl.errors import Invalid, WrongState
from docctl.errors.message import Level, Message, Post

RULE: Final = "DC-23"


@dataclass(frozen=True)
class Conflict:
    """Two clauses of one document, and whom each names as approver."""

    source: str
    approvers: Mapping[str, str]


CONFLICTS: Final[Mapping[str, Conflict]] = MappingProxyType(
    {
        "regulation": Conflict(
            "S001-06", MappingProxyType({"3.2": "management-representative", "4.2.4": "manager-in-charge"})
        ),
    }
)
"""By level (DC-23)."""

Chain = Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class Open:
    """A conflict that nobody has decided for the chain that the level has now."""

    level: str
    approver: tuple[str, ...]
    conflict: Conflict

    @property
    def words(self) -> Message:
        """The finding."""
        (one, first), (other, second) = self.conflict.approvers.items()
        return Message(
            "Two clauses name an approver for {level}: {one} {first}, {other} {second}. The chain says "
            "{approver}. Confirm that choice, with a reason, or change the chain.",
            level=Level(self.level),
            one=one,
            first=Post(first),
            other=other,
            second=Post(second),
            approver=[Post(each) for each in self.approver],
        )


def open_conflicts(chains: Mapping[str, Chain], confirmed: Mapping[str, Chain]) -> Iterator[Open]:
    """Of the chains of a site those whose approver nobody has confirmed as it is now."""
    for level, conflict in CONFLICTS.items():
        chain = chains.get(level)
        if chain and list(confirmed.get(level, ())) != list(chain):
            yield Open(level, tuple(chain[-1]["who"]), conflict)


def check_confirm(level: str, found: Sequence[Open], reason: str) -> None:
    """Raises WrongState where nothing is to be confirmed, Invalid without a reason."""
    if level not in {one.level for one in found}:
        raise WrongState("nothing is to be confirmed about the approver of {level}", level=Level(level))
    if not reason.strip():
        raise Invalid({"reason": Message("say why this approver is right; it is kept")})
