"""The course of an indicator as bars: where each stands in the picture. The page has the same as a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from docctl.queries.records.indicators import FigureLine

WIDTH: Final = 600
HEIGHT: Final = 160
_BASE: Final = 140
_TOP: Final = 10


@dataclass(frozen=True)
class Bar:
    """One period: from the left, from above, and how high. Without a figure it has no height."""

    line: FigureLine
    x: int
    y: int
    height: int
    width: int

    @property
    def kind(self) -> str:
        """How it is drawn: by whether its target is met."""
        return {True: "met", False: "missed", None: "plain"}[self.line.is_met]


@dataclass(frozen=True)
class Chart:
    """`target`: how far from above its line is drawn; None: there is none."""

    bars: tuple[Bar, ...]
    target: int | None
    width: int = WIDTH
    height: int = HEIGHT
    base: int = _BASE


def chart_of(lines: Sequence[FigureLine]) -> Chart:
    """Bars beside each other, as high as the greatest figure or the target allows."""
    target = lines[0].of.target.figure if lines and lines[0].of.target else None
    top = max([line.figure for line in lines if line.figure is not None] + [target or Decimal(0)], default=0)
    room = WIDTH // max(1, len(lines))

    def height(of: Decimal | None) -> int:
        return int(max(of or Decimal(0), Decimal(0)) / top * (_BASE - _TOP)) if top > 0 else 0

    bars = tuple(
        Bar(line, n * room + room // 8, _BASE - height(line.figure), height(line.figure), room * 3 // 4)
        for n, line in enumerate(lines)
    )
    return Chart(bars, None if target is None else _BASE - height(target))
