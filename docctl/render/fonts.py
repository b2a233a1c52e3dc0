"""The two typefaces of every print, from a package: so that no print depends on what a machine has.

Says which characters they have, and draws the few glyphs of a stamp as a font of its own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from html.parser import HTMLParser
from importlib.resources import files
from pathlib import Path
from threading import RLock
from typing import Any, Final
from xml.sax.saxutils import escape

from docctl.errors import Invalid
from docctl.errors.message import Bracketed, Message, Typed
from docctl.render import cff
from docctl.rules import languages

SANS: Final = "NotoSansSC-Regular.otf"
SERIF: Final = "NotoSerifSC-Regular.otf"
STAMP_FONT: Final = "DOCCTL+NotoSansSC-Regular"
_PACKAGE: Final = "pylopdf_fonts_zh_cn"
_MOST_TOLD: Final = 20
_AROUND: Final = 8
_UNITS: Final = 1000


def folder() -> Path:
    """Where the font files lie."""
    return Path(str(files(_PACKAGE)))


def configuration() -> str:
    """A fontconfig file that knows this folder and no other."""
    return (
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">'
        f"<fontconfig><dir>{escape(str(folder()))}</dir></fontconfig>"
    )


@cache
def characters() -> frozenset[int]:
    """The code points for which one of the two has a glyph."""
    with _READING:
        return frozenset(_cmap(SANS)) | frozenset(_cmap(SERIF))


def missing(text: str) -> list[str]:
    """The characters of `text` that cannot be printed, each once, in their order."""
    known = characters()
    return [c for c in dict.fromkeys(text) if ord(c) not in known and c not in _NOT_PRINTED]


def refuse_missing(html: str, source: str = "") -> None:
    """Raises Invalid naming each character that no font has, with its clause and, from `source`, its line."""
    reader = _Places()
    reader.feed(html)
    reader.close()
    found: dict[str, Message] = {}
    for clause, said in reader.pieces:
        for character in missing(said):
            place = f"U+{ord(character):04X}"
            found.setdefault(place, _sentence(character, clause, said, _line_of(character, source)))
    if found:
        raise Invalid(dict(list(found.items())[:_MOST_TOLD]))


def refuse_missing_in(text: str, where: str) -> None:
    """The same for a single value, such as the name of a holder."""
    found = missing(text)
    if found:
        told = [f"{c} (U+{ord(c):04X})" for c in found[:_MOST_TOLD]]
        raise Invalid(
            {
                where: Message(
                    "{text} cannot be printed: no font has {characters}; write it otherwise",
                    text=Typed(text),
                    characters=told,
                )
            }
        )


@dataclass(frozen=True)
class Subset:
    """A font with the glyphs of one text: `program` is bare CFF; glyph n is the n-th character, from 1."""

    program: bytes
    characters: str
    widths: tuple[int, ...]

    def encode(self, text: str) -> str:
        """The text as hexadecimal glyph numbers, two bytes each."""
        return "".join(f"{self.characters.index(c) + 1:04X}" for c in text)

    def width(self, text: str, size: float) -> float:
        """How wide the text is at this size."""
        return sum(self.widths[self.characters.index(c)] for c in text) * size / _UNITS


def subset(text: str) -> Subset:
    """A font of the sans typeface with just these characters; the same text gives the same bytes."""
    wanted = "".join(sorted(set(text)))
    with _READING:
        drawn = [_glyph(c) for c in wanted]
    made = cff.program(STAMP_FONT, [shape for shape, _ in drawn])
    return Subset(made, wanted, tuple(width for _, width in drawn))


# A font file is read piece by piece as its parts are asked for, which two threads must not do at once.
_READING: Final = RLock()
_NOT_PRINTED: Final = frozenset("\t\n\r")


class _Places(HTMLParser):
    """The text of a page in pieces, each with the clause under which it stands."""

    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[tuple[str, str]] = []
        self.clause, self.skipping = "", False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.skipping = tag == "style"
        name = dict(attrs).get("id") or ""
        match = _CLAUSE.fullmatch(name)
        if match:
            self.clause = match[1]
        elif "heading-" in name:
            self.clause = ""

    def handle_endtag(self, tag: str) -> None:
        self.skipping = False

    def handle_data(self, data: str) -> None:
        if not self.skipping:
            self.pieces.append((self.clause, data))


_CLAUSE = re.compile(rf"(?:(?:{'|'.join(languages.ALL)})-)?clause-(.+?)(?:--\d+)?")


def _sentence(character: str, clause: str, said: str, line: int) -> Message:
    place = said.index(character)
    near = " ".join(said[max(0, place - _AROUND) : place + _AROUND + 1].split())
    where = [Message("line {line}", line=line)] if line else []
    where += [Message("clause {clause}", clause=clause)] if clause else []
    return Message(
        "no font has {character}{where}, near “{near}”; write it otherwise, or make it a figure",
        character=character,
        where=Bracketed(tuple(where)),
        near=near,
    )


def _line_of(character: str, source: str) -> int:
    place = source.find(character)
    return source.count("\n", 0, place) + 1 if place >= 0 else 0


@cache
def _font(name: str) -> Any:
    from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

    return TTFont(folder() / name, lazy=True)


@cache
def _cmap(name: str) -> Mapping[int, str]:
    found: Mapping[int, str] = _font(name).getBestCmap()
    return found


@cache
def _glyph_set(name: str) -> Any:
    return _font(name).getGlyphSet()


@cache
def _glyph(character: str) -> tuple[bytes, int]:
    """The charstring of a character, and its width."""
    from fontTools.pens.t2CharStringPen import T2CharStringPen  # type: ignore[import-untyped]

    name = next((n for n in (SANS, SERIF) if ord(character) in _cmap(n)), None)
    if name is None:
        raise Invalid(
            {
                "stamp": Message(
                    "no font has {character} (U+{code:04X}); write it otherwise",
                    character=character,
                    code=ord(character),
                )
            }
        )
    glyph = _glyph_set(name)[_cmap(name)[ord(character)]]
    pen = T2CharStringPen(glyph.width, None)
    glyph.draw(pen)
    drawn = pen.getCharString()
    drawn.compile()
    return bytes(drawn.bytecode), int(glyph.width)
