"""What the parts of a record template say against each other. Its schema has been checked."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from docctl.errors.message import Message, either
from docctl.rules.records import previous
from docctl.rules.records.gates import GATED

MOMENTS: Final = frozenset({"date", "date-time"})
ENDS_OF_CLOCKS: Final = MOMENTS | {"signature"}


def template_contradictions(source: Mapping[str, Any]) -> Iterator[tuple[tuple[str | int, ...], Message]]:
    """What the parts of a template say against each other: path and sentence. Its schema has been checked."""
    fields: Mapping[str, Any] = source["schema"]["properties"]
    yield from _steps_against(source["steps"], fields, source["schema"].get("required", ()))
    yield from previous.contradictions(source)
    for n, clock in enumerate(source.get("clocks", ())):
        for end, formats in (("from", ENDS_OF_CLOCKS), ("to", ENDS_OF_CLOCKS), ("agreed", MOMENTS)):
            is_step = end != "agreed" and clock.get(end) in {step["name"] for step in source["steps"]}
            if end in clock and not is_step and fields.get(clock[end], {}).get("format") not in formats:
                yield (
                    ("clocks", n, end),
                    Message(
                        "{field} is no field of format {formats}",
                        field=clock[end],
                        formats=either(sorted(formats)),
                    ),
                )
        for word in ("excuse", "agreed_if"):
            if clock.get(word, next(iter(fields))) not in fields:
                yield ("clocks", n, word), Message("there is no field {names}", names=clock[word])
    yield from _lapsed([*source.get("clocks", ())])
    names_of_steps = [step["name"] for step in source["steps"]]
    for n, gate in enumerate(source.get("gates", ())):
        if gate["before"] not in (*GATED, *names_of_steps):
            yield (
                ("gates", n, "before"),
                Message("must be one of {choices}", choices=(*GATED, *names_of_steps)),
            )
    for part in ("steps", "clocks", "indicators"):
        names = [item["name"] for item in source.get(part, ())]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            yield (part,), Message("{names}: two have this name", names=twice)


def _lapsed(clocks: Sequence[Mapping[str, Any]]) -> Iterator[tuple[tuple[str | int, ...], Message]]:
    """Clocks that wait for another: for one that stands before them."""
    before: list[str] = []
    for n, clock in enumerate(clocks):
        if "lapsed" in clock and clock["lapsed"] not in before:
            yield ("clocks", n, "lapsed"), Message("{name} is no clock before this one", name=clock["lapsed"])
        before.append(clock["name"])


def _steps_against(
    steps: Iterable[Mapping[str, Any]], fields: Collection[str], required: Iterable[str]
) -> Iterator[tuple[tuple[str | int, ...], Message]]:
    filled: dict[str, str] = {}
    before: list[str] = []
    for n, step in enumerate(steps):
        others = step.get("other_than", ())
        unknown = [name for name in ([others] if isinstance(others, str) else others) if name not in before]
        if unknown:
            yield ("steps", n, "other_than"), Message("{names} is no step before this one", names=unknown)
        before.append(step["name"])
        if ("role" in step) == ("by" in step):
            yield ("steps", n), Message("needs either role, or by for somebody outside")
        lost = [name for name in step["fields"] if name not in fields]
        if lost:
            yield ("steps", n, "fields"), Message("there is no field {names}", names=lost)
        again = [
            Message("{field} (in {step})", field=name, step=filled[name])
            for name in step["fields"]
            if name in filled
        ]
        if again:
            yield ("steps", n, "fields"), Message("filled in an earlier step already: {fields}", fields=again)
        filled |= dict.fromkeys(step["fields"], step["name"])
    unfilled = [name for name in required if name not in filled]
    if unfilled:
        yield ("schema", "required"), Message("no step fills {fields}", fields=unfilled)
