"""Document numbers: one spelling for each, schemes as data (DC-12 to DC-19).

Knows nothing of where numbers are kept: the schemes and the numbers already used are given.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Container, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from docctl.errors import Invalid
from docctl.errors.message import Level, Message
from docctl.rules.documents.labels import parse_label
from docctl.rules.patterns import LONGEST_MATCHED, safe_pattern
from docctl.rules.text import is_hidden

ANY_LEVEL: Final = "any"
LONGEST_NUMBER: Final = 64


@dataclass(frozen=True)
class Scheme:
    """A rule for the numbers of one level (`any`: of every level). Raises Invalid if it cannot be used.

    `revision`: how the revision is written behind the number, where it is: SQM-01-A0.
    """

    key: str
    level: str
    pattern: str
    example: str
    revision: str = ""

    def __post_init__(self) -> None:
        safe_pattern(self.pattern)
        if not self.fits(canonical(self.example)):
            raise Invalid(
                "Scheme {key}: its example {example} does not fit its own pattern.",
                key=self.key,
                example=self.example,
            )

    def fits(self, number: str) -> bool:
        """Whether a canonical number, from its first character to its last, follows the scheme.

        A pattern that fits a beginning only would let anything stand behind it.
        """
        return len(number) <= LONGEST_MATCHED and safe_pattern(self.pattern).fullmatch(number) is not None

    def written(self, number: str, label: str) -> str:
        """The number as it is printed for the revision `label`; the number alone where that is not in it."""
        if not (self.revision and self.fits(number)):
            return number
        read = parse_label(label)
        figures = ".".join(map(str, read.revision))
        return number + self.revision.format(edition=read.edition, revision=figures)

    def bare(self, number: str) -> str:
        """The number of the document, of a number that may be written with its revision."""
        head, edition, tail = self.revision.partition("{edition}")
        if not edition:
            return number
        joined = re.escape(tail.removesuffix("{revision}"))
        found = re.search(rf"{re.escape(head)}[A-Z]{{1,2}}{joined}[0-9]{{1,4}}$", number, re.ASCII)
        bare = number[: found.start()] if found else number
        return bare if self.fits(bare) else number

    def serves(self, level: str) -> bool:
        return self.level in (level, ANY_LEVEL)


@lru_cache(maxsize=2048)
def canonical(number: str) -> str:
    """The one spelling: NFKC, upper case, single blanks, none around `/` and `-` (DC-16)."""
    text = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", number).upper())
    hidden = next((c for c in text if is_hidden(c)), None)
    if hidden is not None:
        raise Invalid(
            {
                "number": Message(
                    "holds the invisible character U+{code:04X}; type it again.", code=ord(hidden)
                )
            }
        )
    text = re.sub(r" *([/-]) *", r"\1", re.sub(r"\s+", " ", text).strip())
    if not text:
        raise Invalid({"number": Message("is empty; give the document a number.")})
    if len(text) > LONGEST_NUMBER:
        raise Invalid({"number": Message("is longer than {most} characters.", most=LONGEST_NUMBER)})
    return text


def key(number: str) -> str:
    """What two spellings of one number have in common: the canonical number without blanks."""
    return canonical(number).replace(" ", "")


def fitting(schemes: Iterable[Scheme], number: str, level: str) -> tuple[Scheme, ...]:
    """The schemes of this level (or of any) that the number follows."""
    text = canonical(number)
    return tuple(s for s in schemes if s.serves(level) and s.fits(text))


def written(schemes: Iterable[Scheme], number: str, level: str, label: str) -> str:
    """The number as the scheme of its level prints it with this revision (DC-18)."""
    return next((s.written(number, label) for s in fitting(schemes, number, level)), number)


def check(number: str, level: str, schemes: Collection[Scheme], used: Container[str]) -> None:
    """Refuse a number whose key is among the `used` ones, or that follows no scheme of its level (DC-12)."""
    text = canonical(number)
    _refuse_lookalikes(text)
    if key(text) in used:
        raise Invalid(
            {"number": Message("{text} is already used, and a number is never used twice.", text=text)}
        )
    if fitting(schemes, text, level):
        return
    _refuse_revisions(text, [s for s in schemes if s.serves(level)])
    offers = [f"{s.example} ({s.key})" for s in schemes if s.serves(level)]
    if not offers:
        raise Invalid(
            {
                "number": Message(
                    "no number scheme is configured for the level {level}; add one to the site.",
                    level=Level(level),
                )
            }
        )
    raise Invalid(
        {
            "number": Message(
                "{text} is not a number for the level {level}; use one like {offers}.",
                text=text,
                level=Level(level),
                offers=offers,
            )
        }
    )


def _refuse_revisions(text: str, schemes: Iterable[Scheme]) -> None:
    """One document would be two in every list (DC-18)."""
    for scheme in schemes:
        if (bare := scheme.bare(text)) != text:
            raise Invalid(
                {
                    "number": Message(
                        "{text} holds a revision; the number of the document is {number}, and its revision "
                        "is told beside it.",
                        text=text,
                        number=bare,
                    )
                }
            )


def _refuse_lookalikes(text: str) -> None:
    """Two numbers that look the same are the same to whoever reads them; `#` begins the number of a copy."""
    for character in text:
        if character == "#":
            raise Invalid(
                {"number": Message("holds #, which belongs to the numbers of copies; leave it out.")}
            )
        if character.isalpha() and not character.isascii() and not _is_han(character):
            raise Invalid(
                {
                    "number": Message(
                        "holds {character}, which looks like another letter; use Latin letters, figures and "
                        "Chinese characters.",
                        character=character,
                    )
                }
            )


def _is_han(character: str) -> bool:
    return unicodedata.name(character, "").startswith("CJK")


def next_number(scheme: Scheme, used: Iterable[str]) -> str | None:
    """A proposal: one more than the highest running number used. None where the scheme has none left or none.

    The running number is the last run of two or more digits of the example that is not a year
    and may change. What stands around it is taken from the highest number used.
    """
    model = canonical(scheme.example)
    runs = list(re.finditer(r"\d+", model))
    place = next((i for i in range(1, len(runs) + 1) if _may_run(scheme, model, runs[-i])), None)
    if place is None:
        return None
    highest, base = 0, model
    for number in sorted({canonical(n) for n in used}):
        found = re.findall(r"\d+", number)
        if scheme.fits(number) and len(found) >= place and int(found[-place]) >= highest:
            highest, base = int(found[-place]), number
    run = list(re.finditer(r"\d+", base))[-place]
    proposal = _with_run(base, run, highest + 1)
    return proposal if scheme.fits(proposal) else None


def _may_run(scheme: Scheme, model: str, run: re.Match[str]) -> bool:
    digits = run.group()
    is_year = len(digits) == 4 and digits[:2] in ("19", "20")
    other = 2 if int(digits) == 1 else 1
    return len(digits) > 1 and not is_year and scheme.fits(_with_run(model, run, other))


def _with_run(number: str, run: re.Match[str], value: int) -> str:
    return f"{number[: run.start()]}{value:0{len(run.group())}d}{number[run.end() :]}"
