"""The forms of service information, the three guarantees, quality complaints and visits keep their rules."""

from __future__ import annotations

from datetime import date

import pytest

from docctl.queries.records.duties import Asked, duty_list
from tests.library.test_complaints import clock, figure, refused, signed, through
from tests.support.executions import Execution
from tests.support.sites import World
from tests.support.starter import form
from tests.test_starter_executed import company, world

__all__ = ["company", "world"]  # its company, in which each form is executed


@pytest.mark.rule("PR-03")
def test_a_request_is_answered_in_24_hours_and_we_arrive_by_the_time_that_the_customer_set(
    world: World,
) -> None:
    for hour, met in (("09:00", True), ("09:01", False)):
        shown = through(world, "LX-R-133", time_answered=f"2026-03-06 {hour}", arrived=f"2026-03-07 {hour}")
        assert [clock(shown, name) for name in ("service-answer", "arrival")] == [met, met]


@pytest.mark.rule("PR-44")
def test_a_claim_is_accepted_only_if_all_three_conditions_hold(world: World) -> None:
    for missing in (
        {"valid_voucher": "false"},
        {"within_period_scope_or_mileage": "false"},
        {"caused_by_manufacture": "否"},
    ):
        assert refused(world, "LX-R-131", **missing) == "decide"
    assert refused(world, "LX-R-131") == ""
    sent_away = {"valid_voucher": "false", "accepted": "false", "reason_for_refusal": "无有效凭证"}
    assert list(signed(through(world, "LX-R-131", **sent_away)))[-1] == "decide"


@pytest.mark.rule("PR-57")
@pytest.mark.parametrize(
    ("kind", "number", "step"),
    [
        ("单机", "9", "serve-developing"),
        ("单机", "10", "serve"),
        ("系统", "1", "serve-developing"),
        ("系统", "2", "serve"),
    ],
)
def test_a_batch_is_served_by_the_service_centre_and_anything_less_by_the_developing_unit(
    world: World, kind: str, number: str, step: str
) -> None:
    who = {each["name"]: each["role"] for each in form("LX-R-131").source["steps"]}
    assert (who["serve"], who["serve-developing"]) == ("after-sales", "technical")
    found = Execution(world, form("LX-R-131"), {"product_kind": kind, "number_produced": number}).run()
    assert found.refused_at == "", found.why
    assert {name for name in found.has() if name.startswith("serve")} == {step}


@pytest.mark.rule("PR-61")
def test_an_accepted_claim_goes_to_the_supplier_the_maker_or_our_own_production_by_its_part(
    world: World,
) -> None:
    for part, steps in (
        ("底盘", {"pass-to-maker": "maxiaojun"}),
        ("改装", {"repair": "yaojun"}),
        ("保安器材", {"repair": "yaojun"}),
        ("外购件", {"notify": "guojing", "follow-up": "guojing"}),
    ):
        found = signed(through(world, "LX-R-131", part=part))
        passed = ("pass-to-maker", "repair", "notify", "follow-up")
        assert {name: by for name, by in found.items() if name in passed} == steps
    for needed in ("written_notice", "supplier_solves_by"):
        assert refused(world, "LX-R-131", **{needed: "null"}) == "notify"
    late = through(world, "LX-R-131", solved_by_supplier="2026-03-08 17:01")
    assert clock(late, "supplier-solves") is False


@pytest.mark.rule("PR-62")
def test_a_cause_that_cannot_be_decided_goes_up_to_the_maker(world: World) -> None:
    assert "ask-maker" not in signed(through(world, "LX-R-131"))
    undecided = {"caused_by_manufacture": "不能确定"}
    assert "ask-maker" in signed(through(world, "LX-R-131", **undecided))
    assert refused(world, "LX-R-131", **undecided, decision_of_the_maker="null") == "ask-maker"
    assert refused(world, "LX-R-131", **undecided, decision_of_the_maker="否") == "decide"


