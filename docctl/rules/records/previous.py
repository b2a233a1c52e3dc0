"""Records that another record asks for before it: which, how far they must be, and what is taken over.

Knows values only. An earlier record is looked for by the form that made it; whether what it says is enough
is a condition on its own values.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final

from docctl.errors.message import Message, Named
from docctl.rules.documents.numbering import canonical, key
from docctl.rules.records.life import State

ONE, MANY = "one", "many"

REACHED: Final[Mapping[str, frozenset[State]]] = MappingProxyType(
    {
        "completed": frozenset({State.COMPLETED, State.VERIFIED, State.CLOSED}),
        "verified": frozenset({State.VERIFIED, State.CLOSED}),
        "closed": frozenset({State.CLOSED}),
    }
)
"""How far the earlier record must be, and the states in which it is. Any other word names a step of it."""


@dataclass(frozen=True)
class Previous:
    """A record of `template` that must be there first (PR-36, PR-37, PR-39, PR-46, PR-47).

    `state` is a word of REACHED or the name of a step that must be signed. `needs` must hold of its values.
    `serves`: whether one record of a form or many may rest on it. `take`: by own field the one taken over.
    """

    name: str
    template: str
    state: str = "closed"
    needs: str = ""
    serves: str = MANY
    clause: str = ""
    take: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def parse(cls, source: Mapping[str, Any]) -> Previous:
        """From a template's `{name, template, state, needs, serves, clause, take}`. Raises Invalid."""
        return cls(
            name=source["name"],
            template=canonical(source["template"]),
            state=source.get("state", "closed"),
            needs=source.get("needs", ""),
            serves=source.get("serves", MANY),
            clause=source.get("clause", ""),
            take=MappingProxyType(dict(source.get("take", {}))),
        )


@dataclass(frozen=True)
class EarlierFacts:
    """An earlier record as far as it matters here.

    `signed` are its steps that are signed, `meets`: what the later one needs holds of its values; `serving`:
    the number of a record that rests on it, if any.
    """

    number: str
    template: str
    state: State
    signed: frozenset[str]
    meets: bool
    serving: str = ""


def why_not(wanted: Previous, earlier: EarlierFacts, needs: Named | None = None) -> Message | None:
    """Why no record can rest on that one, in a sentence; None where it can. `needs` in words."""
    if key(earlier.template) != key(wanted.template):
        return Message(
            "{number} is a record of {is_of}; a record of {template} is asked for",
            number=earlier.number,
            is_of=earlier.template,
            template=wanted.template,
        )
    if earlier.state is State.VOID:
        return Message("{number} is void", number=earlier.number)
    if earlier.state is State.DESTROYED:
        return Message("{number} was destroyed", number=earlier.number)
    if not _has_reached(wanted.state, earlier):
        return _not_so_far(wanted.state, earlier)
    if not earlier.meets:
        return Message("{number} does not say {needs}", number=earlier.number, needs=needs or wanted.needs)
    if wanted.serves == ONE and earlier.serving:
        return Message(
            "{number} serves one record only, and {other} rests on it already",
            number=earlier.number,
            other=earlier.serving,
        )
    return None


def taken(wanted: Iterable[Previous]) -> dict[str, tuple[Previous, str]]:
    """By own field: from which earlier record and which field of it the value is taken over."""
    return {own: (each, its) for each in wanted for own, its in each.take.items()}


def contradictions(source: Mapping[str, Any]) -> Iterator[tuple[tuple[str | int, ...], Message]]:
    """What is wrong in a template's `previous`, by path. Its schema has been checked."""
    wanted = source.get("previous", ())
    names = [item["name"] for item in wanted]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        yield ("previous",), Message("{names}: two have this name", names=twice)
    fields: Mapping[str, Any] = source["schema"]["properties"]
    filled = {name for step in source["steps"] for name in step["fields"]}
    seen: set[str] = set()
    for n, item in enumerate(wanted):
        for own in item.get("take", ()):
            why = _not_taken(own, fields, filled, seen)
            if why is not None:
                yield ("previous", n, "take", own), why
            seen.add(own)


def _not_taken(
    own: str, fields: Mapping[str, Any], filled: Collection[str], seen: Collection[str]
) -> Message | None:
    if own not in fields:
        return Message("there is no field {names}", names=own)
    if fields[own].get("format") in ("signature", "file"):
        return Message("a signature or a file is not taken over")
    if own not in filled:
        return Message("no step fills {field}, so nobody would see what is taken over", field=own)
    return Message("is taken over from two records") if own in seen else None


def _has_reached(state: str, earlier: EarlierFacts) -> bool:
    return earlier.state in REACHED[state] if state in REACHED else state in earlier.signed


def _not_so_far(state: str, earlier: EarlierFacts) -> Message:
    if state in REACHED:
        return Message(
            "{number} is {status}; it must be {wanted} first",
            number=earlier.number,
            status=earlier.state,
            wanted=State(state),
        )
    return Message("step {step} of {number} is not signed yet", step=state, number=earlier.number)
