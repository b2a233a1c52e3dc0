"""What was typed into the boxes of a form, as the text of entries. Knows no record and no database."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from contextlib import suppress
from datetime import tzinfo
from typing import Any, Final

from docctl.web.records.fields import Box, Form
from docctl.web.records.kinds import Schema, as_typed

_FIGURE: Final = re.compile(r"-?\d{1,30}(\.\d{1,30})?", re.ASCII)


def entered(box: Box, schema: Schema, form: Form) -> str | None:
    """What `form` holds for a box, as the text that an entry is made of; None where it has no such input.

    Blank text where nothing is filled in.
    """
    if box.kind in ("signature", "files"):
        return None
    if not any(name == box.name or name.startswith(f"{box.name}.") for name in form):
        return None
    if box.kind == "choices":
        wanted = set(form.getlist(box.name))
        return _json([v for v in schema["items"]["enum"] if str(v) in wanted])
    if box.kind == "rows":
        rows = [_members(line, schema["items"], form) for line in box.lines]
        return _json([row for row in rows if row])
    if box.kind == "group":
        return _json(_members(box.parts, schema, form))
    return _written(box.kind, schema, form.get(box.name, "").replace("\r\n", "\n"))


def stored(box: Box, schema: Schema, value: Any, zone: tzinfo) -> str:
    """What `entered` gives for a form that nobody has changed."""
    if value is None or value in ([], {}):
        return ""
    if box.kind in ("choices", "rows", "group"):
        return _json(value)
    return _written(box.kind, schema, as_typed(schema, value, zone, box.kind))


def _written(kind: str, schema: Schema, text: str) -> str:
    if kind == "lines":
        return _json([_leaf(schema["items"], line) for line in text.split("\n") if line.strip()])
    return text if text.strip() else ""


def _members(parts: Iterable[Box], schema: Schema, form: Form) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for part in parts:
        key = part.name.rpartition(".")[2]
        inner = schema["properties"][key]
        text = entered(part, inner, form)
        if text:
            deep = part.kind in ("choices", "lines", "json")
            found[key] = json.loads(text) if deep and _is_json(text) else _leaf(inner, text)
    return found


def _leaf(schema: Schema, text: str) -> Any:
    """One value of a list or a group. A figure keeps its digits; what is none stays text and is refused."""
    kind, text = schema.get("type", "string"), text.strip()
    if kind == "boolean" and text in ("true", "false"):
        return text == "true"
    if kind in ("integer", "number") and _FIGURE.fullmatch(text):
        return text if "." in text else int(text)
    return text


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True) if value else ""


def _is_json(text: str) -> bool:
    with suppress(ValueError, RecursionError):
        json.loads(text)
        return True
    return False
