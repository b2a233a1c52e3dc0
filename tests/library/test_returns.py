"""What the forms of returns hold: goods are checked first, and approval is given by authority."""

from __future__ import annotations

import pytest

from docctl.errors import Invalid
from docctl.usecases.records import opening
from tests.library.test_delivery import done, stopped
from tests.support.sites import World
from tests.test_starter_executed import company, world

__all__ = ["company", "world"]  # its company, in which each form is executed

BEYOND = {"amount": "6000.01"}


@pytest.mark.rule("PR-48")
def test_goods_of_a_dealer_are_checked_before_their_return_is_accepted(world: World) -> None:
    with pytest.raises(Invalid, match="a record of LX-R-401 must be there first"):
        opening.open_record(world.as_("dengli"), "LX-R-400")
    assert stopped(world, "LX-R-401", result="null") == "check"
    refuted = done(world, "LX-R-401", result="不属实").number
    with pytest.raises(Invalid, match=f"{refuted} does not say result == '属实'"):
        opening.open_record(world.as_("dengli"), "LX-R-400", earlier={"check": refuted})
    checked = done(world, "LX-R-401")
    by = {one["step"]: one["by"] for one in checked.shown()["signatures"]}
    assert (by["check"], checked.shown()["values"]["through_a_dealer"]) == ("fangjing", True)
    assert stopped(world, "LX-R-400", quantity_taken_back="4") == "accept"


@pytest.mark.rule("PR-53")
def test_a_return_is_approved_by_the_general_manager_and_beyond_that_authority_by_the_managers_meeting(
    world: World,
) -> None:
    alone, beyond = done(world, "LX-R-400"), done(world, "LX-R-400", **BEYOND)
    assert "meet" not in alone.has()
    assert "meet" in beyond.has()
    for ended in (alone, beyond):
        assert {one["step"]: one["by"] for one in ended.shown()["signatures"]}["approve"] == "chenyifan"
    assert stopped(world, "LX-R-400", **BEYOND, minutes_of_the_meeting="null") == "meet"
    assert stopped(world, "LX-R-400", **BEYOND, attended="null") == "meet"
    assert stopped(world, "LX-R-400", decision="不同意") == "accept"
