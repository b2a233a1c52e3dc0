"""Documents from outside: whose they are, and how what a text cites agrees with what is under control here.

They are documents of the level `external`, and are issued, handed out and recalled like others (DC-01). What
they are called outside, and in which edition, their head says. Knows no row.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from docctl.errors import Invalid
from docctl.errors.message import Message
from docctl.rules.documents.head import Head
from docctl.rules.documents.references import Reference, base, parse_reference
from docctl.rules.documents.remarks import Fault, Remark

LEVEL: Final = "external"
_DEMANDED: Final = ("standard", "publisher")
ONLY_THERE: Final = (
    *_DEMANDED,
    "received",
    "valid_until",
    "proposed_by",
    "managed_by",
    "drafted_by",
    "normative_annexes",
    "informative_annexes",
)
"""What the head of a document from outside alone says."""


@dataclass(frozen=True, kw_only=True)
class Outside:
    """A document from outside that is under control: its key here, and the edition that is in force.

    `labels`: under which revision each edition was issued here.
    """

    key: str
    reference: Reference
    labels: Mapping[str, str] = field(default_factory=dict)

    @property
    def said(self) -> str:
        """What it is called outside."""
        edition = f"-{self.reference.edition}" if self.reference.edition else ""
        return f"{self.reference.number}{edition}"


def standard(head: Head) -> Reference | None:
    """What the document is called outside, with its edition; None where its head does not say it."""
    said = next(iter(head.get("standard", ())), "")
    try:
        return parse_reference(said, ())
    except Invalid:
        return None


def by_base(found: Iterable[Outside]) -> Mapping[str, Outside]:
    """By what all its editions have in common; of two editions under control the newer is meant."""
    known: dict[str, Outside] = {}
    for one in found:
        best = known.setdefault(base(one.reference), one)
        if (best.reference.edition or "") < (one.reference.edition or ""):
            known[base(one.reference)] = one
    return known


def of_edition(cited: Reference, held: Outside, text: str) -> Iterator[Remark]:
    """Whether a dated reference agrees with the edition that is held (DC-79, DC-81)."""
    edition, here = cited.edition, held.reference.edition
    if edition is None or here is None or edition == here:
        return
    fault = Fault.NEWER if edition < here else Fault.HELD_OLDER
    yield Remark(fault=fault, number=f"{cited.number}-{edition}", newer=held.said, about=text)


def problems(head: Head, *, level: str) -> dict[str, Message]:
    """What a document from outside must say of itself and no other may, by place in the head (DC-86)."""
    if level != LEVEL:
        said = [key for key in ONLY_THERE if head.get(key)]
        why = Message("only documents of the level external have it; take it out, or register it as one")
        return dict.fromkeys(said, why)
    found = {
        key: Message("say it: a document from outside is known by its own number and publisher")
        for key in _DEMANDED
        if not head.get(key)
    }
    reference = standard(head)
    if not found and (reference is None or not reference.number):
        found["standard"] = Message("begin with the number outside, with its year, as in GB/T 19001-2016")
    return found
