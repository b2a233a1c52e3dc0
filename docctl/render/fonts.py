"""What the typefaces of a print can say: refuses characters that none has, and makes the font of a stamp."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Final

from docctl.errors import Invalid
from docctl.errors.message import Bracketed, Message, Typed
from docctl.render import cff, typefaces
from docctl.rules import languages

STAMP_FONT: Final = "DOCCTL+NotoSansSC-Regular"
_MOST_TOLD: Final = 20
_AROUND: Final = 8
_UNITS: Final = 1000


def missing(text: str) -> list[str]:
    """The characters of `text` that cannot be printed, each once, in their order."""
    known = typefaces.characters()
    return [c for c in dict.fromkeys(text) if ord(c) not in known and c not in _NOT_PRINTED]


def as_codes(html: str) -> tuple[str, str]:
    """The page with codes in the place of the characters that no font has; and these codes, to be named."""
    codes = {character: f"U+{ord(character):04X}" for character in missing(html)}
    for character, code in codes.items():
        html = html.replace(character, f"〔{code}〕")
    return html, ", ".join(codes.values())


def refuse_missing(html: str, source: str = "") -> None:
    """Raises Invalid naming each character that no font has, with its clause and, from `source`, its line."""
    reader = _Places()
    reader.feed(html)
    reader.close()
    found: dict[str, Message] = {}
    for clause, said in reader.pieces:
        # What nobody sees is shown by its code point (SE-48), unless somebody wrote just that.
        for stand_in in _STAND_IN.finditer(said):
            if stand_in[0] not in source:
                found.setdefault(stand_in[1], _unseen(stand_in, clause, source))
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
    with typefaces.READING:
        drawn = [_glyph(c) for c in wanted]
    made = cff.program(STAMP_FONT, [shape for shape, _ in drawn])
    return Subset(made, wanted, tuple(width for _, width in drawn))


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


_STAND_IN = re.compile(r"⟦(U\+([0-9A-F]{4,6}))⟧")


def _unseen(stand_in: re.Match[str], clause: str, source: str) -> Message:
    line = _line_of(chr(int(stand_in[2], 16)), source)
    return Message(
        "the text holds {character}, which nobody can see{where}, near “{near}”; take it out",
        character=stand_in[1],
        where=_where(line, clause),
        near=" ".join(stand_in.string[max(0, stand_in.start() - _AROUND) : stand_in.start()].split()),
    )


def _sentence(character: str, clause: str, said: str, line: int) -> Message:
    place = said.index(character)
    return Message(
        "no font has {character}{where}, near “{near}”; write it otherwise, or make it a figure",
        character=character,
        where=_where(line, clause),
        near=" ".join(said[max(0, place - _AROUND) : place + _AROUND + 1].split()),
    )


def _where(line: int, clause: str) -> Bracketed:
    where = [Message("line {line}", line=line)] if line else []
    where += [Message("clause {clause}", clause=clause)] if clause else []
    return Bracketed(tuple(where))


def _line_of(character: str, source: str) -> int:
    place = source.find(character)
    return source.count("\n", 0, place) + 1 if place >= 0 else 0


def _glyph(character: str) -> tuple[bytes, int]:
    found = typefaces.glyph(character)
    if found is None:
        raise Invalid(
            {
                "stamp": Message(
                    "no font has {character} (U+{code:04X}); write it otherwise",
                    character=character,
                    code=ord(character),
                )
            }
        )
    return found
