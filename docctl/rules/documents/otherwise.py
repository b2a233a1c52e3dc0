"""What is printed, but not as its writer sees it: other numbers of items, prose as code, unread sizes.

Editors show it as docctl does, so it is no error; but a step that is cited as the third must be the third.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from docctl.errors.message import Message
from docctl.rules.documents import signs, structure
from docctl.rules.documents.enumerations import stands_alone
from docctl.rules.documents.finding import Finding
from docctl.rules.documents.spans import without_code

RULE: Final = "DC-119"


def findings(text: str, first_line: int = 1) -> Iterator[Finding]:
    """Warnings of a text whose body begins in `first_line`."""
    lines = structure.lines_of(text)
    for block, within, above in _each(structure.blocks(lines), lines, first_line):
        if block.kind == "list":
            yield from _misnumbered(block, within, above)
            yield from _ended(block, within, above)
        elif block.kind == "code" and signs.fence(within[block.at]) is None:
            yield from _prose(block, within, above)
        elif block.kind in {"text", "table"}:
            yield from _sized(block, within, above)


def _each(
    blocks: Iterable[structure.Block], lines: structure.Lines, above: int
) -> Iterator[tuple[structure.Block, structure.Lines, int]]:
    """Each block with the lines that it is of, and the line of the text in which these begin."""
    for block in blocks:
        yield block, lines, above
        for part in block.parts:
            yield from _each(part.blocks, part.lines, above + part.at)


def _misnumbered(block: structure.Block, lines: structure.Lines, above: int) -> Iterator[Finding]:
    """The first item that will have another number. Whoever writes 1. before each lets them be counted."""
    if block.first is None:
        return
    marks = [signs.marker(lines[part.at]) for part in block.parts]
    written = [mark.number for mark in marks if mark and mark.number is not None]
    if len(set(written)) == 1:
        return
    for part, number, printed in zip(block.parts, written, range(block.first, 10**10), strict=False):
        if number != printed:
            said = Message(
                "Item {written} will be printed as item {printed}: items are counted from the first; mend "
                "its number, or begin a list of its own below a line of text.",
                written=number,
                printed=printed,
            )
            yield Finding(RULE, "warning", "", above + part.at, said)
            return


def _ended(block: structure.Block, lines: structure.Lines, above: int) -> Iterator[Finding]:
    """（二）… right below an item: here it ends the list, for other editors it is in the item."""
    below = lines[block.end] if block.end < len(lines) else ""
    last = lines[block.end - 1]
    while mark := signs.marker(last):
        last = mark.text
    if signs.goes_on(below) and signs.marker(below) is None and stands_alone(below, last.strip(" ")):
        said = Message(
            "{words} ends the list above it, where other editors print it within the last item; put a blank "
            "line before it.",
            words=below.strip()[:30],
        )
        yield Finding(RULE, "warning", "", above + block.end, said)


def _prose(block: structure.Block, lines: structure.Lines, above: int) -> Iterator[Finding]:
    """Chinese behind four blanks: an indent of a first line, which Markdown takes for code."""
    for at in range(block.at, block.end):
        if _CHINESE.search(lines[at]):
            said = Message(
                "{words} will be printed as code, for it begins with four blanks; take them away, or fence "
                "it with ```.",
                words=lines[at].strip()[:30],
            )
            yield Finding(RULE, "warning", "", above + at, said)
            return


def _sized(block: structure.Block, lines: structure.Lines, above: int) -> Iterator[Finding]:
    for at in range(block.at, block.end):
        if found := _SIZE.search(without_code(lines[at])):
            said = Message(
                "{markup} changes nothing: a figure is as wide as it is, and at most as the page.",
                markup=found[1],
            )
            yield Finding(RULE, "warning", "", above + at, said)


_CHINESE: Final = re.compile("[\u4e00-\u9fff]{2}")
_SIZE: Final = re.compile(
    r"!\[[^\]\n]{0,300}\]\([^()\n]{1,300}\)"
    r"[ ]?(\{[^{}\n]{0,100}?(?:width|height|zoom|scale|align|style)\s*=[^{}\n]{0,100}\})"
)
