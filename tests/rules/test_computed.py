"""Formulas of computed fields, cell by cell and against fractions: exact, rounded half up once, bounded."""

from __future__ import annotations

import time
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docctl.errors import Invalid
from docctl.rules.records import formulas
from docctl.rules.records.computed import Computed, Outcome, in_order, rounded, work_out
from docctl.rules.records.limits import Limit

LIMITS = {
    "rate": Limit.parse({"amount": "12.5", "unit": "CNY"}),
    "week": Limit.parse({"within": "7", "unit": "day"}),
    "share": Limit.parse(
        {
            "by": "seat",
            "cases": [{"when": "hard", "within": 60}, {"when": "soft", "within": 40}],
            "unit": "hour",
        }
    ),
    "fixed": Limit.parse({"fixed": {"day": "5", "of": "next_month"}}),
}


def outcome(formula: str, values: Mapping[str, Any], places: int = 2) -> Outcome:
    return work_out(Computed("total", formula, formulas.parse(formula), places), values, LIMITS)


ROWS = [{"hours": "1.5", "seat": "hard"}, {"hours": 2, "seat": "soft"}, {"seat": "hard"}]


@pytest.mark.parametrize(
    ("formula", "values", "places", "found"),
    [
        ("hours * 50", {"hours": 3}, 2, "150.00"),
        ("hours * 50", {"hours": "1.5"}, 0, 75),
        ("0.1 + 0.2", {}, 1, "0.3"),
        ("1 / 3 * 3", {}, 2, "1.00"),
        ("2 / 3", {}, 2, "0.67"),
        ("1 / 8", {}, 2, "0.13"),
        ("-1 / 8", {}, 2, "-0.13"),
        ("-1 / 1000", {}, 2, "0.00"),
        ("1 - 2 - 3", {}, 0, -4),
        ("2 + 3 * 4", {}, 0, 14),
        ("(2 + 3) * 4", {}, 0, 20),
        ("8 / 2 / 2", {}, 0, 2),
        ("- - 2", {}, 0, 2),
        ("hours > 8 ? 60 : hours == 8 ? 40 : 0", {"hours": 8}, 0, 40),
        ("seat == 'hard' && !(hours < 8) ? 60 : 0", {"hours": 8, "seat": "hard"}, 0, 60),
        ("agreed || hours > 3 ? 1 : 2", {"agreed": False, "hours": 3}, 0, 2),
        ("agreed != true ? 1 : 2", {"agreed": True}, 0, 2),
        ("code == '007' ? 1 : 2", {"code": "007"}, 0, 1),
        ("code == '7' ? 1 : 2", {"code": "007"}, 0, 2),
        ("hours * {limit:rate}", {"hours": 2}, 2, "25.00"),
        ("{limit:week} + 0", {}, 0, 7),
        ("{limit:share} / 100", {"seat": "soft"}, 1, "0.4"),
        ("sum(rides.hours)", {"rides": ROWS}, 1, "3.5"),
        ("sum(rides.hours)", {}, 1, "0.0"),
        ("count(rides)", {"rides": ROWS}, 0, 3),
        ("count(rides, rides.seat == 'hard')", {"rides": ROWS}, 0, 2),
        ("sum(rides, rides.hours * {limit:share})", {"rides": ROWS[:2]}, 0, 170),
        ("sum(rides, rides.hours * extra)", {"rides": ROWS[:2], "extra": 2}, 0, 7),
        ("9007199254740992 + 0", {}, 0, "9007199254740992"),
        ("9007199254740991 + 0", {}, 0, 9007199254740991),
    ],
)
def test_a_formula_comes_to(formula: str, values: Mapping[str, Any], places: int, found: object) -> None:
    assert outcome(formula, values, places) == Outcome(found)


