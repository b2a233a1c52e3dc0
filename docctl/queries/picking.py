"""Whether a name has what somebody typed to pick it out: by a part, either writing, initials."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from docctl.rules.search_words import fold
from docctl.store.initials import initials

SHORTEST: Final = 2
"""Letters that are taken for initials."""


def picks(typed: str, names: Iterable[str]) -> bool:
    """Whether one of these has it. What is blank picks all."""
    part = fold(typed.strip())
    told = [*names]
    if any(part in fold(name) for name in told):
        return True
    by_initials = len(part) >= SHORTEST and part.isascii() and part.isalpha()
    return by_initials and any(part in initials(name) for name in told if not name.isascii())
