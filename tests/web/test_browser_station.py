"""How the scanning station looks: before a scan, after a good and a bad one, and when the pile is registered."""

from __future__ import annotations

import pytest

from docctl.usecases.copies import shelving
from tests.stories.test_station import exchanged, tokens
from tests.support.browser import Desk
from tests.support.sites import World


@pytest.mark.long
def test_the_scanning_station_looks_right(desk: Desk, sqlite_world: World) -> None:
    old, new = exchanged(sqlite_world, ("staff", "sales", "quality", "gm"))
    pile = "&".join(f"copy={number.replace('#', '%23')}" for number in (old[0], new[0], old[1]))
    desk.look("station", "/copies/station", "controller", state="empty")
    code = tokens(sqlite_world)[new[1]].rpartition("/c/")[2]
    desk.look("station", f"/copies/station?{pile}&scan={code}", "controller", state="good")
    desk.look(
        "station", f"/copies/station?mode=return&{pile}&scan=LX-CX-2019-101%23099", "controller", state="bad"
    )
    desk.look("report_exchanges", "/reports/exchanges", "controller")
    assert desk.faults == []


@pytest.mark.long
def test_the_pages_of_a_shelf_walk_look_right(desk: Desk, sqlite_world: World) -> None:
    old, new = exchanged(sqlite_world, ("sales", "quality"))
    at = "/copies/shelf/check?holder=sales"
    desk.look("shelf", "/copies/shelf/check", "controller", state="begin")
    desk.look("shelf", f"{at}&scan={new[0].replace('#', '%23')}", "controller", state="good")
    desk.look(
        "shelf",
        f"{at}&seen={new[0].replace('#', '%23')}&scan={new[1].replace('#', '%23')}",
        "controller",
        state="bad",
    )
    scans = [new[1], old[0], "5CJ-损毁", "LX-CX-2019-101#099"]
    shelving.check_shelf(sqlite_world.as_("controller"), "sales", scans=scans, remark="年度盘点，货架 3")
    shelving.check_shelf(sqlite_world.as_("controller"), "quality", scans=[new[1], old[1]])
    desk.look("shelf_walked", "/copies/walks/1", "controller")
    desk.look("report_shelf_findings", "/reports/shelf-findings?walk=1", "controller")
    desk.look("report_destructions", "/reports/destructions", "controller", state="empty")
    assert desk.faults == []
