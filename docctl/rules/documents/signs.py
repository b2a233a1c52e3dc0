"""What a line of a text begins with: marks of items, fences, quotations, bars of tables.

Knows one line at a time; what they make together is `structure`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from docctl.rules.documents.spans import without_code

AS_TEXT: Final = "\t"
"""Before a line that goes on with a paragraph without its indent or sign: so it begins nothing."""

_NEW_PAGE: Final = re.compile(
    r"\\(?:newpage|pagebreak)"
    r"|<(?P<tag>div|p|span)\s[^<>]{0,200}?(?:page-?break|break-(?:after|before)\s*:\s*page)[^<>]{0,200}>"
    r"(?:&nbsp;|\s){0,20}</(?P=tag)>|<br\s[^<>]{0,200}?page-break[^<>]{0,200}>",
    re.IGNORECASE,
)

RULE: Final = r"^ {0,3}(?:(?:\* *){3,}|(?:- *){3,}|(?:_ *){3,})$"
"""A line that is a rule across the page."""


@dataclass(frozen=True)
class Marker:
    """The mark of an item. `width`: how far its text is indented; `number` is None where it has none."""

    sign: str
    number: int | None
    width: int
    text: str

    @property
    def interrupts(self) -> bool:
        """Whether it begins a list right below a sentence, which `2019.` at the begin of a line does not."""
        return bool(self.text.strip(" ")) and self.number in {None, 1}


@dataclass(frozen=True)
class Opening:
    """The line that opens a block of code, or a notice of colons: its sign, and what is said behind it."""

    sign: str
    said: str
    indent: int = 0


def marker(line: str) -> Marker | None:
    """The mark that a line begins with, if it can be one of an item."""
    found = _MARKER.match(line)
    if found is None or _RULE.fullmatch(line):
        return None
    behind = line[found.end() :]
    text = behind.lstrip(" ")
    blanks = len(behind) - len(text)
    # Five blanks and more: the first belongs to the mark, the others make the item begin with code.
    width = found.end() + (blanks if text and blanks < 5 else 1)
    number = int(found["number"]) if found["number"] else None
    return Marker(found["sign"] or found["end"], number, width, line[width:])


def resembles_item(line: str) -> bool:
    """Whether a line looks like an item, wherever it stands."""
    return _LIKE_ITEM.match(line) is not None


def is_misplaced(line: str) -> bool:
    """Whether a line of a paragraph looks like an item, a heading, a row or a note, and is none there."""
    further = line.startswith(AS_TEXT) or indent(line) >= 4
    if not further and _RULE.fullmatch(line):
        return False
    return resembles_item(line) or (
        further and (line.strip()[:1] in {"#", "|"} or _DEFINES.match(line.strip()) is not None)
    )


def fence(line: str) -> Opening | None:
    """The fence that a line may open."""
    found = _FENCE.fullmatch(line)
    if found is None:
        return None
    return Opening(found[2] or found[4], (found[3] or found[5] or "").strip(), len(found[1]))


def colons(line: str) -> Opening | None:
    """The colons that open a notice (`::: tip`), or close one: then nothing is said behind them."""
    found = _COLONS.match(line)
    return Opening(found[1], line[found.end() :].strip(": ")) if found else None


def exclaimed(line: str) -> str | None:
    """What is said behind the `!!!` of a notice."""
    found = _EXCLAIMED.fullmatch(line)
    return found[1] if found else None


def quoted(line: str) -> str | None:
    """What stands behind the `>` of a quotation."""
    found = _QUOTE.match(line)
    return line[found.end() :] if found else None


def begins_page(line: str) -> bool:
    """Whether a line asks for a new page, if it is a paragraph of its own: as editors write it."""
    return _NEW_PAGE.fullmatch(line.strip()) is not None


def opens_comment(line: str) -> bool:
    """Whether a comment begins with this line, and not within it."""
    return _COMMENT.match(line) is not None


def asks_for_contents(line: str) -> bool:
    """Whether a line stands for the list of contents."""
    return _CONTENTS.fullmatch(line) is not None


def columns(line: str) -> int:
    """How many cells a line has, if it is one of a table; else 0."""
    if "|" not in line or line.startswith(AS_TEXT):
        return 0
    bare = without_code(line.replace(r"\\", "")).replace(r"\|", "").strip(" ")
    if "|" not in bare:
        return 0
    return bare.removeprefix("|").removesuffix("|").count("|") + 1


def delimited(line: str) -> int:
    """How many columns the line below the head of a table gives it; 0 for any other line."""
    return columns(line) if _DELIMITERS.fullmatch(line) else 0


def is_blank(line: str) -> bool:
    """Whether a line has nothing but blanks. One of full width is a sign, as for CommonMark."""
    return not line.strip(" ")


def indent(line: str) -> int:
    """With how many blanks a line begins."""
    return len(line) - len(line.lstrip(" "))


def is_hanging(line: str) -> bool:
    """Whether what is indented below this line belongs to it: a note, a definition."""
    return _HANGING.match(line) is not None


def begins(line: str) -> bool:
    """Whether a line would begin a block of its own, wherever it stands."""
    return (
        marker(line) is not None
        or fence(line) is not None
        or quoted(line) is not None
        or opens_comment(line)
        or exclaimed(line) is not None
        or colons(line) is not None
    )


def goes_on(line: str) -> bool:
    """Whether a paragraph may go on below this line and with it: it is not blank, no heading and no rule."""
    return not is_blank(line) and not _HEADING.match(line) and not _RULE.fullmatch(line)


def underlines(line: str) -> bool:
    """Whether a line makes a heading of the one above it."""
    return _UNDERLINE.fullmatch(line) is not None


def leaves_open(line: str, before: str) -> bool:
    """Whether the last line of a part leaves a paragraph open, under all the marks that it begins with."""
    if indent(line) >= 4 and is_blank(before):
        return False
    while (found := marker(line)) or quoted(line) is not None:
        line = found.text if found else quoted(line) or ""
    return goes_on(line) and fence(line) is None and colons(line) is None and not line.startswith("|")


def without_indent(lines: Sequence[str]) -> list[str]:
    """The lines of a paragraph as they are read: what is indented below a note or a definition stays so."""
    kept: list[str] = []
    hanging = False
    for line in lines:
        hanging |= is_hanging(line)
        bare = line.lstrip(" \t")
        further = line.startswith(AS_TEXT) or indent(line) >= 4
        kept.append(line if hanging else f"    {bare}" if further and bare[:1] in _ACTING else bare)
    return kept


_ACTING: Final = tuple("#=-_*:[")  # what would be a heading, a rule or a note if it stood further left
_MARKER: Final = re.compile(r" {0,3}(?:(?P<sign>[-+*])|(?P<number>\d{1,9})(?P<end>[.)]))(?= |$)")
# Blanks of full width and of web pages, which make no item.
_WIDE_BLANKS: Final = "\u00a0\u2000-\u200a\u202f\u3000"
_LIKE_ITEM: Final = re.compile(
    r"\t* *(?:(?:[+*]|\d{1,3}[.)])(?: +\S| *$)|- +\S|[-+][\u4e00-\u9fff]|\*[\u4e00-\u9fff](?!.*\*))"
    rf"|\s*[{_WIDE_BLANKS}]\s*(?:[-+*]|\d{{1,3}}[.)])\s+\S|\s*[-+*][{_WIDE_BLANKS}]"
)
_DEFINES: Final = re.compile(r"\*?\[[^\]]{1,100}\]:")
_RULE: Final = re.compile(RULE)
_UNDERLINE: Final = re.compile(r" {0,3}(?:=+|-+) *")
_HEADING: Final = re.compile(r" {0,3}#{1,6}(?: |$)")
_QUOTE: Final = re.compile(r" {0,3}> ?")
_FENCE: Final = re.compile(r"( {0,3})(?:(`{3,})([^`]*)|(~{3,})(.*))")
_COMMENT: Final = re.compile(r" {0,3}<!--")
_CONTENTS: Final = re.compile(r" {0,3}(?:\[toc\]|\[\[_?toc_?\]\]) *", re.IGNORECASE)
_COLONS: Final = re.compile(r" {0,3}(:{3,})")
_EXCLAIMED: Final = re.compile(r"(?:!!!|\?\?\?\+?) *([a-zA-Z][\w-]*(?: *\"[^\"]*\")?) *")
_DELIMITERS: Final = re.compile(r" {0,3}\|?(?: *:?-+:? *\|)* *(?::?-+:? *\|? *)?")
_HANGING: Final = re.compile(r" {0,3}(?:\[\^[^\]]+\]:|: {1,3}\S)")
