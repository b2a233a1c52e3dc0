"""Fields that nobody types: each is worked out from others, exactly, and rounded half up once, at the end.

Values in, values out: fractions between, never binary floats (decision 58). What a formula may name is
checked when its form is handed in (computed_faults.py); here a value that does not fit is none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType
from typing import Any, Final, TypeAlias

from docctl.errors.message import Message, Named
from docctl.rules.records import formulas
from docctl.rules.records.cases import compared, falls_under
from docctl.rules.records.entries import is_blank
from docctl.rules.records.formulas import Choice, Figure, Name, Node, Operation, Rows, Stated, Text, Truth
from docctl.rules.records.limits import Limit

MOST_ROWS: Final = 1_000
"""As many as a condition looks at (decision 59)."""
MOST_DIGITS: Final = 30
"""Before the point: what a field of figures holds."""
_WIDEST: Final = 4_096
"""Bits of a figure on the way: some 1,200 digits."""
LARGEST_WHOLE: Final = 2**53 - 1
"""A whole number beyond it is kept as text, as one that is typed (RFC 8785)."""

Found: TypeAlias = Fraction | str | bool


@dataclass(frozen=True)
class Computed:
    """The rule of one field: its formula, and how many places after the point it is rounded to."""

    field: str
    written: str
    formula: Node
    places: int

    @classmethod
    def parse(cls, field: str, schema: Mapping[str, Any]) -> Computed:
        """From the schema of the field. Raises Invalid."""
        written = schema["computed"]
        return cls(field, written, formulas.parse(written), schema.get("places", 0))


@dataclass(frozen=True)
class Outcome:
    """What a formula came to, as it is stored; without a value, why there is none."""

    value: Any
    why: Message | None = None


class _Unknown(Exception):
    """There is no value. `lacking` is a field that is empty; else `why`."""

    def __init__(self, lacking: str = "", why: Message | None = None) -> None:
        self.lacking, self.why = lacking, why


def in_order(rules: Iterable[Computed]) -> tuple[Computed, ...]:
    """Each after those whose results it uses. Of a circle, which is refused, what is in it is left out."""
    waiting = {rule.field: rule for rule in rules}
    found: list[Computed] = []
    while ready := [
        rule for rule in waiting.values() if waiting.keys().isdisjoint(formulas.names_in(rule.formula))
    ]:
        found += ready
        for rule in ready:
            del waiting[rule.field]
    return tuple(found)


def work_out(
    rule: Computed,
    values: Mapping[str, Any],
    limits: Mapping[str, Limit],
    called: Callable[[str], Mapping[str, str]] = lambda _: MappingProxyType({}),
) -> Outcome:
    """What the formula of a field comes to. `limits` are those of the pinned procedure; `called`: titles."""
    try:
        found = _Worker(values, limits).figure(rule.formula)
    except _Unknown as unknown:
        if unknown.why is not None:
            return Outcome(None, unknown.why)
        return Outcome(
            None, Message("waits for {field}", field=Named(unknown.lacking, called(unknown.lacking)))
        )
    if abs(found) >= 10**MOST_DIGITS:
        return Outcome(None, Message("comes to more than {most} digits", most=MOST_DIGITS))
    return Outcome(rounded(found, rule.places))


def rounded(figure: Fraction, places: int) -> int | str:
    """Half up, away from nothing (0.125 is 0.13, -0.125 is -0.13), as a figure is stored."""
    scaled = abs(figure) * 10**places
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    sign = "-" if figure < 0 and whole else ""
    if not places:
        return int(f"{sign}{whole}") if whole <= LARGEST_WHOLE else f"{sign}{whole}"
    digits = f"{whole:0{places + 1}}"
    return f"{sign}{digits[:-places]}.{digits[-places:]}"


def not_there(outcomes: Mapping[str, Outcome], required: Iterable[str]) -> dict[str, Message]:
    """The required fields that could not be worked out, and why."""
    return {
        name: Message("cannot be worked out: {why}", why=outcome.why or Message("it has no value"))
        for name in required
        if (outcome := outcomes.get(name)) is not None and outcome.value is None
    }


class _Worker:
    """Works a tree out; within a row of a table, `row` is that row."""

    def __init__(
        self,
        values: Mapping[str, Any],
        limits: Mapping[str, Limit],
        row: Mapping[str, Any] = MappingProxyType({}),
    ) -> None:
        self.values, self.limits, self.row = values, limits, row

    def figure(self, node: Node) -> Fraction:
        found = self.of(node)
        if isinstance(found, Fraction):
            return found
        raise _Unknown(why=Message("a part of it is no figure"))

    def truth(self, node: Node) -> bool:
        found = self.of(node)
        if isinstance(found, bool):
            return found
        raise _Unknown(why=Message("its condition is neither true nor false"))

    def of(self, node: Node) -> Found:
        if isinstance(node, (Figure, Text, Truth)):
            return node.value
        if isinstance(node, Name):
            return self.named(node)
        if isinstance(node, Stated):
            return self.stated(node.limit)
        if isinstance(node, Choice):
            return self.of(node.then if self.truth(node.condition) else node.otherwise)
        return self.rows(node) if isinstance(node, Rows) else self.operation(node)

    def operation(self, node: Operation) -> Found:
        if node.right is None:
            return not self.truth(node.left) if node.sign == "!" else -self.figure(node.left)
        if node.sign in ("&&", "||"):
            left = self.truth(node.left)
            return self.truth(node.right) if left == (node.sign == "&&") else left
        if node.sign in ("==", "!="):
            both = node.left, node.right
            how = self.text if any(isinstance(part, Text) for part in both) else self.of
            return (how(node.left) == how(node.right)) == (node.sign == "==")
        one, other = self.figure(node.left), self.figure(node.right)
        if node.sign == "/" and not other:
            raise _Unknown(why=Message("something would be divided by nothing"))
        found: Fraction | bool = _OPERATIONS[node.sign](one, other)
        return found if isinstance(found, bool) else _bounded(found)

    def named(self, name: Name) -> Found:
        value = self.entered(name)
        found = value if isinstance(value, bool) else _as_figure(value)
        return str(value) if found is None else found

    def text(self, node: Node) -> str:
        """Digits in a field of text are compared as text."""
        return str(self.entered(node) if isinstance(node, Name) else self.of(node))

    def entered(self, name: Name) -> Any:
        value = self.row.get(name.column) if name.column else self.values.get(name.field)
        if is_blank(value):
            raise _Unknown(f"{name.field}.{name.column}" if name.column else name.field)
        return value

    def stated(self, name: str) -> Fraction:
        limit = self.limits.get(name)
        if limit is None:
            raise _Unknown(why=Message("the procedure states no {limit}", limit=name))
        if limit.amount is not None:
            return limit.amount.value
        if limit.within is not None:
            return Fraction(limit.within)
        value = self.row[limit.by] if limit.by in self.row else self.values.get(limit.by)
        if not (text := compared(value)):
            raise _Unknown(limit.by or name)
        for case in limit.cases:
            if falls_under(case.when, text):
                return Fraction(case.within)
        raise _Unknown(why=Message("{limit} states nothing for {value}", limit=name, value=text))

    def rows(self, node: Rows) -> Fraction:
        """A table without rows has 0 of them and adds up to 0; an empty cell of a column adds nothing."""
        held = self.values.get(node.table)
        rows: Sequence[Any] = [] if held is None else held if isinstance(held, (list, tuple)) else [held]
        if len(rows) > MOST_ROWS or not all(isinstance(row, Mapping) for row in rows):
            raise _Unknown(why=Message("the table has more than {most} rows", most=MOST_ROWS))
        inner = [_Worker(self.values, self.limits, row) for row in rows]
        if node.inside is None:
            return Fraction(len(rows))
        if node.function == "count":
            return Fraction(sum(worker.truth(node.inside) for worker in inner))
        if isinstance(node.inside, Name):
            column = node.inside.column
            inner = [worker for worker in inner if not is_blank(worker.row.get(column))]
        found = Fraction(0)
        for worker in inner:
            found = _bounded(found + worker.figure(node.inside))
        return found


def _bounded(found: Fraction) -> Fraction:
    """Sums of many quotients, and long products, would take longer with each row."""
    if max(found.numerator.bit_length(), found.denominator.bit_length()) > _WIDEST:
        raise _Unknown(why=Message("it would take figures that are too long"))
    return found


def _as_figure(value: Any) -> Fraction | None:
    """A figure as it was entered: a whole number, or decimal text of at most 30 digits on either side."""
    if isinstance(value, int):
        return Fraction(value)
    if not isinstance(value, str) or len(value) > 2 * MOST_DIGITS + 2:
        return None
    whole, point, places = value.removeprefix("-").partition(".")
    digits = whole + places
    if not (digits.isascii() and digits.isdecimal() and whole) or (point and not places):
        return None
    return Fraction(value)


_OPERATIONS: Final[Mapping[str, Callable[[Fraction, Fraction], Fraction | bool]]] = MappingProxyType(
    {
        "+": lambda a, b: a + b,
        "-": lambda a, b: a - b,
        "*": lambda a, b: a * b,
        "/": lambda a, b: a / b,
        "<": lambda a, b: a < b,
        "<=": lambda a, b: a <= b,
        ">": lambda a, b: a > b,
        ">=": lambda a, b: a >= b,
    }
)
