"""The formula of a computed field as it is written: `hours * {limit:rate}`, `sum(lines, lines.days * 30)`.

Reads text into a tree of few kinds and bounds it, so that the time of working it out is known beforehand.
Knows neither fields nor values: what a name is, and whether it fits, is asked in computed_faults.py.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Final, TypeAlias

from docctl.errors import Invalid
from docctl.errors.message import Typed

MOST_CHARACTERS: Final = 500
MOST_PARTS: Final = 120
DEEPEST: Final = 12
"""Brackets, choices, functions and signs before a figure, one within the other."""

_PART: Final = re.compile(
    r"""(?P<blank>[ \t\r\n]+)
      | \{limit:(?P<limit>[a-z][a-z0-9_-]{0,63})\}
      | (?P<text>"[^"\\\r\n]*"|'[^'\\\r\n]*')
      | (?P<number>[0-9]{1,30}(?:\.[0-9]{1,30})?(?![\w.]))
      | (?P<name>[a-z][a-z0-9_]{0,63}(?![\w"']))
      | (?P<sign>&&|\|\||[<>=!]=|[<>!?:+\-*/().,])""",
    re.VERBOSE | re.ASCII,
)
COMPARED: Final = ("==", "!=", "<=", ">=", "<", ">")


@dataclass(frozen=True)
class Figure:
    """A figure as it is written."""

    value: Fraction


@dataclass(frozen=True)
class Text:
    """A text in quotes, to compare a choice with."""

    value: str


@dataclass(frozen=True)
class Truth:
    """`true` or `false`."""

    value: bool


@dataclass(frozen=True)
class Name:
    """A field; with `column` a cell of the table `field`, in the row that is looked at."""

    field: str
    column: str = ""


@dataclass(frozen=True)
class Stated:
    """A limit or an amount of the governing procedure, by its name there."""

    limit: str


@dataclass(frozen=True)
class Operation:
    """Two parts and the sign between them; `!` and `neg` have one part, and nothing on the right."""

    sign: str
    left: Node
    right: Node | None = None


@dataclass(frozen=True)
class Choice:
    """`condition ? then : otherwise`; only the one of the two that is needed is worked out."""

    condition: Node
    then: Node
    otherwise: Node


@dataclass(frozen=True)
class Rows:
    """`sum` of something in each row of a table, or `count` of its rows (where `inside` holds)."""

    function: str
    table: str
    inside: Node | None = None


Node: TypeAlias = Figure | Text | Truth | Name | Stated | Operation | Choice | Rows

WRITTEN: Final = {
    "sum": "sum(table.column) / sum(table, table.column * 2)",
    "count": "count(table) / count(table, table.column == 'x')",
}


def parse(text: str) -> Node:
    """The tree of a formula. Raises Invalid for what is malformed, too long, or nested too deep."""
    if len(text) > MOST_CHARACTERS:
        raise Invalid("the formula has more than {most} characters; split it", most=MOST_CHARACTERS)
    parts = list(_parts(text))
    if len(parts) > MOST_PARTS:
        raise Invalid("the formula has more than {most} parts; split it", most=MOST_PARTS)
    reader = _Reader(parts)
    found = reader.choice(1)
    if reader.at < len(parts):
        raise reader.unexpected()
    return found


def within(node: Node) -> Iterator[Node]:
    """A part of a formula, and all parts of it."""
    yield node
    if isinstance(node, Operation):
        below: tuple[Node | None, ...] = (node.left, node.right)
    elif isinstance(node, Choice):
        below = (node.condition, node.then, node.otherwise)
    else:
        below = (node.inside,) if isinstance(node, Rows) else ()
    for part in below:
        if part is not None:
            yield from within(part)


def names_in(node: Node) -> list[str]:
    """The fields and tables that a formula names, in the order in which they occur."""
    found = (
        part.field if isinstance(part, Name) else part.table
        for part in within(node)
        if isinstance(part, (Name, Rows))
    )
    return list(dict.fromkeys(found))


def limits_in(node: Node) -> list[str]:
    """The limits of the procedure that a formula names."""
    return list(dict.fromkeys(part.limit for part in within(node) if isinstance(part, Stated)))


def _parts(text: str) -> Iterator[tuple[str, str]]:
    at = 0
    while at < len(text):
        match = _PART.match(text, at)
        if match is None:
            raise Invalid("the formula cannot be read from {text} on", text=Typed(text[at : at + 20]))
        at, kind = match.end(), str(match.lastgroup)
        if kind != "blank":
            yield kind, match[kind]


class _Reader:
    """Reads the parts from left to right; `depth` grows with whatever makes the reader call itself again."""

    def __init__(self, parts: list[tuple[str, str]]) -> None:
        self.parts, self.at = parts, 0

    def choice(self, depth: int) -> Node:
        found = self.chain(depth, ("||",), lambda d: self.chain(d, ("&&",), self.comparison))
        if not self.takes("?"):
            return found
        then = self.deeper(depth)
        self.needs(":")
        return Choice(found, then, self.deeper(depth))

    def chain(self, depth: int, signs: tuple[str, ...], below: Callable[[int], Node]) -> Node:
        found = below(depth)
        while (sign := self.sign()) in signs:
            self.at += 1
            found = Operation(sign, found, below(depth))
        return found

    def comparison(self, depth: int) -> Node:
        found = self.terms(depth)
        sign = self.sign()
        if sign not in COMPARED:
            return found
        self.at += 1
        return Operation(sign, found, self.terms(depth))

    def terms(self, depth: int) -> Node:
        return self.chain(depth, ("+", "-"), lambda d: self.chain(d, ("*", "/"), self.single))

    def single(self, depth: int) -> Node:
        for sign, called in (("-", "neg"), ("!", "!")):
            if self.takes(sign):
                self.bounded(depth)
                return Operation(called, self.single(depth + 1))
        if self.takes("("):
            found = self.deeper(depth)
            self.needs(")")
            return found
        kind, text = self.parts[self.at] if self.at < len(self.parts) else ("", "")
        self.at += 1
        if kind == "number":
            return Figure(Fraction(text))
        if kind == "text":
            return Text(text[1:-1])
        if kind == "limit":
            return Stated(text)
        if kind == "name":
            return self.named(text, depth)
        self.at -= 1
        raise self.unexpected()

    def named(self, name: str, depth: int) -> Node:
        if name in ("true", "false"):
            return Truth(name == "true")
        if self.takes("("):
            return self.rows(name, depth)
        return Name(name, self.name()) if self.takes(".") else Name(name)

    def rows(self, function: str, depth: int) -> Node:
        if function not in WRITTEN:
            raise Invalid(
                "{name}() is not offered; a formula may use {functions}",
                name=function,
                functions=sorted(WRITTEN),
            )
        table = self.name()
        inside: Node | None = None
        if function == "sum" and self.takes("."):
            inside = Name(table, self.name())
        elif function == "sum" or self.sign() == ",":
            self.needs(",")
            inside = self.deeper(depth)
        if inside is not None and any(isinstance(part, Rows) for part in within(inside)):
            raise Invalid("sum() and count() cannot stand inside {outer}()", outer=function)
        if not self.takes(")"):
            raise Invalid("{name} is written {what}", name=function, what=WRITTEN[function])
        return Rows(function, table, inside)

    def deeper(self, depth: int) -> Node:
        self.bounded(depth)
        return self.choice(depth + 1)

    def bounded(self, depth: int) -> None:
        if depth >= DEEPEST:
            raise Invalid("the formula is nested deeper than {most}; write it flatter", most=DEEPEST)

    def name(self) -> str:
        kind, text = self.parts[self.at] if self.at < len(self.parts) else ("", "")
        if kind != "name":
            raise self.unexpected()
        self.at += 1
        return text

    def sign(self) -> str:
        kind, text = self.parts[self.at] if self.at < len(self.parts) else ("", "")
        return text if kind == "sign" else ""

    def takes(self, sign: str) -> bool:
        if self.sign() != sign:
            return False
        self.at += 1
        return True

    def needs(self, sign: str) -> None:
        if not self.takes(sign):
            raise self.unexpected(sign)

    def unexpected(self, instead: str = "") -> Invalid:
        if self.at >= len(self.parts):
            return Invalid("the formula ends too early")
        found = Typed(self.parts[self.at][1])
        if instead:
            return Invalid("{text} stands in the formula where {sign} is needed", text=found, sign=instead)
        return Invalid("{text} cannot stand where it stands in the formula", text=found)
