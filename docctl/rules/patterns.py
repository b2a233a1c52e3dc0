"""Patterns that people write and that cannot hang: a part of regular expressions, counted before use (SE-25).

Knows no numbers and no fields. Why not a library of linear time: decision 18.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from docctl.errors import Invalid
from docctl.errors.message import Foreign, Message, Typed

LONGEST_PATTERN: Final = 200
LONGEST_MATCHED: Final = 256
"""No text longer than this is ever put before a pattern, so the worst case stays small (SE-25)."""
MOST_PATHS: Final = 100_000
MOST_REPEATS: Final = 256


def safe_pattern(pattern: str) -> re.Pattern[str]:
    r"""Compile a pattern from configuration or a template. Raises Invalid unless it surely ends soon (SE-25).

    The subset: literals, `.`, `\d \w \s` and their opposites, classes, `(…)`, `(?:…)`, `|`, `^`, `$`,
    and repetition. Refused are look-around, back-references and whatever could be tried in more
    than MOST_PATHS ways on LONGEST_MATCHED characters. `$` means the very end.
    """
    try:
        return _compiled(pattern)
    except (re.error, OverflowError) as error:
        raise Invalid(
            "The pattern {pattern} is not a regular expression: {why}.",
            pattern=Typed(pattern[:80]),
            why=Foreign(str(error)),
        ) from error


def matches(pattern: str, text: str) -> bool:
    """Whether a safe pattern is found in the text. A text over LONGEST_MATCHED characters never fits."""
    return len(text) <= LONGEST_MATCHED and safe_pattern(pattern).search(text) is not None


@lru_cache(maxsize=512)
def _compiled(pattern: str) -> re.Pattern[str]:
    if len(pattern) > LONGEST_PATTERN:
        raise Invalid(
            "The pattern {pattern}… is longer than {most} characters.",
            pattern=Typed(pattern[:40]),
            most=LONGEST_PATTERN,
        )
    reader = _Reader(pattern)
    paths = reader.alternatives()
    if not pattern.startswith("^") or reader.top_bar:
        paths *= LONGEST_MATCHED
    if paths > MOST_PATHS:
        raise Invalid(
            "The pattern {pattern} could take too long: repeat nothing that repeats already, begin "
            "with ^ and write {{1,20}} instead of +.",
            pattern=Typed(pattern),
        )
    return re.compile("".join(reader.out), re.ASCII)


class _Reader:
    """Reads a pattern once, counting in how many ways it could be tried on LONGEST_MATCHED characters."""

    _TOKEN: Final = re.compile(
        r"\[\^?\]?(?:\\.|(?!--|&&|~~|\|\|)[^\[\]\\])*\]"
        r"|\\[dDwWsS]|\\[^a-zA-Z0-9]|\(\?:|[()|^$]|[^\\\[\]{}*+?()|^$]",
        re.ASCII,
    )
    _REPEAT: Final = re.compile(r"[*+?]|\{(\d{1,3})(,(\d{1,3})?)?\}", re.ASCII)

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self.at = 0
        self.depth = 0
        self.out: list[str] = []
        self.top_bar = False

    def alternatives(self) -> int:
        """Up to the closing bracket or the end: the sum over the alternatives of their products."""
        total, product, empty = 0, 1, True
        while self.at < len(self.pattern):
            sign = self._sign()
            if sign == ")":
                break
            if sign == "|":
                self._refuse_empty(empty)
                self.top_bar |= self.depth == 0
                total, product, empty = total + product, 1, True
                continue
            product *= self._item(sign)
            empty = False
            if product > MOST_PATHS:
                break
        self._refuse_empty(empty)
        return total + product

    def _item(self, sign: str) -> int:
        if sign in "^$":
            # Repeating a group that may match nothing is work without progress.
            if self.depth:
                raise self._refusal(Message("has {sign} inside brackets", sign=sign))
            return 1
        inner = 1
        if sign in ("(", "(?:"):
            self.depth += 1
            if self.depth > 20:
                raise self._refusal(Message("has brackets nested too deep"))
            inner = self.alternatives()
            self.depth -= 1
        return self._repeated(inner)

    def _repeated(self, inner: int) -> int:
        found = self._REPEAT.match(self.pattern, self.at)
        if found is None:
            return inner
        self._take(found)
        sign, low, comma, high = found.group(), found[1], found[2], found[3]
        least = int(low) if low else int(sign == "+")
        most = 1 if sign == "?" else int(high or (low if low and not comma else LONGEST_MATCHED))
        if not least <= most <= MOST_REPEATS or most == 0:
            raise self._refusal(
                Message(
                    "repeats {sign}; between 1 and {most} times is possible", sign=sign, most=MOST_REPEATS
                )
            )
        # A thing that can be read in only one way offers as many ways as there are lengths.
        # Anything else multiplies with each repetition, which soon is too much.
        if inner == 1:
            return most - least + 1
        return int(min(sum(inner ** min(n, 20) for n in range(least, most + 1)), MOST_PATHS + 1))

    def _sign(self) -> str:
        found = self._TOKEN.match(self.pattern, self.at)
        if found is None:
            raise self._refusal(
                Message(
                    "holds {part}, which is not allowed there",
                    part=Typed(self.pattern[self.at : self.at + 3]),
                )
            )
        self._take(found)
        if found.group() == "$":
            self.out[-1] = r"\Z"
        return found.group()

    def _take(self, found: re.Match[str]) -> None:
        self.at = found.end()
        self.out.append(found.group())

    def _refuse_empty(self, empty: bool) -> None:
        if empty:
            raise self._refusal(Message("has an empty alternative"))

    def _refusal(self, why: Message) -> Invalid:
        return Invalid("The pattern {pattern} {why}.", pattern=Typed(self.pattern), why=why)
