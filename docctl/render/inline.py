"""What is read within a line beyond Python-Markdown: a few tags, struck-out words, `H~2~O` and `10^3^`.

Which tags those are says `rules.documents.tags`; any other stands as it is written. Knows no block.
"""

from __future__ import annotations

import re
import string
from html.entities import html5
from typing import Final
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.extensions import Extension
from markdown.inlinepatterns import (
    ENTITY_RE,
    HtmlInlineProcessor,
    SimpleTagInlineProcessor,
    SubstituteTagInlineProcessor,
)
from markdown.treeprocessors import Treeprocessor
from markdown.util import AtomicString

from docctl.rules.documents.spans import STRUCK
from docctl.rules.documents.tags import BREAK, tags

# A tilde between figures is a range (10~20 ℃，30~40 ℃): what it lowers is short, and behind a letter.
_LOW: Final = r"(?<=[A-Za-z)\]])(~)([A-Za-z0-9+\-=,()]{1,12})~(?!~)"
_HIGH: Final = r"(?<=[A-Za-z0-9)\]%℃°~])(\^)([A-Za-z0-9+\-−=,()]{1,12})\^(?!\^)"


class Inline(Extension):
    """Reads them before emphasis, and after code and links."""

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 - the name Python-Markdown asks for
        md.inlinePatterns.deregister("html")
        md.inlinePatterns.deregister("entity")
        md.inlinePatterns.register(_Entity(ENTITY_RE, md), "entity", 80)
        md.ESCAPED_CHARS += [sign for sign in string.punctuation if sign not in md.ESCAPED_CHARS]
        md.treeprocessors.register(_Tags(md), "tags", 25)
        md.inlinePatterns.register(SubstituteTagInlineProcessor(f"(?i){BREAK}", "br"), "line_break_tag", 64)
        md.inlinePatterns.register(SubstituteTagInlineProcessor(r"\\\n", "br"), "line_break_sign", 101)
        for name, pattern, tag in (("struck", STRUCK, "s"), ("low", _LOW, "sub"), ("high", _HIGH, "sup")):
            md.inlinePatterns.register(SimpleTagInlineProcessor(pattern, tag), name, 63)


class _Entity(HtmlInlineProcessor):
    """`&alpha;` is its letter; what is none stays, where a browser would read `&notes;` as ¬es;."""

    def handleMatch(  # type: ignore[override]  # noqa: N802
        self, m: re.Match[str], data: str
    ) -> tuple[str, int, int]:
        known = m[1].startswith("&#") or m[1].removeprefix("&") in html5
        made = self.md.htmlStash.store(m[1] if known else f"&amp;{m[1].removeprefix('&')}")
        return made, m.start(0), m.end(0)


class _Tags(Treeprocessor):
    """Puts the tags that are read out of the way of all that follows; they come back when all is written."""

    def run(self, root: Element) -> None:
        for element in root.iter():
            if element.text and not isinstance(element.text, AtomicString):
                element.text = self._kept(element.text)

    def _kept(self, text: str) -> str:
        if "<" not in text:
            return text
        pieces, done = [], 0
        for tag in tags(text):
            if tag.made:
                pieces += [text[done : tag.start], self.md.htmlStash.store(tag.made)]
                done = tag.end
        return "".join([*pieces, text[done:]])
