"""Numbers of documents in running text become links: LX-CX-2019-001, and LX-CX-2019-001 A/0 to that edition.

Works on cleaned HTML; headings, code and what is a link already stay. Knows no site: the numbers are given.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from html import escape
from typing import Final
from urllib.parse import quote

from docctl.render.sanitiser import HEADINGS
from docctl.rules.documents.links import PINNED, SCHEME

_TAG: Final = re.compile(r'<(?P<ends>/?)(?P<name>[a-z][a-z0-9]*)(?:[^<>"]|"[^"]*")*>')
_LEFT: Final = frozenset({"a", "code", "pre", *HEADINGS})
_HEAD: Final = 2
_LABEL: Final = re.compile(
    r"[ \u3000]?([A-Z]{1,2}(?:/\d{1,4}|\d{1,4}\.\d{1,4}|\d{1,4}))(?![A-Za-z0-9/.-]|\.\d)"
)
_INSIDE: Final = re.compile(r"[A-Za-z0-9_]|[-/.#][A-Za-z0-9]")


class Numbers:
    """The numbers of issued documents, each with the name that links call it by, and the labels it has."""

    def __init__(self, names: Mapping[str, str], labels: Mapping[str, frozenset[str]]) -> None:
        self.names, self.labels = names, labels

    def linked(self, html: str, own: str = "") -> str:
        """HTML in which the numbers lead to their documents; the document's `own` number leads nowhere."""
        pieces: list[str] = []
        left, done = 0, 0
        for tag in _TAG.finditer(html):
            words = html[done : tag.start()]
            pieces += [words if left else self._led(words, own), tag[0]]
            if tag["name"] in _LEFT:
                left += -1 if tag["ends"] else 1
            done = tag.end()
        return "".join([*pieces, html[done:] if left else self._led(html[done:], own)])

    def _led(self, words: str, own: str) -> str:
        if self._heads is None or not words.strip():
            return words
        pieces: list[str] = []
        done = 0
        for begin, end, number, label in self._found(words):
            if number != own:
                pieces += [words[done:begin], self._link(words[begin:end], number, label)]
                done = end
        return "".join([*pieces, words[done:]])

    def _found(self, words: str) -> Iterator[tuple[int, int, str, str]]:
        """From where to where each number goes, with the label behind it if that is one of its own."""
        assert self._heads is not None
        past = 0
        for head in self._heads.finditer(words):
            begin = head.start()
            number = self._at(words, begin) if begin >= past else ""
            if not number:
                continue
            past = begin + len(number)
            label = _LABEL.match(words, past)
            if label and label[1] in self.labels[number]:
                past = label.end()
                yield begin, past, number, label[1]
            else:
                yield begin, past, number, ""

    def _at(self, words: str, begin: int) -> str:
        """The longest number that stands here, with nothing before or behind it that would belong to it."""
        if begin and re.match(r"[A-Za-z0-9_/.-]", words[begin - 1]):
            return ""
        for length in self._lengths:
            number = words[begin : begin + length]
            if number in self.names and not _INSIDE.match(words, begin + length):
                return number
        return ""

    def _link(self, words: str, number: str, label: str) -> str:
        pinned = f"{PINNED}{quote(label, safe='')}" if label else ""
        return f'<a href="{escape(f"{SCHEME}:{quote(self.names[number])}{pinned}")}">{words}</a>'

    @cached_property
    def _heads(self) -> re.Pattern[str] | None:
        heads = sorted({re.escape(number[:_HEAD]) for number in self.names})
        return re.compile("|".join(heads)) if heads else None

    @cached_property
    def _lengths(self) -> list[int]:
        return sorted({len(number) for number in self.names}, reverse=True)
