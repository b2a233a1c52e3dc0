"""What a condition asks of the rows of a table: `sum(parts.amount)`, `every(checks, checks.met == true)`.

Worked out here, exactly and in decimals, before the library sees the condition: what it gets is one number
or one yes or no. So nothing that runs over rows reaches it (decision 59). Knows parts and values, not CEL.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Context, Decimal, InvalidOperation
from types import MappingProxyType
from typing import Any, Final

from docctl.errors import Invalid
from docctl.errors.message import Typed, either

Part = tuple[str, str]
"""Kind and text of a part of a condition."""
Holds = Callable[[Mapping[str, Any]], bool]
"""Whether the condition within an aggregate is true of a row."""

WRITTEN: Final[Mapping[str, str]] = MappingProxyType(
    {
        "count": "count(table) / count(table, table.column == 'x')",
        "every": "every(table, table.column == 'x')",
        "some": "some(table, table.column == 'x')",
        "sum": "sum(table.column)",
        "min": "min(table.column)",
        "max": "max(table.column)",
    }
)
_OF_COLUMN: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        "sum": frozenset({"number", "integer"}),
        "min": frozenset({"number", "integer", "date"}),
        "max": frozenset({"number", "integer", "date"}),
    }
)

MOST_ROWS: Final = 1_000
"""With more rows an aggregate counts as missing, so that the time of a condition stays bounded."""
_WIDE: Final = Context(prec=130)
ANSWER: Final = "Answer"
CELL: Final = "Cell_"
"""Beginnings of the names that stand for an answer and for a cell: fields begin with a small letter."""


@dataclass(frozen=True)
class Aggregate:
    """One question to the rows of `table`: of its `column`, or of the rows of which `condition` holds."""

    function: str
    table: str
    column: str = ""
    condition: tuple[Part, ...] = ()

    def check(self, kinds: Mapping[str, str]) -> None:
        """Raises Invalid for a table, or a column, that is not there or cannot go into the function."""
        columns = columns_of(self.table, kinds)
        if not columns:
            raise Invalid(
                "{name} is no table of this template; it has {names}",
                name=Typed(self.table),
                names=sorted({name.partition(".")[0] for name in kinds if "." in name}),
            )
        cells = [text.removeprefix(CELL) for kind, text in self.condition if kind == "cell"]
        for column in (*cells, *filter(None, [self.column])):
            if column not in columns:
                raise Invalid(
                    "{table} has no column {column}; it has {names}",
                    table=self.table,
                    column=Typed(column),
                    names=sorted(columns),
                )
        if self.column and columns[self.column] not in _OF_COLUMN[self.function]:
            raise Invalid(
                "{column} cannot go into {function}(), which takes a column of type {kinds}",
                column=f"{self.table}.{self.column}",
                function=self.function,
                kinds=either(sorted(_OF_COLUMN[self.function])),
            )

    def answer(self, held: Any, holds: Holds) -> bool | int | str | Decimal | None:
        """What the rows `held` say; None where that is not known.

        A table without rows has 0 of them and adds up to 0, but nothing was checked in it: it is neither
        `every` nor the contrary. A row of which the condition is not true while a cell that it names is empty
        may still become one: where that would be another answer, none is known. Of a column an empty cell
        adds nothing; one that holds no figure makes all unknown.
        """
        rows = [] if held is None or held == "" else held
        if not isinstance(rows, (list, tuple)) or len(rows) > MOST_ROWS:
            return None
        if not all(isinstance(row, Mapping) for row in rows):
            return None
        if self.column:
            return self._of_cells([row[self.column] for row in rows if not _is_blank(row.get(self.column))])
        return self._of_rows(rows, [row for row in rows if not holds(row)]) if self.condition else len(rows)

    def _of_rows(self, rows: Sequence[Any], unmet: Sequence[Any]) -> bool | int | None:
        named = [text.removeprefix(CELL) for kind, text in self.condition if kind == "cell"]
        open_still = [row for row in unmet if any(_is_blank(row.get(column)) for column in named)]
        met = len(rows) - len(unmet)
        if self.function == "some" and met:
            return True
        if self.function == "every" and len(open_still) < len(unmet):
            return False
        if open_still or (self.function == "every" and not rows):
            return None
        return met if self.function == "count" else self.function == "every"

    def _of_cells(self, cells: Sequence[Any]) -> str | Decimal | None:
        figures = [figure(cell) for cell in cells]
        known = [one for one in figures if one is not None]
        if self.function == "sum":
            return total(known) if len(known) == len(cells) else None
        least = min if self.function == "min" else max
        if known:
            return least(known) if len(known) == len(cells) else None
        return least((cell for cell in cells if isinstance(cell, str)), default=None)


def columns_of(table: str, kinds: Mapping[str, str]) -> dict[str, str]:
    """The columns of a table with their kinds."""
    begin = f"{table}."
    return {name.removeprefix(begin): kind for name, kind in kinds.items() if name.startswith(begin)}


def total(figures: Iterable[Decimal]) -> Decimal:
    """The exact sum: 0.1 and 0.2 are 0.3."""
    found = Decimal(0)
    for one in figures:
        found = _WIDE.add(found, one)
    return found


def figure(value: Any) -> Decimal | None:
    """A whole number or decimal text as it was entered; None for everything else."""
    if isinstance(value, bool) or not isinstance(value, (str, int, Decimal)):
        return None
    if isinstance(value, str) and (len(value) > 62 or not value.replace(".", "").lstrip("-").isdecimal()):
        return None
    try:
        found = Decimal(value)
    except InvalidOperation:
        return None
    # An exponent beyond these would be no figure that somebody entered, and costs time to add.
    return found if found.is_finite() and abs(found.adjusted()) <= 60 else None


def folded(parts: Sequence[Part]) -> tuple[list[Part], list[Aggregate]]:
    """`parts` with one name in the place of each aggregate, and the aggregates in that order.

    Raises Invalid for one that is written otherwise than WRITTEN says.
    """
    plain: list[Part] = []
    found: list[Aggregate] = []
    at = 0
    while at < len(parts):
        if not _begins(parts, at):
            plain.append(parts[at])
            at += 1
            continue
        end = _end(parts, at)
        plain.append(("answer", f"{ANSWER}{len(found)}"))
        found.append(_aggregate(parts[at][1], parts[at + 2 : end]))
        at = end + 1
    return plain, found


def _begins(parts: Sequence[Part], at: int) -> bool:
    """Whether an aggregate begins here: `sum(`, not a field that is called sum."""
    texts = [text for _, text in parts[at : at + 2]]
    is_method = at > 0 and parts[at - 1][1] == "."
    return len(texts) == 2 and texts[0] in WRITTEN and texts[1] == "(" and not is_method


def _end(parts: Sequence[Part], at: int) -> int:
    """Where the bracket after the name at `at` closes."""
    depth = 0
    for n in range(at + 1, len(parts)):
        depth += (parts[n][1] == "(") - (parts[n][1] == ")")
        if depth == 0:
            return n
    raise _otherwise(parts[at][1])


def _aggregate(function: str, inside: Sequence[Part]) -> Aggregate:
    nested = next((text for n, (_, text) in enumerate(inside) if _begins(inside, n)), None)
    if nested is not None:
        raise Invalid("{name}() cannot stand inside {outer}()", name=nested, outer=function)
    signs = [text if kind == "sign" else kind for kind, text in inside]
    if function in _OF_COLUMN:
        if signs != ["name", ".", "name"]:
            raise _otherwise(function)
        return Aggregate(function, inside[0][1], column=inside[2][1])
    if function == "count" and signs == ["name"]:
        return Aggregate(function, inside[0][1])
    if signs[:2] != ["name", ","] or len(signs) < 3:
        raise _otherwise(function)
    table = inside[0][1]
    return Aggregate(function, table, condition=tuple(_cells(table, inside[2:])))


def _cells(table: str, parts: Sequence[Part]) -> Iterator[Part]:
    """`parts` with one name in the place of each `table.column`."""
    at = 0
    while at < len(parts):
        three = parts[at : at + 3]
        is_inside = at > 0 and parts[at - 1][1] == "."
        if [text for _, text in three[:2]] == [table, "."] and len(three) == 3 and not is_inside:
            if three[2][0] != "name":
                raise Invalid("a dot must follow a name, as in answer.met")
            yield "cell", f"{CELL}{three[2][1]}"
            at += 3
        else:
            yield parts[at]
            at += 1


def _otherwise(function: str) -> Invalid:
    return Invalid("{name} is written {what}", name=function, what=WRITTEN[function])


def _is_blank(cell: Any) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())
