"""A record template as the blank form that is printed of it: pure, from the template and department names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from docctl.render.sheets import Field, Form, FormStep
from docctl.rules import languages, names
from docctl.rules.records.retention import Retention
from docctl.rules.records.stepwise import StepFacts
from docctl.rules.words import NOTHING, Own, Words
from docctl.standing.wording import formula
from docctl.store.template import Template

_REST: Final = Own(zh="其他", en="Other")


def form_of(template: Template, departments: Mapping[str, Words]) -> Form:
    """All fields of the template, in the order of its steps; those of no step come last."""
    steps = [_step(template, step, departments) for step in template.steps]
    named = {name for step in template.steps for name in step.fields}
    rest = [name for name in template.schema["properties"] if name not in named]
    if rest:
        steps.append(FormStep(_REST, (), "", tuple(_fields(template, rest))))
    kept = Retention.parse(template.retention)
    return Form(
        governed_by=template.governed_by,
        clauses=template.clauses,
        keeper=departments.get(template.keeper, Words.key(template.keeper)),
        years=kept.years,
        permanent=kept.permanent,
        steps=tuple(steps),
    )


def _step(template: Template, step: StepFacts, departments: Mapping[str, Words]) -> FormStep:
    who: tuple[Words, ...]
    if step.by:
        who = (names.heading(names.post(step.by, departments)),)
    else:
        who = tuple(names.post(role, departments) for role in step.roles)
    others = tuple(other.heading for other in template.steps if other.name in step.other_than)
    return FormStep(step.heading, who, step.clause, tuple(_fields(template, step.fields)), others)


def _fields(template: Template, names: Any) -> Iterator[Field]:
    required = set(template.schema.get("required", ()))
    for name in names:
        field = _field(name, template.schema["properties"][name], required=name in required)
        yield replace(field, formula=_formula(template, name))


def _formula(template: Template, name: str) -> Words:
    """What a computed field is worked out from; the figures are those of its procedure."""
    fields = template.schema["properties"]
    if "computed" not in fields[name]:
        return NOTHING
    return formula(fields[name]["computed"], fields, lambda each: titled(each, fields.get(each, {})), {})


def _field(name: str, schema: Mapping[str, Any], *, required: bool) -> Field:
    items = schema.get("items", {})
    kind = str(schema.get("format") or schema.get("type", "string"))
    rows = items if items.get("type") == "object" else schema
    columns = tuple(titled(key, part) for key, part in rows.get("properties", {}).items())
    return Field(
        title=titled(name, schema),
        kind=kind,
        required=required,
        choices=tuple(_choices(schema) or _choices(items)),
        columns=columns,
    )


def _choices(schema: Mapping[str, Any]) -> list[Words]:
    labels = schema.get("labels", {})
    return [labelled(str(value), labels.get(str(value), {})) for value in schema.get("enum", ())]


def labelled(value: str, label: Mapping[str, str]) -> Words:
    """What a choice is called."""
    return Words({languages.PRIMARY: value, **label})


def titled(name: str, schema: Mapping[str, Any]) -> Words:
    """What a field is called. Catalogues name fields in small letters; on paper it begins a line."""
    title = {languages.PRIMARY: name, **schema.get("title", {})}
    return Words({language: said[:1].upper() + said[1:] for language, said in title.items()})
