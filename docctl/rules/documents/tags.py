"""Which tags of HTML are read in a text, and which stand in it as they are written.

A tag is read only with its end in the same paragraph; what it says beside its name does not count.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from docctl.rules.documents.spans import code_spans

READ: Final[Mapping[str, str]] = MappingProxyType(
    {
        **{name: name for name in ("sub", "sup", "u", "s", "em", "strong", "code")},
        "b": "strong",
        "i": "em",
        "ins": "u",  # <ins> and <del> are the marks of a redline
        "del": "s",
        "strike": "s",
        "kbd": "code",
    }
)
"""Each with what is made of it."""

BREAK: Final = r"<br */?>"


@dataclass(frozen=True)
class Tag:
    """A tag from `start` to `end`; `made` is what it becomes, empty where it is not read."""

    start: int
    end: int
    made: str


# What stands between angles right behind the brackets of a link is where it leads: ![…](<a b/c.png>).
_TAG: Final = re.compile(
    r"(?<!\\)(?<!\]\()<(?P<ends>/?)(?P<name>[a-zA-Z][a-zA-Z0-9-]*)(?P<more>(?:\s[^<>]*)?)(?P<void>/?)>"
)


def tags(paragraph: str) -> Iterator[Tag]:
    """The tags of a paragraph outside code, in their order; line breaks left out."""
    code = deque(code_spans(paragraph))
    found = [
        each
        for each in _TAG.finditer(paragraph)
        if not re.fullmatch(BREAK, each[0], re.IGNORECASE) and not _within(each.start(), code)
    ]
    pairs = _pairs(found)
    for n, each in enumerate(found):
        name = READ[each["name"].lower()] if n in pairs else ""
        yield Tag(each.start(), each.end(), f"<{each['ends']}{name}>" if name else "")


def _pairs(found: list[re.Match[str]]) -> set[int]:
    """Which of the tags are read: those that are known, begin and end, each within another."""
    open_: list[tuple[str, int]] = []
    pairs: set[int] = set()
    for n, each in enumerate(found):
        name = each["name"].lower()
        if name not in READ or each["void"]:
            continue
        if not each["ends"]:
            open_.append((name, n))
        elif open_ and open_[-1][0] == name:
            pairs |= {n, open_.pop()[1]}
    return pairs


def _within(place: int, spans: deque[tuple[int, int]]) -> bool:
    while spans and spans[0][1] <= place:
        spans.popleft()
    return bool(spans) and spans[0][0] <= place
