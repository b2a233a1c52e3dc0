"""Periods: each kind from its first day to its last, one after the other."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest

from docctl.rules.records.spans import Every, Span, called, span_of, spans

DAY = date(2028, 2, 29)


@pytest.mark.parametrize(
    ("every", "first", "last", "zh", "en"),
    [
        (Every.DAY, "2028-02-29", "2028-02-29", "2028-02-29", "2028-02-29"),
        (Every.WORKING_DAY, "2028-02-29", "2028-02-29", "2028-02-29", "2028-02-29"),
        (Every.WEEK, "2028-02-28", "2028-03-05", "2028 年第 9 周", "week 9 of 2028"),
        (Every.MONTH, "2028-02-01", "2028-02-29", "2028 年 02 月", "2028-02"),
        (Every.QUARTER, "2028-01-01", "2028-03-31", "2028 年第 1 季度", "quarter 1 of 2028"),
        (Every.HALF_YEAR, "2028-01-01", "2028-06-30", "2028 年上半年", "first half of 2028"),
        (Every.YEAR, "2028-01-01", "2028-12-31", "2028 年", "2028"),
    ],
)
def test_the_period_of_a_day(every: Every, first: str, last: str, zh: str, en: str) -> None:
    found = span_of(every, DAY)
    assert (str(found.first), str(found.last)) == (first, last)
    assert (called(every, found).told("zh"), called(every, found).told("en")) == (zh, en)


@pytest.mark.parametrize("every", Every)
def test_periods_follow_each_other_without_a_gap(every: Every) -> None:
    found = list(spans(every, date(2026, 12, 20), date(2028, 3, 1)))
    assert found[0].first <= date(2026, 12, 20) <= found[0].last
    assert found[-1].first <= date(2028, 3, 1)
    assert all((after.first - one.last).days == 1 for one, after in pairwise(found))


def test_a_stretch_of_a_chain_is_told_by_its_days() -> None:
    told = called(None, Span(date(2026, 1, 15), date(2026, 4, 14)))
    assert (told.told("zh"), told.told("en")) == ("2026-01-15 至 2026-04-14", "2026-01-15 to 2026-04-14")
    assert called(Every.HALF_YEAR, span_of(Every.HALF_YEAR, date(2026, 8, 1))).told("zh") == "2026 年下半年"
