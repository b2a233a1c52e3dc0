"""Values of records as they are told on paper: choices by their titles, instants in the zone of the site."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime, tzinfo
from typing import Any

from docctl.render.record_sheet import Table
from docctl.rules import languages, names
from docctl.rules.words import Words
from docctl.standing.form import labelled, titled

Schema = Mapping[str, Any]


def told_value(schema: Schema, value: Any, zone: tzinfo) -> Words | Table | None:
    """A value under the JSON Schema of its field; None for nothing."""
    if value is None or value in ([], {}, ""):
        return None
    items = schema.get("items", {})
    if isinstance(value, list) and items.get("properties"):
        return _table(items, [row for row in value if isinstance(row, dict)], zone)
    if isinstance(value, dict) and schema.get("properties"):
        return _table(schema, [value], zone)
    return _words(schema, value, zone)


def _table(schema: Schema, rows: Sequence[Mapping[str, Any]], zone: tzinfo) -> Table:
    parts: Mapping[str, Schema] = schema["properties"]
    columns = tuple(_with_unit(titled(key, part), part) for key, part in parts.items())
    cells = tuple(tuple(_words(part, row.get(key), zone) for key, part in parts.items()) for row in rows)
    return Table(columns, cells)


def _with_unit(title: Words, schema: Schema) -> Words:
    unit = schema.get("unit")
    return Words({language: f"{said} ({unit})" for language, said in title.items()}) if unit else title


def _words(schema: Schema, value: Any, zone: tzinfo) -> Words:
    if isinstance(value, list):
        return _joined([_words(schema.get("items", {}), one, zone) for one in value])
    if value is None:
        return Words.key("")
    if isinstance(value, bool):
        return names.YES if value else names.NO
    if "enum" in schema and str(value) in schema.get("labels", {}):
        return labelled(str(value), schema["labels"][str(value)])
    if schema.get("format") == "date-time":
        with suppress(ValueError, TypeError):
            return Words.key(f"{datetime.fromisoformat(value).astimezone(zone):%Y-%m-%d %H:%M}")
    return Words.key(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))


def _joined(parts: Sequence[Words]) -> Words:
    spoken = [each for each in languages.ALL if any(each in part for part in parts)]
    return Words({each: "；".join(part.told(each) for part in parts) for each in spoken})
