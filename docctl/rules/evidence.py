"""What an evidence file can be about, and which right to read its contents need besides that to export it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from docctl.errors import Invalid
from docctl.errors.message import Message
from docctl.rules.actions import Action
from docctl.rules.words import Own


class Kind(StrEnum):
    """What the file is about."""

    DOCUMENT = "document"
    RECORD = "record"
    COPY = "copy"
    PERSON = "person"
    PERIOD = "period"
    CUSTOMER = "customer"

    @property
    def words(self) -> Own:
        return _WORDS[self]


RIGHTS: Final[Mapping[Kind, tuple[Action, ...]]] = MappingProxyType(
    {
        Kind.DOCUMENT: (Action.DOCUMENT_READ, Action.TRAIL_READ, Action.COPY_READ),
        Kind.RECORD: (Action.RECORD_READ, Action.TRAIL_READ, Action.COPY_READ),
        Kind.COPY: (Action.COPY_READ, Action.TRAIL_READ),
        Kind.PERSON: (Action.USER_READ, Action.RECORD_READ, Action.TRAIL_READ),
        Kind.PERIOD: (Action.RECORD_READ, Action.TRAIL_READ, Action.COPY_READ),
        Kind.CUSTOMER: (Action.RECORD_READ, Action.TRAIL_READ, Action.COPY_READ),
    }
)
"""Whoever takes evidence away has to be somebody who may read all that is in it."""

CUSTOMER_FIELD: Final = "customer"
"""The field of a record template that names the customer."""

_WORDS: Final[Mapping[Kind, Own]] = MappingProxyType(
    {
        Kind.DOCUMENT: Own(zh="文件", en="document"),
        Kind.RECORD: Own(zh="记录", en="record"),
        Kind.COPY: Own(zh="副本", en="copy"),
        Kind.PERSON: Own(zh="人员", en="person"),
        Kind.PERIOD: Own(zh="时段", en="period"),
        Kind.CUSTOMER: Own(zh="顾客", en="customer"),
    }
)


def check_asked(kind: Kind, name: str, first: date | None, last: date | None) -> None:
    """Raises Invalid naming each thing that is missing, or that the kind does not take."""
    problems = {}
    if kind is Kind.PERIOD:
        problems = {n: Message("say the day") for n, day in (("from", first), ("to", last)) if day is None}
        if first is not None and last is not None and last < first:
            problems["to"] = Message("is before the first day of the period")
    elif not name.strip():
        problems["name"] = Message("say of what: a number, a login or a name")
    if problems:
        raise Invalid(problems)
