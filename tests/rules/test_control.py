"""The limits that bind docctl: which figure counts, until which day, and when a print expires."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from docctl.rules.documents import control
from docctl.rules.documents.control import DEFAULTS, Bound, Duty
from docctl.rules.records import calendars
from docctl.rules.records.limits import Calendar, Limit, Unit

SITE = calendars.from_mapping({})
FRIDAY = date(2026, 3, 6)
FRIDAY_AT_FIVE = datetime(2026, 3, 6, 9, 0, tzinfo=UTC)  # five o'clock in Shanghai


def of(within: int, unit: Unit, calendar: Calendar = Calendar.WORKING) -> Bound:
    return Bound(duty=Duty.RECALL, limit=Limit(within=within, unit=unit, calendar=calendar))


@pytest.mark.parametrize(
    ("bound", "start", "day"),
    [
        (of(0, Unit.DAY), FRIDAY, "2026-03-06"),
        (of(1, Unit.DAY), FRIDAY, "2026-03-09"),
        (of(5, Unit.DAY), FRIDAY, "2026-03-13"),
        (of(1, Unit.DAY, Calendar.CLOCK), FRIDAY, "2026-03-07"),
        (of(1, Unit.WEEK), FRIDAY, "2026-03-13"),
        # Half an hour is left of Friday, and seven and a half of eight hours of Monday are needed.
        (of(8, Unit.HOUR), FRIDAY_AT_FIVE, "2026-03-09"),
        (of(24, Unit.HOUR, Calendar.CLOCK), FRIDAY_AT_FIVE, "2026-03-07"),
    ],
)
def test_it_is_due_on_the_day_in_which_the_limit_ends(bound: Bound, start: date | datetime, day: str) -> None:
    due = control.due(bound, start, SITE)
    assert due is not None
    assert due.day.isoformat() == day


def test_the_last_day_is_in_time_and_the_next_one_is_late() -> None:
    due = control.due(of(1, Unit.DAY), FRIDAY, SITE)
    assert due is not None
    assert [due.late(date(2026, 3, day)) for day in (8, 9, 10, 12)] == [0, 0, 1, 3]


def test_a_limit_beyond_the_calendar_is_never_due() -> None:
    assert control.due(of(99_999, Unit.MONTH, Calendar.CLOCK), FRIDAY, SITE) is None


@pytest.mark.parametrize(
    ("bound", "expires"),
    [
        (of(7, Unit.DAY, Calendar.CLOCK), "2026-03-13T17:00:00+08:00"),
        (of(36, Unit.HOUR, Calendar.CLOCK), "2026-03-08T05:00:00+08:00"),
        (of(2, Unit.DAY), "2026-03-10T17:00:00+08:00"),
    ],
)
def test_a_print_expires_to_the_minute(bound: Bound, expires: str) -> None:
    assert control.expires(bound, FRIDAY_AT_FIVE, SITE).isoformat() == expires


def test_what_a_procedure_does_not_state_has_a_default_that_is_known_as_one() -> None:
    stated = {"recall": Limit(within=4, unit=Unit.DAY), "acknowledgement": Limit(by="kind")}
    bounds = {duty: control.bound(duty, stated, "LX-CX-2019-001", "A/0") for duty in Duty}
    assert [duty for duty, bound in bounds.items() if not bound.is_default] == [Duty.RECALL]
    assert bounds[Duty.RECALL].limit.within == 4
    assert all(bounds[duty].limit == DEFAULTS[duty] for duty in Duty if duty is not Duty.RECALL)


def test_a_procedure_that_governs_is_told_each_figure_that_it_lacks() -> None:
    whole: dict[str, Limit] = dict(DEFAULTS.items())
    assert control.problems(whole, "LX-CX-2019-001") == {}
    table = Limit(by="kind")
    found = control.problems({**whole, Duty.LOSS: table, Duty.PRINT: table}, "LX-CX-2019-001")
    assert list(found) == ["limits.loss-report", "limits.print-validity"]
