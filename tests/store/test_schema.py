from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from docctl.errors import Invalid
from docctl.errors.message import Reader
from docctl.store.schema import check_values, file_schema, problems
from docctl.store.typed import parse_value
from tests.support.said import said

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 24, 9, 30, tzinfo=SHANGHAI)


def schema(**fields: Any) -> dict[str, Any]:
    return {"type": "object", "properties": fields}


def sentence(field: dict[str, Any], value: Any) -> str:
    return str(check_values(schema(f=field), {"f": value}).get("f", ""))


MASS = {"type": "number", "minimum": "9.5", "maximum": "10.5", "unit": "g"}


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        (MASS, "9.50", ""),
        (MASS, "10.5", ""),
        (MASS, 10, ""),
        (MASS, "10.500000000000000000000000000001", "must be between 9.5 and 10.5 g"),
        (MASS, "9.4", "must be between 9.5 and 10.5 g"),
        (MASS, "heavy", "must be a number"),
        (MASS, 9.7, "must be a number"),
        (MASS, True, "must be a number"),
        (MASS, "1e1", "must be a number"),
        (MASS, "٩", "must be a number"),
        ({"type": "number", "minimum": 3}, 2, "must be at least 3"),
        ({"type": "number", "maximum": 3}, 4, "must be at most 3"),
        ({"type": "number", "exclusiveMinimum": 3}, 3, "must be more than 3"),
        ({"type": "number", "exclusiveMinimum": 3}, "3.01", ""),
        ({"type": "number", "exclusiveMaximum": 3, "unit": "km"}, 3, "must be less than 3 km"),
        ({"type": "number", "exclusiveMaximum": 3}, "2.99", ""),
        ({"type": "number", "multipleOf": "0.1"}, "0.3", ""),
        ({"type": "number", "multipleOf": "0.1"}, "0.35", "must be a multiple of 0.1"),
        ({"type": "number", "multipleOf": "0." + "0" * 29 + "1"}, "9" * 30, ""),
        ({"type": "number", "enum": ["9.5", 10]}, "9.50", ""),
        ({"type": "number", "enum": ["9.5", 10]}, "10.0", ""),
        ({"type": "number", "enum": ["9.5", 10]}, "9.6", "must be one of 9.5, 10"),
        ({"type": "integer"}, 3, ""),
        ({"type": "integer"}, "3", "must be a whole number"),
        ({"type": "integer"}, True, "must be a whole number"),
        ({"type": "integer"}, 2**53, "must be a whole number"),
        ({"type": "integer"}, 2**53 - 1, ""),
        ({"type": "boolean"}, 1, "must be true or false"),
        ({"type": "boolean", "const": True}, False, "must be true"),
        ({"type": "integer", "enum": [1, 2]}, True, "must be a whole number; must be one of 1, 2"),
        ({"type": "string"}, 5, "must be text"),
        ({"type": "string", "minimum": 5}, "4", ""),
        ({"type": "string", "enum": ["合格", "不合格"]}, "好", "must be one of 合格, 不合格"),
        ({"type": "string", "enum": ["1.10"]}, "1.1", "must be one of 1.10"),
        ({"type": "string", "minLength": 1}, "", "must be filled in"),
        ({"type": "string", "minLength": 3}, "ab", "must have at least 3 characters"),
        ({"type": "string", "maxLength": 3}, "abcd", "must have at most 3 characters"),
        ({"type": "string"}, "x" * 10_001, "must have at most 10000 characters"),
        ({"type": "string", "pattern": r"^\d{3}$"}, "123", ""),
        ({"type": "string", "pattern": r"^\d{3}$"}, "123\n", r"must look like ^\d{3}$"),
        ({"pattern": r"^\d{3}$"}, 123, ""),
        ({"type": "string", "format": "date"}, "2026-02-29", "must be a day such as 2026-11-24"),
        ({"type": "string", "format": "date"}, "20261124", "must be a day such as 2026-11-24"),
        ({"type": "string", "format": "date"}, "2026-11-24", ""),
        ({"type": "string", "format": "date-time"}, "2026-11-24T09:30:00+08:00", ""),
        ({"type": "string", "format": "email"}, "nobody", "must be a valid email"),
        ({"type": "array", "minItems": 1}, [], "must have at least 1 entries"),
        ({"type": "array", "maxItems": 1}, [1, 2], "must have at most 1 entries"),
        ({"type": "array", "uniqueItems": True}, ["a", "a"], "must not name anything twice"),
        (
            {"anyOf": [{"type": "boolean"}, {"type": "integer"}]},
            "x",
            "does not follow the rule of the template (anyOf)",
        ),
    ],
)
def test_each_rule_says_what_the_value_must_be(field: dict[str, Any], value: Any, expected: str) -> None:
    assert sentence(field, value) == expected


