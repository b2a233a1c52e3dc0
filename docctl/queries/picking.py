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
    by_initials = len(part) >= SHORTEST and part.isascii() and part.isalpha()
    return any(part in fold(name) or (by_initials and part in initials(name)) for name in names)
