"""Whether a name has what somebody typed to pick it out: by a part, either writing, initials."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from docctl.rules.search_words import fold
from docctl.store.initials import initials

SHORTEST: Final = 2
"""Letters that are taken for initials."""


def picks(typed: str, names: Iterable[str]) -> bool:
    """Whether one of these has it. What is blank picks all."""
    part, told = fold(typed.strip()), [*names]
    if any(part in fold(name) for name in told):
        return True
    return _may_be_initials(part) and any(part in told for told in _initials(told))


@dataclass(frozen=True)
class Known:
    """Names made ready to be looked through again and again: with as many as ten thousand it is worth it."""

    names: tuple[str, ...]

    @cached_property
    def folded(self) -> tuple[str, ...]:
        """As `fold` gives them."""
        return tuple(map(fold, self.names))

    @cached_property
    def initials(self) -> tuple[str, ...]:
        """Of those that have any. Only on being asked: a table of all readings takes 40 MB."""
        return tuple(_initials(self.names))


def picked(typed: str, known: Iterable[tuple[int, Known]]) -> list[int]:
    """The keys of those that `picks` picks."""
    part = fold(typed.strip())
    by_initials = _may_be_initials(part)
    return [
        key
        for key, names in known
        if any(part in name for name in names.folded)
        or (by_initials and any(part in name for name in names.initials))
    ]


def _may_be_initials(part: str) -> bool:
    return len(part) >= SHORTEST and part.isascii() and part.isalpha()


def _initials(names: Iterable[str]) -> Iterable[str]:
    return (initials(name) for name in names if not name.isascii())
