"""A font of a few glyphs as bare CFF, for a PDF to embed. Pure: the same glyphs give the same bytes.

Nothing but what a CIDFontType0C needs (Adobe Technical Note 5176): one name, one dictionary, the charstrings.
"""

from __future__ import annotations

from collections.abc import Sequence
from struct import pack
from typing import Final

NOTDEF: Final = bytes([28, *pack(">h", 1000), 14])
"""An empty glyph, 1000 units wide."""

BOX: Final = (-100, -300, 1100, 1000)
"""Within which all glyphs lie, with room to spare."""

_FIRST_OWN_NAME: Final = 391  # the strings before it are the standard's own
_BOX, _CHARSET, _CHARSTRINGS, _PRIVATE = 5, 15, 17, 18
_WIDTHS_FROM_ZERO: Final = bytes([139, 20, 139, 21])  # defaultWidthX 0, nominalWidthX 0


def program(name: str, charstrings: Sequence[bytes]) -> bytes:
    """A font whose glyph 0 is empty and whose glyph n is the n-th charstring, from 1.

    Each charstring begins with its width.
    """
    glyphs = [NOTDEF, *charstrings]
    head = bytes([1, 0, 4, 4]) + _index([name.encode("ascii")])
    strings = _index([b"g%d" % n for n in range(1, len(glyphs))]) + _index([])
    charset = pack(">BHH", 2, _FIRST_OWN_NAME, len(charstrings) - 1)
    # The dictionary's numbers all take five bytes, so its length is known before its numbers are.
    start = len(head) + len(_index([_top(0, 0, 0)])) + len(strings)
    shapes = _index(glyphs)
    top = _top(start, start + len(charset), start + len(charset) + len(shapes))
    return head + _index([top]) + strings + charset + shapes + _WIDTHS_FROM_ZERO


def _top(charset: int, charstrings: int, private: int) -> bytes:
    return (
        b"".join(map(_number, BOX))
        + bytes([_BOX])
        + _number(charset)
        + bytes([_CHARSET])
        + _number(charstrings)
        + bytes([_CHARSTRINGS])
        + _number(len(_WIDTHS_FROM_ZERO))
        + _number(private)
        + bytes([_PRIVATE])
    )


def _number(value: int) -> bytes:
    return pack(">Bi", 29, value)


def _index(items: Sequence[bytes]) -> bytes:
    if not items:
        return pack(">H", 0)
    offsets, at = [], 1
    for item in items:
        offsets.append(at)
        at += len(item)
    table = b"".join(pack(">I", offset) for offset in [*offsets, at])
    return pack(">HB", len(items), 4) + table + b"".join(items)
