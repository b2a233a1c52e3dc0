"""What a number leads to, however it is spelled: a copy, a record or a document. For a box that takes all.

Whoever may not see the thing is answered as if there were none (SE-31).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import select

from docctl.door.context import Context
from docctl.errors import Forbidden, Invalid, NotFound, Tampered
from docctl.models.copies import Copy
from docctl.queries.records.reading import readable
from docctl.rules import copy_numbers
from docctl.rules.actions import Action
from docctl.rules.conditions import Subject
from docctl.standing import find
from docctl.standing.document import all_readable

LONGEST = 200


class Kind(StrEnum):
    """What can be found by its number."""

    COPY = "copy"
    RECORD = "record"
    DOCUMENT = "document"


@dataclass(frozen=True, kw_only=True)
class Named:
    """The thing that a number is of, with the number as it is stored."""

    kind: Kind
    number: str


def named(ctx: Context, typed: str) -> Named | None:
    """What has exactly this number, token or scanned address; None where the reader may see no such thing."""
    text = re.sub(r"^\s*https?://.*/c/", "", typed, flags=re.IGNORECASE).strip().strip("/")
    if not text or len(text) > LONGEST:
        return None
    return copy_named(ctx, text) or _record(ctx, text) or _document(ctx, text)


def copy_named(ctx: Context, text: str) -> Named | None:
    """The copy of this number or token, if the reader may see it."""
    try:
        copy = _by_token(ctx, text) or find.copy(ctx.session, text)
    except NotFound:
        return None
    if not ctx.may(Action.COPY_READ, Subject(holder=copy.holder)):
        return None
    return Named(kind=Kind.COPY, number=copy.number)


def _by_token(ctx: Context, text: str) -> Copy | None:
    token = copy_numbers.normal_token(text)
    return None if token is None else ctx.session.scalar(select(Copy).where(Copy.token == token))


def _record(ctx: Context, text: str) -> Named | None:
    try:
        number = find.record(ctx.session, text).number
    except (NotFound, Invalid):
        return None
    try:
        readable(ctx, number)
    except (NotFound, Invalid, Forbidden):
        return None
    except Tampered:
        pass  # what is damaged is found all the same: its page says what is wrong with it
    return Named(kind=Kind.RECORD, number=number)


def _document(ctx: Context, text: str) -> Named | None:
    try:
        document = find.document(ctx.session, text)
    except (NotFound, Invalid):
        return None
    if not all_readable(ctx, document):
        return None
    return Named(kind=Kind.DOCUMENT, number=document.number)
