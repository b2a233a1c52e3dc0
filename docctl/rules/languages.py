"""The languages of a site: the one list.

A language more is a line here, its words and its catalogues; no code.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

Language = str
"""The key of a language: `zh`."""


@dataclass(frozen=True, kw_only=True)
class Spoken:
    """`tag` is its name for machines (BCP 47: fonts and screen readers go by it), `name` that for people.

    `english` is its name as the catalogues know it; `comma` stands between the things listed in a sentence.
    """

    tag: str
    name: str
    english: str
    comma: str = ", "


LIST: Final[Mapping[Language, Spoken]] = MappingProxyType(
    {
        "zh": Spoken(tag="zh-CN", name="中文", english="Chinese", comma="、"),
        "en": Spoken(tag="en", name="English", english="English"),
    }
)
"""In the order in which they are printed."""

ALL: Final[tuple[Language, ...]] = tuple(LIST)
FOREIGN: Final[Language] = "en"
"""For readers none of whose languages is in the list. The ids of the catalogues are written in it."""
PRIMARY: Final[Language] = ALL[0]
"""The language that each document has: its file has no suffix, so a library keeps its first (decision 26)."""
