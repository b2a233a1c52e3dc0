"""What stands under a figure, and what a page shows where a document is enclosed as PDF.

Works on the tree that Python-Markdown makes. Knows no site and no place where figures are kept.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cache
from itertools import count
from typing import Final
from xml.etree.ElementTree import Element, SubElement

from markdown import Markdown
from markdown.treeprocessors import Treeprocessor

from docctl.render.sanitiser import BLOCKS
from docctl.rules.languages import Language
from docctl.rules.words import Own

FIGURE: Final = Own(zh="图", en="Figure")
"""What a numbered caption of a figure begins with, in a text of each language."""
TABLE: Final = Own(zh="表", en="Table")
_COUNTED: Final = Own(zh="{word}{number} {said}", en="{word} {number} {said}")
WORDS: Final = (FIGURE, TABLE, _COUNTED)


class Enclosed(Treeprocessor):
    """On a page a document that is enclosed as PDF is fetched by a link; on paper its pages are drawn."""

    def __init__(self, enclosed: Mapping[str, str], md: Markdown) -> None:
        super().__init__(md)
        self.enclosed = enclosed

    def run(self, root: Element) -> None:
        for image in root.iter("img"):
            address = image.get("src", "")
            if address in self.enclosed:
                tail, said = image.tail, image.get("alt", "").strip()
                image.clear()
                image.tag, image.tail = "a", tail
                image.set("href", address)
                image.text = f"{said or self.enclosed[address]} (PDF)"


class Captions(Treeprocessor):
    """Prints what stands in the brackets of a figure under it, where the figure is a paragraph of its own.

    A figure with a numbered caption written below it (图1 …) has one already; then the brackets hold what the
    picture shows, for those who cannot see it. Captions of figures, and those of tables (`表：…` above or
    below one), are counted, unless the text numbers any of its kind. `enclosed`: figures that are documents.
    """

    def __init__(
        self, figures: Collection[str], enclosed: Collection[str], language: Language, md: Markdown
    ) -> None:
        super().__init__(md)
        self.figures, self.enclosed, self.language = figures, enclosed, language

    def run(self, root: Element) -> None:
        for item in root.iter("li"):
            _set_apart(item)
        bare, titles = set(), set()
        for parent in root.iter():
            for before, child, after in _neighbours(parent):
                if self._is_figure(child) and not _is_numbered(after, FIGURE):
                    bare.add(child)
                if _title(child) and "table" in (before.tag, after.tag):
                    titles.add(child)
        everything = list(root.iter())  # in the order of the text, however deep in its lists
        self._below_figures([each for each in everything if each in bare], everything)
        self._of_tables([each for each in everything if each in titles], everything)

    def _below_figures(self, figures: Iterable[Element], everything: Iterable[Element]) -> None:
        said = [(each, words) for each in figures if (words := each[0].get("alt", "").strip())]
        by_hand = any(_numbered(FIGURE).match(words) for _, words in said) or _counts(everything, FIGURE)
        numbers = count(1)
        for figure, words in said:
            figure.tag = "figure"
            counted = not by_hand and figure[0].get("src") not in self.enclosed
            SubElement(figure, "figcaption").text = (
                self._said(FIGURE, next(numbers), words) if counted else words
            )

    def _of_tables(self, titles: Iterable[Element], everything: Iterable[Element]) -> None:
        if not _counts(everything, TABLE):
            for number, title in enumerate(titles, 1):
                title.text = self._said(TABLE, number, _title(title))

    def _said(self, kind: Own, number: int, words: str) -> str:
        word = kind.told(self.language)
        return _COUNTED.told(self.language).format(word=word, number=number, said=words)

    def _is_figure(self, element: Element) -> bool:
        if element.tag != "p" or len(element) != 1 or (element.text or "").strip():
            return False
        image = element[0]
        return image.get("src") in self.figures and not (image.tail or "").strip()


_NONE: Final = Element("none")


def _set_apart(item: Element) -> None:
    """Makes a figure that is all that an item says a paragraph of its own, as it is in a loose list."""
    if (item.text or "").strip() or not len(item) or item[0].tag != "img" or (item[0].tail or "").strip():
        return
    if len(item) == 1 or item[1].tag in BLOCKS - {"br"}:
        image = item[0]
        item.remove(image)
        paragraph = Element("p")
        paragraph.append(image)
        item.insert(0, paragraph)


def _counts(everything: Iterable[Element], kind: Own) -> bool:
    """Whether a text numbers captions of this kind itself."""
    return any(_is_numbered(each, kind) for each in everything)


def _neighbours(parent: Element) -> Iterator[tuple[Element, Element, Element]]:
    """Each child with the one before it and the one behind it."""
    row = [_NONE, *parent, _NONE]
    return zip(row, row[1:], row[2:], strict=False)


def _title(element: Element) -> str:
    """What a paragraph says that is the caption of a table, and not counted yet."""
    found = (
        _titling().fullmatch((element.text or "").strip())
        if element.tag == "p" and not len(element)
        else None
    )
    return found[1] if found else ""


def _is_numbered(element: Element, kind: Own) -> bool:
    return element.tag == "p" and bool(_numbered(kind).match("".join(element.itertext())))


@cache
def _numbered(kind: Own) -> re.Pattern[str]:
    return re.compile(rf"\s*(?:{'|'.join(map(re.escape, kind.values()))})[ \u3000]?\d")


@cache
def _titling() -> re.Pattern[str]:
    return re.compile(rf"(?:{'|'.join(map(re.escape, TABLE.values()))})[ \u3000]?[:\uff1a][ ]*(\S.{{0,99}})")