@pytest.mark.parametrize("value", ["2026-11-24T09:30:00", "2026-11-24", "2026-13-01T00:00:00Z", "morning"])
def test_a_time_needs_its_offset(value: str) -> None:
    assert sentence({"type": "string", "format": "date-time"}, value).startswith(
        "must be a time with its offset"
    )


def test_all_problems_are_told_at_once() -> None:
    fields = schema(
        mass=MASS, result={"enum": ["pass", "fail"]}, by={"type": "string"}, note={"type": "string"}
    )
    fields["required"] = ["by", "note"]
    assert said(check_values(fields, {"mass": 8, "result": "?", "by": "  ", "extra": 1})) == {
        "extra": "is not a field of this template",
        "mass": "must be between 9.5 and 10.5 g",
        "result": "must be one of pass, fail",
        "by": "must be filled in",
        "note": "must be filled in",
    }


@pytest.mark.parametrize("empty", ["", " ", None, []])
def test_a_required_field_that_is_empty_is_not_filled_in(empty: Any) -> None:
    assert said(check_values(schema(f={}), {"f": empty}, required=["f"])) == {"f": "must be filled in"}


def test_the_fields_of_one_step_can_be_demanded_alone() -> None:
    fields = schema(a={"type": "string"}, b={"type": "string"}) | {"required": ["a", "b"]}
    assert said(check_values(fields, {"a": "x"}, required=["a"])) == {}
    assert said(check_values(fields, {}, required=[])) == {}


def test_a_place_inside_a_field_is_named_as_a_person_counts() -> None:
    row = {
        "type": "object",
        "required": ["qty"],
        "properties": {"qty": {"type": "integer"}},
        "additionalProperties": False,
    }
    fields = schema(rows={"type": "array", "items": row})
    assert said(check_values(fields, {"rows": [{"qty": 1}, {"qty": "x"}, {"qyt": 1}]})) == {
        "rows": "2.qty must be a whole number; 3.qty must be filled in; 3.qyt is not known here; known are qty"
    }


def test_on_a_page_a_column_is_called_by_its_title() -> None:
    row = {
        "type": "object",
        "properties": {"kind": {"type": "integer", "title": {"zh": "种类", "en": "Kind"}}},
    }
    found = check_values(schema(rows={"type": "array", "items": row}), {"rows": [{"kind": "x"}]})["rows"]
    assert str(found) == "1.kind must be a whole number"
    assert found.told(Reader(on_page=True)) == "1.Kind must be a whole number"


def test_what_one_field_demands_of_others_is_told_at_those() -> None:
    fields = schema(satisfied={"type": "boolean"}, reason={"type": "string"}, date={"type": "string"})
    fields |= {
        "if": {"properties": {"satisfied": {"const": False}}, "required": ["satisfied"]},
        "then": {"required": ["reason"]},
        "dependentRequired": {"reason": ["date"]},
    }
    assert said(check_values(fields, {"satisfied": True})) == {}
    assert said(check_values(fields, {"satisfied": False})) == {"reason": "must be filled in"}
    assert said(check_values(fields, {"satisfied": False, "reason": "x"})) == {
        "date": "must be filled in, because reason is"
    }


def test_what_concerns_the_whole_has_no_field() -> None:
    fields = schema(a={}, b={}) | {"anyOf": [{"required": ["a"]}, {"required": ["b"]}]}
    assert said(check_values(fields, {})) == {"": "does not follow the rule of the template (anyOf)"}


DAY = {"type": "string", "format": "date", "not_future": True}
TIME = {"type": "string", "format": "date-time", "not_future": True}


