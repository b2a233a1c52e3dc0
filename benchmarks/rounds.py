"""How long something takes, measured beside what it is compared with.

Rounds alternate between the two, so that a machine that is busy for a while is busy for both.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Sequence
from statistics import median
from typing import ParamSpec

P = ParamSpec("P")


def seconds(work: Callable[P, object], *args: P.args, **kwargs: P.kwargs) -> float:
    """How long `work` takes once."""
    start = time.perf_counter()
    work(*args, **kwargs)
    return time.perf_counter() - start


def side_by_side(*works: Callable[[], object], rounds: int) -> list[list[float]]:
    """The times of each work in seconds, one of every work in each round, in turns first."""
    times: list[list[float]] = [[] for _ in works]
    for n in range(rounds):
        gc.collect()  # what earlier work left is not counted in
        for i in range(len(works)):
            k = (i + n) % len(works)
            times[k].append(seconds(works[k]))
    return times


def ratio(measured: Sequence[float], baseline: Sequence[float]) -> float:
    """The middle one of the ratios of all rounds."""
    return median(a / b for a, b in zip(measured, baseline, strict=True))
