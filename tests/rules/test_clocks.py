"""Clocks of a record: each kind of limit just inside and just outside."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docctl.errors import Invalid
from docctl.rules.records import calendars, clocks
from docctl.rules.records.calendars import Calendar
from docctl.rules.records.clocks import Clock, Moment, Reading
from docctl.rules.records.limits import Limit

ZONE = ZoneInfo("Asia/Shanghai")
SITE = Calendar(
    "Asia/Shanghai",
    calendars.from_mapping({}).hours,
    frozenset(date(2026, 10, day) for day in range(1, 8)),
    frozenset({date(2026, 10, 10)}),
)
LONG_AFTER = datetime(2030, 1, 1, tzinfo=ZONE)
LONG_BEFORE = datetime(2020, 1, 1, tzinfo=ZONE)
TICK = timedelta(microseconds=1)

DAY_24H = Limit.parse({"within": "24", "unit": "hour", "calendar": "clock", "clause": "5.2.1"})
BY_DISTANCE = Limit.parse(
    {
        "by": "distance_km",
        "cases": [
            {"when": "<= 300", "within": "24"},
            {"when": "<= 1000", "within": "48"},
            {"when": "> 1000", "within": "72"},
        ],
        "unit": "hour",
    }
)
BY_AREA = Limit.parse(
    {
        "by": "area",
        "cases": [{"when": "urban", "within": "6"}, {"when": "== 'suburban'", "within": "7"}],
        "unit": "hour",
        "calendar": "working",
    }
)


def limit(within: int, unit: str, calendar: str = "clock") -> Limit:
    return Limit.parse({"within": str(within), "unit": unit, "calendar": calendar})


def fixed(day: int, of: str) -> Limit:
    return Limit.parse({"fixed": {"day": str(day), "of": of}})


def at(text: str) -> Moment:
    return clocks.moment(text, SITE)


def time_of(text: str) -> datetime:
    """A day means its last microsecond."""
    value = at(text)
    return value if isinstance(value, datetime) else SITE.end_of(value)


@pytest.mark.parametrize(
    ("start", "rule", "end"),
    [
        ("2026-03-06T17:00", DAY_24H, "2026-03-07T17:00"),  # PR-01
        ("2026-03-06", DAY_24H, "2026-03-07"),  # PR-01
        ("2026-03-06T17:00", limit(48, "hour"), "2026-03-08T17:00"),  # PR-02
        ("2026-03-06T16:00", limit(2, "hour"), "2026-03-06T18:00"),  # PR-12
        ("2026-03-06T17:00", limit(90, "minute"), "2026-03-06T18:30"),
        ("2026-03-06T16:00", limit(4, "hour", "working"), "2026-03-09T11:00"),  # PR-10
        ("2026-03-06T16:00", limit(8, "hour", "working"), "2026-03-09T16:30"),  # PR-11
        ("2026-03-06", limit(4, "hour", "working"), "2026-03-09T14:00"),
        ("2026-03-06T16:00", limit(0, "day"), "2026-03-06"),  # PR-17, PR-21, PR-94
        ("2026-03-06T16:00", limit(1, "day"), "2026-03-07"),  # PR-17, PR-21, PR-94
        ("2026-03-06", limit(0, "day"), "2026-03-06"),  # PR-17
        ("2026-03-06", limit(5, "day"), "2026-03-11"),  # PR-18
        ("2026-03-06", limit(3, "day", "working"), "2026-03-11"),  # PR-19
        ("2026-03-06", limit(5, "day", "working"), "2026-03-13"),  # PR-19
        ("2026-09-30", limit(3, "day", "working"), "2026-10-10"),  # PR-94
        ("2026-03-06T09:00", limit(1, "week"), "2026-03-13"),  # PR-04, PR-20
        ("2026-01-31T09:00", limit(1, "month"), "2026-02-28"),  # PR-94
        ("2028-01-31", limit(1, "month"), "2028-02-29"),
        ("2026-02-28", limit(1, "month"), "2026-03-28"),
        ("2026-02-28", limit(1, "month", "working"), "2026-03-30"),
        ("2026-03-06T09:00", fixed(5, "next_month"), "2026-04-05"),  # PR-29
        ("2026-12-31", fixed(5, "next_month"), "2027-01-05"),  # PR-29
        ("2026-01-31", fixed(31, "next_month"), "2026-02-28"),  # PR-28
        ("2028-02-01", fixed(31, "this_month"), "2028-02-29"),  # PR-28
        ("2026-12-06", fixed(31, "this_month"), "2026-12-31"),  # PR-28
        ("2026-03-06", fixed(5, "this_month"), "2026-03-05"),
    ],
)
def test_what_is_done_at_the_due_time_is_in_time_and_a_moment_later_is_not(
    start: str, rule: Limit, end: str
) -> None:
    due = clocks.due(rule, at(start), {}, SITE)
    assert due == time_of(end)
    assert clocks.met(due, due, SITE, LONG_AFTER) is True
    assert clocks.met(due, due - TICK, SITE, LONG_AFTER) is True
    assert clocks.met(due, due + TICK, SITE, LONG_BEFORE) is False
    assert clocks.met(due, None, SITE, due) is None
    assert clocks.met(due, None, SITE, due + TICK) is False


@pytest.mark.parametrize(
    ("distance", "hours"),
    [
        ("0", 24),
        ("300", 24),
        ("300.0", 24),
        ("300.01", 48),
        ("1000", 48),
        ("1000.5", 72),
        (299, 24),
        (301, 48),
        ("4e3", 72),
    ],
)
def test_a_table_of_limits_goes_by_the_value_of_its_field(distance: object, hours: int) -> None:
    due = clocks.due(BY_DISTANCE, at("2026-03-06T10:00"), {"distance_km": distance}, SITE)
    assert due == time_of("2026-03-06T10:00") + timedelta(hours=hours)


@pytest.mark.parametrize(("area", "end"), [("urban", "2026-03-09T16:00"), (" suburban ", "2026-03-09T17:00")])
def test_a_table_may_go_by_words(area: str, end: str) -> None:
    assert clocks.due(BY_AREA, at("2026-03-06T17:30"), {"area": area}, SITE) == time_of(end)


@pytest.mark.parametrize(
    ("rule", "values"),
    [
        (BY_DISTANCE, {}),
        (BY_DISTANCE, {"distance_km": ""}),
        (BY_DISTANCE, {"distance_km": None}),
        (BY_DISTANCE, {"distance_km": "far"}),
        (BY_DISTANCE, {"distance_km": "NaN"}),
        (BY_AREA, {"area": "abroad"}),
    ],
)
def test_a_clock_without_its_case_is_not_due(rule: Limit, values: dict[str, Any]) -> None:
    assert clocks.due(rule, at("2026-03-06T10:00"), values, SITE) is None


@pytest.mark.parametrize(
    ("when", "value", "falls"),
    [
        (">= 10", "10", True),
        (">= 10", "9", False),
        ("< 10", "9.9", True),
        ("< 10", "10", False),
        ("= 10", "10.0", True),
        ("10", "10.0", True),
        ("!= 10", "10.0", False),
        ("!= urban", "suburban", True),
        ("true", True, True),
        ("true", False, False),
        ("<= urban", "urban", False),
        ("1,000", "1000", False),
        ("一级", "一级", True),
    ],
)
def test_a_case_is_a_comparison_or_a_value(when: str, value: object, falls: bool) -> None:
    rule = Limit.parse({"by": "x", "cases": [{"when": when, "within": "1"}], "unit": "hour"})
    assert (clocks.due(rule, at("2026-03-06T10:00"), {"x": value}, SITE) is not None) is falls


@pytest.mark.parametrize(
    ("rule", "start"),
    [
        (limit(99_999, "month"), "2026-03-06"),
        (limit(99_999, "day", "working"), "2026-03-06"),
        (fixed(1, "next_month"), "9999-12-06"),
        (fixed(1, "this_month"), "9999-12-06"),
        (limit(1, "day", "working"), "9999-12-31"),
    ],
)
def test_a_limit_beyond_the_calendar_is_never_due(rule: Limit, start: str) -> None:
    assert clocks.due(rule, at(start), {}, SITE) is None


def test_a_clock_that_has_not_started_is_neither_due_nor_met() -> None:
    assert clocks.due(DAY_24H, None, {}, SITE) is None
    assert clocks.met(None, at("2026-03-06T10:00"), SITE, LONG_AFTER) is None


def test_a_bare_day_counts_from_its_end_to_its_end() -> None:
    due = clocks.due(DAY_24H, date(2026, 3, 6), {}, SITE)
    assert due == SITE.end_of(date(2026, 3, 7))
    assert clocks.met(due, date(2026, 3, 7), SITE, LONG_BEFORE) is True
    assert clocks.met(due, date(2026, 3, 8), SITE, LONG_BEFORE) is False
    assert clocks.met(time_of("2026-03-07T12:00"), date(2026, 3, 7), SITE, LONG_BEFORE) is False


def test_days_are_those_of_the_zone_of_the_site() -> None:
    reported = datetime(2026, 3, 6, 17, 0, tzinfo=UTC)  # 7 March, 01:00 in Shanghai
    assert clocks.due(limit(0, "day"), reported, {}, SITE) == SITE.end_of(date(2026, 3, 7))
    due = clocks.due(DAY_24H, reported, {}, SITE)
    assert due is not None
    assert due.isoformat() == "2026-03-08T01:00:00+08:00"


def test_a_time_without_a_zone_is_a_fault_of_the_caller() -> None:
    with pytest.raises(Invalid, match="without a zone"):
        clocks.due(DAY_24H, datetime(2026, 3, 6, 10, 0), {}, SITE)  # noqa: DTZ001


@given(
    st.integers(0, 10_000_000),
    st.integers(0, 500),
    st.sampled_from(["minute", "hour", "day", "week", "month"]),
)
def test_a_longer_limit_is_never_due_earlier(minute: int, within: int, unit: str) -> None:
    start = LONG_BEFORE + timedelta(minutes=minute)
    for calendar in ("clock", "working"):
        shorter = clocks.due(limit(within, unit, calendar), start, {}, SITE)
        longer = clocks.due(limit(within + 1, unit, calendar), start, {}, SITE)
        assert shorter is not None
        assert longer is not None
        assert start <= shorter < longer


ANSWER = Clock.parse({"name": "answer", "from": "reported_at", "to": "answered_at", "limit": "first-answer"})
AGREED = Clock("solve", "reported_at", "solved_at", "solution", agreed="agreed_at", excuse="reason")
DUE = time_of("2026-03-07T10:00")


@pytest.mark.parametrize(
    ("values", "now", "expected"),
    [
        ({}, "2026-03-09", Reading("answer", None, None)),
        ({"reported_at": "2026-03-06T10:00"}, "2026-03-07T10:00", Reading("answer", DUE, None)),
        (
            {"reported_at": "2026-03-06T10:00"},
            "2026-03-07T10:01",
            Reading("answer", DUE, False, overdue=True),
        ),
        (
            {"reported_at": "2026-03-06T10:00+08:00", "answered_at": "2026-03-07T10:00+08:00"},
            "2026-03-09",
            Reading("answer", DUE, True),
        ),
        (
            {"reported_at": "2026-03-06T02:00Z", "answered_at": "2026-03-07T10:00:00.000001+08:00"},
            "2026-03-06",
            Reading("answer", DUE, False),
        ),
        ({"reported_at": "the other day"}, "2026-03-09", Reading("answer", None, None)),
        ({"reported_at": 20260306}, "2026-03-09", Reading("answer", None, None)),
    ],
)
def test_a_clock_reads_what_the_record_says_happened(
    values: dict[str, Any], now: str, expected: Reading
) -> None:
    assert clocks.read(ANSWER, DAY_24H, values, SITE, time_of(now)) == expected


def test_a_clock_whose_limit_the_procedure_does_not_have_is_not_due() -> None:
    assert clocks.read(ANSWER, None, {"reported_at": "2026-03-06"}, SITE, LONG_AFTER) == Reading(
        "answer", None, None
    )


def test_an_agreed_time_replaces_the_due_time_and_its_reason_stays_visible() -> None:
    values = {"reported_at": "2026-03-06T10:00", "agreed_at": "2026-03-20", "reason": "complex case"}
    reading = clocks.read(AGREED, limit(48, "hour"), values, SITE, time_of("2026-03-20T12:00"))
    assert reading == Reading("solve", SITE.end_of(date(2026, 3, 20)), None, excuse="complex case")
    late = values | {"solved_at": date(2026, 3, 21)}
    assert clocks.read(AGREED, limit(48, "hour"), late, SITE, LONG_AFTER).met is False


@pytest.mark.parametrize(
    ("timetable", "met"), [("parts first, then the assembly", True), ("  ", False), (None, False)]
)
def test_a_told_time_replaces_the_due_time_only_where_a_timetable_was_agreed(
    timetable: str | None, met: bool
) -> None:
    source = {"name": "solve", "from": "reported_at", "to": "solved_at", "limit": "solution"}
    told = Clock.parse(source | {"agreed": "told", "agreed_if": "timetable"})
    values = {"reported_at": "2026-03-06T10:00", "told": "2026-03-20T10:00", "solved_at": "2026-03-19T10:00"}
    reading = clocks.read(told, limit(48, "hour"), values | {"timetable": timetable}, SITE, LONG_AFTER)
    assert reading.met is met
    assert not reading.overdue


@pytest.mark.parametrize(("reason", "met"), [("holiday", None), ("  ", False), (None, False)])
def test_only_an_excuse_that_says_something_lifts_a_clock(reason: str | None, met: bool | None) -> None:
    values = {"reported_at": "2026-03-06T10:00", "reason": reason}
    reading = clocks.read(AGREED, limit(48, "hour"), values, SITE, LONG_AFTER)
    assert reading.met is met
    assert reading.overdue is (met is False)
    assert reading.excuse == (reason or "").strip()


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2026-03-12", date(2026, 3, 12)),
        ("2026-03-12T14:30", datetime(2026, 3, 12, 14, 30, tzinfo=ZONE)),
        ("2026-03-12 14:30:59", datetime(2026, 3, 12, 14, 30, 59, tzinfo=ZONE)),
        ("2026-03-12T14:30:59.5Z", datetime(2026, 3, 12, 14, 30, 59, 500_000, tzinfo=UTC)),
        ("2026-03-12T14:30-05:00", datetime(2026, 3, 12, 19, 30, tzinfo=UTC)),
    ],
)
def test_a_time_without_a_zone_is_read_on_the_clock_of_the_site(text: str, value: Moment) -> None:
    assert clocks.moment(text, SITE) == value


@pytest.mark.parametrize(
    "text",
    [
        "",
        "12.3.2026",
        "2026-02-29",
        "20260312",
        "2026-W11-1",
        "2026-03-12T14",
        "2026-03-12T24:01",
        "2026-03-12T14:30:00+0800",
        "9999-12-31T23:59Z",
        "２０２６-03-12",
    ],
)
def test_what_is_no_time_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(Invalid, match="2026-03-12T14:30"):
        clocks.moment(text, SITE)


@pytest.mark.parametrize(
    "limit",
    [
        {"within": 24, "unit": "hour", "calendar": "clock", "clause": "5.2.1"},
        {"within": 0, "unit": "day", "calendar": "working"},
        {
            "by": "km",
            "cases": [{"when": "<= 300", "within": 24}],
            "unit": "hour",
            "calendar": "clock",
            "clause": "4",
        },
        {"fixed": {"day": 5, "of": "next_month"}, "clause": "4.3"},
    ],
)
def test_a_pinned_limit_is_read_back_as_it_was(limit: dict[str, Any]) -> None:
    assert clocks.limit_to_data(Limit.parse(limit)) == limit
    assert Limit.parse(clocks.limit_to_data(Limit.parse(limit))) == Limit.parse(limit)


@pytest.mark.parametrize(
    ("before", "unit", "start", "due"),
    [
        ("7", "day", "2026-03-20", "2026-03-13T23:59:59.999999+08:00"),
        ("1", "month", "2026-03-31", "2026-02-28T23:59:59.999999+08:00"),
        ("2", "hour", "2026-03-20T10:00+08:00", "2026-03-20T08:00:00+08:00"),
    ],
)
def test_a_limit_before_a_day_ends_so_long_ahead_of_it(before: str, unit: str, start: str, due: str) -> None:
    ahead = Limit.parse({"before": before, "unit": unit})
    found = clocks.due(ahead, at(start), {}, SITE)
    assert found is not None
    assert found.isoformat() == due
    assert Limit.parse(clocks.limit_to_data(ahead)) == ahead


REPAIR = Clock("repair", "reported_at", "repaired_at", "repair")
SPARE = Clock("spare", "reported_at", "spare_at", "spare", lapsed="repair")
BOTH = {"repair": limit(12, "hour"), "spare": limit(24, "hour")}
REPORT = {"reported_at": "2026-03-06T08:00+08:00"}


@pytest.mark.parametrize(
    ("values", "now", "due", "met"),
    [
        ({}, "2026-03-06T19:59", None, None),
        ({"repaired_at": "2026-03-06T20:00+08:00"}, "2026-03-09", None, None),
        ({}, "2026-03-06T20:01", "2026-03-07T08:00:00+08:00", None),
        ({"repaired_at": "2026-03-06T21:00+08:00"}, "2026-03-08T09:00", "2026-03-07T08:00:00+08:00", False),
        ({"spare_at": "2026-03-07T08:00+08:00"}, "2026-03-08T09:00", "2026-03-07T08:00:00+08:00", True),
    ],
)
def test_a_clock_begins_where_another_has_lapsed(
    values: dict[str, str], now: str, due: str | None, met: bool | None
) -> None:
    found = clocks.read_all((REPAIR, SPARE), BOTH, REPORT | values, SITE, time_of(now))[1]
    assert ((found.due and found.due.isoformat()), found.met) == (due, met)


def test_what_waits_for_another_is_not_due_before_that_has_lapsed() -> None:
    sooner = BOTH | {"spare": limit(6, "hour")}
    found = clocks.read_all((REPAIR, SPARE), sooner, REPORT, SITE, LONG_AFTER)
    assert [reading.due for reading in found] == [found[0].due] * 2
    assert found[1].overdue
    assert clocks.read_all((SPARE,), BOTH, REPORT, SITE, LONG_AFTER)[0] == Reading("spare", None, None)
