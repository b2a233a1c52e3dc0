"""The forms of complaints and of service at the customer keep the rules of their sources."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from docctl.queries.records.duties import Asked, duty_list
from docctl.queries.records.indicators import FigureLine, figures
from tests.support.executions import Execution
from tests.support.sites import World
from tests.support.starter import form
from tests.test_starter_executed import company, world

__all__ = ["company", "world"]  # its company, in which each form is executed


def through(world: World, number: str, **changes: str) -> dict[str, Any]:
    """A record made to its end after the example, with these changes."""
    done = Execution(world, form(number), changes).run()
    assert done.refused_at == "", done.why
    return done.shown()


def refused(world: World, number: str, **changes: str) -> str:
    """The step at which a record with these changes is refused; empty where it is not."""
    return Execution(world, form(number), changes).run().refused_at


def clock(shown: Mapping[str, Any], name: str) -> Any:
    return next(each["met"] for each in shown["clocks"] if each["name"] == name)


def figure(world: World, number: str, name: str, day: date, part: str = "") -> FigureLine:
    world.forget()
    return next(
        line for line in figures(world.as_("zhouwenjing"), day, form=number, name=name) if line.part == part
    )


def signed(shown: Mapping[str, Any]) -> dict[str, str]:
    """Who signed each step, in order."""
    return {each["step"]: each["by"] for each in shown["signatures"] if each["step"]}


@pytest.mark.rule("PR-80")
def test_a_complaint_goes_through_its_eight_steps_in_their_order(world: World) -> None:
    assert list(signed(through(world, "LX-R-260"))) == [
        "record",
        "judge",
        "assign",
        "trace-quality",
        "verify-cause",
        "propose",
        "approve",
        "tell",
        "penalise",
        "improve",
    ]
    empty = {
        "record": "content",
        "trace-quality": "quality_findings",
        "propose": "solution",
        "penalise": "share_of_bonus",
    }
    for step, field in empty.items():
        assert refused(world, "LX-R-260", **{field: "null"}) == step
    unfounded = {"reasons_sufficient": "false", "answer_to_a_complaint_that_does_not_stand": "属正常磨损"}
    assert list(signed(through(world, "LX-R-260", **unfounded))) == ["record", "judge", "improve"]


@pytest.mark.rule("PR-58")
@pytest.mark.parametrize(
    ("matter", "step", "by"),
    [
        ("合同纠纷", "rule", "chenyifan"),
        ("运输问题", "trace-transport", "dongliang"),
        ("质量问题", "trace-quality", "heyuqing"),
        ("服务问题", "trace-service", "maxiaojun"),
    ],
)
def test_a_complaint_goes_to_the_one_whose_matter_it_is(
    world: World, matter: str, step: str, by: str
) -> None:
    who = {each["name"]: each.get("role") for each in form("LX-R-260").source["steps"]}
    assert [who[name] for name in ("rule", "trace-transport", "trace-quality")] == [
        "general-manager",
        "logistics",
        "quality",
    ]
    found = signed(through(world, "LX-R-260", matter=matter))
    traced = {name: found[name] for name in found if name == "rule" or name.startswith("trace-")}
    assert traced == {step: by}


@pytest.mark.rule("PR-59")
def test_a_grievance_about_delivery_stays_in_sales_and_one_about_quality_goes_to_quality(
    world: World,
) -> None:
    who = {each["name"]: each["role"] for each in form("LX-R-030").source["steps"]}
    delivery = signed(through(world, "LX-R-030"))
    assert list(delivery) == ["receive", "pass-on", "agree", "answer"]
    assert {who[step] for step in delivery} == {"sales"}
    quality = through(world, "LX-R-030", complaint_class="质量类", stage_for_quality_class="售后")
    assert signed(quality) == {"receive": "dengli", "pass-on": "dengli", "take": "heyuqing"}
    assert who["take"] == "quality"


@pytest.mark.rule("PR-12")
def test_a_grievance_is_passed_on_in_two_hours_and_answered_in_time_or_with_an_emergency_measure(
    world: World,
) -> None:
    quality = {"complaint_class": "质量类", "stage_for_quality_class": "装机"}
    for minute, met in (("11:00", True), ("11:01", False)):
        passed = through(world, "LX-R-030", **quality, time_passed_on=f"2026-03-03 {minute}")
        assert clock(passed, "pass-on") is met
    last, late = {"time_answered": "2026-03-04 17:00"}, {"time_answered": "2026-03-04 17:01"}
    assert clock(through(world, "LX-R-030", **last), "delivery-answer") is True
    assert refused(world, "LX-R-030", **late) == "answer"
    planned = {"can_be_answered_in_time": "false"}
    assert refused(world, "LX-R-030", **late, **planned, emergency_measure="null") == "emergency"
    shown = through(world, "LX-R-030", **late, **planned, emergency_measure_started="2026-03-04 17:01")
    assert [clock(shown, name) for name in ("delivery-answer", "emergency")] == [False, False]
    shown = through(world, "LX-R-030", **late, **planned, emergency_measure_started="2026-03-04 17:00")
    assert [clock(shown, name) for name in ("delivery-answer", "emergency")] == [False, True]


@pytest.mark.rule("PR-17")
def test_a_request_form_is_handed_in_on_the_same_day_and_the_customer_called_on_the_next(
    world: World,
) -> None:
    assert clock(through(world, "LX-R-261"), "hand-in") is True
    assert clock(through(world, "LX-R-261", handed_in_on="2026-03-07"), "hand-in") is False
    assert clock(through(world, "LX-R-261", called_on="2026-03-07"), "next-day-call") is True
    assert clock(through(world, "LX-R-261", called_on="2026-03-08"), "next-day-call") is False
    assert refused(world, "LX-R-261", called_on="2026-03-06") == "call"


@pytest.mark.rule("PR-63")
def test_what_a_technician_cannot_solve_goes_to_the_manager_and_urgent_cases_are_reported_at_once(
    world: World,
) -> None:
    assert "escalate" not in signed(through(world, "LX-R-261"))
    assert signed(through(world, "LX-R-261", outcome="处理不了"))["escalate"] == "xuguodong"
    assert refused(world, "LX-R-261", outcome="处理不了", decision_of_the_leader="null") == "escalate"
    assert "report-urgent" not in signed(through(world, "LX-R-261"))
    urgent = {"found_urgent_at": "2026-03-05 08:50"}
    assert refused(world, "LX-R-261", **urgent, reported_at="null") == "report-urgent"
    for minute, met in (("09:20", True), ("09:21", False)):
        shown = through(world, "LX-R-261", **urgent, reported_at=f"2026-03-05 {minute}")
        assert clock(shown, "urgent-report") is met


@pytest.mark.rule("PR-72")
def test_opinion_cards_and_quality_reports_add_up_to_the_figures_of_service(world: World) -> None:
    day, names = date(2026, 3, 31), ("attitude", "skill", "punctuality", "service-items")
    before = {name: figure(world, "LX-R-263", name, day) for name in names}
    through(world, "LX-R-263", attitude="1", skill="2", punctuality="3", service_items="4")
    for mark, (name, old) in enumerate(before.items(), 1):
        now = figure(world, "LX-R-263", name, day)
        assert now.records == old.records + 1
        assert now.figure == ((old.figure or Decimal(0)) * old.records + mark) / now.records
    accidents = figure(world, "LX-R-264", "accidents", day).figure or Decimal(0)
    through(world, "LX-R-264", services="40", errors="40", service_accidents="3")
    assert figure(world, "LX-R-264", "accidents", day).figure == accidents + 3
    rate = figure(world, "LX-R-264", "error-rate", day)
    assert rate.figure == 1 or rate.records > 1
    (due,) = duty_list(
        world.as_("zhouwenjing"),
        Asked(form="LX-R-264", since=date(2026, 4, 1), until=date(2026, 4, 30)),
    )
    assert str(due.of.slot.due) == "2026-04-05"


@pytest.mark.rule("PR-69")
def test_complaints_are_counted_against_deliveries_and_customers_judge(world: World) -> None:
    day = date(2026, 3, 31)
    before = {name: figure(world, "LX-R-264", name, day) for name in ("complaint-rate", "satisfaction")}
    through(world, "LX-R-264", deliveries="100", complaints="50", customers_judgement="2")
    rate, judged = (figure(world, "LX-R-264", name, day) for name in before)
    assert judged.records == before["satisfaction"].records + 1
    known = (before["satisfaction"].figure or Decimal(0)) * before["satisfaction"].records
    assert judged.figure == (known + 2) / judged.records
    assert rate.records == before["complaint-rate"].records + 1
    assert (before["complaint-rate"].figure or Decimal(0)) < (rate.figure or Decimal(0)) < 1


@pytest.mark.rule("PR-66")
def test_failures_of_one_cause_and_the_cost_of_service_are_held_against_their_limits(world: World) -> None:
    day, cause = date(2026, 2, 28), "密封面锈蚀"
    for n in range(10):
        through(world, "LX-R-031", cause=cause, occurred_on=f"2026-02-{n + 1:02}", pieces="3")
    ten, most = figure(world, "LX-R-031", "same-cause", day, cause), "pieces-at-once"
    assert (ten.figure, ten.is_met) == (Decimal(10), True)
    assert figure(world, "LX-R-031", most, day).is_met is True
    through(world, "LX-R-031", cause="别的原因", occurred_on="2026-02-20", pieces="4")
    assert figure(world, "LX-R-031", "same-cause", day, cause).is_met is True
    assert figure(world, "LX-R-031", most, day).is_met is False
    through(world, "LX-R-031", cause=cause, occurred_on="2026-02-28")
    assert figure(world, "LX-R-031", "same-cause", day, cause).is_met is False
    through(world, "LX-R-264", after_sales_cost="20000", sales="1000000")
    share = figure(world, "LX-R-264", "cost-share", date(2026, 12, 31))
    assert (share.of.target.text if share.of.target else "", share.is_met) == ("<= 2 %", True)
    through(world, "LX-R-264", after_sales_cost="900000", sales="1000000")
    assert figure(world, "LX-R-264", "cost-share", date(2026, 12, 31)).is_met is False


@pytest.mark.rule("PR-92")
def test_the_penalty_follows_the_loss_and_slow_handling_is_penalised_as_well(world: World) -> None:
    for loss, share, wage, at in (
        ("0", "0", "0", ""),
        ("1000.01", "9.9", "0", "penalise"),
        ("10000", "10", "0", ""),
        ("10000.01", "20", "4.9", "penalise"),
    ):
        given = {"loss_caused": loss, "share_of_bonus": share, "share_of_wage": wage}
        assert refused(world, "LX-R-260", **given) == at, given
    assert refused(world, "LX-R-260", penalty_of_the_head="null") == "penalise"
    late = {"customer_told": "2026-03-08 17:01"}
    named = {"person_responsible_for_delay": "姚军", "penalty_of_the_head_for_delay": "扣奖金2%"}
    assert refused(world, "LX-R-260", **late) == "penalise"
    assert refused(world, "LX-R-260", **late, **named, share_of_bonus_for_delay="0") == "penalise"
    assert refused(world, "LX-R-260", **late, **named, share_of_bonus_for_delay="5") == ""


@pytest.mark.rule("PR-101")
def test_a_problem_has_its_time_when_it_is_assigned_and_the_group_verifies_in_the_time_set(
    world: World,
) -> None:
    for field in ("verify_by", "handle_by", "person_in_charge"):
        assert refused(world, "LX-R-260", **{field: "null"}) == "assign"
    for minute, met in (("17:00", True), ("17:01", False)):
        told = {"customer_told": "2026-03-06 09:00", "time_verified": f"2026-03-05 {minute}"}
        assert clock(through(world, "LX-R-260", **told), "verification") is met
    longer = {"handle_by": "2026-03-09 17:00", "customer_told": "2026-03-09 17:00"}
    assert clock(through(world, "LX-R-260", **longer), "handling") is True
