"""How a field of a template is filled in, and how its value is typed. From its JSON Schema alone."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime, tzinfo
from typing import Any, Final

from docctl.rules.records.attachments import holds_files

Schema = Mapping[str, Any]


def kind_of(schema: Schema, *, top: bool = True) -> str:
    """How a field is filled in. Below a field (`top` is false) there are no rows and groups any more."""
    kind, form, items = schema.get("type", "string"), schema.get("format", ""), schema.get("items", {})
    if "$ref" in schema:
        return "json"
    if kind == "array":
        if "enum" in items:
            return "choices"
        if top and items.get("type") == "object" and items.get("properties"):
            return "rows"
        return "lines" if items.get("type", "string") not in ("array", "object") and items else "json"
    if kind == "object":
        return "group" if top and schema.get("properties") else "json"
    if "enum" in schema:
        return "choice"
    if holds_files(schema):
        return "files"
    if kind in ("integer", "number"):
        return "number"
    plain = {"boolean": "yes-no"}.get(kind)
    return plain or _OF_FORMAT.get(form, "text")


_OF_FORMAT: Final = {"long-text": "area", "date": "day", "date-time": "moment", "file": "file"}


def as_typed(schema: Schema, value: Any, zone: tzinfo, kind: str = "") -> str:
    """A stored value as somebody would type it into its box."""
    if value is None:
        return ""
    kind = kind or kind_of(schema)
    if kind == "yes-no":
        return "true" if value is True else "false"
    if kind == "lines" and isinstance(value, list):
        return "\n".join(str(v) for v in value)
    if kind == "moment":
        with suppress(ValueError, TypeError):
            local = datetime.fromisoformat(value).astimezone(zone).replace(tzinfo=None)
            return local.isoformat(timespec="minutes" if not (local.second or local.microsecond) else "auto")
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
