"""What follows from what among the findings of a check: the most exact first, below it what goes with it.

One changed event breaks the chain behind it, every checkpoint over it and the rows that it made: hundreds of
lines, and one of them is the thing itself. Hides nothing: each finding stands in one group.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from docctl.ledger.finding import Finding, What
from docctl.models.base import LEDGER


@dataclass(frozen=True)
class Group:
    """`first` is what to look at; `others` go with it, and most of them follow from it."""

    first: Finding
    others: tuple[Finding, ...]


_RANK: Final = {what: rank for rank, what in enumerate(What)}
_EVENTS: Final = frozenset({What.GAP, What.UNREADABLE, What.CHAIN, What.WRONG_LOG, What.UNKNOWN_SCHEMA})
"""An event of the ledger is itself not as it was written."""
_ROOTS: Final = frozenset({What.FORK, What.ROLLBACK, What.FRONTIER})
"""A root over all events up to `where`: it differs where any one of them does."""
_ROWS: Final = frozenset(
    {What.ROW_MISSING, What.ROW_DIFFERS, What.ROW_WITHOUT_EVENT, What.BEFORE_DIFFERS, What.ROW_HISTORY}
)
_COMPARED: Final = frozenset({What.REF, What.CONTENT, What.FILE_UNKNOWN, What.VALUE, What.ROOTS_DIFFER})
"""Compared with rows as the ledger tells them: with an event gone, so are its rows."""
_ALIKE: Final = frozenset(
    {
        What.DATABASE_DAMAGED,
        What.KEY,
        What.DIVERGED,
        What.CONSTRAINT,
        What.GUARD,
        What.SCHEMA,
        What.GRANT,
        What.PENDING,
    }
)
"""Many of them have one cause, of which nothing else is left to be named."""
_AFTER: Final = {
    What.NOT_GENUINE: What.KEY,
    What.WRONG_LOG: What.KEY,
    What.SEGMENT: What.DIVERGED,
}
"""What is judged by the other thing: notes by the key, segments by where main stands."""
_IN_LIBRARY: Final = frozenset({What.OBJECT, What.CONTENT, What.REF, What.SEGMENT, What.DIVERGED})

LIBRARY: Final = "library.git"
"""The place of what git says without naming an object."""

_OID = re.compile(r"[0-9a-f]{40}")
_NUMBER = re.compile(r"[0-9]+")


def groups(findings: Iterable[Finding]) -> tuple[Group, ...]:
    """All findings, each in one group; the most exact group first."""
    found = sorted(dict.fromkeys(findings), key=_exactness)
    firsts: list[Finding] = []
    others: dict[Finding, list[Finding]] = {}
    known = _Known()
    for finding in found:
        cause = known.cause(finding)
        if cause is None:
            firsts.append(finding)
            others[finding] = []
            known.add(finding, finding)
        else:
            others[cause].append(finding)
            known.add(finding, cause)
    return tuple(Group(first, tuple(others[first])) for first in firsts)


def flat(grouped: Sequence[Group]) -> Iterator[Finding]:
    """All findings in the order of their groups."""
    for group in grouped:
        yield group.first
        yield from group.others


class _Known:
    """What was found so far, and the first of the group that it stands in."""

    def __init__(self) -> None:
        self._places: dict[str, Finding] = {}
        self._events: dict[int, Finding] = {}
        self._kinds: dict[What, Finding] = {}
        self._oids: dict[str, Finding] = {}

    def add(self, finding: Finding, first: Finding) -> None:
        self._places.setdefault(finding.where, first)
        if finding.what in _EVENTS and finding.where.isdecimal():
            self._events.setdefault(int(finding.where), first)
            follower = finding.said.values.get("event_found")
            if type(follower) is int:
                self._events.setdefault(follower, first)
        self._kinds.setdefault(finding.what, first)
        if finding.what in _IN_LIBRARY:
            for oid in _oids(finding):
                self._oids.setdefault(oid, first)

    def cause(self, finding: Finding) -> Finding | None:
        """The first of the group that this one belongs to, if there is one."""
        return (
            self._of_kind(finding.what)
            or self._places.get(finding.where)
            or self._of_event(finding)
            or self._of_row(finding)
            or self._of_object(finding)
        )

    def _of_kind(self, what: What) -> Finding | None:
        known = what if what in _ALIKE else _AFTER.get(what)
        return self._kinds.get(known) if known else None

    def _of_event(self, finding: Finding) -> Finding | None:
        if not self._events:
            return None
        first = min(self._events)
        if finding.what in _COMPARED:
            return self._events[first]
        if finding.what in _ROOTS:
            upto = max(finding.events, default=_size(finding))
            return self._events[first] if first <= upto else None
        return next((self._events[seq] for seq in sorted(_events(finding)) if seq in self._events), None)

    def _of_row(self, finding: Finding) -> Finding | None:
        """A row that a foreign key names, and that is gone."""
        parent = str(finding.said.values.get("parent")) if finding.what is What.FOREIGN_KEY else ""
        return self._places.get(parent.removeprefix(f"{LEDGER} "))

    def _of_object(self, finding: Finding) -> Finding | None:
        if finding.what not in _IN_LIBRARY:
            return None
        if finding.where == LIBRARY and What.OBJECT in self._kinds:
            return self._kinds[What.OBJECT]
        return next((self._oids[oid] for oid in _oids(finding) if oid in self._oids), None)


def _exactness(finding: Finding) -> tuple[int, int, int, str]:
    if finding.what in _EVENTS:
        # Events are told in their order, whatever is wrong with them: the earliest is the one to look at.
        return _RANK[What.GAP], _size(finding), _RANK[finding.what], finding.where
    vague = finding.where == LIBRARY or (finding.what is What.OBJECT and "why" in finding.said.values)
    return _RANK[finding.what], int(vague), _size(finding), finding.where


def _size(finding: Finding) -> int:
    """The number in the place of a finding."""
    number = _NUMBER.search(finding.where)
    return int(number[0]) if number else 0


def _events(finding: Finding) -> frozenset[int]:
    """The events that a finding speaks of; of a row the one that made it as well."""
    if finding.what not in _ROWS:
        return finding.events
    key = finding.where.rpartition(" ")[2]
    return finding.events | ({int(key) >> 16} if key.isdecimal() else frozenset())


def _oids(finding: Finding) -> list[str]:
    values: Mapping[str, object] = finding.said.values
    return _OID.findall(" ".join([finding.where, *map(str, values.values()), str(finding.said)]))
