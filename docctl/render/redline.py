"""Redline of two rendered revisions: what was taken out in <del>, what was put in in <ins>, to the character.

Blocks are paired first (paragraphs, list items, rows, cells), then the words within a pair are compared;
each Chinese character is a word of its own. Knows HTML only, nothing of revisions.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from html import escape
from html.parser import HTMLParser
from itertools import groupby, zip_longest
from typing import Final, Literal

from docctl.render.sanitiser import BLOCKS, clean
from docctl.rules.search_words import CJK


@dataclass(frozen=True)
class Redline:
    """`changes` counts stretches of change: a replaced word is one, and so is an inserted row."""

    html: str
    changes: int


def redline(old_html: str, new_html: str) -> Redline:
    """Mark what changed between two texts rendered by `to_html`.

    Without its <ins> the result reads exactly as the old text, without its <del> as the new one. A change of
    emphasis, link or figure is marked as well; a change of anchor, alignment or list start alone is not.
    """
    old, new = _parse(old_html), _parse(new_html)
    writer = _Writer()
    writer.children(_items(old.root), _items(new.root))
    return Redline(clean("".join(writer.pieces), figures=old.figures | new.figures), writer.changes)


Mark = Literal["", "del", "ins"]
Attributes = tuple[tuple[str, str], ...]

_VOID: Final = frozenset({"br", "hr", "img"})
_CONTAINERS: Final = BLOCKS - {"br"}
# A number stays whole with its points: from 9.5 to 10.5 is one change of one figure.
_WORD = re.compile(rf"\d+(?:\.\d+)*|[^\W\d_{CJK}]+|\s+|.", re.DOTALL)
_ALIKE: Final = 0.3
"""From this share of common words on, two blocks are one block changed; below, they are two."""
_MOST_PAIRS: Final = 40_000
_MOST_STEPS: Final = 2_000_000
_MOST_COARSE_STEPS: Final = 400_000_000
"""Beyond these sizes the comparison is coarser, so that its time stays bounded."""


@dataclass(frozen=True)
class _Wrapper:
    """An inline element around words."""

    tag: str
    attributes: Attributes


@dataclass(frozen=True)
class _Word:
    """A word, an image or a line break as HTML, with the inline elements around it, outermost first."""

    html: str
    wrappers: tuple[_Wrapper, ...]


class _Node:
    def __init__(self, tag: str, attributes: Attributes = ()) -> None:
        self.tag = tag
        self.attributes = attributes
        self.children: list[_Node | str] = []

    @property
    def is_block(self) -> bool:
        return self.tag in _CONTAINERS


class _Builder(HTMLParser):
    """Builds the tree of HTML in which every element is closed, as cleaned HTML is."""

    def __init__(self) -> None:
        super().__init__()
        self.root = _Node("")
        self.open = [self.root]
        self.figures: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = _Node(tag, tuple((name, value or "") for name, value in attrs))
        self.open[-1].children.append(node)
        self.figures |= {value for name, value in node.attributes if name == "src"}
        if tag not in _VOID:
            self.open.append(node)

    def handle_endtag(self, tag: str) -> None:
        if self.open[-1].tag == tag:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)


class _Block:
    """What can be paired: a block element, or a run of words between blocks (`node` is None).

    It has either words or items, which are blocks. Blocks with equal keys read the same.
    """

    def __init__(self, node: _Node | None, words: Sequence[_Word], items: Sequence[_Block]) -> None:
        # Words that stand alone in a list item pair with those in a paragraph of it: a blank line more
        # between list items is no change of the text.
        self.kind = "p" if node is None else node.tag
        self.node = node
        self.words = tuple(words)
        self.items = tuple(items)
        self.key: str = f"<{self.kind}>{_html(words)}{''.join(item.key for item in items)}</{self.kind}>"
        self.counted = Counter(word.html for word in words)
        for item in items:
            self.counted += item.counted

    @property
    def parts(self) -> tuple[_Block, ...]:
        return self.items or (_Block(None, self.words, ()),)


def _parse(html: str) -> _Builder:
    builder = _Builder()
    builder.feed(html)
    builder.close()
    return builder


def _items(node: _Node) -> list[_Block]:
    """The blocks of an element, and its inline runs between them. Blanks between blocks are no text."""
    items: list[_Block] = []
    for is_block, children in groupby(
        node.children, lambda child: isinstance(child, _Node) and child.is_block
    ):
        if is_block:
            items += [_block(child) for child in children if isinstance(child, _Node)]
            continue
        words = list(_words(children, ()))
        if any(word.html.strip() for word in words):
            items.append(_Block(None, words, ()))
    return items


def _block(node: _Node) -> _Block:
    if any(isinstance(child, _Node) and child.is_block for child in node.children):
        return _Block(node, (), _items(node))
    return _Block(node, list(_words(node.children, ())), ())


def _words(
    children: Iterator[_Node | str] | list[_Node | str], around: tuple[_Wrapper, ...]
) -> Iterator[_Word]:
    for child in children:
        if isinstance(child, str):
            yield from (_Word(escape(word, quote=False), around) for word in _WORD.findall(child))
        elif child.tag in _VOID:
            yield _Word(_start(child.tag, child.attributes), around)
        else:
            yield from _words(child.children, (*around, _Wrapper(child.tag, child.attributes)))


class _Writer:
    """Writes the marked page and counts as it goes."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.changes = 0
        self.in_change = False

    def children(self, old: Sequence[_Block], new: Sequence[_Block]) -> None:
        matcher = SequenceMatcher(None, [b.key for b in old], [b.key for b in new], autojunk=False)
        for kind, a, b, c, d in matcher.get_opcodes():
            if kind == "equal":
                for block in new[c:d]:
                    self.whole(block, "")
                continue
            for before, after in _pairs(old[a:b], new[c:d]):
                if before is None or after is None:
                    self.one(before, after)
                else:
                    self.pair(before, after)

    def one(self, before: _Block | None, after: _Block | None) -> None:
        if before is not None:
            self.whole(before, "del")
        if after is not None:
            self.whole(after, "ins")

    def pair(self, before: _Block, after: _Block) -> None:
        """One block, changed. Its changes are its own, whatever changed just before or after it."""
        self.in_change = False
        self.open(after, "")
        if not before.items and not after.items:
            self.compare(before.words, after.words)
        elif after.kind == "tr" and len(before.items) == len(after.items):
            for old_cell, new_cell in zip(before.items, after.items, strict=True):
                self.pair(old_cell, new_cell)
        else:
            self.children(before.parts, after.parts)
        self.close(after)
        self.in_change = False

    def whole(self, block: _Block, mark: Mark) -> None:
        """A block that is only in one of the texts, or the same in both (no mark)."""
        self.note(mark)
        if block.kind == "hr":
            self.pieces.append(f"<{mark}><hr></{mark}>" if mark else "<hr>")
            return
        self.open(block, mark)
        self.words(block.words, mark)
        for item in block.items:
            self.whole(item, mark)
        self.close(block)

    def compare(self, old: Sequence[_Word], new: Sequence[_Word]) -> None:
        for mark, words in _compared(old, new):
            self.words(words, mark)

    def words(self, words: Sequence[_Word], mark: Mark) -> None:
        if not words:
            return
        self.note(mark)
        html = _html(words, keep_ids=mark != "del")
        self.pieces.append(f"<{mark}>{html}</{mark}>" if mark else html)

    def note(self, mark: Mark) -> None:
        self.changes += mark != "" and not self.in_change
        self.in_change = mark != ""

    def open(self, block: _Block, mark: Mark) -> None:
        if block.node is not None:
            self.pieces.append(_start(block.kind, block.node.attributes, keep_ids=mark != "del"))

    def close(self, block: _Block) -> None:
        if block.node is not None:
            self.pieces.append(f"</{block.kind}>\n")