@pytest.mark.parametrize(
    ("formula", "values", "why"),
    [
        ("hours * 50", {}, "waits for hours"),
        ("hours * 50", {"hours": None}, "waits for hours"),
        ("hours * 50", {"hours": "  "}, "waits for hours"),
        ("hours * 50", {"hours": "twelve"}, "a part of it is no figure"),
        ("hours * 50", {"hours": "1e9"}, "a part of it is no figure"),
        ("hours * 50", {"hours": "1" * 70}, "a part of it is no figure"),
        ("hours * 50", {"hours": "٣"}, "a part of it is no figure"),
        ("hours * 50", {"hours": "1."}, "a part of it is no figure"),
        ("1 / hours", {"hours": 0}, "something would be divided by nothing"),
        ("agreed ? 1 : 2", {}, "waits for agreed"),
        ("agreed ? 1 : 2", {"agreed": "perhaps"}, "its condition is neither true nor false"),
        ("sum(rides, rides.hours * 2)", {"rides": ROWS}, "waits for rides.hours"),
        ("count(rides)", {"rides": [{}] * 1001}, "the table has more than 1000 rows"),
        ("count(rides)", {"rides": "none"}, "the table has more than 1000 rows"),
        ("{limit:none} * 2", {}, "the procedure states no none"),
        ("{limit:share} * 2", {}, "waits for seat"),
        ("{limit:share} * 2", {"seat": "plane"}, "share states nothing for plane"),
        ("{limit:fixed} * 2", {}, "waits for fixed"),
        ("hours * hours", {"hours": "9" * 20}, "comes to more than 30 digits"),
    ],
)
def test_what_has_no_value_says_why(formula: str, values: Mapping[str, Any], why: str) -> None:
    found = outcome(formula, values)
    assert (found.value, str(found.why)) == (None, why)


def test_only_the_branch_that_is_needed_is_worked_out() -> None:
    assert outcome("hours == 0 ? 0 : 10 / hours", {"hours": 0}) == Outcome("0.00")
    assert outcome("agreed ? hours : 1", {"agreed": False}) == Outcome("1.00")


@pytest.mark.parametrize(
    ("formula", "why"),
    [
        ("", "ends too early"),
        ("1 +", "ends too early"),
        ("(1", "ends too early"),
        ("1)", "cannot stand"),
        ("1 2", "cannot stand"),
        ("a < b < c", "cannot stand"),
        ("a ? b", "ends too early"),
        ("a ? b 2", "where : is needed"),
        ("1e9", "cannot be read from '1e9' on"),
        ("a ** b", "cannot stand"),
        ("a % b", "cannot be read"),
        ("a[0]", "cannot be read"),
        ("a.b.c", "cannot stand"),
        ("__import__('os')", "cannot be read"),
        ("eval('1')", "eval() is not offered"),
        ("max(a.b)", "max() is not offered"),
        ("sum(a)", "where , is needed"),
        ("sum(a.b + 1)", "sum is written"),
        ("sum(a, sum(b.c))", "cannot stand inside sum()"),
        ("count(a, count(b) > 1)", "cannot stand inside count()"),
        ("{limit:UPPER}", "cannot be read"),
        ("{rate}", "cannot be read"),
        ("'a\\'b'", "cannot be read"),
        ("\u0000", "cannot be read"),
        ("9" * 31, "cannot be read"),
        ("１ + 1", "cannot be read"),
        ("(" * 13 + "1" + ")" * 13, "nested deeper than 12"),
        ("-" * 13 + "1", "nested deeper than 12"),
        ("!" * 400, "more than 120 parts"),
        ("a?" * 13 + "1" + ":2" * 13, "nested deeper than 12"),
        ("1+" * 60 + "1", "more than 120 parts"),
        (" " * 501, "more than 500 characters"),
    ],
)
def test_a_formula_that_cannot_be_meant_is_refused(formula: str, why: str) -> None:
    with pytest.raises(Invalid) as refused:
        formulas.parse(formula)
    assert why in str(refused.value)


def test_the_deepest_that_may_be_written_is_worked_out() -> None:
    assert outcome("(" * 11 + "1" + ")" * 11, {}) == Outcome("1.00")


