"""Conditions of templates: what they may say, what they answer, and what they can never do."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from docctl.errors import Invalid
from docctl.store import expressions
from docctl.store.expressions import compile_expression, evaluate

FIELDS = {
    "satisfied": "boolean",
    "distance_km": "number",
    "pieces": "integer",
    "price": "number",
    "list_price": "number",
    "result": "string",
    "serial": "string",
    "arrived_at": "date-time",
    "agreed_at": "date-time",
    "due_on": "date",
    "done_on": "date",
    "parts": "array",
    "answer": "object",
}

TEN_UTC = datetime(2026, 3, 2, 10, tzinfo=UTC)
PARTS = ["satisfied", "pieces", "serial", "answer", "parts", "1", "2.5", "'x'", "true", "null", "in", "size"]
PARTS += [*"<!-+*()[]?:,.", "==", "&&", "||"]
VALUES = st.none() | st.booleans() | st.integers() | st.floats() | st.decimals() | st.text()


@pytest.mark.parametrize(
    ("text", "values", "expected"),
    [
        ("satisfied == true", {"satisfied": True}, True),
        ("satisfied == true", {"satisfied": False}, False),
        ("satisfied == true", {"satisfied": "true"}, True),
        ("satisfied == true", {"satisfied": "yes"}, False),
        ("satisfied == false", {"satisfied": "false"}, True),
        ("satisfied", {"satisfied": True}, True),
        ("!satisfied", {"satisfied": False}, True),
        ("distance_km <= 300", {"distance_km": "300"}, True),
        ("distance_km <= 300", {"distance_km": "300.1"}, False),
        ("distance_km <= 300", {"distance_km": "29"}, True),  # by value, not by letters
        ("distance_km <= 300", {"distance_km": Decimal("300.0")}, True),
        ("distance_km <= 300", {"distance_km": 300}, True),
        ("distance_km <= 300", {"distance_km": 299.5}, True),
        ("distance_km == 0.3", {"distance_km": "0.30"}, True),
        ("pieces > 1 && pieces < 10", {"pieces": "9"}, True),
        ("pieces > 1 && pieces < 10", {"pieces": "10"}, False),
        ("list_price - price > 0.1 * list_price", {"list_price": "100", "price": "89"}, True),
        ("list_price - price > 0.1 * list_price", {"list_price": "100", "price": "90"}, False),
        ("pieces * 2 == 5", {"pieces": "2.5"}, True),
        ("-pieces < -1", {"pieces": 2}, True),
        ("result in ['合格', \"rework\"]", {"result": "合格"}, True),
        ("result in ['合格', 'rework']", {"result": "不合格"}, False),
        ("result == 'pass' || result == 'rework'", {"result": "rework"}, True),
        ("result != 'pass'", {"result": "fail"}, True),
        ("serial == '007'", {"serial": "007"}, True),
        ("serial == '7'", {"serial": "7"}, True),
        ("size(serial) > 2", {"serial": "007"}, True),
        ("serial.startsWith('SN') && serial.endsWith('7')", {"serial": "SN-7"}, True),
        ("serial.contains('-')", {"serial": "SN7"}, False),
        ("'SN-7'.contains(serial)", {"serial": "N-"}, True),
        ("arrived_at <= agreed_at", {"arrived_at": TEN_UTC, "agreed_at": "2026-03-02T18:00+08:00"}, True),
        ("arrived_at < agreed_at", {"arrived_at": TEN_UTC, "agreed_at": "2026-03-02T18:00+08:00"}, False),
        ("arrived_at <= agreed_at", {"arrived_at": "2026-03-02T10:00:01Z", "agreed_at": TEN_UTC}, False),
        ("done_on <= due_on", {"done_on": "2026-03-02", "due_on": date(2026, 3, 2)}, True),
        ("done_on <= due_on", {"done_on": "2026-03-03", "due_on": "2026-03-02"}, False),
        ("'pump' in parts", {"parts": ["pump", "12"]}, True),
        ("'12' in parts", {"parts": ("pump", "12", None, ["x"])}, True),
        ("answer.met == false", {"answer": {"met": False, "due": None}}, True),
        ("satisfied ? pieces > 1 : pieces > 5", {"satisfied": False, "pieces": "3"}, False),
        ("(satisfied || pieces > 5) && price > 0", {"satisfied": True, "price": "1"}, True),
        ("true", {}, True),
        ("1 + 1", {}, False),  # not a condition
        ("'true'", {}, False),
    ],
)
def test_a_condition_is_judged_by_the_kinds_of_its_fields(
    text: str, values: dict[str, Any], expected: bool
) -> None:
    assert evaluate(text, values, FIELDS) is expected


@pytest.mark.parametrize("missing", [{}, {"satisfied": None}, {"satisfied": ""}, {"satisfied": "  "}])
@pytest.mark.parametrize(
    "text",
    ["satisfied == true", "satisfied == false", "satisfied != true", "!satisfied", "satisfied != null"],
)
def test_a_condition_on_a_missing_value_is_not_met_either_way(text: str, missing: dict[str, Any]) -> None:
    assert evaluate(text, missing, FIELDS) is False


def test_what_is_decided_without_the_missing_value_stands() -> None:
    assert evaluate("satisfied || pieces > 1", {"satisfied": True}, FIELDS) is True
    assert evaluate("answer.met == true", {"answer": {}}, FIELDS) is False


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("pieces", "many"),
        ("pieces", "NaN"),
        ("pieces", "Infinity"),
        ("pieces", "sNaN"),
        ("pieces", float("nan")),
        ("pieces", float("inf")),
        ("pieces", 2**53 + 1),
        ("pieces", "9" * 9_000),
        ("pieces", "1E+999999999"),
        ("pieces", b"1"),
        ("pieces", object()),
        ("arrived_at", "yesterday"),
        ("arrived_at", "2026-03-02T10:00"),
        ("arrived_at", datetime(2026, 3, 2)),  # noqa: DTZ001
        ("result", "x" * 10_001),
    ],
)
def test_a_value_that_is_not_of_its_kind_counts_as_missing(name: str, value: object) -> None:
    assert evaluate(f"{name} == {name}", {name: value}, FIELDS) is False


def test_things_of_two_kinds_are_never_equal_nor_in_order() -> None:
    assert evaluate("result > 3", {"result": "5"}, FIELDS) is False
    assert evaluate("result == 5", {"result": "5"}, FIELDS) is False


@pytest.mark.parametrize(
    ("value", "expected"), [("300", True), ("-5.50", True), ("301", False), ("007", False), ("1e2", False)]
)
def test_without_kinds_a_plain_decimal_is_a_number(value: str, expected: bool) -> None:
    assert evaluate("distance_km <= 300", {"distance_km": value}) is expected


def test_a_name_that_is_no_field_is_refused_when_fields_are_known() -> None:
    with pytest.raises(Invalid, match="'satisfed' is no field of this template"):
        compile_expression("satisfed == true", FIELDS)
    assert compile_expression("satisfed == true").holds({"satisfed": True}) is True


def test_a_value_beside_the_known_fields_does_no_harm() -> None:
    assert evaluate("satisfied", {"satisfied": True, "other": "x"}, FIELDS) is True


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "malformed"),
        ("satisfied ==", "malformed"),
        ("satisfied = true", "cannot be read"),
        ("while == true", "'while' is no field"),
        ("satisfied == true; drop", "cannot be read"),
        ("result == 'it\\'s'", "cannot be read"),
        ("result == b'x'", "cannot be read"),
        ("result == r'x'", "cannot be read"),
        ("pieces == 3u", "cannot be read"),
        ("pieces == 1e9", "cannot be read"),
        ("pieces == 0x10", "cannot be read"),
        ("pieces / 0 == 1", "cannot be read"),
        ("pieces % 2 == 0", "cannot be read"),
        ("{'a': 1}.a == 1", "cannot be read"),
        ("反馈 == true", "cannot be read"),
        ("result.matches('(a+)+$')", "matches\\(\\) is not offered"),
        ("parts.map(parts, parts)", "map\\(\\) is not offered"),
        ("parts.exists(result, true)", "exists\\(\\) is not offered"),
        ("timestamp('2026-01-01T00:00:00Z') < arrived_at", "timestamp\\(\\) is not offered"),
        ("has(answer.met)", "has\\(\\) is not offered"),
        ("result.contains (parts.all(result, true))", "all\\(\\) is not offered"),
        ("result.size() > 1", "written size\\(field\\)"),
        ("contains(result)", "written field.contains\\(text\\)"),
        ("parts[0] == 'x'", "square brackets"),
        ("[1, 2] == [1, 2]", "square brackets"),
        (".secret == true", "dot must follow"),
        ("[.secret]", "square brackets"),
        ("pieces in [.secret]", "dot must follow"),
        ("x" * 501, "501 characters"),
        ("!" * 120 + "satisfied", "121 parts"),
        ("(" * 9 + "satisfied" + ")" * 9, "nested deeper"),
        ("satisfied?" * 9 + "true" + ":true" * 9, "nested deeper"),
    ],
)
def test_a_condition_beyond_the_small_language_is_refused(text: str, reason: str) -> None:
    with pytest.raises(Invalid, match=reason):
        compile_expression(text, FIELDS)


def test_a_word_that_the_language_keeps_for_itself_cannot_be_a_field() -> None:
    with pytest.raises(Invalid, match="malformed"):
        compile_expression("void == true", {"void": "boolean"})


@pytest.mark.parametrize(
    "text",
    [
        "!" * 119 + "satisfied",
        "-" * 117 + "1 < 0",
        "&&".join(["satisfied"] * 45),
        "((((((((satisfied))))))))",
        "+".join(["serial"] * 58) + " == ''",
        "pieces in [pieces in [pieces in [pieces in [pieces in [pieces in [pieces in [pieces in []]]]]]]]",
        "answer" + ".met" * 59,
    ],
)
def test_the_worst_condition_fits_into_a_small_stack(text: str) -> None:
    expressions._program.cache_clear()
    answers: list[bool] = []
    values = {"satisfied": True, "serial": "x" * 10_000, "pieces": "1", "answer": {"met": True}}
    before = threading.stack_size(512 * 1024)
    try:
        thread = threading.Thread(target=lambda: answers.append(evaluate(text, values, FIELDS)))
        thread.start()
    finally:
        threading.stack_size(before)
    thread.join(timeout=5)
    assert len(answers) == 1


@settings(max_examples=200)
@given(
    st.lists(st.sampled_from(PARTS), max_size=30),
    st.dictionaries(st.sampled_from(sorted(FIELDS)), VALUES | st.lists(VALUES)),
)
def test_any_condition_is_refused_at_registration_or_answers_true_or_false(
    parts: list[str], values: dict[str, Any]
) -> None:
    try:
        condition = compile_expression(" ".join(parts), FIELDS)
    except Invalid:
        return
    assert condition.holds(values) in (True, False)
