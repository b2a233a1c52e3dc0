"""Bounds of a Markdown text: what is small to send may not take minutes or make an endless page.

Knows the text only, not how it is rendered.
"""

from __future__ import annotations

import re
from typing import Final

from docctl.errors import Invalid

LONGEST_TEXT: Final = 1_000_000
DEEPEST: Final = 30
"""Lists and quotations within each other. Python-Markdown would silently stop near the recursion limit."""
MOST_CELLS: Final = 50_000
MOST_DEFINITIONS: Final = 1000
MOST_WORK: Final = 10_000_000
"""Steps in looking for the ends of brackets; ten million take some four seconds."""


def refuse_what_explodes(text: str) -> None:
    """Raise Invalid for a text small enough to send but out of proportion in time or in the page it makes."""
    if len(text.encode("utf-8", "replace")) > LONGEST_TEXT:
        raise Invalid(
            f"the text is larger than {LONGEST_TEXT // 1_000_000} MB; divide it into several documents"
        )
    problems = {}
    lines = re.split(r"\r\n|\r|\n", text)
    for n, line in enumerate(lines, 1):
        if _depth(line) > DEEPEST:
            problems[f"line {n}"] = (
                f"lists and quotations are more than {DEEPEST} levels deep; use fewer levels"
            )
    if _cells(lines) > MOST_CELLS:
        problems["tables"] = f"have more than {MOST_CELLS} cells; put large tables into an attachment"
    if _growth(text, lines) > LONGEST_TEXT:
        problems["definitions"] = (
            "abbreviations and link definitions make the page too large; use fewer of them"
        )
    if _bracket_work(text) > MOST_WORK:
        problems["brackets"] = (
            "too many square brackets stay open; close them, or write a backslash before each"
        )
    if problems:
        raise Invalid(problems)


# None of these goes back over what it has read, so that the bounds cost no more than the text is long.
_MARKERS = re.compile(r"(?:(?:>|(?:[-*+:]|\d+\.)(?=[ \t]))[ \t]*)+")
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


def _bracket_work(text: str) -> int:
    """Steps in looking for the end of each square bracket: its pair, else the end of the paragraph."""
    work, opened = 0, list[int]()
    for match in re.finditer(r"[\[\]]|\n[ \t]*\n|\Z", text):
        if match[0] == "[":
            opened.append(match.start())
        elif match[0] == "]":
            work += match.start() - opened.pop() if opened else 0
        else:
            work += sum(match.start() - start for start in opened)
            opened.clear()
    return work
