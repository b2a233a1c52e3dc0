"""The independent judge of what a text shows: a parser of CommonMark and of GFM's tables, and what was made.

Both are brought into one form: lists with their numbers, items, rows of tables, and the words in each.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from html.parser import HTMLParser

from markdown_it import MarkdownIt

_JUDGE = MarkdownIt("commonmark", {"html": True}).enable(["table"])
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_HOLDERS = {"ul", "ol", "li", "blockquote", "pre", "table", "tr"}


@dataclass
class Shown:
    """A list, an item, a quotation, code, a table or a row: what it is, its words, and what stands in it."""

    kind: str
    words: str = ""
    inside: list[Shown] = field(default_factory=list)


def judged(text: str) -> Shown:
    """What the judge makes of a text."""
    return shown(html_of(text))


def shown(html: str) -> Shown:
    """What stands in HTML."""
    reader = _Reader()
    reader.feed(html)
    return reader.open[0]


def read_aloud(html: str) -> str:
    """The words of HTML in their order, without signs and blanks; each numbered item with its number."""
    speaker = _Speaker()
    speaker.feed(html)
    return words(" ".join(speaker.said))


def words(said: str) -> str:
    """Letters and figures alone, as what is between them is written, shown and read in many ways."""
    return re.sub(r"[\W_]+", "", said)


def tags(html: str, names: Iterable[str]) -> list[str]:
    """Those tags of HTML that are of these names, in their order."""
    return re.findall(rf"<({'|'.join(names)})\b", html)


def html_of(text: str) -> str:
    """What the judge makes of a text, as HTML."""
    return str(_JUDGE.render(text))


def count(tree: Shown, kind: str) -> int:
    return (tree.kind == kind) + sum(count(each, kind) for each in tree.inside)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open = [Shown("")]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _HOLDERS:
            begun = Shown(f"{tag} {dict(attrs).get('start', 1)}" if tag == "ol" else tag)
            self.open[-1].inside.append(begun)
            self.open.append(begun)

    def handle_endtag(self, tag: str) -> None:
        if tag in _HOLDERS:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        self.open[-1].words += "".join(data.split())


class _Speaker(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self.numbers: list[int | None] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in {"ul", "ol"}:
            self.numbers.append(int(dict(attrs).get("start") or 1) if tag == "ol" else None)
        elif tag == "li" and self.numbers and (number := self.numbers[-1]) is not None:
            self.said.append(f"{number}.")
            self.numbers[-1] = number + 1

    def handle_endtag(self, tag: str) -> None:
        if tag in {"ul", "ol"}:
            self.numbers.pop()

    def handle_data(self, data: str) -> None:
        self.said.append(data)
