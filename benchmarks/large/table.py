"""The figures of a run, each with its goal: printed as they come, and as one table at the end."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from statistics import median


def say(line: str) -> None:
    """A line on standard output, at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


@dataclass(frozen=True)
class Figure:
    """What was measured. `reached` is compared with `goal`: no more than it, or no less."""

    what: str
    said: str
    reached: float
    goal: float | None
    no_more: bool

    @property
    def verdict(self) -> str:
        if self.goal is None:
            return "–"
        met = self.reached <= self.goal if self.no_more else self.reached >= self.goal
        return "met" if met else "MISSED"

    @property
    def line(self) -> str:
        goal = "–" if self.goal is None else f"{'≤' if self.no_more else '≥'} {self.goal:g}"
        return f"| {self.what} | {self.said} | {self.reached:.3g} | {goal} | {self.verdict} |"


@dataclass
class Table:
    """All figures of a run."""

    database: str
    figures: list[Figure] = field(default_factory=list)

    def no_more(self, what: str, said: str, reached: float, goal: float | None = None) -> None:
        self._add(Figure(f"{self.database}: {what}", said, reached, goal, no_more=True))

    def no_less(self, what: str, said: str, reached: float, goal: float | None = None) -> None:
        self._add(Figure(f"{self.database}: {what}", said, reached, goal, no_more=False))

    def _add(self, figure: Figure) -> None:
        self.figures.append(figure)
        say(figure.line)


HEAD = "| what | measured | figure | goal | |\n|---|---|---|---|---|"


def middle_ratio(measured: list[float], beside: list[float]) -> float:
    """The middle one of the ratios of all rounds."""
    return median(a / b for a, b in zip(measured, beside, strict=True))


def milliseconds(times: list[float]) -> str:
    return f"{median(times) * 1e3:.1f} ms"
