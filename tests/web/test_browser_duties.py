"""How the pages look of what falls due by itself, and of indicators."""

from __future__ import annotations

from datetime import date

import pytest

from docctl.usecases.records import filling
from tests.stories import test_duties as duties
from tests.stories import test_indicators as indicators
from tests.stories.test_reviews import later
from tests.support.browser import Desk
from tests.support.sites import World, issue


@pytest.fixture
def lived(sqlite_world: World) -> World:
    """Missed, excused, made, under way and open; a device in its phases; a figure that is missed, one without."""
    world = sqlite_world
    duties.monthly(world)
    issue(world, duties.form(duties.DEVICE, "stands_for: {called: [text], from: began, also: [warranty]}\n"))
    chain = "recurs: {for: LX-R-112, phases: [{limit: visit, until: warranty}, {limit: later-visit}]}\n"
    issue(world, duties.form(duties.VISIT, chain, "回访记录", "Visit"))
    device = duties.opened(world, duties.DEVICE)
    duties.made(world, device, began="2026-01-15", warranty="2027-01-14")
    indicators.in_force(world)
    for day in ("2026-03-02 10:00", "2026-03-05 10:00"):
        indicators.answered(world, indicators.reported(world), day, cost="120")
    later(world, date(2026, 6, 3))
    duties.made(world, duties.opened(world, day=date(2026, 3, 2)))
    filling.excuse_duty(world.as_("controller"), duties.REPORT, day=date(2026, 4, 2), reason="停产检修一个月")
    duties.opened(world, day=date(2026, 5, 2))
    return world


@pytest.mark.long
def test_the_pages_of_what_falls_due_look_right(desk: Desk, lived: World) -> None:
    desk.look("duties", "/duties", "staff")
    desk.look("duties", "/duties?form=nothing", "staff", state="empty")
    desk.look("duty_calendar", "/duties/calendar", "staff")
    desk.look("duty_calendar", "/duties/calendar?month=2020-01", "staff", state="empty")
    desk.look("duty_excuse", f"/duties/{duties.REPORT}/excuse?period=2026-06-30", "controller")
    desk.look(
        "record_open", f"/records/open?template={duties.REPORT}&period=2026-06-30", "staff", state="due"
    )
    desk.look("document_use", f"/documents/{duties.REPORT}/use", "staff", state="due")
    desk.look("inbox", "/inbox", "staff", state="due")
    course = f"form={indicators.FORM}&name=on-time"
    desk.look("indicators", "/indicators?on=2026-03-05", "staff")
    desk.look("indicators", "/indicators", "author", state="empty")
    desk.look("indicator", f"/indicators/course?{course}", "staff")
    desk.look("indicator_records", f"/indicators/records?{course}&on=2026-03-31", "staff")
    desk.look("indicator_records", f"/indicators/records?{course}&on=2020-03-31", "staff", state="empty")
    assert desk.faults == []
