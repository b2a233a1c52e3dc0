"""What records stand for, so that something falls due for each: customers, devices. Knows values only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True)
class SubjectRule:
    """What each record of a form stands for: a customer, a device, a contract (`stands_for`).

    `called`: the fields that name it; `start`: that of the day on which time begins to count for it, `until`
    that of its last day. `also`: what limits and phases ask for.
    """

    called: tuple[str, ...]
    start: str
    until: str = ""
    also: tuple[str, ...] = ()

    @classmethod
    def parse(cls, source: Mapping[str, Any]) -> SubjectRule:
        """From a template's `stands_for`."""
        also = tuple(source.get("also", ()))
        return cls(tuple(source["called"]), source["from"], source.get("until", ""), also)


@dataclass(frozen=True)
class SubjectFacts:
    """What something is done for: a record of another form, with the values that count time for it."""

    id: int
    number: str
    called: str
    start: date
    until: date | None
    values: Mapping[str, Any]
