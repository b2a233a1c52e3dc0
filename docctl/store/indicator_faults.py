"""What a template says of its indicators, and cannot mean. Its schema has been checked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from docctl.errors import Invalid
from docctl.errors.message import Message
from docctl.rules.records import entries
from docctl.rules.records.contradictions import MOMENTS
from docctl.rules.records.indicators import Indicator, Target, Value
from docctl.store.expressions import compile_expression
from docctl.store.schema_sentences import Path

_OF_FIGURES: Final = frozenset({Value.MEAN, Value.MAX, Value.MIN, Value.SUM})
_FIGURES: Final = frozenset({"integer", "number"})


def indicator_faults(source: Mapping[str, Any]) -> Iterator[tuple[Path, Message]]:
    """Path and sentence of each."""
    fields: Mapping[str, Mapping[str, Any]] = source["schema"]["properties"]
    clocks = {clock["name"] for clock in source.get("clocks", ())}
    for n, said in enumerate(source.get("indicators", ())):
        for key, why in _faults(said, fields, clocks):
            yield ("indicators", n, key), why


def _faults(
    said: Mapping[str, Any], fields: Mapping[str, Mapping[str, Any]], clocks: set[str]
) -> Iterator[tuple[str, Message]]:
    of = Indicator.parse(said)
    kinds = entries.kinds(fields)
    for key, condition in of.conditions.items():
        try:
            compile_expression(condition, kinds)
        except Invalid as error:
            yield key, error.said
    if of.clock and of.clock not in clocks:
        yield "of", Message("there is no clock {name}", name=of.clock)
    named = {"of": "" if of.clock or "of" in of.conditions else of.of, "group": of.group, "on": of.on}
    named |= {"over": "" if "over" in of.conditions else of.over}
    for key, field in named.items():
        if field and field not in fields:
            yield key, Message("there is no field {names}", names=field)
    if of.on in fields and fields[of.on].get("format") not in MOMENTS:
        yield "on", Message("{field} is no field of format {formats}", field=of.on, formats=sorted(MOMENTS))
    if of.value in _OF_FIGURES and fields.get(of.of, {}).get("type") not in _FIGURES:
        yield "of", Message("a {value} is worked out from a field of figures", value=of.value)
    if "target" in said and Target.parse(said["target"]) is None:
        yield "target", Message("write it like >= 0.95, <= 10 or >= 95 %")
