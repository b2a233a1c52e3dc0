"""QR codes: as lines for a stamp, and as SVG and PNG for a page. Error level M, quiet zone of four modules.

The mask is fixed: choosing the best one takes five times as long, and every reader reads any of them.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from functools import lru_cache
from itertools import groupby
from typing import Any, Final

LEVEL: Final = "m"
QUIET: Final = 4
_MASK: Final = 0


def svg(text: str, *, scale: float = 4) -> str:
    """An SVG picture of its own, black on white."""
    out = io.BytesIO()
    _code(text).save(out, kind="svg", scale=scale, border=QUIET, xmldecl=False, light="#fff")
    return out.getvalue().decode("utf-8")


@lru_cache(maxsize=1024)
def modules(text: str) -> tuple[tuple[bool, ...], ...]:
    """The dark modules, row by row from the top, without the quiet zone."""
    return tuple(tuple(bool(module) for module in row) for row in _code(text).matrix)


def runs(text: str) -> Iterator[tuple[int, int, int]]:
    """The dark runs: (row from the top, first column, length)."""
    for y, row in enumerate(modules(text)):
        x = 0
        for dark, same in groupby(row):
            length = len(list(same))
            if dark:
                yield y, x, length
            x += length


def _code(text: str) -> Any:
    import segno

    return segno.make(text, error=LEVEL, micro=False, boost_error=False, mask=_MASK)
