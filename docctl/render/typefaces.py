"""The typefaces of every print, all from packages: so that no print depends on what a machine has.

Two are the text: 宋体 and 黑体. The others are asked, in their order, for characters that these have not got.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.resources import files
from io import BytesIO
from pathlib import Path
from threading import RLock
from typing import Any, Final
from xml.sax.saxutils import escape


@dataclass(frozen=True)
class Typeface:
    """`place` is a file of the package, or a module of it whose `fontbuffer` is the font."""

    family: str
    package: str
    place: str

    @property
    def file(self) -> Path | None:
        """The file of the package, where it is one."""
        known = Path(str(files(self.package))) / self.place
        return known if known.suffix else None

    def data(self) -> bytes:
        """The font itself, of one that is a module."""
        return bytes(import_module(f"{self.package}.{self.place}").fontbuffer)


_SIMPLIFIED, _TRADITIONAL = "pylopdf_fonts_zh_cn", "pylopdf_fonts_zh_tw"
SANS: Final = Typeface("Noto Sans SC", _SIMPLIFIED, "NotoSansSC-Regular.otf")
SERIF: Final = Typeface("Noto Serif SC", _SIMPLIFIED, "NotoSerifSC-Regular.otf")
ALL: Final = (
    SANS,
    SERIF,
    Typeface("Noto Serif TC", _TRADITIONAL, "NotoSerifTC-Regular.otf"),
    Typeface("Noto Sans", "pymupdf_fonts", "NotoSans_Regular"),
    Typeface("Noto Sans Symbols2", "pymupdf_fonts", "NotoSansSymbols2_Regular"),
    Typeface("Noto Sans Symbols", "pymupdf_fonts", "NotoSansSymbols_Regular"),
    Typeface("Noto Sans Math", "pymupdf_fonts", "NotoSansMath_Regular"),
    Typeface("Noto Emoji", "manimgx_fonts", "NotoEmoji[wght].ttf"),
)


def lay_ready(folder: Path) -> str:
    """Puts the font files into `folder`; returns a fontconfig file that knows these and no other."""
    for n, face in enumerate(ALL):
        if face.file:
            (folder / f"{n}{face.file.suffix}").symlink_to(face.file)
        else:
            (folder / f"{n}.otf").write_bytes(face.data())
    return (
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">'
        f"<fontconfig><dir>{escape(str(folder))}</dir></fontconfig>"
    )


# A font file is read piece by piece as its parts are asked for, which two threads must not do at once.
READING: Final = RLock()


@cache
def characters() -> frozenset[int]:
    """The code points for which one of them has a glyph."""
    with READING:
        return frozenset().union(*map(_cmap, ALL))


@cache
def glyph(character: str) -> tuple[bytes, int] | None:
    """The charstring of a character, and its width, in thousandths of the size; None if no font has it."""
    from fontTools.pens.t2CharStringPen import T2CharStringPen  # type: ignore[import-untyped]
    from fontTools.pens.transformPen import TransformPen  # type: ignore[import-untyped]

    face = next((face for face in ALL if ord(character) in _cmap(face)), None)
    if face is None:
        return None
    scale = 1000 / _font(face)["head"].unitsPerEm
    drawn = _glyph_set(face)[_cmap(face)[ord(character)]]
    width = round(drawn.width * scale)
    pen = T2CharStringPen(width, None)
    drawn.draw(pen if scale == 1 else TransformPen(pen, (scale, 0, 0, scale, 0, 0)))
    made = pen.getCharString()
    made.compile()
    return bytes(made.bytecode), width


@cache
def _font(face: Typeface) -> Any:
    from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

    # One that is a file is opened there, and not held in memory.
    return TTFont(face.file or BytesIO(face.data()), lazy=True)


@cache
def _cmap(face: Typeface) -> Mapping[int, str]:
    found: Mapping[int, str] = _font(face).getBestCmap()
    return found


@cache
def _glyph_set(face: Typeface) -> Any:
    return _font(face).getGlyphSet()
