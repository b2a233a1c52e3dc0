"""Periodic review: what is to be looked at again, by which day, and what was found (DC-41, DC-42).

The day is worked out from what people did: the issue that is in force, and the reviews of it. Knows no table
and no clock.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from docctl.errors import Invalid, WrongState
from docctl.errors.message import Message, Typed
from docctl.rules.documents.head import Head
from docctl.rules.documents.periods import Period, parse_period
from docctl.rules.words import Own

AHEAD: Final = timedelta(days=30)
"""How long before its day a review is a task."""


class Verdict(StrEnum):
    """What a review ends with."""

    KEEP = "keep"
    REVISE = "revise"
    WITHDRAW = "withdraw"

    @property
    def words(self) -> Own:
        return _VERDICTS[self]


class Standing(StrEnum):
    """Where a review stands on a day."""

    LATER = "later"
    DUE = "due"
    OVERDUE = "overdue"
    DECIDED = "decided"

    @property
    def words(self) -> Own:
        return _STANDINGS[self]

    @property
    def waits(self) -> bool:
        """Whether somebody has to do something."""
        return self is not Standing.LATER


@dataclass(frozen=True)
class Duty:
    """What is reviewed: an annex by its name, or the whole document (empty), and how often."""

    part: str
    every: Period


@dataclass(frozen=True)
class ReviewFacts:
    """A review that was done. `of_this`: of the revision that is in force."""

    part: str
    verdict: Verdict
    day: date
    of_this: bool


@dataclass(frozen=True)
class Due:
    """The next review of a part. `decided`: the last one said that the text does not stay as it is."""

    duty: Duty
    day: date
    last: date | None
    decided: Verdict | None

    def standing(self, day: date) -> Standing:
        """Overdue from the day after the last one that is in time."""
        if self.decided is not None:
            return Standing.DECIDED
        if self.day < day:
            return Standing.OVERDUE
        return Standing.DUE if self.day <= day + AHEAD else Standing.LATER


def duties(head: Head, of_level: str) -> tuple[Duty, ...]:
    """What is reviewed of a document; `of_level`: how often those of its level are, empty where never."""
    every = next(iter(head.get("review", ())), of_level)
    whole = [Duty("", parse_period(every))] if every else []
    annexes = (said.rpartition(": ") for said in head.get("annex_review", ()))
    return (*whole, *(Duty(name, parse_period(often)) for name, _, often in annexes))


def due(duty: Duty, effective: date, reviews: Iterable[ReviewFacts]) -> Due:
    """Counted from the last review that left the text as it is, or from the day of its last issue."""
    own = [review for review in reviews if review.part == duty.part]
    kept = [review.day for review in own if review.verdict is Verdict.KEEP]
    now = [review.verdict for review in own if review.of_this]
    decided = now[-1] if now and now[-1] is not Verdict.KEEP else None
    days = [review.day for review in own]
    return Due(duty, duty.every.after(max([effective, *kept])), max(days, default=None), decided)


def check(part: str, of: Sequence[Duty], evidence: str, number: str) -> None:
    """Raises WrongState where nothing of it is reviewed, Invalid for an unknown part or without evidence."""
    if not of:
        raise WrongState(
            "{number} has no periodic review; its head may say one (review: 1 year), or the site for its "
            "level",
            number=number,
        )
    problems = {}
    if part not in {duty.part for duty in of}:
        known = [Typed(duty.part) if duty.part else Message("the whole document") for duty in of]
        problems["part"] = Message("{part} has no review of its own: {known}", part=Typed(part), known=known)
    if not evidence.strip():
        problems["evidence"] = Message("say what was looked at and found; it is kept as the evidence")
    if problems:
        raise Invalid(problems)


_VERDICTS: Final = MappingProxyType(
    {
        Verdict.KEEP: Own(zh="继续有效", en="stays as it is"),
        Verdict.REVISE: Own(zh="需要修订", en="to be revised"),
        Verdict.WITHDRAW: Own(zh="建议撤销", en="to be withdrawn"),
    }
)
_STANDINGS: Final = MappingProxyType(
    {
        Standing.LATER: Own(zh="未到期", en="later"),
        Standing.DUE: Own(zh="将到期", en="due"),
        Standing.OVERDUE: Own(zh="已逾期", en="overdue"),
        Standing.DECIDED: Own(zh="待落实", en="to be carried out"),
    }
)
