"""Texts in the types that a schema names: what a person typed into a field, and the leaves of a file."""

from __future__ import annotations

import contextlib
import json
import re
import unicodedata
from collections.abc import Mapping
from datetime import UTC, datetime, tzinfo
from typing import Any, Final

from docctl.errors import Invalid
from docctl.rules.names import NO, YES
from docctl.rules.text import clean
from docctl.rules.words import Words
from docctl.store.schema import DECIMAL, LARGEST_INTEGER, LONGEST_TEXT, parts_below
from docctl.store.schema_sentences import NOUNS

_CLOCK: Final = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d", re.ASCII)


def parse_value(schema: Mapping[str, Any], text: str, zone: tzinfo) -> Any:
    """The value that a person typed for a field, in the form in which it is stored.

    Times without offset are on the clock of `zone` and get its offset; lists and groups are JSON.
    Limits and choices are left to `check_values`. Raises Invalid.
    """
    if len(text) > LONGEST_TEXT:
        raise Invalid("is longer than {most} characters", most=LONGEST_TEXT)
    return _parsed(schema, clean(text), zone)


def _parsed(schema: Mapping[str, Any], text: str, zone: tzinfo) -> Any:
    kind = schema.get("type", "string")
    word = unicodedata.normalize("NFKC", text).strip()
    if kind == "string":
        return _zoned(schema, text.strip() if "format" in schema or "enum" in schema else text, zone)
    if kind == "boolean" and word.casefold() in _spellings("true", YES) | _spellings("false", NO):
        return word.casefold() in _spellings("true", YES)
    if kind in ("integer", "number") and DECIMAL.fullmatch(word):
        # The digits of a fraction are kept as they were typed: 9.50 says more than 9.5.
        is_exact = "." not in word and abs(int(word)) <= LARGEST_INTEGER
        if is_exact or kind == "number":
            return int(word) if is_exact else word
    if kind in ("array", "object"):
        with contextlib.suppress(ValueError, RecursionError):
            return _zoned(schema, json.loads(text, parse_float=str, parse_constant=str), zone)
        raise Invalid('must be {what} written as JSON, such as ["a", "b"] or {{"a": 1}}', what=NOUNS[kind])
    if kind == "boolean":
        raise Invalid("must be {yes} or {no}", yes=YES, no=NO)
    raise Invalid("must be {what}", what=NOUNS[kind])


def _spellings(truth: str, words: Words) -> frozenset[str]:
    """How a boolean may be typed: as YAML spells it, or in any language."""
    return frozenset({truth, *map(str.casefold, words.values())})


def _zoned(schema: Mapping[str, Any], value: Any, zone: tzinfo) -> Any:
    """The value with an offset on each time that has none."""
    if isinstance(value, list):
        return [_zoned(schema.get("items", {}), v, zone) for v in value]
    if isinstance(value, dict):
        fields = schema.get("properties", {})
        return {k: _zoned(fields.get(k, {}), v, zone) for k, v in value.items()}
    if schema.get("format") != "date-time" or not isinstance(value, str):
        return value
    try:
        moment = datetime.fromisoformat(value)
        if not _CLOCK.match(value):
            raise ValueError(value)
        if moment.tzinfo is None:
            local = moment.replace(tzinfo=zone)
            if local.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != moment:
                raise Invalid("never happened: the clocks were put forward over this time")
            moment = local
    except (ValueError, OverflowError):
        raise Invalid("must be a time such as 2026-11-24 09:30") from None
    return moment.isoformat()


def typed(value: Any, schema: Any, root: Mapping[str, Any]) -> Any:
    """The text leaves of a file in the types that its schema names; what does not fit stays text.

    `root` is the whole schema, for `$ref`.
    """
    if not isinstance(schema, dict):
        return value  # `true`: anything is allowed, so nothing is known
    if "$ref" in schema:
        schema = root["$defs"][schema["$ref"].removeprefix("#/$defs/")]
    if isinstance(value, dict):
        known, other = schema.get("properties", {}), schema.get("additionalProperties")
        return {k: typed(v, known.get(k, other), root) for k, v in value.items()}
    if isinstance(value, list):
        return [typed(v, schema.get("items"), root) for v in value]
    kinds = schema.get("type", "string")
    for kind in kinds if isinstance(kinds, list) else [kinds]:
        value = cast(kind, value)
    return value


def cast(kind: str, value: Any) -> Any:
    """A text of a file in its JSON type, or as it is. Decimals stay text."""
    if not isinstance(value, str):
        return value
    if kind == "null" and value.casefold() in ("", "null", "~"):
        return None
    if kind == "boolean" and value in ("true", "false"):
        return value == "true"
    if kind in ("integer", "number") and re.fullmatch(r"-?\d{1,16}", value, re.ASCII):
        return int(value)
    return value


def cast_choices(part: Any, kinds: Mapping[str, str] | None = None, name: str | int = "") -> None:
    """Give `enum`, `const` and `default` the type of their field, in place.

    Inside `if` and the like a field has no type of its own; it is the one of the field of that name.
    """
    if not isinstance(part, dict):
        return
    kinds = _kinds(part.get("properties")) if kinds is None else kinds
    kind = str(part.get("type", kinds.get(str(name), "string")))
    for keyword in {"const", "default"} & part.keys():
        part[keyword] = cast(kind, part[keyword])
    if isinstance(part.get("enum"), list):
        part["enum"] = [cast(kind, value) for value in part["enum"]]
    for path, below in parts_below(part):
        cast_choices(below, kinds, path[-1] if path[0] == "properties" else "")


def _kinds(fields: Any) -> dict[str, str]:
    """The type of each field of a form."""
    pairs = fields.items() if isinstance(fields, dict) else ()
    return {name: str(f.get("type", "string")) for name, f in pairs if isinstance(f, dict)}
