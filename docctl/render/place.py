"""Where a text stands among others: how low its headings are, what its anchors begin with.

Knows names of tags and anchors, no tree and no HTML.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from docctl.render.sanitiser import HEADINGS


@dataclass(frozen=True)
class Place:
    """`lower`: by how many levels. `prefix`: what tells its anchors from those of another text beside it."""

    lower: int = 0
    prefix: str = ""

    def tag(self, tag: str) -> str:
        """A heading at its level here, and at the last where there is none below; other tags as they are."""
        if tag not in HEADINGS:
            return tag
        return HEADINGS[min(HEADINGS.index(tag) + self.lower, len(HEADINGS) - 1)]

    def anchor(self, anchor: str) -> str:
        """An anchor of the text, as it is called here."""
        return self.prefix + anchor

    def target(self, address: str) -> str:
        """Where a link of the text leads: to its own anchors, or elsewhere as it is written."""
        return f"#{self.prefix}{address[1:]}" if address.startswith("#") else address

    def of(self, language: str) -> Place:
        """The place of one language, where several stand together."""
        return replace(self, prefix=f"{self.prefix}{language}-") if language else self


ALONE: Final = Place()
"""A text that is the whole of a page."""
