"""What conditions ask of the rows of a table: exact, bounded, and checked when a form is registered."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from docctl.errors import Invalid
from docctl.rules.records.entries import kinds
from docctl.store.expressions import compile_expression, evaluate
from docctl.store.rows import MOST_ROWS

COLUMNS: dict[str, dict[str, Any]] = {
    "amount": {"type": "string", "format": "money"},
    "pieces": {"type": "integer"},
    "result": {"type": "string"},
    "met": {"type": "boolean"},
    "on": {"type": "string", "format": "date"},
    "at": {"type": "string", "format": "date-time"},
}
TABLE = {"type": "array", "items": {"type": "object", "properties": COLUMNS}}
PROPERTIES: dict[str, dict[str, Any]] = {
    "lines": TABLE,
    "limit": {"type": "number"},
    "tags": {"type": "array", "items": {"type": "string"}},
    "sum": {"type": "number"},
}
FIELDS = kinds(PROPERTIES)
LINES = [
    {"amount": "0.1", "pieces": 2, "result": "pass", "met": True, "on": "2026-03-02"},
    {"amount": "0.2", "pieces": 3, "result": "fail", "met": True, "on": "2026-03-10"},
]


@pytest.mark.parametrize(
    ("text", "rows", "expected"),
    [
        ("count(lines) == 2", LINES, True),
        ("count(lines) == 0", None, True),
        ("count(lines, lines.result == 'pass') == 1", LINES, True),
        ("sum(lines.amount) == 0.3", LINES, True),  # in decimals
        ("sum(lines.amount) <= limit", LINES, False),
        ("sum(lines.pieces) * 2 == 10", LINES, True),
        ("sum(lines.amount) == 0", [], True),
        ("sum(lines.amount) == 0.1", [{"amount": "0.1"}, {"amount": ""}, {}], True),
        ("sum(lines.amount) == 0.1", [{"amount": "0.1"}, {"amount": "many"}], False),
        ("sum(lines.amount) != 0.1", [{"amount": "0.1"}, {"amount": "many"}], False),
        ("min(lines.pieces) == 2 && max(lines.pieces) == 3", LINES, True),
        ("max(lines.pieces) == 10", [{"pieces": 9}, {"pieces": 10}], True),  # by value, not by letters
        ("max(lines.on) <= '2026-03-10' && min(lines.on) == '2026-03-02'", LINES, True),
        ("max(lines.pieces) > 0 || min(lines.pieces) <= 0", [], False),
        ("every(lines, lines.met == true)", LINES, True),
        ("every(lines, lines.result == 'pass')", LINES, False),
        ("every(lines, lines.amount <= limit && lines.pieces > 1)", [LINES[0]], True),
        ("every(lines, lines.met == true)", [LINES[0], {"amount": "1"}], False),
        ("some(lines, lines.result == 'fail')", LINES, True),
        ("!some(lines, lines.result == 'lost')", LINES, True),
        ("some(lines, lines.result in ['fail', 'lost']) && sum == 1", LINES, True),
        ("some(lines, lines.result.startsWith('fa'))", LINES, True),
        ("every(lines, lines.amount > 0) && sum(lines.amount) < sum", LINES, True),
    ],
)
def test_rows_are_asked_as_a_person_would_count_them(text: str, rows: Any, expected: bool) -> None:
    assert evaluate(text, {"lines": rows, "limit": "0.25", "sum": "1"}, FIELDS) is expected


OPEN: dict[str, Any] = {"amount": "1"}


@pytest.mark.parametrize(
    ("text", "rows", "expected"),
    [
        ("!every(lines, lines.met == true)", [LINES[0], OPEN], False),
        ("!every(lines, lines.result == 'pass')", [*LINES, OPEN], True),
        ("!some(lines, lines.result == 'fail')", [LINES[0], OPEN], False),
        ("some(lines, lines.result == 'fail')", [*LINES, OPEN], True),
        ("some(lines, lines.result == 'fail' || lines.amount > 0)", [OPEN], True),
        ("count(lines, lines.result == 'fail') == 0", [LINES[0], OPEN], False),
        ("count(lines, lines.amount > 0) == 1", [OPEN], True),
    ],
)
def test_a_row_that_may_still_become_one_opens_nothing_either_way(
    text: str, rows: Any, expected: bool
) -> None:
    assert evaluate(text, {"lines": rows}, FIELDS) is expected


@pytest.mark.parametrize("text", ["every(lines, lines.met == true)", "!every(lines, lines.met == true)"])
def test_where_nothing_was_checked_neither_every_nor_the_contrary_is_true(text: str) -> None:
    assert evaluate(text, {"lines": []}, FIELDS) is False
    assert evaluate(text, {}, FIELDS) is False


@pytest.mark.parametrize("held", ["x", 5, {"a": 1}, ["x"], [[1]], [{"pieces": 1}] * (MOST_ROWS + 1)])
def test_what_is_no_table_or_too_long_a_one_makes_no_condition_true(held: Any) -> None:
    for text in ("count(lines) >= 0", "sum(lines.pieces) >= 0", "!some(lines, lines.pieces > 5)"):
        assert evaluate(text, {"lines": held}, FIELDS) is False


@pytest.mark.parametrize("cell", [True, 1.5, "1e9", "NaN", "9" * 63, "--1", "1.2.3", "-", [1], {"a": 1}])
def test_a_cell_that_is_no_figure_makes_the_sum_unknown(cell: Any) -> None:
    for text in ("sum(lines.pieces) >= 0", "sum(lines.pieces) < 0"):
        assert evaluate(text, {"lines": [{"pieces": cell}, {"pieces": 1}]}, FIELDS) is False


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("sum(limit.amount) > 1", "'limit' is no table of this template; it has lines"),
        ("count(tags) > 1", "'tags' is no table"),
        ("sum(lines.price) > 1", "lines has no column 'price'; it has amount"),
        ("every(lines, lines.price > 1)", "lines has no column 'price'"),
        ("sum(lines.result) > 1", r"lines.result cannot go into sum\(\)"),
        ("max(lines.at) == max(lines.at)", r"lines.at cannot go into max\(\)"),
        ("sum(lines) > 1", r"sum is written sum\(table.column\)"),
        ("sum(lines.amount + 1) > 1", "sum is written"),
        ("count() > 1", "count is written"),
        ("count(lines, ) > 1", "count is written"),
        ("every(lines) == true", "every is written"),
        ("every(lines, some(lines, true))", r"some\(\) cannot stand inside every\(\)"),
        ("every(lines, met == true)", "'met' is no field"),
        ("every(lines, lines.'x' == true)", "a dot must follow"),
        ("every(lines, lines.met == true", "every is written"),
        ("every(lines, lines.met ==)", "malformed"),
        ("every(lines, lines.result.matches('a'))", r"matches\(\) is not offered"),
        ("Answer0 == 1 || count(lines) == 1", "'Answer0' is no field"),
        ("every(lines, Cell_met == true)", "'Cell_met' is no field"),
    ],
)
def test_what_cannot_be_asked_of_rows_is_refused(text: str, reason: str) -> None:
    with pytest.raises(Invalid, match=reason):
        compile_expression(text, FIELDS)


PARTS = ["lines", "amount", "met", "limit", "sum", "count", "every", "some", "max", "1", "'x'", "true"]
PARTS += [*"(),.,.<!-", "==", "&&", "every(lines,", "sum(lines.amount)", "lines.met"]
CELLS = st.none() | st.booleans() | st.integers() | st.floats() | st.decimals() | st.text()
ROWS = st.lists(st.dictionaries(st.sampled_from(sorted(COLUMNS)), CELLS, max_size=4), max_size=4)


@settings(max_examples=200)
@given(st.lists(st.sampled_from(PARTS), max_size=20), ROWS)
def test_any_question_is_refused_or_answered(parts: list[str], rows: list[dict[str, Any]]) -> None:
    of_sum, of_every = "sum(lines.amount) + max(lines.pieces) > 1", "every(lines, lines.amount > 1)"
    for text in (" ".join(parts), of_sum, of_every):
        try:
            condition = compile_expression(text, FIELDS)
        except Invalid:
            continue
        assert condition.holds({"lines": rows, "limit": "1"}) in (True, False)
