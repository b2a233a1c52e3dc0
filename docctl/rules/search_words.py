"""Words of a text and of a question, so that any run of Chinese characters is found exactly.

Chinese is not cut into words: each run of characters becomes its overlapping pairs and, at its end, its
last character alone. A phrase of pairs then matches wherever the characters stand together, and nowhere
across punctuation; one character is the beginning of a pair or the end of a run (measurements 2e, 8).
What people write with or without a blank is the same: ISO 9001, ISO-9001 and ISO9001, 35 μL and 35μL,
GB/T and GBT, 12,000 and 12000, 第 十二 条 and 第十二条; with or without accents; in traditional or in
simplified characters. Knows no index and no database.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple

from docctl.rules.simplified import SIMPLIFIED

CJK: Final = (
    "\u3005\u3007\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff\U00020000-\U000323af"
)
"""For a class of a regular expression: what is written without blanks between words."""

RULES: Final = 4
"""The number of the rules below: an index that was made by others is made anew (`site upgrade`)."""
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
    return [token.text for token in _split(fold(text))]


def terms(query: str) -> tuple[Term, ...]:
    """What a question asks for: each of its parts between blanks is a term, and all must be found.

    The last word of a part is a beginning when the part has a letter ("LX-R-0", "retent"); a part of digits
    is whole ("24" is not 240). No letter and no digit at all: no terms.
    """
    found = (_term(part) for part in fold(query).split())
    return tuple(term for term in found if term is not None)[:MOST_TERMS]


def locate(text: str, term: Term) -> tuple[int, int] | None:
    """Where the term first stands in `text` (in NFC): start and end."""
    found = list(_split(fold(text)))
    length = len(term.tokens)
    for first in range(len(found) - length + 1):
        here = found[first : first + length]
        if all(map(_is_whole, here[:-1], term.tokens)) and _is(here[-1].text, term):
            # A character may fold into several ("㎜" into "mm"), so places are counted back.
            origin = [n for n, character in enumerate(text) for _ in fold(character)]
            return origin[here[0].start], origin[_end(here[-1], term) - 1] + 1
    return None


def fold(text: str) -> str:
    """Wide and narrow, upper and lower case, either writing, with and without accent made one, one by one."""
    return text.translate(_FOLDED)


class _Folded(dict[int, str]):
    def __missing__(self, code: int) -> str:
        plain = unicodedata.normalize("NFKC", chr(code)).lower()
        if _CJK_ONLY.fullmatch(plain):
            plain = SIMPLIFIED.get(plain, plain)
        else:
            plain = "".join(c for c in unicodedata.normalize("NFD", plain) if unicodedata.category(c) != "Mn")
        self[code] = plain
        return plain


class _Token(NamedTuple):
    """A token, and from where to where it stands in the folded text."""

    text: str
    start: int
    end: int


_FOLDED = _Folded()
_CJK_ONLY = re.compile(f"[{CJK}]+")
_LATIN: Final = f"[^\\W\\d_{CJK}]"
_LETTER = re.compile(_LATIN)
_RUN = re.compile(
    f"(?P<cjk>[{CJK}]+(?:[ ][{CJK}]+)*)"
    f"|(?P<joined>(?<!{_LATIN})[a-z]{{2}}/[tz](?!{_LATIN})|(?<!\\d)\\d{{1,3}}(?:,\\d{{3}})+(?!\\d))"
    f"|\\d+|{_LATIN}+"
)
_JOINTS = str.maketrans("", "", "/,")


def _split(folded: str) -> Iterator[_Token]:
    for match in _RUN.finditer(folded):
        run, start = match[0], match.start()
        if match["cjk"] is not None:
            yield from _pairs(run, start)
        else:
            plain = run if match["joined"] is None else run.translate(_JOINTS)
            yield _Token(plain[:LONGEST_WORD], start, match.end())


def _pairs(run: str, start: int) -> Iterator[_Token]:
    """Each two characters of a run that stand together, with or without a blank, and the last one."""
    places = [n for n, character in enumerate(run) if character != " "]
    for n, place in enumerate(places):
        last = places[min(n + 1, len(places) - 1)]
        yield _Token(run[place] + run[last] * (last != place), start + place, start + last + 1)


def _term(part: str) -> Term | None:
    found = list(_split(part))[:LONGEST_TERM]
    if not found:
        return None
    last = found[-1]
    is_cjk = _CJK_ONLY.fullmatch(last.text) is not None
    before = found[-2] if len(found) > 1 else None
    if is_cjk and len(last.text) == 1 and before is not None and before.end == last.end:
        # The end of a run of two or more: in the text the run may go on, so its end is not asked for.
        return Term(tuple(token.text for token in found[:-1]), prefix=False)
    prefix = is_cjk or _LETTER.search(part) is not None
    return Term(tuple(token.text for token in found), prefix)


def _is_whole(token: _Token, wanted: str) -> bool:
    return token.text == wanted


def _end(token: _Token, term: Term) -> int:
    """Where what was asked for ends in the token that it ends with."""
    asked = term.tokens[-1]
    return token.end if token.text == asked else token.start + len(asked)


def _is(token: str, term: Term) -> bool:
    return token.startswith(term.tokens[-1]) if term.prefix else token == term.tokens[-1]
