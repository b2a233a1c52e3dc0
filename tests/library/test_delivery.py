"""What the forms of goods delivery and dispatch hold: no goods go on without the paper that stands before."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from docctl.errors import Invalid
from docctl.queries.records.duties import Asked, duty_list
from docctl.queries.records.indicators import FigureLine, figures
from docctl.usecases.records import opening, sealing
from tests.support.executions import Execution
from tests.support.sites import World
from tests.support.starter import form
from tests.test_starter_executed import company, world

__all__ = ["company", "world"]  # its company, in which each form is executed

LATE = {
    "expected_on": "2026-03-10",
    "cause_of_delay": "外协件晚到",
    "new_arrival_date": "2026-03-10",
    "customers_reaction": "同意新日期",
}
ARRIVED_LATE = LATE | {"arrived_on": "2026-03-10"}


def done(world: World, number: str, **changes: str) -> Execution:
    """A record of the form that went through to its end, after the example with these changes."""
    ended = Execution(world, form(number), changes).run()
    assert ended.refused_at == "", ended.why
    return ended


def stopped(world: World, number: str, **changes: Any) -> str:
    """The step or end at which such a record is refused; nothing where it is not."""
    return Execution(world, form(number), changes).run().refused_at


def met(ended: Execution, clock: str) -> bool | None:
    shown: dict[str, bool | None] = {each["name"]: each["met"] for each in ended.shown()["clocks"]}
    return shown[clock]


def refused_to_open(world: World, login: str, number: str, earlier: Mapping[str, str], why: str) -> None:
    with pytest.raises(Invalid, match=why):
        opening.open_record(world.as_(login), number, earlier=earlier)


@pytest.mark.rule("PR-15")
def test_a_dispatch_is_looked_up_a_day_ahead_and_an_installation_planned_a_week_ahead(world: World) -> None:
    order = "LX-R-104"
    assert met(done(world, order, prepared_on="2026-03-05"), "next-day-list") is True
    assert met(done(world, order, prepared_on="2026-03-06"), "next-day-list") is False
    plan = "installation_plan_handed_in_on"
    assert met(done(world, order, **{plan: "2026-03-05"}), "installation-plan") is True
    assert met(done(world, order, **{plan: "2026-03-06"}), "installation-plan") is False
    assert stopped(world, order, installation_plan="null") == "install"
    without = done(world, order, installation="false")
    assert ("install" in without.has(), met(without, "installation-plan")) == (False, None)


@pytest.mark.rule("PR-36")
def test_nothing_leaves_the_store_without_a_passed_exit_inspection_and_a_signed_certificate(
    world: World,
) -> None:
    failed = [{"item": "外观", "requirement": "无锈蚀", "found": "锈点", "conforms": "false"}]
    assert stopped(world, "LX-R-105", items=failed) == "inspect"
    for paper in ("inspection_papers_complete", "certificate_signed", "documents_and_spares_packed"):
        assert stopped(world, "LX-R-105", **{paper: "false"}) == "verify-papers", paper
    rejected = done(world, "LX-R-105", items=failed, result="不合格")  # type: ignore[arg-type]
    order = done(world, "LX-R-104").number
    refused_to_open(world, "yaojun", "LX-R-101", {"order": order}, "a record of LX-R-105 must be there first")
    both = {"order": order, "inspection": rejected.number}
    refused_to_open(world, "yaojun", "LX-R-101", both, f"{rejected.number} does not say result == '合格'")
    assert [start["template"] for start in rejected.shown()["starts"]] == ["LX-R-106"]


@pytest.mark.rule("PR-37")
def test_goods_leave_by_a_released_order_are_loaded_by_the_note_and_pass_the_gate_by_its_pass(
    world: World,
) -> None:
    unreleased = Execution(
        world,
        form("LX-R-104"),
        LATE | {"customers_reaction": "取消订货", "done_as_the_customer_wishes": "退库"},
    ).run()
    assert unreleased.refused_at == "release"
    inspection = done(world, "LX-R-105").number
    papers = {"order": unreleased.number, "inspection": inspection}
    refused_to_open(world, "yaojun", "LX-R-101", papers, "it must be completed first")
    transport = done(world, "LX-R-109").number
    no_note = {"transport": transport}
    refused_to_open(world, "yaojun", "LX-R-102", no_note, "a record of LX-R-100 must be there first")
    refused_to_open(world, "dengli", "LX-R-107", {}, "a record of LX-R-102 must be there first")
    assert stopped(world, "LX-R-102", vehicle_and_goods_agree="false") == "let-out"
    signed = {one["step"]: one["by"] for one in done(world, "LX-R-104").shown()["signatures"]}
    assert signed["release"] == "xuguodong"


@pytest.mark.rule("PR-38")
def test_a_delivery_is_complete_only_once_the_signed_acceptance_list_is_back(world: World) -> None:
    open_still = Execution(world, form("LX-R-107"), {"signed_acceptance_list": "null"}).run()
    assert open_still.refused_at == "file"
    assert open_still.shown()["state"] == "open"
    steps = {step["name"]: bool(step["signed_by"]) for step in open_still.shown()["steps"]}
    assert steps == {"announce": True, "receive": True, "file": False}


@pytest.mark.rule("PR-39")
def test_a_carrier_is_used_and_paid_only_after_its_evaluation_passed_and_its_contract_is_signed(
    world: World,
) -> None:
    refused_to_open(world, "dengli", "LX-R-109", {}, "a record of LX-R-108 must be there first")
    failed = done(world, "LX-R-108", result="不合格")
    refused_to_open(world, "dengli", "LX-R-109", {"evaluation": failed.number}, "does not say")
    unsigned = Execution(world, form("LX-R-108"), {"transport_contract_number": "null"}).run()
    assert unsigned.refused_at == "contract"
    refused_to_open(
        world, "dengli", "LX-R-109", {"evaluation": unsigned.number}, "it must be completed first"
    )
    paid = done(world, "LX-R-109")
    steps = {one["step"]: one["by"] for one in paid.shown()["signatures"]}
    assert (steps["pay"], paid.shown()["values"]["carrier"]) == ("zhaoqing", "顺通物流")
    note = done(world, "LX-R-100").number
    refused_to_open(world, "yaojun", "LX-R-102", {"note": note}, "a record of LX-R-109 must be there first")


@pytest.mark.rule("PR-98")
def test_a_customer_is_told_of_a_delay_with_cause_and_new_date_and_decides(world: World) -> None:
    for left_out in ("cause_of_delay", "new_arrival_date", "customers_reaction", "delay_told_on"):
        assert stopped(world, "LX-R-104", **(LATE | {left_out: "null"})) == "tell-delay", left_out
    asked = LATE | {"done_as_the_customer_wishes": "先发一台"}
    assert stopped(world, "LX-R-104", **(asked | {"customers_reaction": "要求分批发运"})) == ""
    assert stopped(world, "LX-R-104", **(asked | {"customers_reaction": "取消订货"})) == "release"
    # On the road: goods that arrive late without a notice are not signed for.
    assert stopped(world, "LX-R-107", arrived_on="2026-03-10") == "receive"
    in_time = done(world, "LX-R-107", **ARRIVED_LATE, delay_told_on="2026-03-09")
    too_late = done(world, "LX-R-107", **ARRIVED_LATE, delay_told_on="2026-03-10")
    assert [met(one, "delay-notice") for one in (in_time, too_late)] == [True, False]
    assert [start["template"] for start in too_late.shown()["starts"]] == ["LX-R-106"]


@pytest.mark.rule("PR-64", "PR-65")
def test_on_time_rate_fulfilment_and_extra_freight_are_worked_out_from_the_deliveries(world: World) -> None:
    def now(number: str, name: str) -> FigureLine:
        world.forget()
        (line,) = figures(world.as_("zhouwenjing"), form=number, name=name)
        return line

    before = {name: now("LX-R-107", name) for name in ("on-time", "fulfilment")}
    freight = now("LX-R-109", "extra-freight")
    done(world, "LX-R-107")
    done(world, "LX-R-107", **ARRIVED_LATE, quantity_received="3")
    after = {name: now("LX-R-107", name) for name in ("on-time", "fulfilment")}
    for name, gained in (("on-time", 1), ("fulfilment", Decimal("1.5"))):
        earlier, later = before[name], after[name]
        assert later.records == earlier.records + 2
        total = (earlier.figure or Decimal(0)) * earlier.records + gained
        assert abs((later.figure or Decimal(0)) * later.records - total) < Decimal("0.001"), name
    assert after["on-time"].is_met is False
    done(world, "LX-R-109", extra_freight="600.00", reason_for_extra_freight="改用专车")
    assert (now("LX-R-109", "extra-freight").figure or Decimal(0)) - (freight.figure or Decimal(0)) == 600
    assert stopped(world, "LX-R-109", extra_freight="600.00") == "pay"


@pytest.mark.rule("PR-29", "PR-64")
def test_delivery_statistics_are_due_by_the_5th_and_below_100_percent_need_cause_action_and_effect(
    world: World,
) -> None:
    lines = duty_list(
        world.as_("zhouwenjing"),
        Asked(form="LX-R-103", since=date(2026, 3, 1), until=date(2026, 5, 31)),
    )
    assert [str(line.of.slot.due) for line in lines] == ["2026-04-05", "2026-05-05"]
    below = {"deliveries_on_time": "11", "on_time_rate": "91.67"}
    assert stopped(world, "LX-R-103", **below, cause_of_late_delivery="null") == "analyse"
    assert stopped(world, "LX-R-103", **below, corrective_and_preventive_action="null") == "analyse"
    assert stopped(world, "LX-R-103", **below, effect_verified="无效") == "verify"
    assert stopped(world, "LX-R-103", **below) == ""
    assert done(world, "LX-R-103").has() == {"count"}


@pytest.mark.rule("PR-75")
def test_action_on_a_nonconformity_is_repeated_until_quality_finds_that_it_works(world: World) -> None:
    for needed in ("cause", "responsible_department", "corrective_action", "preventive_action"):
        assert stopped(world, "LX-R-106", **{needed: "null"}) == "analyse", needed
    tried = Execution(world, form("LX-R-106"), {"effect": "无效"}).run()
    assert (tried.refused_at, tried.shown()["state"]) == ("verify", "completed")
    sealing.send_back_record(world.as_("heyuqing"), tried.number, reason="效果不明显", step="analyse")
    again = {step["name"]: bool(step["signed_by"]) for step in tried.shown()["steps"]}
    assert again == {"describe": True, "analyse": False, "carry-out": False, "verify-effect": False}
    signed = {one["step"]: one["by"] for one in done(world, "LX-R-106").shown()["signatures"]}
    assert signed["verify-effect"] == "fangjing"


@pytest.mark.rule("PR-88")
def test_what_is_packed_is_compared_with_what_was_ordered_line_by_line_and_in_all(world: World) -> None:
    def packed(*rows: tuple[str, str]) -> list[dict[str, str]]:
        agree = {"marks_agree": "true", "special_requirements_met": "true"}
        return [{"product_and_model": "循环水泵", "due": due, "packed": put} | agree for due, put in rows]

    assert stopped(world, "LX-R-101", goods_checked=packed(("2", "2"), ("4", "4"))) == ""
    for wrong in (
        packed(("2", "2"), ("4", "3")),  # a piece short
        packed(("2", "2"), ("3", "3")),  # a line that says less than was ordered
        packed(("6", "6")),  # a line too few
    ):
        assert stopped(world, "LX-R-101", goods_checked=wrong) == "check-again"
