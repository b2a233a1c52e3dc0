"""What stands under a figure, and what a page shows where a document is enclosed as PDF.

Works on the tree that Python-Markdown makes. Knows no site and no place where figures are kept.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from functools import cache
from itertools import pairwise
from typing import Final
from xml.etree.ElementTree import Element, SubElement

from markdown import Markdown
from markdown.treeprocessors import Treeprocessor

from docctl.rules.words import Own

FIGURE: Final = Own(zh="图", en="Figure")
"""What a numbered caption of a figure begins with, in a text of each language."""


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
    picture shows, for those who cannot see it.
    """

    def __init__(self, figures: Collection[str], md: Markdown) -> None:
        super().__init__(md)
        self.figures = figures

    def run(self, root: Element) -> None:
        for parent in root.iter():
            children = [*parent, None]
            for child, following in pairwise(children):
                if child is not None and self._is_figure(child) and not _is_caption(following):
                    said = child[0].get("alt", "").strip()
                    if said:
                        child.tag = "figure"
                        SubElement(child, "figcaption").text = said

    def _is_figure(self, element: Element) -> bool:
        if element.tag != "p" or len(element) != 1 or (element.text or "").strip():
            return False
        image = element[0]
        return image.get("src") in self.figures and not (image.tail or "").strip()


def _is_caption(element: Element | None) -> bool:
    return element is not None and element.tag == "p" and bool(_caption().match("".join(element.itertext())))


@cache
def _caption() -> re.Pattern[str]:
    return re.compile(rf"\s*(?:{'|'.join(map(re.escape, FIGURE.values()))})[ \u3000]?\d")
