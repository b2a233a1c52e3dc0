"""The outline of a rendered text: its headings with their clauses, and its sections for search.

It is read out of the cleaned HTML: what search finds is what the page shows. Knows no Markdown.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Final

from docctl.render.place import ALONE, Place
from docctl.render.sanitiser import BLOCKS, HEADINGS
from docctl.rules.search_words import CJK


@dataclass(frozen=True)
class Heading:
    """`clause` is empty where the heading has no number; `title` is without the number."""

    level: int
    clause: str
    title: str
    anchor: str


@dataclass(frozen=True)
class Section:
    """Text from one anchor to the next, a line a block; `title` is that of the nearest heading above."""

    clause: str
    title: str
    text: str


def read(html: str, place: Place = ALONE) -> tuple[tuple[Heading, ...], tuple[Section, ...]]:
    """The headings, for a list of contents, and the sections of a text that was put in this place.

    A heading has the level that it has in the text alone; below the last of the page they are all one level.
    """
    reader = _Reader(place)
    reader.feed(html)
    reader.close()
    return tuple(reader.contents), reader.sections()


def number_of(heading: Iterable[str]) -> str | None:
    """The number that a heading begins with."""
    match = _NUMBERED.match("".join(heading))
    return re.sub(r"\s+", "", match["clause"]) if match else None


def clause_at(anchor: str) -> str:
    """The clause of an anchor, whichever of its places it is; empty where it is none of a clause."""
    return re.sub(r"--\d+$", "", anchor[7:]) if anchor.startswith("clause-") else ""


_TENS: Final = "一二三四五六七八九十百零〇"
_NUMBERED = re.compile(
    rf"(?P<clause>\d{{1,3}}(?:\.\d{{1,3}})*(?=[.．、](?!\d)|\s|$)|\d{{1,3}}(?:\.\d{{1,3}})+(?=[{CJK}])"
    rf"|[A-Z](?:\.\d{{1,3}})+(?=\s|$)|[{_TENS}]+(?=、)|[（(][{_TENS}]+[)）]|第[{_TENS}\d]+[章节条]"
    r"|附录\s?[A-Z\d]|(?:Annex|Appendix)\s[A-Z\d])[.．、\s]*(?P<title>.*)",
    re.DOTALL,
)


class _Reader(HTMLParser):
    """Reads headings and sections out of the cleaned HTML: what search finds is what the page shows."""

    def __init__(self, place: Place) -> None:
        super().__init__()
        self.place = place
        self.contents: list[Heading] = []
        self.parts: list[tuple[str, str, list[str]]] = [("", "", [])]
        self.heading: tuple[int, str, list[str]] | None = None
        self.in_pre = self.in_mark = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        anchor, role = given.get("id") or "", given.get("class") or ""
        self.in_pre |= tag == "pre"
        self.in_mark |= tag == "a" and role in {"footnote-ref", "footnote-backref"}
        clause = clause_at(anchor.removeprefix(self.place.prefix))
        if tag in HEADINGS:
            self.heading = (int(tag[1]) - self.place.lower, anchor, [])
        if tag in HEADINGS or clause or role == "footnote":
            self.parts.append((clause, "" if role == "footnote" else self.parts[-1][1], []))
        self.separate(tag)

    def handle_endtag(self, tag: str) -> None:
        self.in_pre &= tag != "pre"
        self.in_mark &= tag != "a"
        if tag in HEADINGS and self.heading is not None:
            level, anchor, pieces = self.heading
            clause, _, words = self.parts[-1]
            title = _title("".join(pieces), clause)
            self.contents.append(Heading(level, clause, title, anchor))
            self.parts[-1] = (clause, title, words)
            self.heading = None
        self.separate(tag)

    def handle_data(self, data: str) -> None:
        if self.in_mark:
            return
        self.parts[-1][2].append(data if self.in_pre else data.replace("\n", " "))
        if self.heading is not None:
            self.heading[2].append(data)

    def separate(self, tag: str) -> None:
        if tag in BLOCKS:
            self.parts[-1][2].append("\n")

    def sections(self) -> tuple[Section, ...]:
        found = []
        for clause, title, pieces in self.parts:
            lines = (" ".join(line.split()) for line in "".join(pieces).split("\n"))
            text = "\n".join(line for line in lines if line)
            if text:
                found.append(Section(clause, title, text))
        return tuple(found)


def _title(shown: str, clause: str) -> str:
    text = " ".join(shown.split())
    match = _NUMBERED.match(text)
    if match and re.sub(r"\s+", "", match["clause"]) == clause:
        return match["title"]
    return text
