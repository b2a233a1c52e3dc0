"""References: dated ones stay at their edition, undated ones mean the latest (DC-79 to DC-82)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from docctl.errors import Invalid
from docctl.rules.documents.labels import parse_label
from docctl.rules.documents.numbering import Scheme, canonical

LONGEST_REFERENCE: Final = 300

_NUMBER: Final = re.compile(r"[A-Za-z][A-Za-z0-9/ .:()-]*", re.ASCII)
_IDENTICAL: Final = re.compile(r"\s+(?:idt|eqv|mod)\s+", re.IGNORECASE)
_YEAR: Final = re.compile(r"(?P<base>.+?)\s*[-:]\s*(?P<year>(?:19|20)\d\d)(?!\d)", re.ASCII)


@dataclass(frozen=True)
class Reference:
    """One line of `references`. `number` is empty where the text cites by title only.

    `edition` is the year of an outside standard, or the revision label of one of our own documents.
    """

    text: str
    number: str
    edition: str | None
    is_internal: bool

    @property
    def is_dated(self) -> bool:
        """Dated: pinned to that edition. Undated: means the current one."""
        return self.edition is not None


@dataclass(frozen=True)
class Hint:
    """A newer edition of a dated reference exists. Its use is to be considered; nothing changes by itself."""

    reference: Reference
    newer: str


def parse_reference(text: str, schemes: Iterable[Scheme]) -> Reference:
    """Read one reference. The year inside a number of our own (LX-SH-2019) is no date (DC-17).

    A title after the number, and `idt ISO …`, are left out of the number. Raises Invalid.
    """
    plain = " ".join(unicodedata.normalize("NFKC", text).replace("—", "-").replace("–", "-").split())
    if not plain or len(plain) > LONGEST_REFERENCE:
        raise Invalid("A reference has 1 to {most} characters.", most=LONGEST_REFERENCE)
    found = _NUMBER.match(plain)
    cited = _IDENTICAL.split(found[0])[0].strip() if found else ""
    # A word without a digit or slash is a title ("Quality manual"), not a number.
    if not re.search(r"[0-9/]", cited):
        return Reference(plain, "", None, is_internal=False)
    return _internal(plain, cited, tuple(schemes)) or _external(plain, cited)


def newer_editions(references: Iterable[Reference], known: Iterable[Reference]) -> list[Hint]:
    """For each dated reference to an outside document, the newest known edition if it is later (DC-81)."""
    latest: dict[str, Reference] = {}
    for other in known:
        if other.edition is None or other.is_internal:
            continue
        best = latest.setdefault(base(other), other)
        if (best.edition or "") < other.edition:
            latest[base(other)] = other
    hints = []
    for reference in references:
        newest = latest.get(base(reference)) if not reference.is_internal else None
        if newest is not None and (newest.edition or "") > (reference.edition or "9999"):
            hints.append(Hint(reference, f"{newest.number}-{newest.edition}"))
    return hints


def base(reference: Reference) -> str:
    """What two editions of an outside document have in common."""
    return reference.number.replace(" ", "").upper()


def _internal(plain: str, cited: str, schemes: tuple[Scheme, ...]) -> Reference | None:
    """Ours, if the cited number, or what is left of it without its last words, follows a scheme."""
    words = cited.split(" ")
    for count in range(len(words), 0, -1):
        number, rest = " ".join(words[:count]), " ".join(words[count:])
        if len(number) > 64 or not any(s.fits(canonical(number)) for s in schemes):
            continue
        try:
            edition = str(parse_label(rest)) if rest else None
        except Invalid:
            edition = None
        return Reference(plain, canonical(number), edition, is_internal=True)
    return None


def _external(plain: str, cited: str) -> Reference:
    found = _YEAR.match(cited)
    if found is None:
        return Reference(plain, cited.split(" (")[0].rstrip(" .:-"), None, is_internal=False)
    return Reference(plain, found["base"], found["year"], is_internal=False)
