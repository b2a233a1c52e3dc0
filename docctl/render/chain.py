"""A chain of boxes as an SVG picture: what follows from what, top to bottom. Knows boxes, not what they mean.

The picture says nothing that the page beside it does not say in words; so it has one name. Its lines may lead
to what they name.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Final, Literal

from docctl.rules.search_words import CJK

Colour = Literal["green", "amber", "red", "grey"]


@dataclass(frozen=True)
class Box:
    """`said` stands beside the arrow that leads here from the box above; the first line is the name.

    `to`: where each line leads, in their order; nowhere where it is empty or there is none.
    """

    lines: tuple[str, ...]
    said: str = ""
    colour: Colour = "grey"
    to: tuple[str, ...] = ()


WIDTH: Final = 360
_PAD, _GAP, _LINE, _FIRST = 14, 34, 18, 21
_ROOM: Final = WIDTH - 2 * _PAD - 2
_WIDE = re.compile(f"[{CJK}\u3001-\u303f\uff01-\uff65]")


def draw(boxes: Sequence[Box], title: str) -> str:
    """The picture; `title` is what it is called for who cannot see it. Its looks come from style sheets."""
    pieces, top = [], 1
    for n, box in enumerate(boxes):
        if n:
            pieces.append(_arrow(top, box.said))
            top += _GAP
        height = 2 * 9 + _FIRST + _LINE * (len(box.lines) - 1)
        pieces.append(_box(box, top, height))
        top += height
    # Inside an image nobody can follow a link.
    role = "group" if any(any(box.to) for box in boxes) else "img"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {top + 1}" role="{role}"'
        f' aria-label="{escape(title)}">{"".join(pieces)}</svg>'
    )


def _box(box: Box, top: int, height: int) -> str:
    ways = (*box.to, *[""] * (len(box.lines) - len(box.to)))
    drawn = (_line(line, top, n) for n, line in enumerate(box.lines))
    lines = "".join(_linked(line, way) for line, way in zip(drawn, ways, strict=False))
    rect = f'<rect class="box {box.colour}" x="1" y="{top}" width="{WIDTH - 2}" height="{height}" rx="6"/>'
    return rect + lines


def _line(line: str, top: int, n: int) -> str:
    looks, size, y = ("line first", 15, top + 24) if n == 0 else ("line", 13, top + 27 + n * _LINE)
    return f'<text class="{looks}" x="{_PAD}" y="{y}">{escape(_fitting(line, size))}</text>'


def _linked(line: str, way: str) -> str:
    return f'<a href="{escape(way)}">{line}</a>' if way else line


def _arrow(top: int, said: str) -> str:
    x, end = 30, top + _GAP
    return (
        f'<path class="way" d="M{x} {top}V{end - 7}"/>'
        f'<path class="head" d="M{x - 5} {end - 8}h10l-5 8z"/>'
        f'<text class="said" x="{x + 14}" y="{top + 21}">{escape(_fitting(said, 12, _ROOM - 44))}</text>'
    )


def _fitting(text: str, size: int, room: int = _ROOM) -> str:
    """The text, cut with … where it would leave its box."""
    used, fits = 0.0, list[str]()
    for character in text:
        used += size if _WIDE.match(character) else size * 0.6
        if used > room - size:
            return "".join(fits) + "…"
        fits.append(character)
    return text