def _pairs(old: Sequence[_Block], new: Sequence[_Block]) -> list[tuple[_Block | None, _Block | None]]:
    """Blocks that became each other, in order; the others alone, what went before what came."""
    if len(old) * len(new) > _MOST_PAIRS or len(old) == len(new) == 1:
        return _in_turn(old, new)
    # best[i][j]: the greatest sum of likeness that old[i:] and new[j:] can have.
    best = [[0.0] * (len(new) + 1) for _ in range(len(old) + 1)]
    alike = [[_likeness(before, after) for after in new] for before in old]
    for i in range(len(old) - 1, -1, -1):
        for j in range(len(new) - 1, -1, -1):
            best[i][j] = max(best[i + 1][j], best[i][j + 1], alike[i][j] + best[i + 1][j + 1])
    pairs: list[tuple[_Block | None, _Block | None]] = []
    i = j = 0
    while i < len(old) and j < len(new):
        if alike[i][j] and best[i][j] == alike[i][j] + best[i + 1][j + 1]:
            pairs.append((old[i], new[j]))
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            pairs.append((old[i], None))
            i += 1
        else:
            pairs.append((None, new[j]))
            j += 1
    return pairs + [(block, None) for block in old[i:]] + [(None, block) for block in new[j:]]


def _in_turn(old: Sequence[_Block], new: Sequence[_Block]) -> list[tuple[_Block | None, _Block | None]]:
    pairs: list[tuple[_Block | None, _Block | None]] = []
    for before, after in zip_longest(old, new):
        if before is None or after is None or before.kind == after.kind:
            pairs.append((before, after))
        else:
            pairs += [(before, None), (None, after)]
    return pairs


