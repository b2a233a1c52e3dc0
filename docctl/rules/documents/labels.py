"""Revision labels as companies write them: A, A/0, A版, B1.0, 第3版, Rev.B, and 试行 (DC-35, DC-37)."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from typing import Final

from docctl.errors import Invalid
from docctl.errors.message import Message, Typed

FIRST_LABEL: Final = "A/0"

_FORM: Final = re.compile(
    r"(?P<edition>[A-Z]{1,2})(?:/?(?P<numbers>\d{1,4}(?:\.\d{1,4}){0,3}))?版?(?P<trial> ?试行)?",
    re.ASCII,
)
_COUNT: Final = r"\d{1,4}|[一二三四五六七八九]?十?[一二三四五六七八九]|[一二三四五六七八九]?十"
_COUNTED: Final = re.compile(
    rf"第 ?(?P<edition>{_COUNT}) ?版(?: ?第 ?(?P<change>{_COUNT}) ?次(?:修改|修订|更改))?(?P<trial> ?试行)?",
    re.ASCII,
)
_REV: Final = re.compile(r"REV[. ]{0,2}(?=[A-Z0-9])(?P<rest>.+)", re.ASCII)
_NUMBERED: Final = re.compile(r"(?P<numbers>\d{1,4}(?:\.\d{1,4}){0,3})(?P<trial> ?试行)?", re.ASCII)


@dataclass(frozen=True, order=True)
class RevisionLabel:
    """A label in order: A < A/0 < A/1 < B/0. `A0` equals `A/0`; only the spelling differs.

    Counted editions come before lettered ones: 第3版 < 第4版 < A.
    A trial issue comes before the same label without 试行. Make one with `parse_label`.
    """

    _rank: tuple[int, str, tuple[int, ...], bool] = field(repr=False)
    text: str = field(compare=False)

    @property
    def edition(self) -> str:
        """The letter alone, as some covers print it while the page headers print the whole (DC-38).

        Of a counted edition all but the count of its changes: 第3版.
        """
        return self._rank[1] or re.sub(r"(?<=版) ?第.*| ?试行", "", self.text)

    @property
    def revision(self) -> tuple[int, ...]:
        """The numbers after the edition: (0,) for A/0, (1, 0) for B1.0, () for A."""
        return self._rank[2]

    @property
    def is_lettered(self) -> bool:
        """Whether its edition is a letter; else it is counted, as 第3版 and Rev.3."""
        return bool(self._rank[1])

    @property
    def is_trial(self) -> bool:
        return not self._rank[3]

    def __str__(self) -> str:
        return self.text


_LIKE = Message("write it like A/0, A, A版, A0 or B1.0, 第3版 or Rev.B, with 试行 for a trial.")


def parse_label(text: str) -> RevisionLabel:
    """Read a label, keeping its style. Raises Invalid, also for `-`, which stands for `/` in file names."""
    typed = " ".join(unicodedata.normalize("NFKC", text).upper().split())
    found = _lettered(typed) or _counted(typed)
    if found is None and (rev := _REV.fullmatch(typed)) is not None:
        found = _lettered(rev["rest"]) or _numbered(rev["rest"])
        typed = f"Rev{typed[3:]}"
    if found is None:
        wrong = Message("{text} is not a revision label; {like}", text=Typed(text), like=_LIKE)
        if "-" in typed:
            wrong = Message("{text} may not contain -; {like}", text=Typed(text), like=_LIKE)
        raise Invalid({"revision": wrong})
    edition, numbers, is_trial = found
    return RevisionLabel((len(edition), edition, numbers, not is_trial), typed)


_Read = tuple[str, tuple[int, ...], bool]
"""Letters, numbers, and whether it is a trial."""


def _lettered(typed: str) -> _Read | None:
    found = _FORM.fullmatch(typed)
    if found is None:
        return None
    numbers = tuple(int(n) for n in (found["numbers"] or "").split(".") if n)
    return found["edition"], numbers, found["trial"] is not None


def _counted(typed: str) -> _Read | None:
    found = _COUNTED.fullmatch(typed)
    if found is None:
        return None
    numbers = tuple(_count(each) for each in (found["edition"], found["change"]) if each)
    return "", numbers, found["trial"] is not None


def _numbered(typed: str) -> _Read | None:
    found = _NUMBERED.fullmatch(typed)
    if found is None:
        return None
    return "", tuple(map(int, found["numbers"].split("."))), found["trial"] is not None


def _count(text: str) -> int:
    """Up to ninety-nine in Chinese: 三, 十, 十二, 三十."""
    if text.isdigit():
        return int(text)
    tens, ten, ones = text.partition("十")
    digit = "零一二三四五六七八九".index
    return digit(text) if not ten else 10 * (digit(tens) if tens else 1) + (digit(ones) if ones else 0)


def next_label(label: RevisionLabel) -> RevisionLabel:
    """A proposal in the same style: A/0 to A/1, B1.0 to B1.1, A版 to B版.

    A trial is confirmed under its own label.
    """
    if label.is_trial:
        return parse_label(label.text.removesuffix("试行"))
    last = re.search(r"(\d+)(?=\D*$)", label.text)
    if last is None:
        return next_edition(label)
    # The width stays, for those who write A/01.
    following = f"{int(last[0]) + 1:0{len(last[0])}d}"
    return parse_label(label.text[: last.start()] + following + label.text[last.end() :])


def next_edition(label: RevisionLabel) -> RevisionLabel:
    """The first label of the next letter, in the same style: A/3 to B/0, Z to AA, 第3版 to 第4版."""
    if not label.is_lettered:
        following = label.revision[0] + 1
        return parse_label(f"第{following}版" if "版" in label.text else f"Rev.{following}")
    before = re.match(r"Rev[. ]*|", label.text)
    head, tail = label.edition, label.text.removesuffix("试行").rstrip()
    prefix = before[0] if before else ""
    tail = tail[len(prefix) + len(head) :]
    last = re.search(r"\d+(?=\D*$)", tail)
    if last is not None:
        tail = tail[: last.start()] + "0".zfill(len(last[0])) + tail[last.end() :]
    return parse_label(prefix + _letter_after(head) + tail)


def _letter_after(edition: str) -> str:
    if not edition.endswith("Z"):
        return edition[:-1] + chr(ord(edition[-1]) + 1)
    return "A" * 2 if edition == "Z" else _letter_after(edition[0]) + "A"
