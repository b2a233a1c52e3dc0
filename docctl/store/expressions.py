"""The one door to the expression library (CEL): conditions that a record template states.

Knows text and values; knows nothing of gates, records or people. A condition is true or it is
not: a value that is missing, or of another type than the condition supposes, makes it not true.

Only a small part of CEL is let in: comparisons, `&& || ! ?:`, `in [...]`, `+ - *` and four
functions on text. What is asked of rows (`sum(parts.amount)`) is worked out in store/rows.py, and
the library sees the answer. Comprehensions, regular expressions and division stay out, so that neither
the time nor the answer of a condition can surprise. The library is `common-expression-language`
(Rust, wheels for Linux, Windows and macOS); it has no limits of its own, so these stand here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from docctl.errors import Invalid
from docctl.errors.message import Typed
from docctl.store.rows import ANSWER, CELL, WRITTEN, Aggregate, Part, columns_of, folded

if TYPE_CHECKING:
    import cel

MOST_CHARACTERS = 500
MOST_PARTS = 120
DEEPEST = 8
# Longer text counts as missing: `a + a + …` copies it again for each sum.
LONGEST_VALUE = 10_000
# Above this a double no longer holds every whole number.
LARGEST_NUMBER = Decimal(2**53)

FUNCTIONS = frozenset({"size", "startsWith", "endsWith", "contains"})

_PART = re.compile(
    r"""(?P<blank>\s+)
      | (?P<text>"[^"\\\r\n]*"|'[^'\\\r\n]*')
      | (?P<number>[0-9]+(?:\.[0-9]+)?(?![\w.]))
      | (?P<name>[A-Za-z_][A-Za-z0-9_]*(?!["']))
      | (?P<sign>&&|\|\||[<>=!]=|[<>!?:+\-*()\[\],.])""",
    re.VERBOSE,
)
_WORDS = frozenset({"true", "false", "null", "in"})
_DECIMAL = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?")


@dataclass(frozen=True)
class Expression:
    """A condition that was found sound. `fields` are the kinds of its names, if they were given."""

    text: str
    fields: Mapping[str, str] | None
    program: cel.Program
    asked: tuple[tuple[Aggregate, cel.Program | None], ...] = ()
    """What it asks of rows, each with the condition within."""

    def holds(self, values: Mapping[str, Any]) -> bool:
        """Whether the condition is true of `values`; never raises for a value, whatever it is."""
        known = _known(values, self.fields)
        for n, (aggregate, condition) in enumerate(self.asked):
            columns = None if self.fields is None else columns_of(aggregate.table, self.fields)

            def met(row: Mapping[str, Any], condition: Any = condition, columns: Any = columns) -> bool:
                cells = {f"{CELL}{name}": cell for name, cell in _known(row, columns).items()}
                return _is_true(condition, known | cells)

            answer = aggregate.answer(values.get(aggregate.table), met)
            found = _number(answer) if isinstance(answer, Decimal) else _converted(answer, "string")
            if found is not None:
                known[f"{ANSWER}{n}"] = found
        return _is_true(self.program, known)


def _known(values: Mapping[str, Any], kinds: Mapping[str, str] | None) -> dict[str, Any]:
    """The values as the library compares them, without those that count as missing."""
    found = {
        name: _converted(value, None if kinds is None else kinds.get(name, "string"))
        for name, value in values.items()
    }
    return {name: value for name, value in found.items() if value is not None}


def _is_true(program: cel.Program, known: Mapping[str, Any]) -> bool:
    try:
        return program.execute(dict(known)) is True
    except (ArithmeticError, LookupError, RuntimeError, TypeError, ValueError):
        # What the library raises for a name without a value and for types that do not go together.
        return False


def compile_expression(text: str, fields: Mapping[str, str] | None = None) -> Expression:
    """Check a condition when its template is registered.

    `fields` maps each name that may occur to its kind: a JSON Schema type, or `date` or `date-time`
    for text of that format; a column of a table is `table.column`. Raises Invalid for a name that is not
    there, for a function beyond the few, and for what is malformed, too long or nested too deep.
    """
    plain, found = folded(_bounded(text))
    names = None if fields is None else frozenset(fields)
    asked = []
    for aggregate in found:
        if fields is not None:
            aggregate.check(fields)
        within = "".join(_checked(aggregate.condition, names))
        asked.append((aggregate, _program(text, within) if aggregate.condition else None))
    return Expression(text, fields, _program(text, "".join(_checked(plain, names))), tuple(asked))


def evaluate(text: str, values: Mapping[str, Any], fields: Mapping[str, str] | None = None) -> bool:
    """Whether the condition is true of `values`. Raises Invalid only for a malformed condition.

    Without `fields`, text that is a plain decimal ("12", "-2.50", not "007") counts as a number. Give the
    kinds where a field of text may hold digits.
    """
    return compile_expression(text, fields).holds(values)


def _bounded(text: str) -> list[Part]:
    """The parts of `text`. Raises Invalid where there are too many."""
    if len(text) > MOST_CHARACTERS:
        raise Invalid(
            "the condition has {many} characters; {most} are allowed", many=len(text), most=MOST_CHARACTERS
        )
    parts = list(_parts(text))
    if len(parts) > MOST_PARTS:
        raise Invalid(
            "the condition has {many} parts; {most} are allowed. Split it in two",
            many=len(parts),
            most=MOST_PARTS,
        )
    return parts


def _checked(sound: Sequence[Part], names: frozenset[str] | None) -> Iterator[str]:
    """The parts, whole numbers written as doubles: CEL adds no 2 to a 2.5."""
    parts = [("", ""), *sound, ("", "")]
    depth = 0
    for (kind_before, before), (kind, part), (_, after) in zip(parts, parts[1:], parts[2:], strict=False):
        depth += (part in ("(", "[", "?")) - (part in (")", "]"))
        if depth > DEEPEST:
            raise Invalid("the condition is nested deeper than {most}; write it flatter", most=DEEPEST)
        if part == "[" and before != "in":
            raise Invalid("square brackets may only follow `in`, as in `result in ['pass', 'rework']`")
        if part == "." and kind_before not in ("name", "text", "cell") and before != ")":
            raise Invalid("a dot must follow a name, as in answer.met")
        if kind == "name":
            _check_name(part, before, after, names)
        yield f"{part}.0 " if kind == "number" and "." not in part else f"{part} "


def _parts(text: str) -> Iterator[tuple[str, str]]:
    at = 0
    while at < len(text):
        match = _PART.match(text, at)
        if match is None:
            raise Invalid("the condition cannot be read from {text} on", text=Typed(text[at : at + 20]))
        at = match.end()
        if match.lastgroup != "blank":
            yield str(match.lastgroup), match.group()


def _check_name(name: str, before: str, after: str, names: frozenset[str] | None) -> None:
    if after == "(" and name != "in":
        if name not in FUNCTIONS:
            raise Invalid(
                "{name}() is not offered; a condition may use {functions}",
                name=name,
                functions=sorted(FUNCTIONS | WRITTEN.keys()),
            )
        if (before == ".") != (name != "size"):
            raise Invalid(
                "{name} is written {what}",
                name=name,
                what="size(field)" if name == "size" else f"field.{name}(text)",
            )
    elif before != "." and name not in _WORDS and names is not None and name not in names:
        raise Invalid(
            "{name} is no field of this template; it has {names}", name=Typed(name), names=sorted(names)
        )


@lru_cache(maxsize=512)
def _program(text: str, rewritten: str) -> cel.Program:
    # On first use: the package brings a terminal interface with it and takes a quarter of a second to load.
    import cel

    try:
        return cel.compile(rewritten)
    except ValueError:
        raise Invalid(
            "the condition {text} is malformed; write it like satisfied == true", text=Typed(text)
        ) from None


def _converted(value: Any, kind: str | None) -> Any:
    """`value` as the library compares it; None where there is nothing to compare."""
    if isinstance(value, str):
        return _from_text(value, kind)
    if isinstance(value, datetime):
        return value if value.tzinfo else None
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool):
        return value
    if isinstance(value, (int, float, Decimal)):
        return _number(value)
    return _collection(value)


def _collection(value: Any) -> Any:
    """Texts inside a list or an object stay text, and what is nested once more counts as missing."""
    if isinstance(value, Mapping):
        items = {str(key): _item(item) for key, item in value.items()}
        return {key: item for key, item in items.items() if item is not None}
    if isinstance(value, (list, tuple)):
        return [item for item in map(_item, value) if item is not None]
    return None


def _item(value: Any) -> Any:
    return None if isinstance(value, (Mapping, list, tuple)) else _converted(value, "string")


def _from_text(value: str, kind: str | None) -> Any:
    if not value.strip() or len(value) > LONGEST_VALUE:
        return None
    if kind == "boolean":
        return {"true": True, "false": False}.get(value)
    if kind == "date-time":
        return _moment(value)
    if kind in ("number", "integer") or (kind is None and _DECIMAL.fullmatch(value)):
        return _number(value)
    return value


def _moment(value: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    return None if moment.tzinfo is None else moment


def _number(value: str | float | Decimal) -> float | None:
    try:
        exact = Decimal(value)
        return float(exact) if -LARGEST_NUMBER <= exact <= LARGEST_NUMBER else None
    except InvalidOperation:
        # Text that is no number, and a comparison with NaN that signals.
        return None
