"""One thing that a check found wrong. Knows the words for what the ledger itself can find."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from docctl.errors.message import Message


class What(StrEnum):
    """What the ledger can find. Other checks (files, seals, triggers) bring their own words."""

    GAP = "event gap"
    CHAIN = "chain broken"
    UNREADABLE = "event unreadable"
    WRONG_LOG = "wrong log"
    FORK = "fork"
    ROLLBACK = "rollback"
    BACKWARDS = "time runs backwards"
    ROW_HISTORY = "row history"
    BEFORE_DIFFERS = "before differs"
    ROW_DIFFERS = "row differs"
    ROW_WITHOUT_EVENT = "row without event"
    ROW_MISSING = "row missing"
    ROOTS_DIFFER = "schema roots differ"
    UNKNOWN_SCHEMA = "schema unknown"


@dataclass(frozen=True, slots=True)
class Finding:
    """`where` is a row ("copy 80871424001": table and key) or the sequence number of an event.

    `said` is the sentence; a text is told as it is. `message` is it in English, for the ledger and as JSON.
    """

    what: str
    where: str
    said: str | Message

    @property
    def message(self) -> str:
        return str(self.said)
