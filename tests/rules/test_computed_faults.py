"""What a template cannot mean by a formula, cell by cell, and amounts that a procedure cannot state."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from docctl.errors import Invalid
from docctl.rules.records import formulas
from docctl.rules.records.computed import Computed
from docctl.rules.records.computed_faults import against_limits, computed_faults
from docctl.rules.records.limits import Limit, phrase

CNY = {"type": "number", "format": "money", "unit": "CNY"}
FIELDS: Mapping[str, Mapping[str, Any]] = {
    "hours": {"type": "number"},
    "price": CNY,
    "agreed": {"type": "boolean"},
    "word": {"type": "string"},
    "seat": {"type": "string", "enum": ["hard", "soft"]},
    "day": {"type": "string", "format": "date"},
    "lines": {
        "type": "array",
        "items": {"type": "object", "properties": {"n": {"type": "integer"}, "cost": CNY}},
    },
    "others": {"type": "array", "items": {"type": "object", "properties": {"m": {"type": "integer"}}}},
}
LIMITS = {
    "money": Limit.parse({"amount": "5", "unit": "CNY"}),
    "dollars": Limit.parse({"amount": "5", "unit": "USD"}),
    "share": Limit.parse({"amount": "5", "unit": "%"}),
    "by-line": Limit.parse({"by": "n", "cases": [{"when": "1", "within": 2}], "unit": "day"}),
}


def source(formula: str, field: Mapping[str, Any]) -> dict[str, Any]:
    fields = {**FIELDS, "total": {**field, "computed": formula}}
    return {"schema": {"properties": fields}, "steps": [{"name": "fill", "fields": [*fields]}]}


def faults(formula: str, field: Mapping[str, Any]) -> list[str]:
    return [str(why) for _, why in computed_faults(source(formula, field))]


PLAIN, MONEY = {"type": "number", "places": 2}, {**CNY, "places": 2}


@pytest.mark.parametrize(
    ("formula", "field"),
    [
        ("hours * 50", MONEY),
        ("hours * {limit:any}", MONEY),
        ("hours * {limit:any}", PLAIN),
        ("price * 2 + 1", MONEY),
        ("price / price", PLAIN),
        ("5 / price", PLAIN),
        ("price / {limit:any}", PLAIN),
        ("price / hours", MONEY),
        ("price / 3", MONEY),
        ("hours / 3 - -hours", PLAIN),
        ("word == seat ? 1 : 2", PLAIN),
        ("'hard' == seat ? 1 : 2", PLAIN),
        ("agreed == true && !(agreed != false) ? 1 : 2", PLAIN),
        ("price > 1 || price == 2 ? price : 0", MONEY),
        ("sum(lines.cost)", MONEY),
        ("sum(lines, lines.n * hours)", PLAIN),
        ("count(lines, lines.n > 1)", {"type": "integer"}),
    ],
)
def test_what_fits_is_let_in(formula: str, field: Mapping[str, Any]) -> None:
    assert faults(formula, field) == []


@pytest.mark.parametrize(
    ("formula", "field", "why"),
    [
        ("hours", {"type": "string"}, "only a field of figures is computed"),
        ("hours", {"type": "number"}, "say how many places"),
        ("hours", {"type": "integer", "places": 1}, "a whole number has no places"),
        ("price", {**CNY, "unit": "USD", "places": 2}, "comes to CNY, and the field is in USD"),
        ("price", PLAIN, "comes to money (CNY)"),
        ("word == 1 ? 1 : 2", PLAIN, "'word' stands where a figure is needed"),
        ("word == agreed ? 1 : 2", PLAIN, "a text is compared with a yes or no"),
        ("day + 1", PLAIN, "'day' stands where a figure is needed"),
        ("'x' + 1", PLAIN, "'x' stands where a figure is needed"),
        ("hours && agreed ? 1 : 2", PLAIN, "'hours' stands where a condition is needed"),
        ("(hours > 1) + 1", PLAIN, "stands where a figure is needed"),
        ("'plane' == seat ? 1 : 2", PLAIN, "'plane' is no choice of seat"),
        ("hours / price", PLAIN, "is divided by a sum of money"),
        ("sum(lines, others.m)", PLAIN, "'others.m' may stand only in sum()"),
        ("sum(lines.none)", PLAIN, "lines has no column 'none'; it has cost, n"),
        ("count(hours)", {"type": "integer"}, "'hours' is no table"),
        ("total + 1", PLAIN, "is worked out from itself"),
    ],
)
def test_what_does_not_fit_is_told(formula: str, field: Mapping[str, Any], why: str) -> None:
    (said,) = faults(formula, field)
    assert why in said


@pytest.mark.parametrize(
    ("formula", "field", "why"),
    [
        ("hours * {limit:money}", MONEY, ""),
        ("price / {limit:money}", PLAIN, ""),
        ("price * {limit:share} / 100", MONEY, ""),
        ("sum(lines, lines.n * {limit:by-line})", PLAIN, ""),
        ("hours * {limit:money}", PLAIN, "comes to money (CNY)"),
        ("price + {limit:dollars}", MONEY, "CNY, USD are mixed"),
        ("price + {limit:share}", MONEY, "a figure that is no money is mixed with CNY"),
        ("price * {limit:money}", MONEY, "a sum of money is multiplied with another"),
        ("hours * {limit:none}", PLAIN, "the procedure states no none"),
        ("hours * {limit:by-line}", PLAIN, "by-line is no figure that can be computed with"),
    ],
)
def test_with_the_figures_of_the_procedure_more_can_be_told(
    formula: str, field: Mapping[str, Any], why: str
) -> None:
    assert faults(formula, field) == []
    rule = Computed("total", formula, formulas.parse(formula), 2)
    said = against_limits((rule,), {**FIELDS, "total": field}, LIMITS)
    assert [str(each) for each in said.values()] == ([] if not why else [str(said["total"])])
    assert why in str(said.get("total", ""))


def test_what_is_computed_is_not_taken_over_and_places_alone_mean_nothing() -> None:
    found = source("hours", PLAIN)
    found["previous"] = [{"take": {"total": "x", "hours": "y"}}]
    found["schema"]["properties"]["hours"] = {"type": "number", "places": 1}
    assert {path[-1]: str(why) for path, why in computed_faults(found)} == {
        "places": "is said of a field that is computed",
        "total": "is computed, and not taken over",
    }


@pytest.mark.parametrize(
    ("written", "problems"),
    [
        ({"amount": "-5", "unit": "CNY"}, {"amount"}),
        ({"amount": "1e5", "unit": "CNY"}, {"amount"}),
        ({"amount": "٣", "unit": "CNY"}, {"amount"}),
        ({"amount": "5"}, {"unit"}),
        ({"amount": "5", "unit": "x" * 41}, {"unit"}),
        ({"amount": "5", "unit": ["CNY"]}, {"unit"}),
        ({"amount": "5", "unit": "CNY", "calendar": "working"}, {"calendar"}),
        ({"amount": "5", "unit": "CNY", "within": "2"}, {"within"}),
        ({"amount": "5", "unit": "CNY", "until": "2"}, {"until"}),
    ],
)
def test_an_amount_that_cannot_be_meant_is_refused(written: dict[str, object], problems: set[str]) -> None:
    with pytest.raises(Invalid) as refused:
        Limit.parse(written)
    assert refused.value.problems.keys() == problems


def test_an_amount_is_said_as_people_write_it() -> None:
    said = {unit: Limit.parse({"amount": "0.60", "unit": unit}) for unit in ("CNY", "%", "GBP")}
    assert [phrase(one, "zh") for one in said.values()] == ["0.60 元", "0.60 %", "0.60 GBP"]
    assert [phrase(one, "en") for one in said.values()] == ["CNY 0.60", "0.60 %", "0.60 GBP"]
