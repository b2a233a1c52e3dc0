"""Travel expenses of after-sales staff: subsidies, prior consent, and what becomes of somebody responsible."""

from __future__ import annotations

import json
from typing import Any

import pytest

from docctl.errors import Invalid
from docctl.usecases.records import opening, recording
from tests.support.executions import Execution
from tests.support.pages import reader, text_of
from tests.support.sites import World
from tests.support.starter import form
from tests.test_starter_executed import company as company
from tests.test_starter_executed import world as world


def ride(seat: str, fare: str, hours: str) -> dict[str, str]:
    return {"day": "2026-03-03", "places": "无锡至徐州", "seat": seat, "fare": fare, "hours": hours}


def claimed(world: World, *rides: dict[str, str], **days: str) -> dict[str, Any]:
    """What a claim says after these rides and days, while it is being filled in."""
    none = {"days_of_travel": "0", "days_same_day": "0", "days_of_leave": "0", "other_costs": "0"}
    opened = Execution(world, form("LX-R-300"), {})
    typed = none | days | {"rides": json.dumps(rides)}
    recording.fill_record(world.as_("maxiaojun"), opened.number, typed)
    values: dict[str, Any] = opened.shown()["values"]
    return values


@pytest.mark.rule("PR-93")
def test_a_ride_of_more_than_eight_hours_has_60_percent_a_soft_seat_40_and_others_nothing(
    world: World,
) -> None:
    for seat, hours, subsidy in (
        ("火车硬座", "8", "0.00"),
        ("火车硬座", "8.01", "60.06"),
        ("汽车", "8", "0.00"),
        ("汽车", "8.5", "60.06"),
        ("火车软座", "1", "40.04"),
        ("火车软座", "12", "40.04"),
        ("火车硬卧", "12", "0.00"),
        ("动车组硬座", "12", "0.00"),
        ("出租车", "12", "0.00"),
    ):
        assert claimed(world, ride(seat, "100.10", hours))["ticket_subsidy"] == subsidy, (seat, hours)


@pytest.mark.rule("PR-93")
def test_a_day_of_travel_has_100_yuan_and_a_day_there_and_back_or_of_leave_30(world: World) -> None:
    ticket = ride("火车硬卧", "250", "10")
    for day, subsidy in (
        ("days_of_travel", "300.00"),
        ("days_same_day", "90.00"),
        ("days_of_leave", "90.00"),
    ):
        assert claimed(world, ticket, **{day: "3"})["living_subsidy"] == subsidy, day
    days = {"days_of_travel": "3", "days_same_day": "1", "days_of_leave": "2"}
    values = claimed(world, ticket, ride("汽车", "10.05", "9"), other_costs="0.5", **days)
    assert values["living_subsidy"] == "390.00"
    assert (values["fares"], values["ticket_subsidy"], values["total"]) == ("260.05", "6.03", "656.58")


def test_the_figures_of_the_subsidies_are_nobodys_to_type(world: World) -> None:
    done = Execution(world, form("LX-R-300"), {"total": "9999"}).run()
    assert (done.refused_at, "is worked out, and not typed" in done.why) == ("claim", True)


@pytest.mark.rule("PR-20")
def test_a_claim_a_week_after_the_return_is_void_by_itself_unless_the_case_is_special(world: World) -> None:
    clocks = {}
    for name, changes in (
        ("inside", {"date_back": "2026-03-03"}),
        ("special", {"date_back": "2026-03-02", "special_case": "连续出差"}),
    ):
        (clock,) = Execution(world, form("LX-R-300"), changes).run().shown()["clocks"]
        clocks[name] = (clock["met"], clock["excuse"])
    assert clocks == {"inside": (True, ""), "special": (None, "连续出差")}
    late = Execution(world, form("LX-R-300"), {"date_back": "2026-03-02"}).run()
    assert (late.refused_at, "is void since 2026-03-09" in late.why) == ("claim", True)
    shown = late.shown()
    assert (shown["state"], shown["void_by_itself"]["clock"]) == ("open", "claim")
    page = reader(world, "maxiaojun").get(f"/records/{late.number}").text
    assert "is void since" in text_of(page)
    assert f"/records/{late.number}/sign" not in page, "nobody is led to sign what counts for nothing"
    recording.fill_record(world.as_("maxiaojun"), late.number, {"special_case": "连续出差"})
    recording.sign_record(world.as_("maxiaojun"), late.number)
    assert late.shown()["void_by_itself"] is None


@pytest.mark.rule("PR-20")
def test_a_claim_without_work_diary_or_without_feedback_and_survey_is_not_signed(world: World) -> None:
    for paper in ("work_diary", "feedback_or_survey"):
        done = Execution(world, form("LX-R-300"), {paper: "null"}).run()
        assert (done.refused_at, paper in done.why) == ("claim", True)


SUBJECTS = ("飞机", "火车软卧", "动车组卧铺", "招待顾客", "顾客拒付仍需服务")


@pytest.mark.rule("PR-100")
def test_consent_to_a_plane_a_sleeper_entertainment_or_unpaid_service_comes_before_the_cost(
    world: World,
) -> None:
    subjects = form("LX-R-305").fields["subject"]["enum"]
    assert tuple(subjects) == SUBJECTS
    assert not {"飞机", "火车软卧", "动车组卧铺"} & {
        *form("LX-R-300").fields["rides"]["items"]["properties"]["seat"]["enum"]
    }
    for subject in SUBJECTS:
        asked = {"subject": subject, "expected_day": "2026-03-06"}
        for day, refused in (("2026-03-06", ""), ("2026-03-07", "answer")):
            done = Execution(world, form("LX-R-305"), asked | {"day_of_the_answer": day}).run()
            assert done.refused_at == refused, (subject, day)


