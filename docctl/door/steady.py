"""A clock that nobody sets, beside the one that shows the time: a jump is noticed before it is signed.

It counts from the start of the machine, sleep included. Of a clock that is no machine's nothing is kept.
"""

from __future__ import annotations

import time
from datetime import datetime, timedelta

from docctl.door.site import Site, system_clock


def keep(site: Site, at: datetime) -> datetime:
    """Remember both clocks at an act that was believed; `at` again."""
    if site.clock is system_clock:
        site.memory.keep("clocks", None, (at, _count()))
    return at


def jump(site: Site, now: datetime) -> timedelta:
    """How much further the clock has gone than time did since this process last acted; zero before."""
    if site.clock is not system_clock:
        return timedelta(0)
    kept: tuple[datetime, float] | None = site.memory.recall("clocks", None, lambda: (now, _count()))
    assert kept is not None
    then, count = kept
    return (now - then) - timedelta(seconds=_count() - count)


def _count() -> float:
    return time.clock_gettime(time.CLOCK_BOOTTIME)
