"""What the errors of the JSON Schema library mean to people, each at the place that has to be mended."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final

from docctl.errors.message import Joined, Message, Named, either

Path = tuple[str | int, ...]

NOUNS: Final = {
    "integer": Message("a whole number"),
    "number": Message("a number"),
    "boolean": Message("true or false"),
    "string": Message("text"),
    "array": Message("a list"),
    "object": Message("a group of named values"),
    "null": Message("empty"),
}


def told_at(error: Any) -> Iterator[tuple[Path, Message]]:
    """One error of the library, told at the place that has to be mended."""
    path, wanted, found = tuple(error.absolute_path), error.validator_value, error.instance
    if error.validator == "required":
        yield from (((*path, name), Message("must be filled in")) for name in wanted if name not in found)
    elif error.validator == "dependentRequired":
        yield from (
            ((*path, name), Message("must be filled in, because {cause} is", cause=cause))
            for cause, names in wanted.items()
            for name in names
            if cause in found and name not in found
        )
    elif error.validator == "additionalProperties":
        known = error.schema.get("properties", {})
        first, *others = (name for name in found if name not in known)
        hint = Message("is not known here; known are {names}", names=tuple(known))
        if others:
            hint = Message(
                "is not known here, nor are {others}; known are {names}", others=others, names=tuple(known)
            )
        yield (*path, first), hint
    elif "propertyNames" in error.absolute_schema_path:
        yield (
            (*path, found),
            Message("is not a name; use small letters, digits and _, beginning with a letter"),
        )
    else:
        yield path, _sentence(error)


def shown(value: object) -> str:
    """A value as one writes it."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def called(schema: Mapping[str, Any], path: Path) -> Joined:
    """A place within a field as people call it: the number of the row, the title of the column."""
    parts: list[str | Named] = []
    at = schema
    for part in path:
        if isinstance(part, int):
            at = _mapping(at.get("items"))
            parts.append(str(part + 1))
        else:
            at = _mapping(_mapping(at.get("properties")).get(part))
            parts.append(Named(part, _mapping(at.get("title"))))
    return Joined(tuple(parts[1:]), "{first}.{then}")


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _sentence(error: Any) -> Message:
    """What the value must be; the name of the field stands before it."""
    keyword, wanted, schema = str(error.validator), error.validator_value, error.schema
    unit = f" {schema['unit']}" if "unit" in schema else ""
    if keyword in ("minimum", "maximum") and {"minimum", "maximum"} <= schema.keys():
        most = f"{schema['maximum']}{unit}"
        return Message("must be between {least} and {most}", least=str(schema["minimum"]), most=most)
    if keyword == "type":
        names = [wanted] if isinstance(wanted, str) else wanted
        return Message("must be {what}", what=either(NOUNS[name] for name in names))
    if keyword == "enum":
        return Message("must be one of {choices}", choices=_choices(schema, wanted))
    if keyword == "minLength" and wanted == 1:
        return Message("must be filled in")
    if keyword == "format":
        return Message("must be {what}", what=_EXAMPLES.get(wanted, Message("a valid {what}", what=wanted)))
    said = _PHRASES.get(keyword)
    if said is None:
        return Message("does not follow the rule of the template ({keyword})", keyword=keyword)
    return said(f"{shown(wanted)}{unit}")


def _choices(schema: Mapping[str, Any], wanted: Iterable[object]) -> tuple[Named, ...]:
    labels = schema.get("labels", {})
    return tuple(Named(shown(value), labels.get(str(value), {})) for value in wanted)


_EXAMPLES: Final = {
    "date": Message("a day such as 2026-11-24"),
    "date-time": Message("a time with its offset, such as 2026-11-24T09:30:00+08:00"),
}
_PHRASES: Final[Mapping[str, Callable[[str], Message]]] = {
    "const": lambda wanted: Message("must be {wanted}", wanted=wanted),
    "minimum": lambda wanted: Message("must be at least {wanted}", wanted=wanted),
    "maximum": lambda wanted: Message("must be at most {wanted}", wanted=wanted),
    "exclusiveMinimum": lambda wanted: Message("must be more than {wanted}", wanted=wanted),
    "exclusiveMaximum": lambda wanted: Message("must be less than {wanted}", wanted=wanted),
    "multipleOf": lambda wanted: Message("must be a multiple of {wanted}", wanted=wanted),
    "minLength": lambda wanted: Message("must have at least {wanted} characters", wanted=wanted),
    "maxLength": lambda wanted: Message("must have at most {wanted} characters", wanted=wanted),
    "pattern": lambda wanted: Message("must look like {wanted}", wanted=wanted),
    "minItems": lambda wanted: Message("must have at least {wanted} entries", wanted=wanted),
    "maxItems": lambda wanted: Message("must have at most {wanted} entries", wanted=wanted),
    "minProperties": lambda wanted: Message("must have at least {wanted} entries", wanted=wanted),
    "maxProperties": lambda wanted: Message("must have at most {wanted} entries", wanted=wanted),
    "uniqueItems": lambda _: Message("must not name anything twice"),
}