def _likeness(before: _Block, after: _Block) -> float:
    if before.kind != after.kind:
        return 0.0
    share = _share(before.counted, after.counted)
    return share if share >= _ALIKE else 0.0


def _share(before: Counter[str], after: Counter[str]) -> float:
    """The share of common words, 0 to 1, wherever they stand."""
    total = before.total() + after.total()
    return 2 * (before & after).total() / total if total else 1.0


def _compared(old: Sequence[_Word], new: Sequence[_Word]) -> Iterator[tuple[Mark, Sequence[_Word]]]:
    """The words of both, in order, each stretch with its mark."""
    first = _common(old, new)
    last = _common(old[first:][::-1], new[first:][::-1])
    before, after = old[first : len(old) - last], new[first : len(new) - last]
    yield "", new[:first]
    counted, recounted = (Counter(word.html for word in words) for words in (before, after))
    # Each word of one is held against each equal word of the other; without the frequent words it is faster.
    steps = sum(count * recounted[word] for word, count in counted.items())
    too_long = steps > _MOST_STEPS and len(before) * len(after) > _MOST_COARSE_STEPS
    if too_long or _share(counted, recounted) < _ALIKE:
        # Hardly anything in common: a sentence replaced is easier to read than one in shreds.
        yield "del", before
        yield "ins", after
    else:
        matcher = SequenceMatcher(None, before, after, autojunk=steps > _MOST_STEPS)
        for kind, a, b, c, d in matcher.get_opcodes():
            if kind == "equal":
                yield "", after[c:d]
            else:
                yield "del", before[a:b]
                yield "ins", after[c:d]
    yield "", new[len(new) - last :]


def _common(old: Sequence[_Word], new: Sequence[_Word]) -> int:
    """How many words both begin with."""
    return next(
        (n for n, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new))
    )


def _html(words: Sequence[_Word], depth: int = 0, *, keep_ids: bool = True) -> str:
    pieces = []
    for wrapper, group in groupby(words, lambda word: (*word.wrappers, None)[min(depth, len(word.wrappers))]):
        inside = list(group)
        if wrapper is None:
            pieces += [word.html for word in inside]
        else:
            content = _html(inside, depth + 1, keep_ids=keep_ids)
            start = _start(wrapper.tag, wrapper.attributes, keep_ids=keep_ids)
            pieces.append(f"{start}{content}</{wrapper.tag}>")
    return "".join(pieces)


def _start(tag: str, attributes: Attributes, *, keep_ids: bool = True) -> str:
    # What was taken out gives up its anchor, or the page would have it twice.
    kept = (f' {name}="{escape(value)}"' for name, value in attributes if keep_ids or name != "id")
    return f"<{tag}{''.join(kept)}>"
