"""The independent judge of what a text shows: a parser of CommonMark and of GFM's tables, and what was made.

Both are brought into one form: lists with their numbers, items, rows of tables, and the words in each.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

from markdown_it import MarkdownIt

_JUDGE = MarkdownIt("commonmark", {"html": True}).enable(["table"])
_HOLDERS = {"ul", "ol", "li", "blockquote", "pre", "table", "tr"}


@dataclass
class Shown:
    """A list, an item, a quotation, code, a table or a row: what it is, its words, and what stands in it."""

    kind: str
    words: str = ""
    inside: list[Shown] = field(default_factory=list)


def judged(text: str) -> Shown:
    """What the judge makes of a text."""
    return shown(str(_JUDGE.render(text)))


def shown(html: str) -> Shown:
    """What stands in HTML."""
    reader = _Reader()
    reader.feed(html)
    return reader.open[0]


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
