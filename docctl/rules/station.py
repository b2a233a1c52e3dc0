"""The scanning station: what a scan means for the pile of paper on the table. Knows values only.

What a copy is scanned for follows from where it stands: one that was asked back is returned, one that was
handed out is received. So old and new copies of an exchange (换发) come in any order.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from docctl.rules.actions import Action
from docctl.rules.copies import Status
from docctl.rules.words import Own

MOST: Final = 100
"""Copies in one pile."""


class Mode(StrEnum):
    """What the pile is for."""

    EXCHANGE = "exchange"
    RETURN = "return"
    ACKNOWLEDGE = "acknowledge"

    @property
    def words(self) -> Own:
        return _WORDS[self]


class Heard(StrEnum):
    """What the station answers to one scan."""

    TAKEN = "taken"
    TWICE = "twice"
    FULL = "full"
    OLD_PRINT = "old-print"
    ON_LOAN = "on-loan"
    NOTHING_TO_DO = "nothing-to-do"
    NOT_YOURS = "not-yours"
    UNKNOWN = "unknown"

    @property
    def words(self) -> Own:
        return _ANSWERS[self]


ACTS: Final[Mapping[Mode, Mapping[Status, Action]]] = MappingProxyType(
    {
        Mode.EXCHANGE: MappingProxyType(
            {Status.RECALLED: Action.COPY_RETURN, Status.ISSUED: Action.COPY_ACKNOWLEDGE}
        ),
        Mode.RETURN: MappingProxyType(
            dict.fromkeys((Status.RECALLED, Status.ISSUED, Status.ACKNOWLEDGED), Action.COPY_RETURN)
        ),
        Mode.ACKNOWLEDGE: MappingProxyType({Status.ISSUED: Action.COPY_ACKNOWLEDGE}),
    }
)
"""What is done to a copy of this status, by what the pile is for. All else is no matter of the pile."""


def heard(
    action: Action | None, *, is_old_print: bool, on_loan: bool, may: bool, pile: int, is_in_it: bool
) -> Heard:
    """The answer to a copy that is known. `action`: what would be done to it by its state."""
    if is_in_it:
        return Heard.TWICE
    if is_old_print:
        return Heard.OLD_PRINT
    if action is None:
        return Heard.NOTHING_TO_DO
    if on_loan and action is Action.COPY_RETURN:
        return Heard.ON_LOAN
    if not may:
        return Heard.NOT_YOURS
    return Heard.TAKEN if pile < MOST else Heard.FULL


_WORDS: Final = MappingProxyType(
    {
        Mode.EXCHANGE: Own(zh="换发：旧的收回，新的签收", en="exchange: old ones back, new ones received"),
        Mode.RETURN: Own(zh="收回", en="returns"),
        Mode.ACKNOWLEDGE: Own(zh="签收", en="receipts"),
    }
)
_ANSWERS: Final = MappingProxyType(
    {
        Heard.TAKEN: Own(zh="已记下", en="in the pile"),
        Heard.TWICE: Own(zh="已扫过", en="scanned before"),
        Heard.FULL: Own(zh="已满，请先登记", en="the pile is full: register it first"),
        Heard.OLD_PRINT: Own(zh="旧印本，已换发", en="an old print, exchanged for another"),
        Heard.ON_LOAN: Own(zh="借出未归还，先登记归还", en="on loan: back from its loan first"),
        Heard.NOTHING_TO_DO: Own(zh="无需办理", en="nothing to do with it now"),
        Heard.NOT_YOURS: Own(zh="您无权办理", en="not for you to register"),
        Heard.UNKNOWN: Own(zh="未知编号", en="not known here"),
    }
)
