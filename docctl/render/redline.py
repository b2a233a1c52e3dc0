"""Redline of two rendered revisions: what was taken out in <del>, what was put in in <ins>, to the character.

Blocks are paired first (paragraphs, list items, rows, cells), then the words within a pair are compared;
each Chinese character is a word of its own. Knows HTML only, nothing of revisions.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from html import escape
from itertools import zip_longest
from typing import Final, Literal

from docctl.render.place import ALONE, Place
from docctl.render.redline_blocks import Block, Word, html_of, items_of, parse, start_tag
from docctl.render.sanitiser import clean
from docctl.rules import languages
from docctl.rules.languages import Language
from docctl.rules.words import Own


@dataclass(frozen=True)
class Redline:
    """`changes` counts stretches of change: a replaced word is one, and so is an inserted row."""

    html: str
    changes: int


def redline(
    old_html: str, new_html: str, place: Place = ALONE, language: Language = languages.PRIMARY
) -> Redline:
    """Mark what changed between two texts rendered by `to_html`.

    Without its <ins> the result reads exactly as the old text, without its <del> as the new one. A change of
    emphasis, link or figure is marked as well. Merged cells, the alignment of a column and the number with
    which a list begins have no words: what they were and are is said in brackets, in this `language`. A
    change of anchor alone is not marked.
    `place`: where it stands on a page; the two texts are compared as they are alone.
    """
    old, new = parse(old_html, place), parse(new_html, place)
    writer = _Writer(place, language)
    writer.children(items_of(old.root), items_of(new.root))
    html = clean("".join(writer.pieces), figures=old.figures | new.figures, prefix=place.prefix)
    return Redline(html, writer.changes)


Mark = Literal["", "del", "ins"]
_ALIKE: Final = 0.3
"""From this share of common words on, two blocks are one block changed; below, they are two."""
_MOST_PAIRS: Final = 40_000
_MOST_STEPS: Final = 2_000_000
_MOST_COARSE_STEPS: Final = 400_000_000
"""Beyond these sizes the comparison is coarser, so that its time stays bounded."""


class _Writer:
    """Writes the marked page and counts as it goes."""

    def __init__(self, place: Place, language: Language) -> None:
        self.place, self.language = place, language
        self.pieces: list[str] = []
        self.changes = 0
        self.in_change = False

    def children(self, old: Sequence[Block], new: Sequence[Block]) -> None:
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

    def one(self, before: Block | None, after: Block | None) -> None:
        if before is not None:
            self.whole(before, "del")
        if after is not None:
            self.whole(after, "ins")

    def pair(self, before: Block, after: Block) -> None:
        """One block, changed. Its changes are its own, whatever changed just before or after it."""
        self.in_change = False
        if after.kind == "ol":
            self.form(before, after)
        self.open(after, "")
        if after.kind in {"th", "td"}:
            self.form(before, after)
        if not before.items and not after.items:
            self.compare(before.words, after.words)
        elif after.kind == "tr" and len(before.items) == len(after.items):
            for old_cell, new_cell in zip(before.items, after.items, strict=True):
                self.pair(old_cell, new_cell)
        else:
            self.children(before.parts, after.parts)
        self.close(after)
        self.in_change = False

    def form(self, before: Block, after: Block) -> None:
        """What a cell or a list was and is, where its words do not say it."""
        if before.form == after.form:
            return
        told = [
            (mark, "".join(words))
            for mark, words in zip(("del", "ins"), _forms(before, after, self.language), strict=True)
        ]
        self.note("ins")
        said = "".join(f"<{mark}>{escape(words)}</{mark}>" for mark, words in told)
        self.pieces.append(f"<p>{said}</p>" if after.kind == "ol" else said)
        self.in_change = False

    def whole(self, block: Block, mark: Mark) -> None:
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

    def compare(self, old: Sequence[Word], new: Sequence[Word]) -> None:
        for mark, words in _compared(old, new):
            self.words(words, mark)

    def words(self, words: Sequence[Word], mark: Mark) -> None:
        if not words:
            return
        self.note(mark)
        html = html_of(words, keep_ids=mark != "del")
        self.pieces.append(f"<{mark}>{html}</{mark}>" if mark else html)

    def note(self, mark: Mark) -> None:
        self.changes += mark != "" and not self.in_change
        self.in_change = mark != ""

    def open(self, block: Block, mark: Mark) -> None:
        if block.node is not None:
            kind = self.place.tag(block.kind)
            self.pieces.append(start_tag(kind, block.node.attributes, keep_ids=mark != "del"))

    def close(self, block: Block) -> None:
        if block.node is not None:
            self.pieces.append(f"</{self.place.tag(block.kind)}>\n")


_SPAN: Final = Own(zh="［{columns}列×{rows}行］", en="[{columns} columns × {rows} rows]")
_BEGIN: Final = Own(zh="［从{number}起编号］", en="[numbered from {number}]")
_ALIGN: Final = {
    "": Own(zh="［不指定对齐］", en="[not aligned]"),
    "left": Own(zh="［左对齐］", en="[left]"),
    "center": Own(zh="［居中］", en="[centred]"),
    "right": Own(zh="［右对齐］", en="[right]"),
}


def _forms(before: Block, after: Block, language: Language) -> Iterator[list[str]]:
    """What each of two blocks is, as far as they differ in it."""
    for block, other in ((before, after), (after, before)):
        told: list[str] = []
        if block.kind == "ol":
            told.append(_BEGIN.told(language).format(number=block.said("start") or 1))
        elif any(block.said(name) != other.said(name) for name in ("rowspan", "colspan")):
            spans = {"columns": block.said("colspan") or 1, "rows": block.said("rowspan") or 1}
            told.append(_SPAN.told(language).format(**spans))
        if block.said("align") != other.said("align"):
            told.append(_ALIGN[block.said("align")].told(language))
        yield told


def _pairs(old: Sequence[Block], new: Sequence[Block]) -> list[tuple[Block | None, Block | None]]:
    """Blocks that became each other, in order; the others alone, what went before what came."""
    if len(old) * len(new) > _MOST_PAIRS or len(old) == len(new) == 1:
        return _in_turn(old, new)
    # best[i][j]: the greatest sum of likeness that old[i:] and new[j:] can have.
    best = [[0.0] * (len(new) + 1) for _ in range(len(old) + 1)]
    alike = [[_likeness(before, after) for after in new] for before in old]
    for i in range(len(old) - 1, -1, -1):
        for j in range(len(new) - 1, -1, -1):
            best[i][j] = max(best[i + 1][j], best[i][j + 1], alike[i][j] + best[i + 1][j + 1])
    pairs: list[tuple[Block | None, Block | None]] = []
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


def _in_turn(old: Sequence[Block], new: Sequence[Block]) -> list[tuple[Block | None, Block | None]]:
    pairs: list[tuple[Block | None, Block | None]] = []
    for before, after in zip_longest(old, new):
        if before is None or after is None or before.kind == after.kind:
            pairs.append((before, after))
        else:
            pairs += [(before, None), (None, after)]
    return pairs


def _likeness(before: Block, after: Block) -> float:
    if before.kind != after.kind:
        return 0.0
    share = _share(before.counted, after.counted)
    return share if share >= _ALIKE else 0.0


def _share(before: Counter[str], after: Counter[str]) -> float:
    """The share of common words, 0 to 1, wherever they stand."""
    total = before.total() + after.total()
    return 2 * (before & after).total() / total if total else 1.0


def _compared(old: Sequence[Word], new: Sequence[Word]) -> Iterator[tuple[Mark, Sequence[Word]]]:
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


def _common(old: Sequence[Word], new: Sequence[Word]) -> int:
    """How many words both begin with."""
    return next(
        (n for n, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new))
    )
