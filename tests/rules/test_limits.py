"""Limits: how they are written, and how Chinese and English say them."""

from __future__ import annotations

from typing import Any

import pytest

from docctl.errors import Invalid
from docctl.rules.records.cases import Case
from docctl.rules.records.limits import Calendar, Fixed, Limit, Of, Unit, phrase


@pytest.mark.parametrize(
    ("calendar", "unit", "zh", "en"),
    [
        ("clock", "minute", "2 分钟", "2 minutes"),
        ("clock", "hour", "2 小时", "2 hours"),
        ("clock", "day", "2 天", "2 days"),
        ("clock", "week", "2 周", "2 weeks"),
        ("clock", "month", "2 个月", "2 months"),
        ("working", "minute", "2 个工作分钟", "2 working minutes"),
        ("working", "hour", "2 个工作小时", "2 working hours"),
        ("working", "day", "2 个工作日", "2 working days"),
        ("working", "week", "2 个工作周", "2 working weeks"),
        ("working", "month", "2 个工作月", "2 working months"),
    ],
)
def test_a_limit_is_said_with_its_unit(calendar: str, unit: str, zh: str, en: str) -> None:
    limit = Limit.parse({"within": "2", "unit": unit, "calendar": calendar, "clause": "5.2.1"})
    assert limit == Limit(within=2, unit=Unit(unit), calendar=Calendar(calendar), clause="5.2.1")
    assert (phrase(limit, "zh"), phrase(limit, "en")) == (zh, en)


@pytest.mark.parametrize(
    ("source", "zh", "en"),
    [
        ({"within": "1", "unit": "hour"}, "1 小时", "1 hour"),
        ({"within": 24, "unit": "hour"}, "24 小时", "24 hours"),
        ({"within": "1", "unit": "day", "calendar": "working"}, "1 个工作日", "1 working day"),
        ({"within": "0", "unit": "day"}, "当日", "the same day"),
        ({"within": "0", "unit": "hour"}, "0 小时", "0 hours"),
        ({"before": "7", "unit": "day"}, "提前 7 天", "7 days before"),
        ({"before": "1", "unit": "month"}, "提前 1 个月", "1 month before"),
        ({"fixed": {"day": "5", "of": "next_month"}}, "次月 5 日", "day 5 of the next month"),
        ({"fixed": {"day": "31", "of": "this_month"}}, "当月 31 日", "day 31 of the month"),
    ],
)
def test_one_none_and_fixed_days_are_said_as_people_say_them(source: Any, zh: str, en: str) -> None:
    limit = Limit.parse(source)
    assert (phrase(limit, "zh"), phrase(limit, "en")) == (zh, en)


def test_a_case_is_said_in_each_language_as_it_is_called_there() -> None:
    cases = [{"when": "市区", "within": "3", "called": {"en": "urban"}}, {"when": "郊区", "within": "7"}]
    limit = Limit.parse({"by": "area", "cases": cases, "unit": "hour"})
    assert phrase(limit, "zh") == "3 小时（市区）、7 小时（郊区）"
    assert phrase(limit, "en") == "3 hours (urban), 7 hours (郊区)"


def test_a_table_of_cases_is_said_case_by_case() -> None:
    cases = [{"when": "<= 300", "within": "24"}, {"when": "> 300", "within": "48"}]
    limit = Limit.parse({"by": "distance_km", "cases": cases, "unit": "hour", "clause": "4.1.1.3"})
    assert limit.cases == (Case("<= 300", 24), Case("> 300", 48))
    assert (limit.by, limit.within, limit.fixed, limit.clause) == ("distance_km", None, None, "4.1.1.3")
    assert phrase(limit, "zh") == "24 小时（≤ 300）、48 小时（> 300）"
    assert phrase(limit, "en") == "24 hours (≤ 300), 48 hours (> 300)"


def test_a_fixed_day_is_read() -> None:
    assert Limit.parse({"fixed": {"day": "5", "of": "next_month"}}).fixed == Fixed(5, Of.NEXT_MONTH)


HOUR = {"unit": "hour"}


@pytest.mark.parametrize(
    ("source", "places"),
    [
        ({}, {"within", "unit"}),
        ({"within": "24"}, {"unit"}),
        ({"within": "24", "unit": "year"}, {"unit"}),
        ({"within": "24", "unit": "hour", "calendar": "lunar"}, {"calendar"}),
        ({"within": "-1", **HOUR}, {"within"}),
        ({"within": "1.5", **HOUR}, {"within"}),
        ({"within": "２４", **HOUR}, {"within"}),
        ({"within": "100000", **HOUR}, {"within"}),
        ({"within": True, **HOUR}, {"within"}),
        ({"within": None, **HOUR}, {"within"}),
        ({"within": "1", "clause": ["5"], **HOUR}, {"clause"}),
        ({"within": "1", "clause": "5" * 101, **HOUR}, {"clause"}),
        ({"within": "1", "until": "2", **HOUR}, {"until"}),
        ({"within": "1", "by": "area", **HOUR}, {"by"}),
        ({"within": "1", "fixed": {"day": "5", "of": "next_month"}}, {"within"}),
        ({"fixed": {"day": "5", "of": "next_month"}, **HOUR}, {"fixed"}),
        ({"fixed": {"day": "32", "of": "next_month"}}, {"fixed.day"}),
        ({"fixed": {"day": "0", "of": "next_month"}}, {"fixed.day"}),
        ({"fixed": {"day": "5", "of": "easter"}}, {"fixed.of"}),
        ({"fixed": {"day": "5"}}, {"fixed"}),
        ({"fixed": "5"}, {"fixed"}),
        ({"cases": [{"when": "a", "within": "1"}], **HOUR}, {"by"}),
        ({"by": "area", "cases": [], **HOUR}, {"cases"}),
        ({"by": "area", "cases": "a", **HOUR}, {"cases"}),
        ({"by": "area", "cases": ["a"], **HOUR}, {"cases.1"}),
        ({"by": "area", "cases": [{"when": "a"}], **HOUR}, {"cases.1"}),
        ({"by": "area", "cases": [{"when": "a", "within": "1", "called": "x"}], **HOUR}, {"cases.1.called"}),
        (
            {"by": "area", "cases": [{"when": "a", "within": "1", "called": {"xx": "x"}}], **HOUR},
            {"cases.1.called"},
        ),
        ({"by": "area", "cases": [{"when": " ", "within": "x"}], **HOUR}, {"cases.1.when", "cases.1.within"}),
        ({"within": "x", "unit": "x", "calendar": "x"}, {"within", "unit", "calendar"}),
    ],
)
def test_all_that_is_wrong_with_a_limit_is_said_at_once(source: Any, places: set[str]) -> None:
    with pytest.raises(Invalid) as refused:
        Limit.parse(source)
    assert set(refused.value.problems) == places


@pytest.mark.parametrize(
    ("more", "key"),
    [
        ({"before": "0"}, "before"),
        ({"before": "x"}, "before"),
        ({"before": "1", "calendar": "working"}, "calendar"),
        ({"before": "1", "within": "1"}, "within"),
    ],
)
def test_a_limit_before_a_day_is_a_figure_of_plain_time(more: dict[str, str], key: str) -> None:
    with pytest.raises(Invalid) as refused:
        Limit.parse({"unit": "day"} | more)
    assert key in refused.value.problems
