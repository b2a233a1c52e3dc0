"""What within the lines of a text is none of it: code between backticks, comments, words struck out.

Each goes once over what it reads, however many signs never close.
"""

from __future__ import annotations

import re
from collections import defaultdict, deque
from collections.abc import Iterator
from typing import Final

STRUCK: Final = r"(?<!~)(~~)(?![\s~])(.{1,300}?)(?<![\s~])~~(?!~)"
"""Words that are struck out."""

_TICKS: Final = re.compile(r"(?<!\\)`+")


def code_spans(text: str) -> Iterator[tuple[int, int]]:
    """From where to where each span of code goes, its backticks with it."""
    runs = [found.span() for found in _TICKS.finditer(text)]
    closing: dict[int, deque[int]] = defaultdict(deque)
    for begin, end in runs:
        closing[end - begin].append(begin)
    past = 0
    for begin, end in runs:
        ends = closing[end - begin]
        while ends and ends[0] <= begin:
            ends.popleft()
        if begin >= past and ends:
            past = ends[0] + end - begin
            yield begin, past


def without_code(line: str) -> str:
    """A line with blanks in the place of its code."""
    pieces, done = [], 0
    for begin, end in code_spans(line):
        pieces += [line[done:begin], " " * (end - begin)]
        done = end
    return "".join([*pieces, line[done:]])


def without_comments(text: str, *, keep: bool = False) -> str:
    """A text without its comments; one that does not close in its paragraph is none, nor is one in code.

    `keep`: the ends of lines in a comment stay, so that each line is where it was.
    """
    if "<!--" not in text:
        return text
    return "\n\n".join(_uncommented(paragraph, keep=keep) for paragraph in text.split("\n\n"))


def _uncommented(paragraph: str, *, keep: bool) -> str:
    code = deque(code_spans(paragraph))
    kept: list[str] = []
    done = at = 0
    while (begin := paragraph.find("<!--", at)) >= 0:
        while code and code[0][1] <= begin:
            code.popleft()
        if code and code[0][0] < begin:
            at = code[0][1]
            continue
        end = paragraph.find("-->", begin + 4)
        if end < 0:
            break
        done, before = end + 3, paragraph[done:begin]
        at = done
        if keep:
            before += "\n" * paragraph.count("\n", begin, end)
        kept.append(before if keep or paragraph[done : done + 1] not in {"", "\n"} else before.rstrip(" "))
    return "".join([*kept, paragraph[done:]])
