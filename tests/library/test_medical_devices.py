"""After-sales service of medical devices (LX-CX-2019-005): its rules, just inside and just outside."""

from __future__ import annotations

from datetime import date

import pytest

from docctl.errors import Forbidden, Invalid
from docctl.queries.records.duties import Asked, duty_list
from docctl.usecases.records import opening, recording
from tests.support.executions import Execution
from tests.support.sites import World
from tests.support.starter import form
from tests.test_starter_executed import company, world

__all__ = ["company", "world"]  # its company, in which each form is executed

REPAIR, TRAINING, REGISTER = "LX-R-054", "LX-R-056", "LX-R-051"


def met(world: World, clock: str, **changes: str) -> bool | None:
    """What a clock of a repair shows after the example with these changes."""
    done = Execution(world, form(REPAIR), changes).run()
    assert done.refused_at == "", done.why
    found: dict[str, bool | None] = {each["name"]: each["met"] for each in done.shown()["clocks"]}
    return found[clock]


@pytest.mark.rule("PR-05")
@pytest.mark.parametrize(
    ("area", "last", "late"),
    [("市区", "2026-03-05 12:00", "2026-03-05 12:01"), ("郊区", "2026-03-05 16:00", "2026-03-05 16:01")],
)
def test_repair_staff_arrive_within_three_hours_urban_and_seven_suburban(
    world: World, area: str, last: str, late: str
) -> None:
    on = {"area": area, "repaired": "2026-03-05 17:00"}
    assert met(world, "arrive", arrival=last, **on) is True
    assert met(world, "arrive", arrival=late, **on) is False


@pytest.mark.rule("PR-05")
def test_never_more_than_eight_working_hours_lie_between_call_and_arrival_but_in_special_cases(
    world: World,
) -> None:
    # Called at 9: seven hours until the end of work, and one more on the next morning.
    on = {"area": "郊区", "repaired": "2026-03-06 17:00", "visit": "2026-03-06"}
    assert met(world, "cap", arrival="2026-03-06 09:30", **on) is True
    assert met(world, "cap", arrival="2026-03-06 09:31", **on) is False
    special = on | {"special_circumstances": "长江封航，轮渡停运"}
    for clock in ("arrive", "cap"):
        assert met(world, clock, arrival="2026-03-06 09:31", **special) is None


@pytest.mark.rule("PR-06")
def test_what_is_not_repaired_in_twelve_hours_has_a_free_spare_unit_within_twenty_four(world: World) -> None:
    # Arrived at half past eleven.
    lent = {"spare_unit_given": "true"}
    slow = lent | {"repaired": "2026-03-06 18:00"}
    assert met(world, "spare", spare_unit_supplied="2026-03-06 11:30", **slow) is True
    assert met(world, "spare", spare_unit_supplied="2026-03-06 11:31", **slow) is False
    assert met(world, "spare", repaired="2026-03-05 23:31") is False  # none was supplied
    assert met(world, "spare", repaired="2026-03-05 23:30") is None  # none is due
    paid = Execution(world, form(REPAIR), slow | {"spare_unit_is_free": "false"}).run()
    assert paid.refused_at == "lend"


@pytest.mark.rule("PR-24")
def test_devices_are_visited_every_three_months_in_warranty_every_six_after_it_and_called_every_month(
    world: World,
) -> None:
    device = Execution(world, form(REGISTER), {"warranty_ends": "2026-09-08"}).run()
    assert device.refused_at == "", device.why
    world.forget()

    def due(number: str, until: date) -> list[str]:
        asked = Asked(form=number, since=date(2026, 3, 1), until=until)
        lines = duty_list(world.as_("zhouwenjing"), asked)
        return [
            str(line.of.slot.due)
            for line in lines
            if line.of.slot.subject is not None and line.of.slot.subject.number == device.number
        ]

    # Accepted on 9 March; the warranty ends on 8 September, and the visit after it leaves six months.
    visits = due("LX-R-053", date(2027, 9, 30))
    assert visits[:4] == ["2026-06-08", "2026-09-08", "2027-03-08", "2027-09-08"]
    calls = due("LX-R-055", date(2026, 12, 31))
    assert calls[:3] == ["2026-03-31", "2026-04-30", "2026-05-31"]
    assert len(calls) == 10  # in warranty and after it


@pytest.mark.rule("PR-46")
def test_nobody_repairs_without_a_training_that_was_passed_and_still_counts(world: World) -> None:
    tanghao = world.as_("tanghao")
    with pytest.raises(Invalid, match="a record of LX-R-056 must be there first"):
        opening.open_record(tanghao, REPAIR)
    failed = Execution(world, form(TRAINING), {"result": "不合格"}).run()
    assert failed.refused_at == ""
    with pytest.raises(Invalid, match=f"{failed.number} does not say"):
        opening.open_record(tanghao, REPAIR, earlier={"training": failed.number})
    untested = Execution(world, form(TRAINING), {"result": "null"}).run()
    with pytest.raises(Invalid, match=f"{untested.number} is open"):
        opening.open_record(tanghao, REPAIR, earlier={"training": untested.number})
    with pytest.raises(Forbidden):  # who trains does not find that the test was passed
        recording.fill_record(tanghao, untested.number, {"result": "合格"})
    plain = {"special_trade": "false"}
    assert Execution(world, form(REPAIR), plain | {"visit": "2027-01-31"}).run().refused_at == ""
    assert Execution(world, form(REPAIR), plain | {"visit": "2027-02-01"}).run().refused_at == "dispatch"
    done = Execution(world, form(REPAIR), {}).run().shown()
    assert done["values"]["technician"] == "彭宇"  # taken over: whoever was trained


@pytest.mark.rule("PR-46")
def test_a_special_trade_is_left_to_those_with_a_valid_licence(world: World) -> None:
    assert Execution(world, form(REPAIR), {"visit": "2026-12-31"}).run().refused_at == ""
    assert Execution(world, form(REPAIR), {"visit": "2027-01-01"}).run().refused_at == "dispatch"
    bare = Execution(world, form(TRAINING), {"licence": "null", "licence_valid_until": "null"}).run()
    on = {"training": bare.number}
    assert Execution(world, form(REPAIR), {}, on).run().refused_at == "dispatch"
    assert Execution(world, form(REPAIR), {"special_trade": "false"}, on).run().refused_at == ""
