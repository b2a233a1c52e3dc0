"""Words of a text and of a question, so that any run of Chinese characters is found exactly.

Chinese is not cut into words: each run of characters becomes its overlapping pairs and, at its end, its
last character alone. A phrase of pairs then matches wherever the characters stand together, and nowhere
across punctuation; one character is the beginning of a pair or the end of a run (measurements 2e, 8).
Knows no index and no database.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

CJK: Final = (
    "\u3005\u3007\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff\U00020000-\U000323af"
)
"""For a class of a regular expression: what is written without blanks between words."""

LONGEST_WORD: Final = 40
"""A longer Latin word is known by its beginning; PostgreSQL refuses words over 2 KB."""
MOST_TERMS: Final = 16
LONGEST_TERM: Final = 64
"""Tokens of one term. What a question has beyond is not looked for."""


@dataclass(frozen=True)
class Term:
    """What must be found in one piece: tokens that follow each other.

    `prefix`: the last token may be the beginning of one.
    """

    tokens: tuple[str, ...]
    prefix: bool


def tokens(text: str) -> list[str]:
    """The tokens of `text` (in NFC) in their order: letters, digits and CJK characters only, lower case."""
    return [token for token, _ in _split(fold(text))]


def terms(query: str) -> tuple[Term, ...]:
    """What a question asks for: each of its parts between blanks is a term, and all must be found.

    The last word of a part is a beginning when the part has a letter ("LX-R-0", "retent"); a part of digits
    is whole ("24" is not 240). No letter and no digit at all: no terms.
    """
    found = (_term(part) for part in fold(query).split())
    return tuple(term for term in found if term is not None)[:MOST_TERMS]


def locate(text: str, term: Term) -> tuple[int, int] | None:
    """Where the term first stands in `text` (in NFC): start and end."""
    folded = fold(text)
    found = list(_split(folded))
    length = len(term.tokens)
    for first in range(len(found) - length + 1):
        here = [token for token, _ in found[first : first + length]]
        if here[:-1] == list(term.tokens[:-1]) and _is(here[-1], term):
            start, end = found[first][1], found[first + length - 1][1] + len(term.tokens[-1])
            # A character may fold into several ("㎜" into "mm"), so places are counted back.
            origin = [n for n, character in enumerate(text) for _ in fold(character)]
            return origin[start], origin[end - 1] + 1
    return None


def fold(text: str) -> str:
    """Wide and narrow, upper and lower case made one, character by character (never across them)."""
    return text.translate(_FOLDED)


class _Folded(dict[int, str]):
    def __missing__(self, code: int) -> str:
        self[code] = unicodedata.normalize("NFKC", chr(code)).lower()
        return self[code]


_FOLDED = _Folded()
_RUN = re.compile(f"(?P<cjk>[{CJK}]+)|[^\\W_{CJK}]+")
_CJK_ONLY = re.compile(f"[{CJK}]+")
_LETTER = re.compile(f"[^\\W\\d_{CJK}]")


def _split(folded: str) -> Iterator[tuple[str, int]]:
    """Each token with its place in the folded text."""
    for match in _RUN.finditer(folded):
        run, start = match[0], match.start()
        if match["cjk"] is None:
            yield run[:LONGEST_WORD], start
            continue
        for n in range(len(run)):
            # The last slice is one character long: the end of the run.
            yield run[n : n + 2], start + n


def _term(part: str) -> Term | None:
    found = list(_split(part))[:LONGEST_TERM]
    if not found:
        return None
    last, place = found[-1]
    is_cjk = _CJK_ONLY.fullmatch(last) is not None
    if is_cjk and len(last) == 1 and len(found) > 1 and len(found[-2][0]) == 2 and found[-2][1] == place - 1:
        # The end of a run of two or more: in the text the run may go on, so its end is not asked for.
        return Term(tuple(token for token, _ in found[:-1]), prefix=False)
    prefix = is_cjk or _LETTER.search(part) is not None
    return Term(tuple(token for token, _ in found), prefix)


def _is(token: str, term: Term) -> bool:
    return token.startswith(term.tokens[-1]) if term.prefix else token == term.tokens[-1]
