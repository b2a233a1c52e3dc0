"""The copies to which one thing can be done now by this person: a list to choose several from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from docctl.door.context import Context
from docctl.queries.copies.register import OUT, Asked, CopyLine, copies_named, copy_register
from docctl.rules import copies
from docctl.rules.actions import Action
from docctl.rules.conditions import Subject
from docctl.rules.copies import Status

_STATUS: Final[Mapping[Action, str]] = MappingProxyType({Action.COPY_ACKNOWLEDGE: Status.ISSUED.value})
"""What is looked for, where it is narrower than all that is out."""


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which copies: by a part of a document's number and of a holder, or these `numbers` alone."""

    document: str = ""
    holder: str = ""
    numbers: tuple[str, ...] | None = None


@dataclass(frozen=True, kw_only=True)
class OpenTo:
    """`lines` are those to which it can be done; `others` were asked for by number, and it cannot.

    `is_chosen`: they were asked for by number. `more`: there are others behind these.
    """

    lines: tuple[CopyLine, ...]
    others: tuple[CopyLine, ...]
    is_chosen: bool
    more: bool


def open_to(ctx: Context, action: Action, wanted: Wanted, *, most: int) -> OpenTo:
    """As far as the reader may see them; of several that are asked back these come first."""
    if wanted.numbers is not None:
        found = copies_named(ctx, wanted.numbers)["copies"]
    else:
        asked = Asked(document=wanted.document, holder=wanted.holder, status=_STATUS.get(action, OUT))
        found = copy_register(ctx, asked, most=most + 1)
    possible = [line for line in found if _can(ctx, action, line)]
    return OpenTo(
        lines=tuple(sorted(possible[:most], key=lambda line: line["state"] != Status.RECALLED.value)),
        others=tuple(line for line in found if line not in possible) if wanted.numbers is not None else (),
        is_chosen=wanted.numbers is not None,
        more=len(found) > most,
    )


def _can(ctx: Context, action: Action, line: CopyLine) -> bool:
    subject = Subject(name=line["copy"], holder=line["holder"])
    return (Status(line["state"]), action) in copies.TRANSITIONS and ctx.may(action, subject)
