"""A shelf walk: what should be there, what was scanned, what each difference is called. Knows values only."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from docctl.errors import Invalid
from docctl.errors.message import Message
from docctl.rules.copies import Status
from docctl.rules.words import Own

MOST: Final = 500
"""Scans in one walk."""


class Found(StrEnum):
    """What became of one copy on the walk. All but the first two ask for an act."""

    PRESENT = "present"
    ON_LOAN = "on-loan"
    MISSING = "missing"
    OBSOLETE = "obsolete"
    OLD_PRINT = "old-print"
    ELSEWHERE = "elsewhere"
    NOT_OUT = "not-out"
    UNKNOWN = "unknown"

    @property
    def words(self) -> Own:
        return _WORDS[self]

    @property
    def is_fault(self) -> bool:
        return self not in (Found.PRESENT, Found.ON_LOAN)


@dataclass(frozen=True)
class Held:
    """A copy that the register says is in the hands of this holder."""

    copy: str
    on_loan: bool = False


@dataclass(frozen=True)
class Seen:
    """One scan. `copy`: None where it is none of ours; `governs`: its revision does, or will."""

    typed: str
    copy: str | None = None
    holder: str = ""
    status: Status | None = None
    governs: bool = True
    is_old_print: bool = False


@dataclass(frozen=True)
class Finding:
    """What was found of a copy, or of a scan that is none."""

    found: Found
    copy: str | None
    typed: str = ""


def check_scans(typed: Collection[str]) -> None:
    """Raises Invalid for nothing at all, and for more than one walk takes."""
    if not typed:
        raise Invalid({"scans": Message("scan what is there; one code or number a line")})
    if len(typed) > MOST:
        raise Invalid({"scans": Message("a walk takes at most {most} scans; enter it as several", most=MOST)})


def findings(holder: str, held: Iterable[Held], scans: Iterable[Seen]) -> list[Finding]:
    """What was scanned, each paper once, in its order; then what should have been there and was not.

    A copy of which only an old print was scanned is missing all the same.
    """
    made: list[Finding] = []
    there: set[str] = set()
    told: set[tuple[str, bool]] = set()
    for seen in scans:
        key = (seen.copy or seen.typed, seen.is_old_print)
        if key in told:
            continue
        told.add(key)
        made.append(Finding(_judged(holder, seen), seen.copy, "" if seen.copy else seen.typed))
        if seen.copy is not None and not seen.is_old_print:
            there.add(seen.copy)
    gone = (one for one in held if one.copy not in there)
    made.extend(Finding(Found.ON_LOAN if one.on_loan else Found.MISSING, one.copy) for one in gone)
    return made


def _judged(holder: str, seen: Seen) -> Found:
    if seen.copy is None or seen.status is None:
        return Found.UNKNOWN
    if seen.is_old_print:
        return Found.OLD_PRINT
    if not seen.status.in_hands:
        return Found.NOT_OUT
    if seen.holder != holder:
        return Found.ELSEWHERE
    if seen.status is Status.RECALLED or not seen.governs:
        return Found.OBSOLETE
    return Found.PRESENT


_WORDS: Final = MappingProxyType(
    {
        Found.PRESENT: Own(zh="在架", en="present"),
        Found.ON_LOAN: Own(zh="借出", en="lent to somebody"),
        Found.MISSING: Own(zh="缺失", en="missing"),
        Found.OBSOLETE: Own(zh="应收回而仍在架", en="asked back, and still there"),
        Found.OLD_PRINT: Own(zh="旧印本", en="an old print"),
        Found.ELSEWHERE: Own(zh="属于其他持有人", en="belongs to somebody else"),
        Found.NOT_OUT: Own(zh="已收回、销毁或丢失失效，却在架", en="returned, destroyed or lost, and there"),
        Found.UNKNOWN: Own(zh="不明编号", en="not one of ours"),
    }
)
