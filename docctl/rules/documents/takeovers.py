"""Documents taken over from paper: in force since a day before the site began, approved on paper.

What the paper says stands in the head of the text, so that it is signed with it and shown wherever the
document is. It is what the office states of a paper: nobody whom it names has signed anything here. Two
people answer for it: who takes it over, and the head of its department, who compares it with the paper
(DC-83). Knows no row.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from docctl.errors.message import Message, Typed
from docctl.rules.documents.approval import Chain, Meaning, Step
from docctl.rules.documents.head import Head
from docctl.rules.roles import Role
from docctl.rules.words import Own

SINCE: Final = "taken_over"
APPROVER: Final = "approved_on_paper"
EARLIER: Final = "earlier_editions"
KEYS: Final = (SINCE, APPROVER, EARLIER)
"""What the head of a document taken over alone says."""

MARK: Final = Own(zh="接收自纸质", en="taken over from paper")
CHAIN: Final[Chain] = (
    Step(Meaning.TAKE_OVER, (Role.DOCUMENT_CONTROLLER.value,)),
    Step(Meaning.COMPARE, (Role.DEPARTMENT_HEAD.value,)),
)


@dataclass(frozen=True, kw_only=True)
class Edition:
    """An edition of before, which only paper has: what it was called, its first day and its last."""

    label: str
    first: date
    last: date

    def __str__(self) -> str:
        """As the head says it."""
        return f"{self.label} {self.first} {self.last}"


def is_chain(steps: Sequence[Mapping[str, Any]] | None) -> bool:
    """Whether what was signed by these steps was taken over from paper."""
    return bool(steps) and steps[0]["meaning"] == Meaning.TAKE_OVER.value  # type: ignore[index]


def since(head: Head) -> date | None:
    """From which day on it is in force, as the paper says; None where it was not taken over."""
    said = next(iter(head.get(SINCE, ())), None)
    return date.fromisoformat(said) if said else None


def approver(head: Head) -> str:
    """Who approved it, as the paper says."""
    return next(iter(head.get(APPROVER, ())), "")


def editions(head: Head) -> tuple[Edition, ...]:
    """Those of before, oldest first."""
    return tuple(one for said in head.get(EARLIER, ()) if (one := read_edition(said)) is not None)


def read_edition(text: str) -> Edition | None:
    """`第2版 2010-03-01 2015-02-28`: an edition, its first day, its last; None for anything else."""
    words = text.split()
    if len(words) < 3:
        return None
    try:
        first, last = (date.fromisoformat(word) for word in words[-2:])
    except ValueError:
        return None
    return Edition(label=" ".join(words[:-2]), first=first, last=last)


def governed(head: Head, day: date) -> Edition | None:
    """The edition of before that governed work on a day, as the paper says."""
    return next((one for one in editions(head) if one.first <= day <= one.last), None)


def check_since(day: date, began: date) -> dict[str, Message]:
    """What came into force once the site was there is issued here, and not taken over."""
    if day < began:
        return {}
    why = Message(
        "{day} is not before {began}, when this site began: register it, so that its chain signs it here",
        day=day,
        began=began,
    )
    return {"effective": why}


def check_editions(said: Iterable[str], effective: date | None) -> dict[str, Message]:
    """Each with its days, one after the other, the last of them over before this one begins."""
    found: list[Edition] = []
    for text in said:
        one = read_edition(text)
        if one is None or len(one.label) > _LONGEST:
            like = "第2版 2010-03-01 2015-02-28"
            why = Message(
                "write {text} as an edition, its first day, its last: {like}", text=Typed(text), like=like
            )
            return {"earlier": why}
        if one.last < one.first or (found and one.first <= found[-1].last):
            return {
                "earlier": Message("the days of {label} do not follow those before them", label=one.label)
            }
        found.append(one)
    if found and effective is not None and found[-1].last >= effective:
        why = Message(
            "{label} ends on {last}, at the latest it was in force until {until}",
            label=found[-1].label,
            last=found[-1].last,
            until=effective - timedelta(days=1),
        )
        return {"earlier": why}
    return {}


_LONGEST: Final = 40


def without(text: str) -> str:
    """The source of a document without what its head says of a paper."""
    before, front, body = text.split("---\n", 2) if text.startswith("---\n") else ("", "", text)
    kept = re.sub(rf"(?m)^(?:{'|'.join(KEYS)}):.*\n(?:[ ]+-.*\n)*", "", front)
    return f"---\n{kept}---\n{body}" if front else f"{before}{body}"


def foreign(head: Head) -> dict[str, Message]:
    """What the head of a text must not say that is signed here, by place in it."""
    why = Message(
        "is said of a document taken over from paper; this revision is approved here, so take the line out"
    )
    return dict.fromkeys((key for key in KEYS if head.get(key)), why)
