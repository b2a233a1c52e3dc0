"""Record templates as people write them: fields, steps, clocks, gates, and what they name within the file.

Whatever cannot be accepted is refused with all problems at once, each with its place and line.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from docctl.errors import Invalid
from docctl.errors.message import Message
from docctl.rules.documents import head
from docctl.rules.documents.head import Head
from docctl.rules.documents.numbering import canonical
from docctl.rules.records import contradictions, entries
from docctl.rules.records.clocks import Clock
from docctl.rules.records.computed import Computed, in_order
from docctl.rules.records.computed_faults import computed_faults
from docctl.rules.records.gates import Gate, Start
from docctl.rules.records.life import Verification
from docctl.rules.records.previous import Previous
from docctl.rules.records.recurring_faults import recurring_faults
from docctl.rules.records.stepwise import StepFacts, parse_steps
from docctl.rules.words import Words
from docctl.store import schema as json_schema
from docctl.store.expressions import compile_expression
from docctl.store.indicator_faults import indicator_faults
from docctl.store.problems import in_line, tried
from docctl.store.schema import place
from docctl.store.schema_sentences import Path
from docctl.store.source import Procedure, check_file
from docctl.store.tree import loaded, text_of


@dataclass(frozen=True, kw_only=True)
class Template:
    """`schema` has figures in their types; nobody has signed `steps`; the last three are as written.

    `computed` stand in the order in which they are worked out.
    """

    number: str
    title: Words
    level: str
    department: str
    head: Head
    governed_by: str
    clauses: tuple[str, ...]
    keeper: str
    retention: Mapping[str, Any]
    schema: Mapping[str, Any]
    steps: tuple[StepFacts, ...]
    verify: Verification
    clocks: tuple[Clock, ...]
    gates: tuple[Gate, ...]
    starts: tuple[Start, ...]
    previous: tuple[Previous, ...]
    indicators: tuple[Mapping[str, Any], ...]
    computed: tuple[Computed, ...]
    recurs: Mapping[str, Any] | None
    stands_for: Mapping[str, Any] | None
    raw: bytes


def meant_in(content: Procedure | Template) -> tuple[str, ...]:
    """Words that are printed as they stand, whatever they look like: those of its head, and numbers in it."""
    numbers = (*content.records, *content.references) if isinstance(content, Procedure) else ()
    return (*content.head.get("meant", ()), content.number, *numbers)


@lru_cache(maxsize=64)
def read_template(data: bytes) -> Template:
    """Read a record template. Raises Invalid with all problems.

    The same bytes are read once: on the way to its issue each step asks again what the file says.
    """
    tree, lines = loaded(text_of(data), 1)
    source = check_file("template", tree, lines)
    found: dict[str, Message] = {}
    tried(found, "schema.", lambda: json_schema.check_template_schema(source["schema"]))
    if not found:
        against = contradictions.template_contradictions(source)
        wrong = [*against, *_conditions(source), *recurring_faults(source), *indicator_faults(source)]
        wrong += computed_faults(source)
        found = {place(path): in_line(lines.get(path, 1), why) for path, why in wrong}
    template = tried(found, "", lambda: _template(source, data)) if not found else None
    if template is None:
        raise Invalid(found)
    return template


def _conditions(source: Mapping[str, Any]) -> Iterator[tuple[Path, Message]]:
    """Conditions that cannot be read, or that ask for fields that are not there."""
    kinds = entries.kinds(source["schema"]["properties"])
    # What an earlier record must say is a condition on its fields, which stand in another file.
    asked = (("gates", "needs", kinds), ("starts", "when", kinds), ("previous", "needs", None))
    for part, key, known in asked:
        for n, item in enumerate(source.get(part, ())):
            try:
                compile_expression(item.get(key, "true"), known)
            except Invalid as error:
                yield (part, n, key), error.said
    earlier: dict[str, str] = {}
    for n, step in enumerate(source["steps"]):
        try:
            if "when" in step:
                compile_expression(step["when"], earlier)
        except Invalid as error:
            yield (
                ("steps", n, "when"),
                Message("{why}; it may ask for what an earlier step fills", why=error.said),
            )
        earlier |= {name: kind for name, kind in kinds.items() if name.partition(".")[0] in step["fields"]}


def _template(source: Mapping[str, Any], raw: bytes) -> Template:
    steps = parse_steps(source["steps"])
    names = [step.name for step in steps]
    return Template(
        number=canonical(source["number"]),
        title=Words(source["title"]),
        level=source["level"],
        department=source["department"],
        head=head.read(source, of_form=True),
        governed_by=canonical(source["governed_by"]["document"]),
        clauses=tuple(source["governed_by"].get("clauses", ())),
        keeper=source["keeper"],
        retention={"from": "closed", **source["retention"]},
        schema=source["schema"],
        steps=steps,
        verify=Verification(source.get("verify", Verification.OTHER_PERSON)),
        clocks=tuple(Clock.parse(clock) for clock in source.get("clocks", ())),
        gates=tuple(Gate.parse(gate, names) for gate in source.get("gates", ())),
        starts=tuple(Start.parse(start) for start in source.get("starts", ())),
        previous=tuple(map(Previous.parse, source.get("previous", ()))),
        indicators=tuple(source.get("indicators", ())),
        computed=in_order(
            Computed.parse(name, field)
            for name, field in source["schema"]["properties"].items()
            if "computed" in field
        ),
        recurs=source.get("recurs"),
        stands_for=source.get("stands_for"),
        raw=raw,
    )