@pytest.mark.rule("PR-55", "PR-85")
def test_a_serious_complaint_is_approved_by_all_departments_and_a_light_one_only_registered(
    world: World,
) -> None:
    assert signed(through(world, "LX-R-134")) == {
        "register": "maxiaojun",
        "measures-production": "yaojun",
        "measures-technical": "tanghao",
        "agree": "maxiaojun",
        "sign-business": "dengli",
        "sign-quality": "heyuqing",
        "approve-visit": "xuguodong",
        "visit": "maxiaojun",
    }
    assert list(signed(through(world, "LX-R-134", weight="轻微"))) == ["register"]
    for needed in ("person_responsible", "department_responsible", "solve_by"):
        assert refused(world, "LX-R-134", **{needed: "null"}) == "register"
    assert refused(world, "LX-R-135", person_responsible="null") == "open"


@pytest.mark.rule("PR-04")
def test_somebody_is_with_the_customer_within_a_week_of_the_approval_of_a_complaint(world: World) -> None:
    (week,) = form("LX-R-134").source["clocks"]
    assert (week["from"], week["to"]) == ("approve-visit", "arrived_on")
    shown = through(world, "LX-R-134")
    (told,) = shown["clocks"]
    approved = next(each for each in shown["signatures"] if each["step"] == "approve-visit")
    assert (date.fromisoformat(told["due"][:10]) - date.fromisoformat(approved["at"][:10])).days == 7
    unvisited = through(world, "LX-R-134", site_visit_needed="false")
    assert unvisited["clocks"][0]["due"] is None


@pytest.mark.rule("PR-25")
def test_important_customers_are_due_for_a_visit_every_half_year_and_long_term_ones_every_year(
    world: World,
) -> None:
    for name, kind in (("甲公司", "A"), ("乙公司", "B")):
        through(world, "LX-R-135", customer=name, customer_class=kind)
    world.forget()
    lines = duty_list(
        world.as_("zhouwenjing"),
        Asked(form="LX-R-136", since=date(2026, 3, 1), until=date(2027, 3, 31)),
    )
    due = [
        (line.of.slot.subject.called if line.of.slot.subject else "", str(line.of.slot.due)) for line in lines
    ]
    assert ("甲公司", "2026-09-01") in due
    assert [day for name, day in due if name == "乙公司"] == ["2027-03-01"]
    assert refused(world, "LX-R-136", report="null") == "visit"


@pytest.mark.rule("PR-13")
def test_a_call_that_rang_longer_a_lonely_line_and_a_holiday_without_forwarding_are_explained(
    world: World,
) -> None:
    assert refused(world, "LX-R-137", answered_by_the_third_ring="19") == "check"
    assert refused(world, "LX-R-137", never_unattended="false") == "check"
    assert refused(world, "LX-R-137", kind_of_day="节假日") == "check"
    assert refused(world, "LX-R-137", kind_of_day="节假日", calls_forwarded_on_a_holiday="true") == ""
    share = figure(world, "LX-R-137", "third-ring", date(2026, 3, 31))
    assert share.is_met is True
    told = {"what_was_not_kept_and_what_was_done": "一次响四声，已提醒"}
    through(world, "LX-R-137", answered_by_the_third_ring="19", **told)
    assert figure(world, "LX-R-137", "third-ring", date(2026, 3, 31)).is_met is False


@pytest.mark.rule("PR-14")
def test_each_day_hotline_and_appointment_line_are_checked_point_by_point(world: World) -> None:
    lines = duty_list(
        world.as_("zhouwenjing"),
        Asked(form="LX-R-137", since=date(2026, 4, 1), until=date(2026, 4, 3)),
    )
    assert [str(line.of.slot.due) for line in lines] == ["2026-04-01", "2026-04-02", "2026-04-03"]
    for point in (
        "hotline_open_24_hours",
        "appointment_line_always_answered",
        "appointment_line_not_shared",
    ):
        assert refused(world, "LX-R-137", **{point: "null"}) == "check"
        assert refused(world, "LX-R-137", **{point: "false"}) == "check"
