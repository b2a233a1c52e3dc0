"""What a template says of what falls due, and cannot mean. Its schema has been checked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from docctl.errors import Invalid
from docctl.errors.message import Message
from docctl.rules.documents.numbering import canonical
from docctl.rules.records.contradictions import MOMENTS

Found = Iterator[tuple[tuple[str | int, ...], Message]]


def recurring_faults(source: Mapping[str, Any]) -> Found:
    """Path and sentence of each."""
    if "recurs" in source:
        yield from _recurs(source["recurs"])
    if "stands_for" in source:
        yield from _stands_for(source["stands_for"], source["schema"]["properties"])


def _recurs(of: Mapping[str, Any]) -> Found:
    if ("every" in of) == ("phases" in of):
        yield ("recurs",), Message("needs either every, or phases with their limits")
    if "phases" in of and "for" not in of:
        yield ("recurs", "phases"), Message("count from a day of what they are for; name its form under for")
    for word in ("by", "times", "apart"):
        if word in of and "phases" in of:
            yield ("recurs", word), Message("is said of every, not of phases")
    if "for" in of:
        try:
            canonical(of["for"])
        except Invalid as error:
            yield ("recurs", "for"), error.said
    if "apart" in of and of.get("times", 1) == 1:
        yield ("recurs", "apart"), Message("lies between several of a period; say how many under times")


def _stands_for(of: Mapping[str, Any], fields: Mapping[str, Mapping[str, Any]]) -> Found:
    for word in ("called", "also"):
        lost = [name for name in of.get(word, ()) if name not in fields]
        if lost:
            yield ("stands_for", word), Message("there is no field {names}", names=lost)
    for word in ("from", "until"):
        if word in of and fields.get(of[word], {}).get("format") not in MOMENTS:
            yield (
                ("stands_for", word),
                Message("{field} is no field of format {formats}", field=of[word], formats=sorted(MOMENTS)),
            )
