"""Revision labels as companies write them: A, A/0, A版, A0, B1.0, also with 试行 (DC-35, DC-37, DC-38)."""

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


@dataclass(frozen=True, order=True)
class RevisionLabel:
    """A label in order: A < A/0 < A/1 < B/0. `A0` equals `A/0`; only the spelling differs.

    A trial issue comes before the same label without 试行. Make one with `parse_label`.
    """

    _rank: tuple[int, str, tuple[int, ...], bool] = field(repr=False)
    text: str = field(compare=False)

    @property
    def edition(self) -> str:
        """The letter alone, as some covers print it while the page headers print the whole (DC-38)."""
        return self._rank[1]

    @property
    def revision(self) -> tuple[int, ...]:
        """The numbers after the edition: (0,) for A/0, (1, 0) for B1.0, () for A."""
        return self._rank[2]

    @property
    def is_trial(self) -> bool:
        return not self._rank[3]

    def __str__(self) -> str:
        return self.text


_LIKE = Message("write it like A/0, A, A版, A0 or B1.0, with 试行 for a trial.")


def parse_label(text: str) -> RevisionLabel:
    """Read a label, keeping its style. Raises Invalid, also for `-`, which stands for `/` in file names."""
    typed = " ".join(unicodedata.normalize("NFKC", text).upper().split())
    found = _FORM.fullmatch(typed)
    if found is None:
        wrong = Message("{text} is not a revision label; {like}", text=Typed(text), like=_LIKE)
        if "-" in typed:
            wrong = Message("{text} may not contain -; {like}", text=Typed(text), like=_LIKE)
        raise Invalid({"revision": wrong})
    numbers = tuple(int(n) for n in (found["numbers"] or "").split(".") if n)
    edition = found["edition"]
    return RevisionLabel((len(edition), edition, numbers, found["trial"] is None), typed)


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
    """The first label of the next letter, in the same style: A/3 to B/0, B1.4 to C1.0, Z to AA."""
    head, tail = label.edition, label.text[len(label.edition) :].removesuffix("试行").rstrip()
    last = re.search(r"\d+(?=\D*$)", tail)
    if last is not None:
        tail = tail[: last.start()] + "0".zfill(len(last[0])) + tail[last.end() :]
    return parse_label(_letter_after(head) + tail)


def _letter_after(edition: str) -> str:
    if not edition.endswith("Z"):
        return edition[:-1] + chr(ord(edition[-1]) + 1)
    return "A" * 2 if edition == "Z" else _letter_after(edition[0]) + "A"
