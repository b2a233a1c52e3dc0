"""HTML as a redline compares it: blocks that can be paired, made of words; and words as HTML again.

A word carries the inline elements around it, so a change of emphasis is one too. Compares nothing.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from html.parser import HTMLParser
from itertools import groupby
from typing import Final

from docctl.render.place import ALONE, Place
from docctl.render.sanitiser import BLOCKS
from docctl.rules.search_words import CJK

Attributes = tuple[tuple[str, str], ...]

_VOID: Final = frozenset({"br", "hr", "img"})
_CONTAINERS: Final = BLOCKS - {"br"}
# A number stays whole with its points: from 9.5 to 10.5 is one change of one figure.
_WORD = re.compile(rf"\d+(?:\.\d+)*|[^\W\d_{CJK}]+|\s+|.", re.DOTALL)


@dataclass(frozen=True)
class Wrapper:
    """An inline element around words."""

    tag: str
    attributes: Attributes


@dataclass(frozen=True)
class Word:
    """A word, an image or a line break as HTML, with the inline elements around it, outermost first."""

    html: str
    wrappers: tuple[Wrapper, ...]


class Node:
    """An element with what is in it: elements and text."""

    def __init__(self, tag: str, attributes: Attributes = ()) -> None:
        self.tag = tag
        self.attributes = attributes
        self.children: list[Node | str] = []

    @property
    def is_block(self) -> bool:
        return self.tag in _CONTAINERS


class Builder(HTMLParser):
    """Builds the tree of HTML in which every element is closed, as cleaned HTML is."""

    def __init__(self, place: Place) -> None:
        super().__init__()
        self.place = place
        self.root = Node("")
        self.open = [self.root]
        self.figures: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = Node(tag, tuple((name, self.placed(name, value or "")) for name, value in attrs))
        self.open[-1].children.append(node)
        self.figures |= {value for name, value in node.attributes if name == "src"}
        if tag not in _VOID:
            self.open.append(node)

    def placed(self, name: str, value: str) -> str:
        if name == "id":
            return self.place.anchor(value)
        return self.place.target(value) if name == "href" else value

    def handle_endtag(self, tag: str) -> None:
        if self.open[-1].tag == tag:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)


class Block:
    """What can be paired: a block element, or a run of words between blocks (`node` is None).

    It has either words or items, which are blocks. Blocks with equal keys read the same.
    """

    def __init__(self, node: Node | None, words: Sequence[Word], items: Sequence[Block]) -> None:
        # Words that stand alone in a list item pair with those in a paragraph of it: a blank line more
        # between list items is no change of the text.
        self.kind = "p" if node is None else node.tag
        self.node = node
        self.words = tuple(words)
        self.items = tuple(items)
        self.form = _form(node)
        self.key: str = (
            f"<{self.kind} {self.form}>{html_of(words)}{''.join(item.key for item in items)}</{self.kind}>"
        )
        self.counted = Counter(word.html for word in words)
        for item in items:
            self.counted += item.counted

    def said(self, name: str) -> str:
        """What an attribute of it says."""
        return dict(self.form).get(name, "")

    @property
    def parts(self) -> tuple[Block, ...]:
        return self.items or (Block(None, self.words, ()),)


_FORM: Final = {
    "th": ("rowspan", "colspan", "align"),
    # That of a column is told once, in its head.
    "td": ("rowspan", "colspan"),
    "ol": ("start",),
}
"""By which attributes elements read otherwise that have the same words."""


def _form(node: Node | None) -> Attributes:
    names = _FORM.get(node.tag, ()) if node is not None else ()
    return tuple((name, value) for name, value in node.attributes if name in names) if node and names else ()


def parse(html: str, place: Place = ALONE) -> Builder:
    """The tree of cleaned HTML, in which every element is closed, and the figures it shows.

    Its anchors are called as `place` says.
    """
    builder = Builder(place)
    builder.feed(html)
    builder.close()
    return builder


def items_of(node: Node) -> list[Block]:
    """The blocks of an element, and its inline runs between them. Blanks between blocks are no text."""
    items: list[Block] = []
    for is_block, children in groupby(
        node.children, lambda child: isinstance(child, Node) and child.is_block
    ):
        if is_block:
            items += [_block(child) for child in children if isinstance(child, Node)]
            continue
        words = list(_words(children, ()))
        if any(word.html.strip() for word in words):
            items.append(Block(None, words, ()))
    return items


def _block(node: Node) -> Block:
    if any(isinstance(child, Node) and child.is_block for child in node.children):
        return Block(node, (), items_of(node))
    return Block(node, list(_words(node.children, ())), ())


def _words(children: Iterator[Node | str] | list[Node | str], around: tuple[Wrapper, ...]) -> Iterator[Word]:
    for child in children:
        if isinstance(child, str):
            yield from (Word(escape(word, quote=False), around) for word in _WORD.findall(child))
        elif child.tag in _VOID:
            yield Word(start_tag(child.tag, child.attributes), around)
        else:
            yield from _words(child.children, (*around, Wrapper(child.tag, child.attributes)))


def html_of(words: Sequence[Word], depth: int = 0, *, keep_ids: bool = True) -> str:
    """Words as HTML, those that share an inline element in one. `depth` is for the recursion."""
    pieces = []
    for wrapper, group in groupby(words, lambda word: (*word.wrappers, None)[min(depth, len(word.wrappers))]):
        inside = list(group)
        if wrapper is None:
            pieces += [word.html for word in inside]
        else:
            content = html_of(inside, depth + 1, keep_ids=keep_ids)
            start = start_tag(wrapper.tag, wrapper.attributes, keep_ids=keep_ids)
            pieces.append(f"{start}{content}</{wrapper.tag}>")
    return "".join(pieces)


def start_tag(tag: str, attributes: Attributes, *, keep_ids: bool = True) -> str:
    """What was taken out gives up its anchor (`keep_ids`), or the page would have it twice."""
    kept = (f' {name}="{escape(value)}"' for name, value in attributes if keep_ids or name != "id")
    return f"<{tag}{''.join(kept)}>"
