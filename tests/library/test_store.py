"""What the forms of goods in the store hold: temperatures, the cold chain, shelf life, and who may inspect."""

from __future__ import annotations

from typing import Any

import pytest

from docctl.errors import Invalid
from docctl.usecases.records import opening
from tests.library.test_delivery import done, met, stopped
from tests.support.executions import Execution
from tests.support.sites import World
from tests.support.starter import form
from tests.test_starter_executed import company, world

__all__ = ["company", "world"]  # its company, in which each form is executed


def asked_for(world: World, *readings: tuple[str, str, str]) -> set[str]:
    """The steps that a temperature check has after these readings: kind, temperature, limit."""
    rows: list[dict[str, Any]] = [
        {"cabinet": "一号柜", "kind": kind, "temperature": read, "limit": limit}
        for kind, read, limit in readings
    ]
    checked = Execution(world, form("LX-R-317"), {"readings": rows}).run()
    assert checked.refused_at == "", checked.why
    return checked.has()


@pytest.mark.rule("PR-99")
def test_a_temperature_out_of_its_limit_asks_for_action_and_a_judgement_of_the_goods(world: World) -> None:
    within, out = {"measure"}, {"measure", "act", "judge"}
    assert asked_for(world, ("冷冻", "-18", "-18"), ("热保温", "60", "60"), ("冷藏", "4", "4")) == within
    assert asked_for(world, ("冷冻", "-17.9", "-18")) == out
    assert asked_for(world, ("热保温", "59.9", "60")) == out
    assert asked_for(world, ("冷藏", "4.1", "4")) == out
    chilled: dict[str, Any] = {"cabinet": "一号柜", "kind": "冷藏", "temperature": "4"}
    assert stopped(world, "LX-R-317", readings=[chilled]) == "measure", "no limit was noted"
    milder = {"cabinet": "一号柜", "kind": "冷冻", "temperature": "-20", "limit": "-17.9"}
    assert stopped(world, "LX-R-317", readings=[milder]) == "measure"
    warm = [{"cabinet": "一号柜", "kind": "冷冻", "temperature": "-17", "limit": "-18"}]
    still = Execution(world, form("LX-R-317"), {"readings": warm, "readings_after": warm}).run()
    assert still.refused_at == "act"
    unsaid = Execution(world, form("LX-R-317"), {"readings": warm, "cause_and_action": "null"}).run()
    assert unsaid.refused_at == "act"


@pytest.mark.rule("PR-99")
def test_goods_are_half_an_hour_out_of_the_cold_chain_and_looked_at_on_the_day_of_the_warning(
    world: World,
) -> None:
    assert met(done(world, "LX-R-313", stored_at="2026-03-05 08:30"), "cold-chain") is True
    assert met(done(world, "LX-R-313", stored_at="2026-03-05 08:31"), "cold-chain") is False
    assert stopped(world, "LX-R-313", warn_on="2026-03-09") == "inspect", "no warning before the last day"
    looked = [done(world, "LX-R-315", looked_at_on=day) for day in ("2026-03-08", "2026-03-09")]
    assert [met(one, "warning") for one in looked] == [True, False]
    assert met(done(world, "LX-R-315", gone_on="2026-03-10"), "withdrawal") is False
    (warning,) = [one for one in looked[0].shown()["clocks"] if one["name"] == "warning"]
    assert str(warning["due"]).startswith("2026-03-08T23:59")


@pytest.mark.rule("PR-46")
def test_goods_are_inspected_by_staff_who_passed_their_training_and_whose_certificate_is_valid(
    world: World,
) -> None:
    with pytest.raises(Invalid, match="a record of LX-R-318 must be there first"):
        opening.open_record(world.as_("dongliang"), "LX-R-313")
    failed = done(world, "LX-R-318", result="不合格").number
    with pytest.raises(Invalid, match=f"{failed} does not say result == '合格'"):
        opening.open_record(world.as_("dongliang"), "LX-R-313", earlier={"training": failed})
    assert stopped(world, "LX-R-318", special_trade="true") == "examine"
    licensed = {"special_trade": "true", "licence_number": "DG-0317", "licence_valid_until": "2027-02-20"}
    assert stopped(world, "LX-R-318", **licensed) == ""
    assert stopped(world, "LX-R-313", inspected_on="2026-03-06") == ""
    assert stopped(world, "LX-R-313", inspected_on="2026-03-07") == "inspect"
