"""Working time: what a site's hours, holidays and moved working days do to a due time."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docctl.errors import Invalid
from docctl.rules.records import calendars
from docctl.rules.records.calendars import Calendar, add_clock, add_working

ZONE = ZoneInfo("Asia/Shanghai")
# Monday 2 March 2026 is an ordinary Monday. 4 October is a holiday, Saturday 10 October is worked for it.
NATIONAL = Calendar(
    "Asia/Shanghai",
    calendars.from_mapping({}).hours,
    frozenset(date(2026, 10, day) for day in range(1, 8)),
    frozenset({date(2026, 10, 10)}),
)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


# Ten years of minutes.
MOMENTS = st.integers(0, 5_000_000).map(lambda n: at("2020-01-01T00:00") + timedelta(minutes=n))


@pytest.mark.parametrize(
    ("start", "minutes", "end"),
    [
        ("2026-03-02T08:30", 60, "2026-03-02T09:30"),
        ("2026-03-02T11:00", 60, "2026-03-02T12:00"),  # ends at noon, not at half past one
        ("2026-03-02T11:00", 61, "2026-03-02T13:31"),  # over the lunch break
        ("2026-03-02T12:30", 1, "2026-03-02T13:31"),  # begins in the lunch break
        ("2026-03-02T16:30", 60, "2026-03-02T17:30"),  # ends at closing time
        ("2026-03-02T16:30", 61, "2026-03-03T08:31"),  # over the night
        ("2026-03-02T05:00", 60, "2026-03-02T09:30"),  # begins before opening
        ("2026-03-02T20:00", 60, "2026-03-03T09:30"),  # begins after closing
        ("2026-03-06T17:00", 60, "2026-03-09T09:00"),  # Friday to Monday
        ("2026-03-07T10:00", 60, "2026-03-09T09:30"),  # begins on a Saturday
        ("2026-09-30T17:00", 60, "2026-10-08T09:00"),  # over the holidays
        ("2026-10-09T17:00", 60, "2026-10-10T09:00"),  # into the Saturday that is worked
        ("2026-03-02T12:30", 0, "2026-03-02T12:30"),
    ],
)
def test_working_minutes_run_only_in_business_hours(start: str, minutes: int, end: str) -> None:
    assert add_working(NATIONAL, at(start), minutes, "minute") == at(end)


@pytest.mark.parametrize(
    ("hours", "end"), [(4, "2026-03-02T14:30"), (8, "2026-03-03T09:30"), (16, "2026-03-04T10:00")]
)
def test_working_hours_add_up_over_days(hours: int, end: str) -> None:
    assert add_working(NATIONAL, at("2026-03-02T09:00"), hours, "hour") == at(end)


@pytest.mark.parametrize(
    ("start", "amount", "unit", "end"),
    [
        ("2026-03-02T10:00", 3, "day", "2026-03-05T10:00"),
        ("2026-03-05T10:00", 3, "day", "2026-03-10T10:00"),
        ("2026-03-07T10:00", 1, "day", "2026-03-09T10:00"),  # a Saturday's first working day is Monday
        ("2026-09-30T10:00", 2, "day", "2026-10-09T10:00"),
        ("2026-09-30T10:00", 3, "day", "2026-10-10T10:00"),
        ("2026-10-10T10:00", 1, "day", "2026-10-12T10:00"),
        ("2026-03-07T10:00", 0, "day", "2026-03-07T10:00"),
        ("2026-03-02T10:00", 1, "week", "2026-03-09T10:00"),
        ("2026-09-24T10:00", 1, "week", "2026-10-08T10:00"),  # would end on a holiday
        ("2026-03-07T10:00", 1, "month", "2026-04-07T10:00"),
        ("2026-02-28T10:00", 1, "month", "2026-03-30T10:00"),  # would end on a Saturday
    ],
)
def test_working_days_skip_days_off(start: str, amount: int, unit: str, end: str) -> None:
    assert add_working(NATIONAL, at(start), amount, unit) == at(end)


@pytest.mark.parametrize(
    ("start", "amount", "unit", "end"),
    [
        ("2026-03-02T23:59", 1, "minute", "2026-03-03T00:00"),
        ("2026-03-07T10:00", 24, "hour", "2026-03-08T10:00"),
        ("2026-10-01T10:00", 1, "day", "2026-10-02T10:00"),
        ("2026-02-23T10:00", 1, "week", "2026-03-02T10:00"),
        ("2026-01-31T10:00", 1, "month", "2026-02-28T10:00"),
        ("2028-01-31T10:00", 1, "month", "2028-02-29T10:00"),
        ("2026-03-31T10:00", 1, "month", "2026-04-30T10:00"),
        ("2026-11-30T10:00", 3, "month", "2027-02-28T10:00"),
        ("2026-12-15T10:00", 1, "month", "2027-01-15T10:00"),
        ("2026-03-31T10:00", -1, "month", "2026-02-28T10:00"),
        ("2026-01-15T10:00", -1, "month", "2025-12-15T10:00"),
        ("2026-03-02T10:00", -7, "day", "2026-02-23T10:00"),
        ("2028-02-29T10:00", 12, "month", "2029-02-28T10:00"),
    ],
)
def test_clock_time_knows_no_day_off_and_ends_a_short_month_on_its_last_day(
    start: str, amount: int, unit: str, end: str
) -> None:
    assert add_clock(NATIONAL, at(start), amount, unit) == at(end)


def test_an_instant_of_another_zone_is_counted_on_the_clock_of_the_site() -> None:
    midnight_utc = datetime(2026, 3, 2, 0, 0, tzinfo=UTC)  # 08:00 in Shanghai
    end = add_working(NATIONAL, midnight_utc, 1, "hour")
    assert end.isoformat() == "2026-03-02T09:30:00+08:00"
    assert add_clock(NATIONAL, midnight_utc, 1, "day").isoformat() == "2026-03-03T08:00:00+08:00"


def test_an_hour_is_an_hour_where_the_clocks_change() -> None:
    night = ((time(0, 0), time(6, 0)),)
    calendar = Calendar("Europe/Berlin", (night,) * 7)
    before = datetime(2026, 3, 29, 1, 0, tzinfo=ZoneInfo("Europe/Berlin"))  # 02:00 to 03:00 does not exist
    assert add_clock(calendar, before, 1, "hour").isoformat() == "2026-03-29T03:00:00+02:00"
    assert add_clock(calendar, before, 1, "day").isoformat() == "2026-03-30T01:00:00+02:00"
    assert add_working(calendar, before, 2, "hour").isoformat() == "2026-03-29T04:00:00+02:00"


@given(
    MOMENTS,
    st.integers(0, 300),
    st.integers(0, 300),
)
def test_two_stretches_of_working_time_make_one(start: datetime, first: int, second: int) -> None:
    one_by_one = add_working(NATIONAL, add_working(NATIONAL, start, first, "minute"), second, "minute")
    assert one_by_one == add_working(NATIONAL, start, first + second, "minute")


@given(
    MOMENTS,
    st.integers(0, 60),
    st.sampled_from(("minute", "hour", "day", "week", "month")),
)
def test_working_time_never_ends_before_plain_time(start: datetime, amount: int, unit: str) -> None:
    assert add_working(NATIONAL, start, amount, unit) >= add_clock(NATIONAL, start, amount, unit)


def test_time_without_a_zone_is_refused() -> None:
    with pytest.raises(Invalid, match="without a zone"):
        add_working(NATIONAL, datetime(2026, 3, 2, 10, 0), 1, "hour")  # noqa: DTZ001
    with pytest.raises(Invalid, match="without a zone"):
        add_clock(NATIONAL, datetime(2026, 3, 2, 10, 0), 1, "hour")  # noqa: DTZ001


def test_working_time_is_not_counted_backwards() -> None:
    with pytest.raises(Invalid, match="backwards"):
        add_working(NATIONAL, at("2026-03-02T10:00"), -1, "day")


@pytest.mark.parametrize("unit", ["minute", "hour", "day"])
@pytest.mark.parametrize("amount", [10**8, 10**30])
def test_a_limit_beyond_a_century_of_working_time_is_refused(unit: str, amount: int) -> None:
    with pytest.raises(Invalid, match="further than a century"):
        add_working(NATIONAL, at("2026-03-02T10:00"), amount, unit)


@pytest.mark.parametrize("unit", ["minute", "hour", "day", "week", "month"])
@pytest.mark.parametrize("amount", [10**14, -(10**14), 10**30])
def test_a_limit_beyond_the_calendar_is_refused(unit: str, amount: int) -> None:
    with pytest.raises(Invalid, match="outside the calendar"):
        add_clock(NATIONAL, at("2026-03-02T10:00"), amount, unit)


def test_working_time_stops_at_the_last_day_that_there_is() -> None:
    with pytest.raises(Invalid):
        add_working(NATIONAL, datetime(9999, 12, 30, tzinfo=ZONE), 100, "hour")


def test_a_day_ends_with_its_last_microsecond() -> None:
    assert NATIONAL.end_of(date(2026, 3, 2)) == at("2026-03-03T00:00") - timedelta(microseconds=1)


def test_the_default_week_is_monday_to_friday_in_shanghai() -> None:
    calendar = calendars.from_mapping({})
    assert calendar.zone == "Asia/Shanghai"
    assert [calendar.is_working_day(date(2026, 3, 2) + timedelta(days=n)) for n in range(7)] == [True] * 5 + [
        False
    ] * 2
    assert calendar.spans(date(2026, 3, 2)) == ((time(8, 30), time(12)), (time(13, 30), time(17, 30)))


def test_a_moved_working_day_keeps_hours_of_its_own_weekday_if_there_are_any() -> None:
    saturday = ((time(9), time(12)),)
    calendar = Calendar(
        "Asia/Shanghai",
        (*calendars.from_mapping({}).hours[:5], saturday, ()),
        workdays=frozenset({date(2026, 10, 10), date(2026, 10, 11)}),
    )
    assert calendar.spans(date(2026, 10, 10)) == saturday
    assert calendar.spans(date(2026, 10, 11)) == calendars.from_mapping({}).hours[0]


def test_a_calendar_is_stored_as_text_and_read_back_equal() -> None:
    plain = {name: ["08:30-12:00", "13:30-17:30"] for name in calendars.WEEKDAYS[:5]}
    days = {
        name: [day.isoformat() for day in sorted(getattr(NATIONAL, name))]
        for name in ("holidays", "workdays")
    }
    stored = json.dumps({"zone": "Asia/Shanghai", "hours": plain, **days})
    assert calendars.from_mapping(json.loads(stored)) == NATIONAL


def test_a_weekday_left_out_is_a_day_off() -> None:
    calendar = calendars.from_mapping({"zone": "Asia/Shanghai", "hours": {"tuesday": ["09:00 - 10:00"]}})
    assert [bool(spans) for spans in calendar.hours] == [False, True, *[False] * 5]


def test_a_calendar_that_names_only_its_holidays_has_the_default_hours_in_the_zone_of_the_site() -> None:
    calendar = calendars.from_mapping({"holidays": ["2026-10-01"]}, "Asia/Urumqi")
    assert calendar == Calendar(
        "Asia/Urumqi", calendars.from_mapping({}).hours, frozenset({date(2026, 10, 1)})
    )


def test_all_that_is_wrong_with_a_calendar_is_said_at_once() -> None:
    with pytest.raises(Invalid) as refusal:
        calendars.from_mapping(
            {
                "zone": "Asia/Shanghai",
                "hours": {"moonday": [], "monday": ["8-12"], "friday": ["25:00-26:00"]},
                "holidays": ["1 October"],
                "workdays": ["2026-13-01"],
            }
        )
    assert set(refusal.value.problems) == {
        "hours.moonday",
        "hours.monday",
        "hours.friday",
        "holidays",
        "workdays",
    }


@pytest.mark.parametrize(
    ("data", "place"),
    [
        ({"zone": "Mars/Olympus", "hours": {"monday": ["09:00-10:00"]}}, "zone"),
        ({"zone": "../../etc/passwd", "hours": {"monday": ["09:00-10:00"]}}, "zone"),
        ({"zone": ""}, "zone"),
        ({"zone": "Asia/Shanghai", "hours": {}}, "hours"),
        ({"zone": "Asia/Shanghai", "hours": {"monday": ["10:00-10:00"]}}, "hours.monday"),
        ({"zone": "Asia/Shanghai", "hours": {"monday": ["10:00-12:00", "11:00-13:00"]}}, "hours.monday"),
        (
            {
                "zone": "Asia/Shanghai",
                "hours": {"monday": ["10:00-12:00"]},
                "holidays": ["2026-10-01"],
                "workdays": ["2026-10-01"],
            },
            "workdays",
        ),
    ],
)
def test_a_calendar_that_makes_no_sense_is_refused(data: dict[str, object], place: str) -> None:
    with pytest.raises(Invalid) as refusal:
        calendars.from_mapping(data)
    assert set(refusal.value.problems) == {place}


def test_a_week_of_other_than_seven_days_is_refused() -> None:
    with pytest.raises(Invalid, match="seven entries"):
        Calendar("Asia/Shanghai", calendars.from_mapping({}).hours[:6])
