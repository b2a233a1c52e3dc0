"""Values and files against JSON Schema 2020-12: offline, exact in decimals, in sentences that help.

Knows nothing of records, people or databases. Numbers with a fraction are decimal text ("9.50"), because
canonical JSON holds no floats and a figure keeps the digits that were entered (GB/T 8170).
"""

from __future__ import annotations

import json
import operator
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import date, datetime
from decimal import Context, Decimal
from functools import cache
from importlib.resources import files
from typing import Any, Final, Literal

from jsonschema import Draft202012Validator, ValidationError
from jsonschema.validators import extend
from referencing import Registry
from referencing.exceptions import Unresolvable

from docctl.errors import Invalid
from docctl.errors.message import Foreign, Joined, Message
from docctl.rules import languages
from docctl.rules.documents import head
from docctl.rules.patterns import matches, safe_pattern
from docctl.rules.records.attachments import holds_files
from docctl.store.schema_sentences import NOUNS, Path, called, shown, told_at

Kind = Literal["procedure", "template", "site"]

LARGEST_INTEGER: Final = 2**53 - 1
"""Above it canonical JSON (RFC 8785) is not exact."""
LONGEST_TEXT: Final = 10_000

DECIMAL: Final = re.compile(r"-?\d{1,30}(\.\d{1,30})?", re.ASCII)
_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_WIDE: Final = Context(prec=130)
_IN_LIST: Final = ("allOf", "anyOf", "oneOf")
_SINGLE: Final = ("items", "not", "if", "then", "else")
_NAMED: Final = ("properties", "$defs")


def check_values(
    schema: Mapping[str, Any],
    values: Mapping[str, Any],
    *,
    required: Collection[str] | None = None,
    now: datetime | None = None,
) -> dict[str, Message]:
    """What is wrong with the values of a record: field to sentence, all at once, empty when nothing is.

    `required` takes the place of the schema's own list (the fields of one step). With `now`, aware and
    in the site's zone, fields with `not_future: true` are compared with it. Raises Invalid if the schema
    itself cannot be used.
    """
    known: Mapping[str, Any] = schema.get("properties", {})
    needed = schema.get("required", ()) if required is None else required
    sentences: dict[str, list[Message]] = {
        name: [Message("is not a field of this template")] for name in values if name not in known
    }
    unknown = frozenset(sentences)
    # Names of fields are never empty, so the empty one is free for what concerns the whole.
    for path, sentence in problems({**schema, "required": []}, dict(values)):
        field, inside = (str(path[0]), path[1:]) if path else ("", ())
        if field not in unknown:
            if inside:
                sentence = Message("{inside} {why}", inside=called(schema, path), why=sentence)
            sentences.setdefault(field, []).append(sentence)
    for name, value in values.items():
        if now and name not in sentences and known[name].get("not_future") and _is_after(value, now):
            sentences[name] = [Message("must not lie in the future")]
        if isinstance(value, str) and len(value) > LONGEST_TEXT:
            sentences[name] = [Message("must have at most {most} characters", most=LONGEST_TEXT)]
    sentences |= {name: [Message("must be filled in")] for name in needed if _is_empty(values.get(name))}
    return {name: _together(found) for name, found in sentences.items()}


def check_template_schema(schema: Mapping[str, Any]) -> None:
    """Refuse a schema outside the part of JSON Schema that templates may use.

    No reference leads out of it, no pattern can hang (SE-25), no keyword or type is unknown.
    Raises Invalid with all problems.
    """
    rules = {"$ref": "#/$defs/schema", "$defs": file_schema("template")["$defs"]}
    found = {place(path): sentence for path, sentence in problems(rules, schema)}
    if not found:
        for path, part in _parts(schema, ()):
            found |= {place((*path, *inside)): why for inside, why in _faults(part, schema)}
            if "computed" in part and path[:-1] != ("properties",):
                found[place((*path, "computed"))] = Message(
                    "only a field of the form itself is computed, not a part of one"
                )
            if holds_files(part) and path[:-1] != ("properties",):
                found[place((*path, "accept"))] = Message(
                    "only a field of the form itself holds files, not a part of one"
                )
    if found:
        raise Invalid(found)


@cache
def file_schema(kind: Kind) -> Any:
    """The schema of a kind of file; not to be changed by the caller."""
    found = json.loads(files("docctl.store").joinpath("schemas", f"{kind}.json").read_text(encoding="utf-8"))
    found["$defs"]["title"] |= {
        "required": [languages.PRIMARY],
        "properties": dict.fromkeys(languages.ALL, _SAID),
    }
    if kind in _WITH_HEAD:
        found["properties"] |= {field.key: field.schema for field in head.fields(of_form=_WITH_HEAD[kind])}
    return found


_WITH_HEAD: Final[Mapping[Kind, bool]] = {"procedure": False, "template": True}
"""The files of documents, and which of them is that of a form."""


_SAID: Final = {"type": "string", "minLength": 1, "maxLength": 200}


def problems(schema: Mapping[str, Any], value: object) -> Iterator[tuple[Path, Message]]:
    """Where a value does not follow a schema, and what it must be. Raises Invalid if the schema leads out."""
    validator = _Validator(schema, registry=Registry(), format_checker=_Validator.FORMAT_CHECKER)
    try:
        for error in validator.iter_errors(value):
            yield from told_at(error)
    except Unresolvable as error:
        raise Invalid(
            "A reference leads out of the schema: {why}. Write the fields out.", why=Foreign(str(error))
        ) from error


