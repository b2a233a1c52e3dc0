"""The dialect of Markdown in which procedures are written: limits, anchors of clauses, figures, and no HTML.

Works on the tree that Python-Markdown makes; whatever stands in it is cleaned afterwards. Knows no site, no
revision and no place where figures are kept.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final
from urllib.parse import quote, unquote
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.extensions import Extension
from markdown.inlinepatterns import InlineProcessor
from markdown.treeprocessors import Treeprocessor
from markdown.util import HTML_PLACEHOLDER_RE

from docctl.render import captions, notices, outline
from docctl.render.captions import Captions, Enclosed
from docctl.render.place import Place
from docctl.render.sanitiser import BLOCKS, HEADINGS, scheme
from docctl.rules.documents import links
from docctl.rules.documents.links import SCHEME, Link, link_of
from docctl.rules.languages import Language
from docctl.rules.records.limits import Limit, phrase
from docctl.rules.search_words import CJK
from docctl.rules.words import Own

FigureUrl = Callable[[str], str | None]
"""Where a figure of the document is fetched from, by its path relative to the text; None: no such figure."""

LinkTold = Callable[[Link], str | None]
"""What a print says behind a link to another document; None: there is no such document."""

BACK_TO_NOTE: Final = Own(zh="返回正文注 {}", en="Back to note {} in the text")
_MISSING: Final = Own(zh="［缺图：{}］", en="[missing figure: {}]")
WORDS: Final = (BACK_TO_NOTE, _MISSING, *captions.WORDS, *notices.KINDS.values())
"""All that docctl says in a text of its own accord."""

_LIMIT: Final = r"\{limit:[ ]*([^{}\s]+)[ ]*\}"
_ANCHOR = re.compile(r"\{#([^\s{}]+)\}\s*$")
_TAG: Final = HTML_PLACEHOLDER_RE  # of a tag that is read, until all is written
_WIDE: Final = f"{CJK}\u3001-\u303f\uff01-\uff65“”‘’—…"
_SOFT_BREAK = re.compile(f"(?<=[{_WIDE}])\n(?=[{_WIDE}])")


class Dialect(Extension):
    """What is our own in the dialect: limits, clause anchors, figures, and HTML shown as text."""

    def __init__(
        self,
        language: Language,
        limits: Mapping[str, Limit],
        figure_url: FigureUrl,
        place: Place,
        title: str = "",
        told: LinkTold | None = None,
        *,
        for_paper: bool = False,
    ) -> None:
        super().__init__()
        self.told, self.for_paper = told, for_paper
        self.title = title
        self.language, self.limits, self.figure_url, self.placed = language, limits, figure_url, place
        self.unknown_limits: list[str] = []
        self.figures: set[str] = set()
        self.enclosed: dict[str, str] = {}

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 - the name Python-Markdown asks for
        md.preprocessors.deregister("html_block")
        # Before emphasis: 200*300*400 is a size.
        md.inlinePatterns.register(_Times(r"(?<=\d)\*(?=\d)", md), "times", 175)
        # Before the attribute lists, which would take a limit for attributes, and after code and links.
        md.inlinePatterns.register(_LimitFigure(self, md), "limit", 65)
        # Last, when escapes are resolved and attribute lists are read.
        md.treeprocessors.register(_Untitled(self.title, md), "untitled", -5)
        md.treeprocessors.register(_Anchors(self, md), "clause_anchors", -10)
        if not self.for_paper:
            md.treeprocessors.register(Enclosed(self.enclosed, md), "enclosed", -15)
        md.treeprocessors.register(Captions(self.figures, self.enclosed, self.language, md), "captions", -20)
        md.treeprocessors.register(_Placed(self.placed, md), "placed", -30)

    def say(self, name: str) -> str:
        if name in self.limits:
            return phrase(self.limits[name], self.language)
        self.unknown_limits.append(name)
        return ""

    def lead(self, element: Element, link: Link) -> None:
        """Let a link to another document lead there; on paper it says which that is."""
        if not len(element) and not (element.text or "").strip():
            element.text = link.name
        said = self.told(link) if self.told else None
        if said is None:
            clause = f"#clause-{link.clause}" if link.clause else ""
            element.set("href", quote(f"{SCHEME}:{link.name}{clause}", safe=":#/"))
            return
        del element.attrib["href"]
        element.tag = "span"
        if said != "".join(element.itertext()).strip():
            element.tail = f"{said}{element.tail or ''}"

    def place(self, image: Element) -> None:
        """Give an image its address, or say in its place that there is no such figure."""
        path = unquote(image.get("src", ""))
        foreign = scheme(path) or path.startswith("/") or "\\" in path or ".." in path.split("/")
        url = None if foreign else self.figure_url(path)
        if url is not None:
            self.figures.add(url)
            image.set("src", url)
            if path.lower().endswith(".pdf"):
                self.enclosed[url] = path.rpartition("/")[2]
            return
        tail = image.tail
        image.clear()
        image.tag, image.tail = "span", tail
        image.set("class", "missing-figure")
        image.text = _MISSING.told(self.language).format(path)


class _LimitFigure(InlineProcessor):
    def __init__(self, page: Dialect, md: Markdown) -> None:
        super().__init__(_LIMIT, md)
        self.page = page

    def handleMatch(  # type: ignore[override]  # noqa: N802
        self, m: re.Match[str], data: str
    ) -> tuple[str, int, int]:
        return self.page.say(m[1]), m.start(), m.end()


class _Times(InlineProcessor):
    def handleMatch(  # type: ignore[override]  # noqa: N802
        self, m: re.Match[str], data: str
    ) -> tuple[str, int, int]:
        return m[0], m.start(), m.end()


class _Untitled(Treeprocessor):
    """Leaves out a first heading that says again what the document is called."""

    def __init__(self, title: str, md: Markdown) -> None:
        super().__init__(md)
        self.title = _closed(title)

    def run(self, root: Element) -> None:
        first = next(iter(root), None)
        if (
            first is not None
            and first.tag in HEADINGS
            and _closed("".join(first.itertext())) == self.title != ""
        ):
            root.remove(first)


class _Anchors(Treeprocessor):
    """Gives clauses their anchors, links to them their targets, and figures their addresses."""

    def __init__(self, page: Dialect, md: Markdown) -> None:
        super().__init__(md)
        self.page = page
        self.taken: dict[str, int] = {}
        self.slugs: dict[str, str] = {}

    def run(self, root: Element) -> None:
        headings: list[Element] = []
        for element in root.iter():
            if element.tag in HEADINGS:
                headings.append(element)
                self.anchor(
                    element,
                    element.get("id") or outline.number_of(element.itertext()) or "",
                    f"heading-{len(headings)}",
                )
            elif element.tag in {"p", "li", "dt", "dd"}:
                self.anchor(element, element.get("id") or _explicit_anchor(element) or "", "")
            elif element.tag == "img":
                self.page.place(element)
        slugs = links.slugs(_TAG.sub("", "".join(heading.itertext())) for heading in headings)
        self.slugs = {name: headings[n].get("id", "") for name, n in slugs.items() if name}
        for element in root.iter():
            self.aim(element)
            if element.tag not in {"pre", "code"}:
                element.text = _SOFT_BREAK.sub("", element.text or "")
            element.tail = _SOFT_BREAK.sub("", element.tail or "")

    def anchor(self, element: Element, clause: str, otherwise: str) -> None:
        if clause.startswith(("fn:", "fnref")):
            return
        name = f"clause-{clause}" if clause else otherwise
        if not name:
            return
        # A number given twice keeps its first place; later ones stay distinct.
        self.taken[name] = self.taken.get(name, 0) + 1
        element.set("id", name if self.taken[name] == 1 else f"{name}--{self.taken[name]}")

    def aim(self, element: Element) -> None:
        target = unquote(element.get("href", ""))
        if target.startswith("#") and f"clause-{target[1:]}" in self.taken:
            element.set("href", f"#clause-{target[1:]}")
        elif target.startswith("#") and (heading := self.slugs.get(links.plain(target))):
            element.set("href", f"#{heading}")
        elif element.tag == "a" and (link := link_of(target)):
            self.page.lead(element, link)


class _Placed(Treeprocessor):
    """Puts the text in its place: headings lower, anchors and links to them by their names there."""

    def __init__(self, place: Place, md: Markdown) -> None:
        super().__init__(md)
        self.place = place

    def run(self, root: Element) -> None:
        for element in root.iter():
            element.tag = self.place.tag(element.tag)
            if anchor := element.get("id"):
                element.set("id", self.place.anchor(anchor))
            if address := element.get("href"):
                element.set("href", self.place.target(address))


def _closed(words: str) -> str:
    return " ".join(words.split())


def _explicit_anchor(element: Element) -> str | None:
    """Take `{#5.2.1}` off the end of the element's own line, before any block within it."""
    holder, slot = element, "text"
    for child in element:
        if child.tag in BLOCKS - {"br"}:
            break
        holder, slot = child, "tail"
    written: str = getattr(holder, slot) or ""
    match = _ANCHOR.search(written)
    if match is None:
        return None
    setattr(holder, slot, written[: match.start()].rstrip())
    return match[1]
