"""Service in and out of warranty (LX-CX-2019-030): its rules, just inside and just outside, on the loaded library."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from docctl.errors import Forbidden, Invalid, WrongState
from docctl.queries.records.duties import Asked, duty_list
from docctl.rules.records.recurring import Standing
from docctl.usecases.records import opening, recording, sealing
from tests.support.executions import Execution
from tests.support.sites import World
from tests.support.starter import form
from tests.test_starter_executed import company, copies, world

__all__ = ["company", "copies", "world"]  # its company, in which each form is executed

INFORMATION, ORDER, REPORT, CLAIM = "LX-R-330", "LX-R-331", "LX-R-332", "LX-R-333"
PAID = {"service_class": "质保期外有偿"}
REFUSED = PAID | {"customer_accepts_the_price": "false"}


def reading(done: Execution, clock: str) -> dict[str, Any]:
    """What a clock of a record shows once the record went through."""
    assert done.refused_at == "", done.why
    found: dict[str, Any] = {each["name"]: each for each in done.shown()["clocks"]}[clock]
    return found


def met(world: World, number: str, clock: str, **changes: str) -> bool | None:
    """Whether the clock was met after the example with these changes."""
    answer: bool | None = reading(Execution(world, form(number), changes).run(), clock)["met"]
    return answer


def informed(world: World, **changes: str) -> str:
    """The number of a record of a service request, with the decisions of customer and general manager."""
    done = Execution(world, form(INFORMATION), changes).run()
    assert done.refused_at == "", done.why
    return done.number


def ordered(world: World, information: str, **changes: str) -> Execution:
    """A repair order for that request, after the example with these changes."""
    return Execution(world, form(ORDER), changes, {"information": information}).run()


@pytest.mark.rule("PR-10")
def test_information_is_passed_on_and_the_customer_contacted_within_four_working_hours_each(
    world: World,
) -> None:
    # Received at 9: three hours until the noon break, and one more after it.
    late = {"customer_contacted": "2026-03-05 16:00"}
    assert met(world, INFORMATION, "pass-on", passed_to_service_department="2026-03-05 14:30", **late) is True
    assert (
        met(world, INFORMATION, "pass-on", passed_to_service_department="2026-03-05 14:31", **late) is False
    )
    # Passed on at 10, from when the other four run.
    assert met(world, INFORMATION, "contact", customer_contacted="2026-03-05 15:30") is True
    assert met(world, INFORMATION, "contact", customer_contacted="2026-03-05 15:31") is False


@pytest.mark.rule("PR-11")
def test_an_enquiry_is_answered_and_a_solution_decided_within_eight_working_hours(world: World) -> None:
    assert met(world, INFORMATION, "answer", kind="咨询", answered="2026-03-06 10:30") is True
    assert met(world, INFORMATION, "answer", kind="咨询", answered="2026-03-06 10:31") is False
    assert met(world, INFORMATION, "solution", solution_decided="2026-03-06 10:30") is True
    assert met(world, INFORMATION, "solution", solution_decided="2026-03-06 10:31") is False


@pytest.mark.rule("PR-08")
@pytest.mark.parametrize(
    ("distance", "last", "late"),
    [
        ("300", "2026-03-06 09:00", "2026-03-06 09:01"),
        ("300.1", "2026-03-07 09:00", "2026-03-07 09:01"),
        ("1000", "2026-03-07 09:00", "2026-03-07 09:01"),
        ("1000.1", "2026-03-08 09:00", "2026-03-08 09:01"),
    ],
)
def test_a_warranty_visit_arrives_within_24_48_or_72_hours_by_its_distance(
    world: World, distance: str, last: str, late: str
) -> None:
    assert met(world, ORDER, "arrive", distance_in_km=distance, arrival=last) is True
    assert met(world, ORDER, "arrive", distance_in_km=distance, arrival=late) is False


@pytest.mark.rule("PR-08")
@pytest.mark.parametrize("why", ["逢年过节", "买不到票"])
def test_a_festival_or_a_missing_ticket_excuses_a_late_arrival(world: World, why: str) -> None:
    late = {"arrival": "2026-03-06 09:01", "reason_of_late_arrival": why}
    excused = reading(Execution(world, form(ORDER), late).run(), "arrive")
    assert (excused["met"], excused["excuse"]) == (None, why)


@pytest.mark.rule("PR-09")
@pytest.mark.parametrize(
    ("distance", "last", "late"),
    [
        ("300", "2026-03-06 16:00", "2026-03-06 16:01"),
        ("1000", "2026-03-07 16:00", "2026-03-07 16:01"),
        ("1000.1", "2026-03-08 16:00", "2026-03-08 16:01"),
    ],
)
def test_a_paid_visit_has_the_same_table_from_the_confirmation_of_the_price_on(
    world: World, distance: str, last: str, late: str
) -> None:
    confirmed = {"distance_in_km": distance, "time_limit_from": "2026-03-05 16:00"}
    met = [
        reading(ordered(world, informed(world, **PAID), arrival=at, **confirmed), "arrive")["met"]
        for at in (last, late)
    ]
    assert met == [True, False]


@pytest.mark.rule("PR-09")
def test_a_paid_visit_counts_from_no_other_time_than_the_confirmation(world: World) -> None:
    for other in ("2026-03-05 09:00", "2026-03-05 16:01"):
        assert ordered(world, informed(world, **PAID), time_limit_from=other).refused_at == "dispatch"
    assert ordered(world, informed(world), time_limit_from="2026-03-05 16:00").refused_at == "dispatch"


@pytest.mark.rule("PR-43")
def test_paid_service_is_not_ordered_before_the_customer_agrees_to_the_price(world: World) -> None:
    zhenghaitao, asked = world.as_("zhenghaitao"), form(INFORMATION)
    refused = informed(world, **REFUSED, general_managers_decision="不予服务")
    with pytest.raises(Invalid, match=f"{refused} does not say"):
        opening.open_record(zhenghaitao, ORDER, earlier={"information": refused})
    silent = Execution(world, asked, PAID | {"customer_accepts_the_price": "null"}).run()
    assert silent.refused_at == "agree"
    with pytest.raises(Invalid, match=f"{silent.number} is open; it must be completed first"):
        opening.open_record(zhenghaitao, ORDER, earlier={"information": silent.number})
    with pytest.raises(Invalid, match="a record of LX-R-330 must be there first"):
        opening.open_record(zhenghaitao, ORDER)
    agreed = ordered(world, informed(world, **PAID), time_limit_from="2026-03-05 16:00")
    assert agreed.refused_at == "", agreed.why


@pytest.mark.rule("PR-43")
def test_extra_items_are_not_repaired_before_the_customer_agrees_to_their_price(world: World) -> None:
    found = {"extra_items_needed": "true"}
    agreed = Execution(world, form(ORDER), found).run()
    assert (agreed.refused_at, "repair-extra" in agreed.has()) == ("", True)
    refused = Execution(world, form(ORDER), found | {"customer_agrees_to_extra_items": "false"}).run()
    assert (refused.refused_at, "repair-extra" in refused.has()) == ("", False)
    for lacking in ("extra_price", "customer_agrees_to_extra_items"):
        silent = Execution(world, form(ORDER), found | {lacking: "null"}).run()
        assert silent.refused_at in ("price-extra", "agree-extra")


@pytest.mark.rule("PR-52")
def test_a_customer_who_refuses_to_pay_is_served_only_with_the_approval_of_the_general_manager(
    world: World,
) -> None:
    approved = Execution(world, form(INFORMATION), REFUSED).run()
    assert {s["step"]: s["by"] for s in approved.shown()["signatures"]}["approve"] == "chenyifan"
    order = ordered(world, approved.number, time_limit_from="2026-03-06 09:00", arrival="2026-03-06 10:00")
    assert order.refused_at == "", order.why
    early = ordered(world, informed(world, **REFUSED), time_limit_from="2026-03-05 16:00")
    assert early.refused_at == "dispatch"  # what was refused counts from the approval
    denied = informed(world, **REFUSED, general_managers_decision="不予服务")
    with pytest.raises(Invalid, match=f"{denied} does not say"):
        opening.open_record(world.as_("zhenghaitao"), ORDER, earlier={"information": denied})
    waiting = Execution(world, form(INFORMATION), REFUSED | {"general_managers_decision": "null"}).run()
    assert waiting.refused_at == "approve"
    with pytest.raises(Forbidden):
        recording.fill_record(
            world.as_("zhenghaitao"), waiting.number, {"general_managers_decision": "批准服务"}
        )


@pytest.mark.rule("PR-45")
def test_a_technician_leaves_the_site_only_with_the_consent_of_the_service_department(world: World) -> None:
    assert Execution(world, form(ORDER), {"consent_to_return": "false"}).run().refused_at == "leave"
    early = {"consented": "2026-03-09 09:20", "left_the_site": "2026-03-09 09:19"}
    assert Execution(world, form(ORDER), early).run().refused_at == "leave"
    missing = Execution(world, form(ORDER), {"consented": "null"}).run()
    assert missing.refused_at == "consent"
    with pytest.raises(Forbidden):  # not by the technician
        recording.fill_record(world.as_("maxiaojun"), missing.number, {"consented": "2026-03-09 09:20"})
    left = Execution(world, form(ORDER), early | {"left_the_site": "2026-03-09 09:20"}).run()
    assert left.refused_at == "", left.why
    assert left.shown()["values"]["consent_given_by"].startswith("郑海涛")


@pytest.mark.rule("PR-19")
def test_a_trip_is_reported_within_three_working_days_and_checked_within_five_more(
    copies: Callable[[], World],
) -> None:
    def at(clock: str, step: str, when: str, **changes: str) -> bool | None:
        done = Execution(copies(), form(REPORT), {f"@{step}": when, **changes}).run()
        answer: bool | None = reading(done, clock)["met"]
        return answer

    # Back on Monday, 9 March; a week end lies between Friday and Monday.
    assert at("report", "report", "2026-03-12 23:59") is True
    assert at("report", "report", "2026-03-13 00:00") is False
    friday = {"returned": "2026-03-06"}
    assert at("report", "report", "2026-03-11 23:59", **friday) is True
    assert at("report", "report", "2026-03-12 00:00", **friday) is False
    assert at("check", "check", "2026-03-17 23:59") is True
    assert at("check", "check", "2026-03-18 00:00") is False


@pytest.mark.rule("PR-19")
def test_the_check_of_a_trip_is_one_of_costs_and_satisfaction_by_another_than_who_reported(
    world: World,
) -> None:
    for lacking in ("satisfaction", "costs_found_right"):
        assert Execution(world, form(REPORT), {lacking: "null"}).run().refused_at == "check"
    waiting = Execution(world, form(REPORT), {"satisfaction": "null"}).run()
    with pytest.raises(Forbidden):
        recording.fill_record(world.as_("maxiaojun"), waiting.number, {"satisfaction": "满意"})


@pytest.mark.rule("PR-89")
def test_of_the_two_sets_of_copies_one_is_filed_and_the_other_goes_to_finance(world: World) -> None:
    done = Execution(world, form(CLAIM), {}).run()
    assert done.refused_at == "", done.why
    holders = {s["step"]: s["by"] for s in done.shown()["signatures"]}
    assert (holders["file"], holders["pay"]) == ("zhenghaitao", "zhaoqing")
    half = Execution(world, form(CLAIM), {"copy_kept_by_after_sales": '["维修单"]'}).run()
    assert half.refused_at == "file"
    waiting = Execution(world, form(CLAIM), {})
    for step in waiting.example["steps"][:2]:
        waiting._step(step)
    with pytest.raises(WrongState, match="pay"):
        sealing.complete_record(world.as_("zhenghaitao"), waiting.number)
    with pytest.raises(Forbidden):  # nobody else signs for what finance holds
        recording.sign_record(world.as_("dengli"), waiting.number)


@pytest.mark.parametrize(("consent", "refused_at"), [("2026-03-06 18:29", ""), ("2026-03-06 18:30", "claim")])
def test_entertainment_is_paid_only_with_consent_from_before(
    world: World, consent: str, refused_at: str
) -> None:
    spent = {"meals": "0", "entertainment": "60.00", "entertained": "2026-03-06 18:30"}
    said = {"prior_consent_given_by": "徐国栋", "prior_consent_given": consent}
    assert Execution(world, form(CLAIM), spent | said).run().refused_at == refused_at
    assert Execution(world, form(CLAIM), spent).run().refused_at == "claim"


@pytest.mark.rule("PR-28")
def test_every_month_a_report_on_quality_information_and_a_summary_with_causes_fall_due(world: World) -> None:
    def due(number: str, until: date) -> list[tuple[str, str]]:
        lines = duty_list(world.as_("zhouwenjing"), Asked(form=number, since=date(2026, 3, 1), until=until))
        return [(line.of.slot.words.told("en"), str(line.of.slot.due)) for line in lines]

    assert due("LX-R-335", date(2026, 4, 30)) == [
        ("2026-03", "2026-03-31"),
        ("2026-04", "2026-04-30"),
    ]
    assert due("DF-R-003", date(2026, 4, 30)) == [("2026-03", "2026-04-30")]
    assert Execution(world, form("DF-R-003"), {}).run().refused_at == ""
    assert Execution(world, form("LX-R-335"), {}).run().refused_at == ""
    world.forget()
    (line,) = duty_list(world.as_("zhouwenjing"), Asked(form="LX-R-335", until=date(2026, 3, 31)))
    assert line.standing is Standing.DONE
    for lacking in ("null", "[]"):
        assert Execution(world, form("LX-R-335"), {"causes": lacking}).run().refused_at == "summarise"


def test_the_price_list_of_paid_service_falls_due_every_year(world: World) -> None:
    lines = duty_list(
        world.as_("zhouwenjing"), Asked(form="LX-R-336", since=date(2026, 1, 1), until=date(2027, 12, 31))
    )
    assert [str(line.of.slot.due) for line in lines] == ["2026-12-31", "2027-12-31"]
    signed = Execution(world, form("LX-R-336"), {}).run().shown()["signatures"]
    assert {s["step"]: s["by"] for s in signed}["approve"] == "chenyifan"