@pytest.mark.rule("PR-100")
def test_a_special_cost_is_claimed_on_one_consent_that_was_given_and_not_beyond_it(world: World) -> None:
    staff = world.as_("maxiaojun")
    with pytest.raises(Invalid, match="a record of LX-R-305 must be there first"):
        opening.open_record(staff, "LX-R-307")
    refused = Execution(world, form("LX-R-305"), {"consent": "false"}).run().number
    with pytest.raises(Invalid, match="does not say consent == true"):
        opening.open_record(staff, "LX-R-307", earlier={"consent": refused})
    for changes, where in (
        ({"amount": "980"}, ""),
        ({"amount": "980.01"}, "claim"),
        ({"day_of_the_cost": "2026-03-05"}, ""),
        ({"day_of_the_cost": "2026-03-04"}, "claim"),
    ):
        done = Execution(world, form("LX-R-307"), changes).run()
        assert done.refused_at == where, changes
        with pytest.raises(Invalid, match="serves one record only"):
            opening.open_record(staff, "LX-R-307", earlier=done.earlier)


def decided(world: World, conduct: str, **changes: str) -> tuple[str, str, str]:
    """Where a decision was refused, the fine, and what is taken from bonus or wage."""
    said = {"conduct": conduct, "times": "1", "fine_each": "null"} | changes
    done = Execution(world, form("LX-R-306"), said).run()
    values = done.shown()["values"]
    return done.refused_at, str(values.get("fine")), str(values.get("deduction"))


@pytest.mark.rule("PR-90")
@pytest.mark.parametrize(
    ("conduct", "least", "most"),
    [
        ("未告知总部擅自离开", "50", "50"),
        ("个人原因迟到", "50", "50"),
        ("未经同意离开", "50", "500"),
        ("虚假票据", "0", "50"),
    ],
)
def test_a_fine_is_what_the_rules_state_for_each_time(
    world: World, conduct: str, least: str, most: str
) -> None:
    for each in (least, most):
        assert decided(world, conduct, fine_each=each, times="3")[:2] == ("", f"{int(each) * 3}.00")
    assert decided(world, conduct, fine_each=f"{most}.01")[0] == "propose"
    if least != "0":
        assert decided(world, conduct, fine_each=f"{int(least) - 1}.99")[0] == "propose"
        assert decided(world, conduct, measure="口头警告")[0] == "propose"


@pytest.mark.rule("PR-90")
@pytest.mark.parametrize("conduct", ["信息未传递", "记录不清", "逾期处理"])
def test_where_the_rules_state_no_amount_the_decision_states_it_with_its_grounds(
    world: World, conduct: str
) -> None:
    assert decided(world, conduct, fine_each="20", times="4")[0] == "propose"
    said = decided(world, conduct, fine_each="20", times="4", grounds="拖延四天，顾客另派人处理")
    assert said[:2] == ("", "80.00")


@pytest.mark.rule("PR-91")
@pytest.mark.parametrize("conduct", ["顶撞顾客", "索要财物", "个人原因未及时服务", "个人原因重复修理"])
def test_a_proven_complaint_of_four_kinds_brings_one_major_demerit_and_nothing_else(
    world: World, conduct: str
) -> None:
    assert decided(world, conduct, measure="记大过")[0] == ""
    assert decided(world, conduct, measure="记大过", proven="false")[0] == "propose"
    assert decided(world, conduct, measure="记大过", times="2")[0] == "propose"
    for other in ("口头警告", "记过", "辞退"):
        assert decided(world, conduct, measure=other)[0] == "propose"


@pytest.mark.rule("PR-91")
def test_false_vouchers_bring_a_demerit_up_to_dismissal_and_prosecution(world: World) -> None:
    for measure in ("记过", "记大过", "辞退", "追究法律责任", "口头警告", "移交上级处理"):
        assert decided(world, "虚假票据", measure=measure)[0] == ""
    share = {"bonus_or_wage": "3000", "share": "5"}
    assert decided(world, "虚假票据", measure="扣减奖金或工资", **share)[0] == "propose"


@pytest.mark.rule("PR-92")
@pytest.mark.parametrize("conduct", ["投诉造成损失", "投诉处理迟缓"])
def test_who_is_responsible_for_a_loss_or_a_delay_loses_a_share_of_bonus_or_wage(
    world: World, conduct: str
) -> None:
    share = {"measure": "扣减奖金或工资", "bonus_or_wage": "3333.30", "share": "2.5"}
    whole = share | {"loss": "12000", "grounds": "按损失大小"}
    assert decided(world, conduct, **whole) == ("", "0.00", "83.33")
    assert decided(world, conduct, **whole | {"grounds": "null"})[0] == "propose"
    assert decided(world, conduct, **whole | {"bonus_or_wage": "0"})[0] == "propose"
    assert decided(world, conduct, **whole | {"measure": "口头警告"})[0] == "propose"
    assert decided(world, conduct, **whole | {"loss": "null"})[0] == (
        "propose" if conduct == "投诉造成损失" else ""
    )


def test_nobody_decides_on_their_own_proposal_or_approves_their_own_claim() -> None:
    assert [step.get("other_than") for step in form("LX-R-306").source["steps"]] == [None, "propose"]
    assert [step.get("other_than") for step in form("LX-R-300").source["steps"]] == [None, "claim"]
