"""Fields of a record template as boxes of a form.

From the JSON Schema alone: knows no record and no database. A blank form is the same boxes without values.
What a template says is data: it is shown as text and never becomes part of a page's own code (SE-24).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any, Final

from werkzeug.datastructures import MultiDict

from docctl.rules.languages import Language
from docctl.rules.records.attachments import Kind
from docctl.rules.words import Words
from docctl.web.records.kinds import Schema, as_typed, kind_of

PREFIX: Final = "v."
"""Before the names of fields, which a template chooses freely: `password` may be one of them."""
MOST_ROWS: Final = 100
BLANK_ROWS: Final = 2
"""Empty lines below the ones that are filled, so that a table can be written without script."""

_INPUTS: Final = {"date": "date", "time": "time", "email": "email", "uri": "url", "phone": "tel"}

Form = MultiDict[str, str]


@dataclass(frozen=True)
class Box:
    """One field as a form shows it. `name` is that of its input, `value` what it holds, as it is typed.

    `kind`: text, lines, area, number, day, moment, yes-no, choice, choices, rows, group, signature, file,
    files or json (what has no form of its own). `input` is the type of a one-line input. `parts` are the
    columns of rows, each cell in `lines`, or the members of a group.
    """

    name: str
    kind: str
    label: str
    value: str = ""
    values: tuple[str, ...] = ()
    input: str = "text"
    keypad: str = ""
    required: bool = False
    clause: str = ""
    help: str = ""
    unit: str = ""
    least: str = ""
    most: str = ""
    over: str = ""
    under: str = ""
    longest: int | None = None
    options: tuple[tuple[str, str], ...] = ()
    parts: tuple[Box, ...] = ()
    lines: tuple[tuple[Box, ...], ...] = ()

    @property
    def field(self) -> str:
        """The field of the template that it belongs to."""
        return self.name.removeprefix(PREFIX).partition(".")[0]


@dataclass(frozen=True)
class Maker:
    """Makes boxes in one language and one zone. `typed`: a form that came back; its text comes first."""

    language: Language
    zone: tzinfo
    typed: Form | None = None

    def box(
        self, field: str, schema: Schema, value: Any = None, *, required: bool = False, signs: bool = False
    ) -> Box:
        """The box of a field of the template. `signs`: it is filled by the signature of its step."""
        return self._box(PREFIX + field, schema, value, required=required, signs=signs)

    def said(self, of: Schema | None, otherwise: str = "") -> str:
        """Words of a template, in the language of the reader."""
        return Words(of).told(self.language) or otherwise

    def option(self, schema: Schema, value: Any) -> str:
        """A choice as it is called."""
        return self.said(schema.get("labels", {}).get(str(value)), str(value))

    def _box(
        self, name: str, schema: Schema, value: Any, *, required: bool = False, signs: bool = False
    ) -> Box:
        kind = "signature" if signs else kind_of(schema, top=name.count(".") == 1)
        form, items = str(schema.get("format", "")), schema.get("items", {})
        chosen = items if kind == "choices" else schema
        numeric = kind == "number"
        return Box(
            name=name,
            kind=kind,
            label=self._label(schema, name),
            value=self._value(name, kind, schema, value),
            values=self._values(name, value) if kind == "choices" else self._kinds(schema),
            input=_INPUTS.get(form, "text") if kind == "text" else "text",
            keypad=_keypad(schema) if numeric else "tel" if form == "phone" else "",
            required=required,
            clause=str(schema.get("clause", "")),
            help=self.said(schema.get("help")),
            unit=str(schema.get("unit", "%" if form == "percent" else "")),
            least=str(schema.get("minimum", "")) if numeric else "",
            most=str(schema.get("maximum", "")) if numeric else "",
            over=str(schema.get("exclusiveMinimum", "")) if numeric else "",
            under=str(schema.get("exclusiveMaximum", "")) if numeric else "",
            longest=schema.get("maxLength"),
            options=tuple((str(v), self.option(chosen, v)) for v in chosen.get("enum", ())),
            parts=self._parts(name, kind, schema, value),
            lines=self._lines(name, schema, value) if kind == "rows" else (),
        )

    def _label(self, schema: Schema, name: str) -> str:
        """Catalogues name fields in small letters; over a box the name is the beginning of a line."""
        said = self.said(schema.get("title"), name.rpartition(".")[2])
        return said[:1].upper() + said[1:]

    def _value(self, name: str, kind: str, schema: Schema, value: Any) -> str:
        if kind in ("rows", "group", "choices"):
            return ""
        if self.typed is not None and name in self.typed:
            return self.typed[name].replace("\r\n", "\n")
        return as_typed(schema, value, self.zone, kind)

    def _values(self, name: str, value: Any) -> tuple[str, ...]:
        if self.typed is not None and name in self.typed:
            return tuple(self.typed.getlist(name))
        return tuple(str(v) for v in value) if isinstance(value, list) else ()

    def _kinds(self, schema: Schema) -> tuple[str, ...]:
        """What a field that holds files accepts, in words."""
        return tuple(Kind(kind).words.told(self.language) for kind in schema.get("accept", ()))

    def _parts(self, name: str, kind: str, schema: Schema, value: Any) -> tuple[Box, ...]:
        if kind not in ("rows", "group"):
            return ()
        inside = schema["items"] if kind == "rows" else schema
        held = value if kind == "group" and isinstance(value, dict) else {}
        return self._members(name, inside, held)

    def _members(self, name: str, schema: Schema, held: Mapping[str, Any]) -> tuple[Box, ...]:
        needed = schema.get("required", ())
        return tuple(
            self._box(f"{name}.{key}", part, held.get(key), required=key in needed)
            for key, part in schema["properties"].items()
        )

    def _lines(self, name: str, schema: Schema, value: Any) -> tuple[tuple[Box, ...], ...]:
        held = [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []
        count = len(held) + BLANK_ROWS
        if self.typed is not None and any(key.startswith(f"{name}.") for key in self.typed):
            # As many as came back; the button for more asks for some beyond them.
            more = BLANK_ROWS if self.typed.get("more") == name else 0
            count = max(_rows_typed(name, self.typed), len(held)) + more
        most = min(int(schema.get("maxItems", MOST_ROWS)), MOST_ROWS)
        rows = [*held, *({} for _ in range(count - len(held)))]
        return tuple(
            self._members(f"{name}.{n}", schema["items"], row)
            for n, row in enumerate(rows[: max(most, len(held))], 1)
        )


def _keypad(schema: Schema) -> str:
    """The keys of a phone. Its pads of figures have no minus, so a field that goes below 0 gets letters."""
    if str(schema.get("minimum", schema.get("exclusiveMinimum", ""))).startswith("-"):
        return "text"
    return "numeric" if schema.get("type") == "integer" else "decimal"


def _rows_typed(name: str, form: Form) -> int:
    pattern = re.compile(re.escape(name) + r"\.(\d{1,4})\..+")
    found = [int(match[1]) for match in map(pattern.fullmatch, form) if match]
    return min(max(found, default=0), MOST_ROWS)
