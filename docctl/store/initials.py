"""The initials by which people look for a Chinese name."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

LONGEST: Final = 100
"""Characters of a name whose initials are told."""


@lru_cache(maxsize=50_000)
def initials(text: str) -> str:
    """The first letters of the pinyin of its Chinese characters: 焊接作业指导书 is hjzyzds."""
    from pypinyin import Style, lazy_pinyin  # its tables take 0.2 s to load

    return "".join(lazy_pinyin(text[:LONGEST], style=Style.FIRST_LETTER, errors="ignore"))
