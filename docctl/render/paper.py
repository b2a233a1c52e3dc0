"""What the style sheet of a print goes by, marked on the tree of Markdown before the text is cleaned.

Numbered captions, items such as `a)` of a clause, numbers that no line may end in, and words that may be
broken. Knows no sheet.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.extensions import Extension
from markdown.treeprocessors import Treeprocessor

from docctl.render import new_page, sanitiser
from docctl.render.blocks import ACROSS
from docctl.render.captions import FIGURE, TABLE
from docctl.rules.search_words import CJK

_ASKED: Final[sanitiser.Marks] = {"div": {*new_page.MARKS["div"], ACROSS}}
"""What a writer asks for; all else is found."""

MARKS: Final[sanitiser.Marks] = {
    **_ASKED,
    "p": {"caption", "of-table", "of-figure", "item"},
    "td": {"code"},
    "span": {"code", "long", "latin"},
}

_ITEM: Final = re.compile(r"[a-z][)）]")
# A cell that holds a number and no more: it would be broken at its hyphens.
CODE: Final = re.compile(r"[A-Z][A-Za-z0-9./#-]{1,23}")
# A number with hyphens in a sentence: there, too, no line ends.
_NUMBER: Final = re.compile(r"(?<![A-Za-z0-9#/.-])[A-Z]{2,6}(?:-[A-Z0-9]{1,6}){1,4}(?![A-Za-z0-9-])")
# English within a Chinese text has quotation marks, apostrophes and dashes of its own width.
_WIDE: Final = f"{CJK}\u3000-\u303f\uff01-\uff65"
_LATIN: Final = re.compile(
    r"(?<=[A-Za-z0-9])’(?=[A-Za-z])|(?<=[A-Za-z0-9])[ ]?[—–][ ]?(?=[A-Za-z0-9])"
    rf"|(?<![{_WIDE}])“[^{_WIDE}“”]{{1,300}}”(?![{_WIDE}])|(?<![{_WIDE}])‘[^{_WIDE}‘’]{{1,300}}’(?![{_WIDE}])"
)
# An address in a cell may be broken anywhere: else its column, and the table, were as wide as it is.
_LONG: Final = re.compile(r"[!-~\u00c0-\u024f]{20,}")


@cache
def _captions() -> dict[str, re.Pattern[str]]:
    """What a numbered caption looks like, in a text of any language."""
    return {
        kind: re.compile(
            rf"(?:{'|'.join(map(re.escape, words.values()))})"
            r"[ \u3000]?\d+(?:[-.]\d+)*[ \u3000：:.][^。；;]{1,100}"
        )
        for kind, words in (("of-table", TABLE), ("of-figure", FIGURE))
    }


class Marks(Extension):
    """Adds the marks, when all that is said stands in the text."""

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 - the name Python-Markdown asks for
        md.treeprocessors.register(_Paper(md), "paper", -25)


class _Paper(Treeprocessor):
    def run(self, root: Element) -> None:
        for element in root.iter():
            # A writer may ask for a class as well; ours are for what we find ourselves.
            asked = sanitiser.classes(element.attrib.pop("class", ""), _ASKED.get(element.tag, ()))
            if mark := asked or _mark_of(element):
                element.set("class", mark)
        code = {inside for block in root.iter("pre") for inside in block.iter()}
        for element in [element for element in root.iter() if element not in code]:
            _mark_within(element, _NUMBER, "code")
        for element in [element for element in root.iter() if element not in code]:
            if element.get("class") != "code" and element.tag != "code":
                _mark_within(element, _LATIN, "latin")
        for cell in [element for element in root.iter() if element.tag in {"td", "th"}]:
            for element in [inside for inside in cell.iter() if inside.get("class") != "code"]:
                _mark_within(element, _LONG, "long")


def _mark_of(element: Element) -> str:
    """What an element is, if it is one of those; nothing where it has an anchor."""
    said, alone = element.text or "", not len(element)
    if sanitiser.identifier(element.get("id", "")):
        return ""
    if element.tag == "td":
        return "code" if alone and CODE.fullmatch(said) else ""
    if element.tag != "p":
        return ""
    kinds = (kind for kind, caption in _captions().items() if alone and caption.fullmatch(said))
    return f"caption {kind}" if (kind := next(kinds, "")) else "item" if _ITEM.match(said) else ""


def _mark_within(element: Element, pattern: re.Pattern[str], mark: str) -> None:
    """Puts whatever the element itself says that is like this into a <span>."""
    children = list(element)
    element.text, spans = _apart(element.text, pattern, mark)
    element[:0] = spans
    for child in children:
        child.tail, spans = _apart(child.tail, pattern, mark)
        after = list(element).index(child) + 1
        element[after:after] = spans


def _apart(text: str | None, pattern: re.Pattern[str], mark: str) -> tuple[str | None, list[Element]]:
    """What stands before the first of these, and each of them with what follows it."""
    spans: list[Element] = []
    found = list(pattern.finditer(text or ""))
    if text is None or not found:
        return text, spans
    for one, following in zip(found, [*found[1:], None], strict=True):
        span = Element("span", {"class": mark})
        span.text = one[0]
        span.tail = text[one.end() : following.start() if following else None]
        spans.append(span)
    return text[: found[0].start()], spans
