"""Bounds of a Markdown text: what is small to send may not take minutes or make an endless page.

Knows the text only, not how it is rendered.
"""

from __future__ import annotations

import re
from typing import Final

from docctl.errors import Invalid
from docctl.errors.message import Message, Place, line_of

LONGEST_TEXT: Final = 1_000_000
DEEPEST: Final = 30
"""Lists and quotations within each other. Python-Markdown would silently stop near the recursion limit."""
MOST_LINES: Final = 10_000
MOST_HEADINGS: Final = 2_000
MOST_NOTES: Final = 1_000
MOST_CELLS: Final = 50_000
MOST_DEFINITIONS: Final = 1_000
MOST_WORK: Final = 3_000_000
"""Steps in looking for the ends of brackets; three million take some three seconds."""


def refuse_what_explodes(text: str) -> None:
    """Raise Invalid for a text small enough to send but out of proportion in time or in the page it makes.

    Python-Markdown goes over its lines, headings, notes and brackets again and again. Just within these
    bounds the worst text found takes about four seconds, and a procedure of 100 KB a tenth of one.
    """
    size = len(text.encode("utf-8", "replace"))
    if size > LONGEST_TEXT:
        raise Invalid(
            "the text has {size:,} bytes, more than {most:,}; divide it into documents",
            size=size,
            most=LONGEST_TEXT,
        )
    lines = re.split(r"\r\n|\r|\n", text)
    problems = _too_deep(lines) | _too_many(text, lines)
    if problems:
        raise Invalid(problems)


def _too_deep(lines: list[str]) -> dict[str, Message]:
    said = Message("lists and quotations are more than {most} levels deep; use fewer levels", most=DEEPEST)
    return {line_of(n): said for n, line in enumerate(lines, 1) if _depth(line) > DEEPEST}


def _too_many(text: str, lines: list[str]) -> dict[str, Message]:
    counted = (
        (Message("lines"), len(lines), MOST_LINES, _DIVIDE),
        (Message("headings"), sum(map(_is_heading, lines)), MOST_HEADINGS, _DIVIDE),
        (Message("notes"), text.count("[^"), MOST_NOTES, Message("use fewer footnotes")),
        (Message("table cells"), _cells(lines), MOST_CELLS, Message("put large tables into an attachment")),
        (Message("definitions"), _growth(text, lines), LONGEST_TEXT, _FEWER_DEFINITIONS),
        (Message("brackets"), _bracket_work(text), MOST_WORK, _CLOSE_BRACKETS),
    )
    return {
        Place(str(place), place): Message("too many to make a page of; {advice}", advice=advice)
        for place, count, most, advice in counted
        if count > most
    }


_DIVIDE = Message("divide the text into documents")
_FEWER_DEFINITIONS = Message("use fewer abbreviations and link definitions")
_CLOSE_BRACKETS = Message("close each bracket, or write a backslash before it")

# None of these goes back over what it has read, so that the bounds cost no more than the text is long.
_MARKERS = re.compile(r"(?:(?:>|(?:[-*+:]|\d+\.)(?=[ \t]))[ \t]*)+")
_HEADING = re.compile(r"[ \t>]*(?:#|=+[ \t]*$|-+[ \t]*$)")
_RULE = re.compile(r"[ \t]*(?:[-*_][ \t]*){3,}")
_DEFINITION = re.compile(r"[ \t>]*(?:\*?\[(?P<key>[^\]^][^\]]*)\]):(?P<value>.*)")


def _depth(line: str) -> int:
    item = line.lstrip(" \t")
    match = _MARKERS.match(item)
    if match is None or _RULE.fullmatch(line):
        return 0
    indent = line[: len(line) - len(item)].expandtabs(4)
    return len(indent) // 4 + len(re.findall(r"[^\s\d.]|\d+\.", match[0]))


def _cells(lines: list[str]) -> int:
    """Cells of all tables: a short row is filled up to the columns of its table, so short text makes many."""
    cells = columns = 0
    for line in lines:
        if not line.strip():
            columns = 0
        elif {"|", "-"} <= set(line) <= set(" \t>|:-"):
            columns = max(columns, line.count("|") + 1)
        cells += columns
    return cells


def _growth(text: str, lines: list[str]) -> int:
    """Characters that definitions add to the page: each as often as its key stands in the text."""
    found = [match for match in map(_DEFINITION.fullmatch, lines) if match]
    if len(found) > MOST_DEFINITIONS:
        return LONGEST_TEXT + 1
    return sum(len(match["value"]) * text.count(match["key"]) for match in found)


def _is_heading(line: str) -> bool:
    return _HEADING.match(line) is not None


def _bracket_work(text: str) -> int:
    """Steps in looking for the end of each bracket: its pair, else the end of the paragraph.

    A round bracket is looked after only where it follows a square one: then it is a link.
    """
    work = 0
    opened: dict[str, list[int]] = {"[": [], "(": []}
    for match in re.finditer(r"[\[\]()]|\n[ \t]*\n|\Z", text):
        sign, place = match[0], match.start()
        if sign in opened:
            opened[sign].append(place)
        elif sign in _PAIR:
            stack = opened[_PAIR[sign]]
            work += _step(text, stack.pop(), place) if stack else 0
        else:
            work += sum(_step(text, start, place) for stack in opened.values() for start in stack)
            opened = {"[": [], "(": []}
    return work


_PAIR: Final = {"]": "[", ")": "("}


def _step(text: str, start: int, end: int) -> int:
    return end - start if text[start] == "[" or text[start - 1 : start] == "]" else 0
