"""Copies of a checked record that go back to somebody (DC-62). Knows no table."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from docctl.errors import Invalid, WrongState
from docctl.errors.message import Message
from docctl.rules.records.life import State
from docctl.rules.words import Own


class Meaning(StrEnum):
    """What the copy says to whoever gets it."""

    PERMIT = "permit"
    RECTIFY = "rectify"
    INFORM = "inform"

    @property
    def words(self) -> Own:
        return _WORDS[self]


_WORDS: Final[Mapping[Meaning, Own]] = MappingProxyType(
    {
        Meaning.PERMIT: Own(zh="准予放行", en="permit"),
        Meaning.RECTIFY: Own(zh="要求整改", en="order to rectify"),
        Meaning.INFORM: Own(zh="告知", en="for information"),
    }
)

CHECKED: Final = frozenset({State.COMPLETED, State.VERIFIED, State.CLOSED})
"""The states of a record that somebody has finished: before that there is nothing to be given."""


def check_give(number: str, state: State) -> None:
    """Raises WrongState."""
    if state not in CHECKED:
        raise WrongState(
            "{number} is {status}: a copy is given of a record that is complete.", number=number, status=state
        )


def check_day(day: date, *, opened: date, today: date) -> None:
    """The copy was given after the record was opened, and not after it is registered. Raises Invalid."""
    if not opened <= day <= today:
        why = Message(
            "The record was opened on {opened} and today is {today}: give a day between.",
            opened=opened,
            today=today,
        )
        raise Invalid({"day": why})