@pytest.mark.parametrize(
    ("field", "value", "future"),
    [
        (DAY, "2026-11-24", False),
        (DAY, "2026-11-25", True),
        (TIME, "2026-11-24T09:30:00+08:00", False),
        (TIME, "2026-11-24T01:30:01Z", True),
        (TIME, "2026-11-24T01:30:00Z", False),
        ({**TIME, "not_future": False}, "2030-01-01T00:00:00Z", False),
        ({"type": "string", "not_future": True}, "2030-01-01T00:00:00", False),
        ({"type": "string", "not_future": True}, "soon", False),
    ],
)
def test_only_where_the_template_says_so_a_time_must_not_lie_ahead(
    field: dict[str, Any], value: str, future: bool
) -> None:
    found = check_values(schema(f=field), {"f": value}, now=NOW)
    assert said(found) == ({"f": "must not lie in the future"} if future else {})
    assert said(check_values(schema(f=field), {"f": value})) == {}


def test_a_time_that_is_no_time_is_told_once() -> None:
    assert "a time with its offset" in str(check_values(schema(f=TIME), {"f": "soon", "x": 1}, now=NOW)["f"])


@pytest.mark.parametrize(
    "target", ["http://127.0.0.1:1/x.json", "file:///etc/passwd", "#/$defs/lost", "other.json"]
)
def test_a_reference_never_leads_out_of_the_schema(target: str) -> None:
    with pytest.raises(Invalid, match="leads out of the schema"):
        check_values(schema(f={"$ref": target}), {"f": 1})


@pytest.mark.parametrize(
    ("field", "text", "value"),
    [
        ({"type": "boolean"}, "true", True),
        ({"type": "boolean"}, " 是 ", True),
        ({"type": "boolean"}, "False", False),
        ({"type": "boolean"}, "否", False),
        ({"type": "integer"}, "12", 12),
        ({"type": "integer"}, "-１２", -12),
        ({"type": "number"}, "9.50", "9.50"),
        ({"type": "number"}, "10", 10),
        ({"type": "number"}, "9007199254740993", "9007199254740993"),
        ({"type": "string"}, " as typed（是） ", " as typed（是） "),
        ({}, "007", "007"),
        ({"enum": ["（是）"]}, " （是） ", "（是）"),
        ({"type": "string", "format": "date"}, " 2026-11-24 ", "2026-11-24"),
        ({"type": "string", "format": "date-time"}, "2026-11-24 09:30", "2026-11-24T09:30:00+08:00"),
        ({"type": "string", "format": "date-time"}, "2026-11-24T09:30:15", "2026-11-24T09:30:15+08:00"),
        ({"type": "string", "format": "date-time"}, "2026-11-24T09:30+01:00", "2026-11-24T09:30:00+01:00"),
        ({"type": "string", "format": "date-time"}, "2026-11-24T09:30:00Z", "2026-11-24T09:30:00+00:00"),
        ({"type": "array", "items": {"type": "number"}}, "[1, 2.50]", [1, "2.50"]),
        (
            {"type": "array", "items": {"format": "date-time"}},
            '["2026-11-24 09:30"]',
            ["2026-11-24T09:30:00+08:00"],
        ),
        (
            {"type": "object", "properties": {"at": {"format": "date-time"}}},
            '{"at": "2026-11-24 09:30", "n": 1}',
            {"at": "2026-11-24T09:30:00+08:00", "n": 1},
        ),
        ({"type": "array", "items": {"format": "date-time"}}, "[5]", [5]),
    ],
)
def test_what_is_typed_becomes_the_value_that_is_stored(field: dict[str, Any], text: str, value: Any) -> None:
    parsed = parse_value(field, text, SHANGHAI)
    assert parsed == value
    assert type(parsed) is type(value)


