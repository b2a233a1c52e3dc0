"""What a template says of its computed fields, and cannot mean. Its schema has been checked.

Each part of a formula is a figure, a text, or a yes or no; a figure may be a sum of money in one currency.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from docctl.errors import Invalid
from docctl.errors.message import Message, Typed
from docctl.rules.records import computed, entries, formulas
from docctl.rules.records.amounts import CURRENCY
from docctl.rules.records.computed import Computed
from docctl.rules.records.formulas import COMPARED, Choice, Name, Node, Operation, Rows, Stated, Text, Truth
from docctl.rules.records.limits import Limit

Path = tuple[str | int, ...]
Fields = Mapping[str, Mapping[str, Any]]

_FIGURES: Final = frozenset({"integer", "number"})
_FIGURE, _TEXT, _TRUTH = "figure", "text", "yes or no"
_OPEN: Final = None
"""The currency of a figure that is written as such, or of a limit that is not known yet: it fits any."""


@dataclass(frozen=True)
class _Kind:
    """What a part of a formula is; of a figure its currency, `""` for one that is no money."""

    of: str
    currency: str | None = ""


def computed_faults(source: Mapping[str, Any]) -> Iterator[tuple[Path, Message]]:
    """Path and sentence of each."""
    fields: Fields = source["schema"]["properties"]
    rules: dict[str, Computed] = {}
    for name, schema in fields.items():
        if "computed" not in schema:
            if "places" in schema:
                yield _at(name, "places"), Message("is said of a field that is computed")
            continue
        try:
            rules[name] = Computed.parse(name, schema)
            _check_field(schema)
            _check_steps(rules[name], source)
            _Checker(fields).check(rules[name])
        except Invalid as error:
            yield _at(name), _with_clause(error.said, schema)
    settled = {rule.field for rule in computed.in_order(rules.values())}
    for name in rules.keys() - settled:
        yield _at(name), _with_clause(Message("is worked out from itself, in a circle"), fields[name])
    for n, item in enumerate(source.get("previous", ())):
        for own in rules.keys() & item.get("take", {}).keys():
            yield ("previous", n, "take", own), Message("is computed, and not taken over")


def against_limits(
    rules: tuple[Computed, ...], fields: Fields, limits: Mapping[str, Limit]
) -> dict[str, Message]:
    """By field: what keeps its formula from being worked out with the limits of the procedure."""
    found = {}
    for rule in rules:
        try:
            _Checker(fields, limits).check(rule)
        except Invalid as error:
            found[rule.field] = _with_clause(error.said, fields[rule.field])
    return found


def _at(name: str, key: str = "computed") -> Path:
    return ("schema", "properties", name, key)


def _with_clause(why: Message, schema: Mapping[str, Any]) -> Message:
    return Message("{why} (clause {clause})", why=why, clause=schema["clause"]) if "clause" in schema else why


def _check_field(schema: Mapping[str, Any]) -> None:
    if schema.get("type") not in _FIGURES:
        raise Invalid("only a field of figures is computed; give it type number or integer")
    if schema["type"] == "number" and "places" not in schema:
        raise Invalid("say how many places after the point it is rounded to (half up): places: 2")
    if schema["type"] == "integer" and schema.get("places"):
        raise Invalid("a whole number has no places after the point")


def _check_steps(rule: Computed, source: Mapping[str, Any]) -> None:
    """All that it is worked out from is there when its own step is signed."""
    filled = {name: n for n, step in enumerate(source["steps"]) for name in step["fields"]}
    if rule.field not in filled:
        raise Invalid("no step has {field}, so it would never be fixed", field=rule.field)
    for name in formulas.names_in(rule.formula):
        if filled.get(name, -1) > filled[rule.field]:
            raise Invalid(
                "{field} is filled in step {step}, which comes after",
                field=name,
                step=source["steps"][filled[name]]["name"],
            )


@dataclass
class _Checker:
    """`limits` is None while the procedure is not known; `table`: the one whose rows are looked at."""

    fields: Fields
    limits: Mapping[str, Limit] | None = None
    table: str = ""
    parts: Mapping[str, Mapping[str, Any]] = field(init=False)
    kinds: Mapping[str, str] = field(init=False)

    def __post_init__(self) -> None:
        self.parts, self.kinds = entries.parts(self.fields), entries.kinds(self.fields)

    def check(self, rule: Computed) -> None:
        """Raises Invalid."""
        found, schema = self.figure(rule.formula), self.fields[rule.field]
        own = _currency(rule.field, schema)
        if found.currency and not own:
            raise Invalid(
                "comes to money ({currency}); give the field format money and that unit",
                currency=found.currency,
            )
        if found.currency and found.currency != own:
            raise Invalid("comes to {currency}, and the field is in {own}", currency=found.currency, own=own)

    def of(self, node: Node) -> _Kind:
        if isinstance(node, Text):
            return _Kind(_TEXT)
        if isinstance(node, Truth):
            return _Kind(_TRUTH)
        if isinstance(node, Name):
            return self.named(node)
        if isinstance(node, Stated):
            return self.stated(node.limit)
        if isinstance(node, Choice):
            self.truth(node.condition)
            return self.alike(self.figure(node.then), self.figure(node.otherwise))
        if isinstance(node, Rows):
            return self.rows(node)
        return self.operation(node) if isinstance(node, Operation) else _Kind(_FIGURE, _OPEN)

    def operation(self, node: Operation) -> _Kind:
        sign, right = node.sign, node.right
        if right is None:
            return self.truth(node.left) if sign == "!" else self.figure(node.left)
        if sign in ("&&", "||"):
            self.truth(node.left)
            return self.truth(right)
        if sign in ("==", "!=") and _FIGURE not in (self.of(node.left).of, self.of(right).of):
            return self.same(node.left, right)
        left, other = self.figure(node.left), self.figure(right)
        if sign == "*":
            return self.product(left, other)
        if sign == "/":
            return self.quotient(left, other, is_stated=bool(formulas.limits_in(right)))
        found = self.alike(left, other)
        return _Kind(_TRUTH) if sign in COMPARED else found

    def same(self, left: Node, right: Node) -> _Kind:
        kinds = self.of(left), self.of(right)
        if kinds[0].of != kinds[1].of:
            raise Invalid("a {one} is compared with a {other}", one=kinds[0].of, other=kinds[1].of)
        for name, text in ((left, right), (right, left)):
            if isinstance(name, Name) and isinstance(text, Text):
                choices = self.parts[_called(name)].get("enum")
                if choices is not None and text.value not in map(str, choices):
                    raise Invalid(
                        "{text} is no choice of {field}", text=Typed(text.value), field=_called(name)
                    )
        return _Kind(_TRUTH)

    def alike(self, one: _Kind, other: _Kind) -> _Kind:
        """Two figures of which one may stand for the other: both plain, or both in one currency."""
        if _OPEN in (one.currency, other.currency):
            return other if one.currency is _OPEN else one
        if one.currency != other.currency:
            both = sorted(filter(None, (one.currency, other.currency)))
            if len(both) == 1:
                raise Invalid("a figure that is no money is mixed with {currency}", currency=both[0])
            raise Invalid("{currencies} are mixed", currencies=both)
        return one

    def product(self, one: _Kind, other: _Kind) -> _Kind:
        if one.currency and other.currency:
            raise Invalid("a sum of money is multiplied with another")
        open_still = _OPEN in (one.currency, other.currency)
        return _Kind(_FIGURE, one.currency or other.currency or (_OPEN if open_still else ""))

    def quotient(self, one: _Kind, other: _Kind, *, is_stated: bool) -> _Kind:
        if other.currency is _OPEN:
            return _Kind(_FIGURE, _OPEN) if is_stated else one
        if not other.currency:
            return one
        if one.currency == "":
            raise Invalid("a figure that is no money is divided by a sum of money")
        self.alike(one, other)
        return _Kind(_FIGURE, _OPEN if one.currency is _OPEN else "")

    def figure(self, node: Node) -> _Kind:
        return self.expected(node, _FIGURE)

    def truth(self, node: Node) -> _Kind:
        return self.expected(node, _TRUTH)

    def expected(self, node: Node, kind: str) -> _Kind:
        found = self.of(node)
        if found.of == kind:
            return found
        what = Typed(_called(node) if isinstance(node, Name) else getattr(node, "value", ""))
        if kind == _FIGURE:
            raise Invalid("{what} stands where a figure is needed, and is none", what=what)
        raise Invalid("{what} stands where a condition is needed, and is none", what=what)

    def named(self, name: Name) -> _Kind:
        called = _called(name)
        if name.column:
            self.check_column(name)
        elif called not in self.fields:
            raise Invalid(
                "{name} is no field of this template; it has {names}",
                name=Typed(called),
                names=sorted(self.fields),
            )
        kind = self.kinds[called]
        if kind in _FIGURES:
            return _Kind(_FIGURE, _currency(called, self.parts[called]))
        return _Kind({"boolean": _TRUTH, "string": _TEXT}.get(kind, kind))

    def check_column(self, name: Name) -> None:
        if name.field != self.table:
            raise Invalid("{cell} may stand only in sum() or count() of its table", cell=Typed(_called(name)))
        if _called(name) not in self.parts:
            begin = f"{self.table}."
            raise Invalid(
                "{table} has no column {column}; it has {names}",
                table=self.table,
                column=Typed(name.column),
                names=sorted(part.removeprefix(begin) for part in self.parts if part.startswith(begin)),
            )

    def rows(self, node: Rows) -> _Kind:
        tables = sorted({name.partition(".")[0] for name in self.parts if "." in name})
        if node.table not in tables:
            raise Invalid(
                "{name} is no table of this template; it has {names}", name=Typed(node.table), names=tables
            )
        if node.inside is None:
            return _Kind(_FIGURE)
        inner = _Checker(self.fields, self.limits, node.table)
        if node.function == "sum":
            return inner.figure(node.inside)
        inner.truth(node.inside)
        return _Kind(_FIGURE)

    def stated(self, name: str) -> _Kind:
        if self.limits is None:
            return _Kind(_FIGURE, _OPEN)
        limit = self.limits.get(name)
        if limit is None:
            raise Invalid("the procedure states no {limit}", limit=name)
        if limit.amount is None and limit.within is None and limit.by not in self.of_cases():
            raise Invalid("{limit} is no figure that can be computed with", limit=name)
        return _Kind(_FIGURE, limit.amount.currency if limit.amount else "")

    def of_cases(self) -> set[str]:
        """What a table of limits may go by: the fields, and the columns of the table that is looked at."""
        begin = f"{self.table}."
        return {*self.fields, *(part.removeprefix(begin) for part in self.parts if part.startswith(begin))}


def _called(name: Name) -> str:
    return f"{name.field}.{name.column}" if name.column else name.field


def _currency(name: str, schema: Mapping[str, Any]) -> str:
    if schema.get("format") != "money":
        return ""
    unit = str(schema.get("unit", ""))
    if not CURRENCY.fullmatch(unit):
        raise Invalid("{field} is money: write its currency as its unit, such as CNY", field=name)
    return unit