def _together(found: Iterable[Message]) -> Message:
    said = tuple(dict.fromkeys(found))
    return said[0] if len(said) == 1 else Message("{all}", all=Joined(said, "{first}; {then}"))


def _is_empty(value: object) -> bool:
    return value is None or value == [] or (isinstance(value, str) and not value.strip())


def _is_after(value: object, now: datetime) -> bool:
    text = str(value)
    try:
        if _DATE.fullmatch(text):
            return date.fromisoformat(text) > now.date()
        return datetime.fromisoformat(text) > now
    except (ValueError, TypeError):
        return False


def place(path: Iterable[str | int]) -> str:
    """A path as a person counts: ("steps", 1, "fields") is `steps.2.fields`."""
    return ".".join(str(part + 1) if isinstance(part, int) else part for part in path)


def _is_integer(_checker: object, value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) <= LARGEST_INTEGER


def _is_number(checker: object, value: object) -> bool:
    return _is_integer(checker, value) or (isinstance(value, str) and DECIMAL.fullmatch(value) is not None)


def _compared(holds: Callable[[Decimal, Decimal], bool]) -> Any:
    def keyword(checker: Any, wanted: Any, value: Any, schema: Any) -> Iterator[ValidationError]:
        # Digits in a field of text are not a figure.
        is_figure = schema.get("type") != "string" and checker.is_type(value, "number")
        if is_figure and not holds(Decimal(value), Decimal(wanted)):
            yield ValidationError("limit")

    return keyword


def _one_of(checker: Any, wanted: Any, value: Any, schema: Any) -> Iterator[ValidationError]:
    if not any(_same(checker, schema, option, value) for option in wanted):
        yield ValidationError("choice")


def _exactly(checker: Any, wanted: Any, value: Any, schema: Any) -> Iterator[ValidationError]:
    return _one_of(checker, [wanted], value, schema)


def _same(checker: Any, schema: Any, option: Any, value: Any) -> bool:
    if schema.get("type") == "number" and all(checker.is_type(v, "number") for v in (option, value)):
        return Decimal(option) == Decimal(value)
    return type(option) is type(value) and bool(option == value)


def _fits(_checker: Any, wanted: str, value: Any, _schema: Any) -> Iterator[ValidationError]:
    if isinstance(value, str) and not matches(wanted, value):
        yield ValidationError("pattern")


_Validator: Final = extend(  # type: ignore[no-untyped-call]
    Draft202012Validator,
    {
        "enum": _one_of,
        "const": _exactly,
        "pattern": _fits,
        "minimum": _compared(operator.ge),
        "maximum": _compared(operator.le),
        "exclusiveMinimum": _compared(operator.gt),
        "exclusiveMaximum": _compared(operator.lt),
        # Without a wide context a long figure would have no remainder at all.
        "multipleOf": _compared(lambda value, step: not _WIDE.remainder(value, step)),
    },
    type_checker=Draft202012Validator.TYPE_CHECKER.redefine_many(
        {"integer": _is_integer, "number": _is_number}
    ),
)


def parts_below(part: Mapping[str, Any]) -> Iterator[tuple[Path, Any]]:
    """The schemas directly inside one."""
    for keyword, below in part.items():
        if keyword in _SINGLE:
            yield (keyword,), below
        elif keyword in _NAMED and isinstance(below, dict):
            yield from (((keyword, name), inner) for name, inner in below.items())
        elif keyword in _IN_LIST and isinstance(below, list):
            yield from (((keyword, n), inner) for n, inner in enumerate(below))


def _parts(part: Mapping[str, Any], path: Path) -> Iterator[tuple[Path, Mapping[str, Any]]]:
    yield path, part
    for inside, below in parts_below(part):
        yield from _parts(below, path + inside)


def _faults(part: Mapping[str, Any], root: Mapping[str, Any]) -> Iterator[tuple[Path, Message]]:
    """What the schema of schemas cannot say."""
    if "pattern" in part:
        try:
            safe_pattern(part["pattern"])
        except Invalid as error:
            yield ("pattern",), error.said
    if "$ref" in part:
        target = root.get("$defs", {}).get(part["$ref"].removeprefix("#/$defs/"))
        if target is None:
            yield ("$ref",), Message("{name} is not defined", name=part["$ref"])
        elif any("$ref" in inner for _, inner in _parts(target, ())):
            # A chain of references could multiply, or never end.
            yield (
                ("$ref",),
                Message("{name} itself refers to something; write the fields out", name=part["$ref"]),
            )
    if ("accept" in part or "at_most" in part) and not holds_files(part):
        yield ("accept",), Message("is said of a field of format file, which accepts some kind of file")
    choices = [*part.get("enum", ()), *(part[k] for k in ("const", "default") if k in part)]
    wrong = [shown(v) for v in choices if "type" in part and not _Validator({}).is_type(v, part["type"])]
    if wrong:
        yield ("enum",), Message("{values}: must be {what}", values=wrong, what=NOUNS[part["type"]])
    lost = [n for n in part.get("required", ()) if "properties" in part and n not in part["properties"]]
    if lost:
        yield ("required",), Message("{names}: no such field", names=lost)
