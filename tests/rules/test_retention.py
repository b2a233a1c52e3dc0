"""How long records are kept."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docctl.errors import Invalid
from docctl.rules.records import retention
from docctl.rules.records.retention import Retention


@pytest.mark.parametrize(
    ("source", "years"),
    [
        ({"years": "3", "from": "closed"}, 3),
        ({"years": 5}, 5),
        pytest.param({"years": 100, "from": "closed"}, 100),
        ({"years": None}, None),
        ({"years": "null"}, None),
    ],
)
def test_a_template_states_years_or_that_none_are_stated(
    source: dict[str, object], years: int | None
) -> None:
    assert Retention.parse(source) == Retention(years)


@pytest.mark.parametrize("years", ["", "0", 0, -1, "3.5", "three", "101", True, "３", "9" * 5000])
def test_a_period_that_is_none_is_refused(years: object) -> None:
    with pytest.raises(Invalid, match="or null where no period is stated"):
        Retention.parse({"years": years})


def test_a_template_that_says_nothing_of_retention_is_refused() -> None:
    with pytest.raises(Invalid) as refusal:
        Retention.parse({"from": "opened"})
    assert set(refusal.value.problems) == {"retention.years", "retention.from"}


@pytest.mark.parametrize(
    ("years", "closed", "last"),
    [
        (3, date(2026, 3, 12), date(2029, 3, 12)),
        (5, date(2026, 3, 12), date(2031, 3, 12)),
        (3, date(2028, 2, 29), date(2031, 3, 1)),
        (4, date(2028, 2, 29), date(2032, 2, 29)),
    ],
)
def test_a_record_is_kept_to_the_last_day_of_its_period(years: int, closed: date, last: date) -> None:
    assert retention.keep_until(Retention(years), closed) == last


def test_what_is_kept_for_good_has_no_last_day() -> None:
    kept = Retention.parse({"years": None, "permanent": True})
    assert (kept.permanent, retention.keep_until(kept, date(2026, 3, 12))) == (True, None)
    with pytest.raises(Invalid, match="null where the records are kept for good"):
        Retention.parse({"years": 3, "permanent": True})


@given(st.dates(max_value=date(2100, 1, 1)), st.integers(1, 100))
def test_what_was_closed_before_a_day_was_kept_long_enough_and_nothing_else(today: date, years: int) -> None:
    first = retention.closed_before(years, max(today, date(200, 1, 1)))
    for offset in range(-2, 3):
        closed = first + timedelta(days=offset)
        last = retention.keep_until(Retention(years), closed)
        assert last is not None
        assert (last < max(today, date(200, 1, 1))) == (closed < first), closed


def test_without_a_period_a_record_is_kept_until_qa_decides() -> None:
    assert retention.keep_until(Retention(None), date(2026, 3, 12)) is None


@given(st.dates(max_value=date(2100, 1, 1)), st.integers(1, 100))
def test_a_record_is_never_kept_for_less_than_its_years(closed: date, years: int) -> None:
    last = retention.keep_until(Retention(years), closed)
    assert last is not None
    assert (last.year - closed.year, (last.month, last.day) >= (closed.month, closed.day)) == (years, True)
