"""How the scanning station looks: before a scan, after a good and a bad one, and when the pile is registered."""

from __future__ import annotations

import pytest

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