def test_hostile_formulas_and_values_take_no_longer_than_a_moment() -> None:
    long = "9" * 30 + "." + "9" * 30
    rows = [{"x": f"{n}.{pow(7919, n, 10**30):030}"} for n in range(1, 1001)]
    begun = time.process_time()
    assert outcome("*".join(["a"] * 60), {"a": long}).value is None
    assert str(outcome("sum(t, 1 / t.x)", {"t": rows}).why) == "it would take figures that are too long"
    outcome("sum(t, " + "*".join(["t.x"] * 29) + ")", {"t": rows})
    assert time.process_time() - begun < 3


def test_a_circle_is_left_out_of_the_order() -> None:
    rules = [Computed(name, text, formulas.parse(text), 0) for name, text in CIRCLE.items()]
    assert [rule.field for rule in in_order(rules)] == ["a", "b"]


CIRCLE = {"b": "a + 1", "a": "x * 2", "c": "d + 1", "d": "c + 1", "e": "e + 1"}


# Against fractions: a tree is written as a formula, and worked out on its own beside it.
Tree = tuple[Any, ...]
NAMES = ("a", "b", "c")


def trees() -> st.SearchStrategy[Tree]:
    figures = st.decimals("-0", "99999", places=3, allow_nan=False).map(lambda d: ("figure", str(abs(d))))
    leaves = st.one_of(figures, st.sampled_from(NAMES).map(lambda name: ("name", name)))
    return st.recursive(
        leaves,
        lambda below: st.one_of(
            st.tuples(st.sampled_from("+-*/"), below, below),
            st.tuples(st.sampled_from(["<", "<=", ">", ">=", "==", "!="]), below, below, below, below),
            st.tuples(st.just("neg"), below),
        ),
        max_leaves=8,
    )


def written(tree: Tree) -> str:
    kind, *parts = tree
    if kind in ("figure", "name"):
        return str(parts[0])
    if kind == "neg":
        return f"(-{written(parts[0])})"
    if len(parts) == 4:
        one, other, then, otherwise = map(written, parts)
        return f"({one} {kind} {other} ? {then} : {otherwise})"
    return f"({written(parts[0])} {kind} {written(parts[1])})"


def expected(tree: Tree, values: Mapping[str, Fraction]) -> Fraction:
    kind, *parts = tree
    if kind == "figure":
        return Fraction(parts[0])
    if kind == "name":
        return values[parts[0]]
    if kind == "neg":
        return -expected(parts[0], values)
    one, other = expected(parts[0], values), expected(parts[1], values)
    if len(parts) == 4:
        holds = {"<": one < other, "<=": one <= other, ">": one > other}
        holds |= {">=": one >= other, "==": one == other, "!=": one != other}
        return expected(parts[2 if holds[kind] else 3], values)
    if kind == "/":
        return one / other
    return {"+": one + other, "-": one - other, "*": one * other}[kind]


@given(trees(), st.lists(st.decimals("-99999", "99999", places=2), min_size=3, max_size=3), st.integers(0, 8))
def test_what_comes_out_is_what_fractions_say(tree: Tree, given_values: list[Any], places: int) -> None:
    try:
        formulas.parse(written(tree))
    except Invalid:
        return  # nested deeper than is let in
    values = {name: str(value) for name, value in zip(NAMES, given_values, strict=True)}
    found = outcome(written(tree), values, places)
    try:
        exact = expected(tree, {name: Fraction(value) for name, value in values.items()})
    except ZeroDivisionError:
        assert found.value is None
        return
    if found.value is None:
        assert abs(exact) >= 10**29
        return
    kept = Fraction(str(found.value))
    assert abs(kept - exact) <= Fraction(1, 2 * 10**places)
    assert abs(kept) >= abs(exact) or abs(kept - exact) < Fraction(1, 2 * 10**places)


@given(st.fractions(), st.integers(0, 8))
def test_a_half_goes_away_from_nothing_and_nothing_has_no_sign(figure: Fraction, places: int) -> None:
    found = str(rounded(figure, places))
    assert len(found.partition(".")[2]) == places
    assert not found.startswith("-") or Fraction(found) < 0
    assert rounded(-figure, places) == rounded(figure, places) or Fraction(found) != 0
