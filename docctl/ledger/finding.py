"""One thing that a check found wrong, and the words for all kinds of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from docctl.errors.message import Message
from docctl.errors.stored import to_data


class What(StrEnum):
    """What can be found, as it is written for programs; people are told it by the catalogue.

    The order is that of exactness: what stands higher names the thing itself, what stands lower may follow
    from it.
    """

    DATABASE_DAMAGED = "database damaged"
    KEY = "key differs"
    ADDRESS = "address differs"
    GAP = "event gap"
    UNREADABLE = "event unreadable"
    CHAIN = "chain broken"
    WRONG_LOG = "wrong log"
    BACKWARDS = "time runs backwards"
    UNKNOWN_SCHEMA = "schema unknown"
    ROOTS_DIFFER = "schema roots differ"
    ROW_MISSING = "row missing"
    ROW_DIFFERS = "row differs"
    ROW_WITHOUT_EVENT = "row without event"
    BOND = "password differs"
    FACTOR = "second factor differs"
    FOREIGN_KEY = "foreign key"
    CONSTRAINT = "constraint broken"
    FILE_DAMAGED = "file damaged"
    FILE_MISSING = "file missing"
    OBJECT = "object damaged"
    DIVERGED = "library diverged"
    REF = "reference differs"
    VALUE = "value differs"
    NOT_AS_SIGNED = "file differs"
    OTHER_CONTENT = "signature of other content"
    VALUES = "values differ"
    NOT_GENUINE = "checkpoint not genuine"
    FRONTIER = "frontier differs"
    PLANTED = "library planted"
    FILE_UNKNOWN = "file unknown"
    BEFORE_DIFFERS = "before differs"
    ROW_HISTORY = "row history"
    ROLLBACK = "rollback"
    SEGMENT = "segment differs"
    FORK = "fork"
    CONTENT = "content differs"
    PENDING = "move pending"
    INDEX = "search differs"
    TURN = "turn differs"
    SCHEMA = "schema differs"
    GUARD = "guard differs"
    GRANT = "grant"
    STUMBLED = "not compared"


@dataclass(frozen=True, slots=True)
class Finding:
    """`where` is a row ("copy 80871424001": table and key), the number of an event, or the name of a file.

    In `said` the values whose names begin with "event" are numbers of events.
    """

    what: What
    where: str
    said: Message

    @property
    def message(self) -> str:
        """The sentence in English, for logs and for the ledger."""
        return str(self.said)

    @property
    def events(self) -> frozenset[int]:
        """The events that it speaks of."""
        named = {v for name, v in self.said.values.items() if name.startswith("event") and type(v) is int}
        return frozenset(named | ({int(self.where)} if self.where.isdecimal() else set()))

    def to_data(self) -> Mapping[str, Any]:
        """For programs: the kind, the place, the message id and its values; the sentence for who is told."""
        return {"what": self.what.value, "where": self.where, "message": self.said, **to_data(self.said)}
