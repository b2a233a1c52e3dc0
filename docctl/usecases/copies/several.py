"""Several copies at once: each is an act of its own, so that a refusal of one stops none of the others.

They have one request; under its key each copy has a key of its own. So a request that is sent again does
what was not done yet, and nothing twice.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

from docctl.door.context import Context
from docctl.errors import Forbidden, Invalid, NotFound, WrongState
from docctl.errors.message import Message
from docctl.models.copies import Copy
from docctl.rules.actions import Action
from docctl.usecases.copies import handing


@dataclass(frozen=True, kw_only=True)
class Told:
    """What became of one: `number` is that of the copy, or what was typed; `refused` says why not."""

    number: str
    refused: Message | None = None


ACTS: Final[Mapping[Action, Callable[[Context, str], Copy]]] = MappingProxyType(
    {Action.COPY_ACKNOWLEDGE: handing.acknowledge_copy, Action.COPY_RETURN: handing.return_copy}
)
"""What is done to several copies: it asks for nothing but the copy, and can be put right."""


def each(ctx: Context, action: Action, numbers: Iterable[str]) -> list[Told]:
    """Do `action`, one of ACTS, to each of these copies, in their order."""
    return [_one(ctx, action, number) for number in dict.fromkeys(numbers)]


def part_of(ctx: Context, name: str) -> Context:
    """The turn for one of several acts that a request asks for: with a key of its own, if it has one."""
    key = ctx.op and hashlib.sha256(f"{ctx.op} {name}".encode()).hexdigest()[:32]
    return replace(ctx, op=key, given=lambda: ctx.session)


def _one(ctx: Context, action: Action, number: str) -> Told:
    try:
        return Told(number=ACTS[action](part_of(ctx, number), number).number)
    except (Forbidden, Invalid, NotFound, WrongState) as error:
        return Told(number=number, refused=error.said)