@pytest.mark.parametrize(
    ("field", "text", "expected"),
    [
        ({"type": "boolean"}, "maybe", "must be yes or no"),
        ({"type": "integer"}, "1.5", "must be a whole number"),
        ({"type": "integer"}, "", "must be a whole number"),
        ({"type": "integer"}, "9007199254740993", "must be a whole number"),
        ({"type": "number"}, "1,5", "must be a number"),
        ({"type": "number"}, "NaN", "must be a number"),
        ({"type": "string", "format": "date-time"}, "2026-11-24", "must be a time such as 2026-11-24 09:30"),
        ({"type": "string", "format": "date-time"}, "24.11.2026", "must be a time such as 2026-11-24 09:30"),
        (
            {"type": "string", "format": "date-time"},
            "0001-01-01 00:00",
            "must be a time such as 2026-11-24 09:30",
        ),
        ({"type": "array"}, "a, b", "must be a list written as JSON"),
        ({"type": "object"}, "[" * 9_000, "must be a group of named values written as JSON"),
        ({"type": "string"}, "x" * 10_001, "is longer than 10000 characters"),
        ({"type": "string"}, "a\0b", "cannot be seen"),
    ],
)
def test_what_cannot_be_read_is_refused(field: dict[str, Any], text: str, expected: str) -> None:
    with pytest.raises(Invalid) as refused:
        parse_value(field, text, SHANGHAI)
    assert expected in refused.value.message


def test_an_hour_that_the_clocks_jumped_over_is_refused() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    field = {"type": "string", "format": "date-time"}
    with pytest.raises(Invalid, match="never happened"):
        parse_value(field, "2026-03-29 02:30", berlin)
    assert parse_value(field, "2026-10-25 02:30", berlin) == "2026-10-25T02:30:00+02:00"


def test_a_list_never_holds_a_float() -> None:
    parsed = parse_value({"type": "array"}, "[1e400, NaN, 0.1]", SHANGHAI)
    assert parsed == ["1e400", "NaN", "0.1"]
    assert sentence({"type": "array", "items": {"type": "number"}}, parsed).startswith(
        "1 must be a number; 2 must be"
    )


@given(st.decimals(allow_nan=False, allow_infinity=False, places=3, min_value=-(10**9), max_value=10**9))
def test_a_decimal_keeps_its_digits(figure: Any) -> None:
    field = {"type": "number"}
    value = parse_value(field, f"{figure:f}", SHANGHAI)
    assert value == f"{figure:f}"
    assert sentence(field, value) == ""


@given(st.dates(min_value=date(1970, 1, 1), max_value=date(9998, 1, 1)), st.integers(0, 1439))
def test_a_local_time_is_stored_as_a_valid_time(day: date, minute: int) -> None:
    moment = datetime.fromordinal(day.toordinal()) + timedelta(minutes=minute)
    field = {"type": "string", "format": "date-time"}
    try:
        value = parse_value(field, f"{moment:%Y-%m-%d %H:%M}", SHANGHAI)
    except Invalid:
        # Summer time, which China had until 1991.
        assert day.year < 1992
        return
    assert sentence(field, value) == ""
    assert datetime.fromisoformat(value).replace(tzinfo=None) == moment


@pytest.mark.rule("SE-24")
def test_template_languages_are_only_text() -> None:
    evil = "{{7*7}}{0.__class__}${x}{% x %}"
    assert sentence({"type": "string", "enum": [evil]}, "x") == f"must be one of {evil}"
    assert sentence({"const": evil}, "{wanted}") == f"must be {evil}"
    assert sentence({"type": "string"}, evil) == ""


@pytest.mark.parametrize("kind", ["procedure", "template", "site"])
def test_the_schemas_of_our_files_are_schemas(kind: Any) -> None:
    Draft202012Validator.check_schema(file_schema(kind))
    assert json.loads(json.dumps(file_schema(kind)))["additionalProperties"] is False


def test_each_format_that_promises_a_check_is_checked() -> None:
    for name in ("date", "date-time", "time", "duration", "email", "uri"):
        assert name in Draft202012Validator.FORMAT_CHECKER.checkers


def test_problems_are_found_in_any_value() -> None:
    [(place, why)] = problems({"type": ["integer", "null"]}, "x")
    assert (place, str(why)) == ((), "must be a whole number or empty")


def test_an_unknown_field_is_told_once_even_where_the_schema_forbids_it() -> None:
    fields = schema(a={}) | {"additionalProperties": False}
    assert said(check_values(fields, {"b": 1})) == {"b": "is not a field of this template"}
