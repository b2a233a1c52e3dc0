"""Repair calls, maintenance contracts, opinions and complaints (LX-CX-2019-026), just inside and just outside."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from docctl.errors import Invalid, WrongState
from docctl.queries.records.duties import Asked, duty_list
from docctl.queries.records.indicators import figures
from docctl.queries.records.reading import record_show
from docctl.usecases.records import opening, recording
from tests.support.executions import Execution
from tests.support.sites import World
from tests.support.starter import form
from tests.test_starter_executed import company, world

__all__ = ["company", "world"]  # its company, in which each form is executed

CALL, GOODS, CONTRACT, CARD, COMPLAINT = "LX-R-280", "LX-R-282", "LX-R-287", "LX-R-288", "LX-R-289"


def met(world: World, number: str, clock: str, **changes: str) -> bool | None:
    """Whether the clock was met after the example with these changes."""
    done = Execution(world, form(number), changes).run()
    assert done.refused_at == "", done.why
    found: dict[str, bool | None] = {each["name"]: each["met"] for each in done.shown()["clocks"]}
    return found[clock]


@pytest.mark.rule("PR-07")
@pytest.mark.parametrize(
    ("area", "last", "late"),
    [("市区", "2026-03-05 16:30", "2026-03-05 16:31"), ("郊区", "2026-03-05 17:30", "2026-03-05 17:31")],
)
def test_a_technician_arrives_within_six_working_hours_urban_and_seven_suburban(
    world: World, area: str, last: str, late: str
) -> None:
    # Called at 9; the noon break of an hour and a half is no working time.
    assert met(world, CALL, "arrive", area=area, arrived=last) is True
    assert met(world, CALL, "arrive", area=area, arrived=late) is False


def test_a_paid_service_is_invoiced_on_the_same_day_and_a_call_sent_on_and_dispatched_on_the_next(
    world: World,
) -> None:
    assert met(world, CALL, "invoice", invoiced="2026-03-06") is False
    assert met(world, CALL, "send", register_sent="2026-03-07") is False
    late = {"dispatched": "2026-03-07 00:00", "arrived": "2026-03-09 09:00"}
    assert met(world, CALL, "dispatch", **late) is False
    collected = {"fee_collected_on_the_spot": "true", "served_without_payment": "null", "invoiced": "null"}
    assert met(world, CALL, "invoice", **collected) is None


@pytest.mark.parametrize(
    ("service_class", "own"),
    [
        ("有费服务", "charge"),
        ("合同服务", "contract"),
        ("免费服务", "warranty"),
        ("一般行政工作", "internal"),
    ],
)
def test_each_of_four_classes_has_a_part_of_the_voucher_of_its_own(
    world: World, service_class: str, own: str
) -> None:
    done = Execution(world, form(CALL), {"service_class": service_class}).run()
    assert done.refused_at == "", done.why
    assert done.has() & {"charge", "contract", "warranty", "internal"} == {own}
    assert ("confirm" in done.has()) == (own != "internal")


@pytest.mark.rule("PR-16")
def test_the_notice_is_posted_a_month_before_a_maintenance_contract_ends(world: World) -> None:
    assert met(world, CONTRACT, "notice", contract_ends="2026-04-09", notice_posted="2026-03-09") is True
    assert met(world, CONTRACT, "notice", contract_ends="2026-04-09", notice_posted="2026-03-10") is False
    # Without a notice it is overdue from that day on, and not before.
    for ends, overdue in (("2026-04-09", True), ("2026-04-10", False)):
        waiting = Execution(world, form(CONTRACT), {"contract_ends": ends, "notice_posted": "null"}).run()
        assert waiting.refused_at == "notify"
        (clock,) = waiting.shown()["clocks"]
        assert clock["overdue"] is overdue


@pytest.mark.rule("PR-22")
def test_technicians_and_chiefs_report_every_working_day(world: World) -> None:
    listed = Execution(world, form("LX-R-279"), {}).run()
    assert listed.refused_at == "", listed.why
    world.forget()

    def due(number: str) -> list[str]:
        asked = Asked(form=number, since=date(2026, 3, 9), until=date(2026, 3, 16))
        return [
            str(line.of.slot.due)
            for line in duty_list(world.as_("zhouwenjing"), asked)
            if line.of.slot.subject is None or line.of.slot.subject.number == listed.number
        ]

    week = ["2026-03-09", "2026-03-10", "2026-03-11", "2026-03-12", "2026-03-13", "2026-03-16"]
    assert due("LX-R-285") == week
    assert due("LX-R-286") == week
    read = Execution(world, form("LX-R-285"), {}).run().shown()
    assert {s["step"]: s["by"] for s in read["signatures"]}["read"] == "zhenghaitao"


@pytest.mark.rule("PR-22")
def test_the_report_of_a_branch_is_stamped_by_its_manager_before_it_goes_on(world: World) -> None:
    own = Execution(world, form("LX-R-286"), {"unit": "服务中心"}).run()
    assert (own.refused_at, "stamp" in own.has()) == ("", False)
    branch = Execution(world, form("LX-R-286"), {"unit": "分公司"})
    branch._step(branch.example["steps"][0])
    with pytest.raises(WrongState):
        recording.fill_record(
            world.as_("maxiaojun"), branch.number, {"sent_to_service_department": "2026-03-09"}
        )
    for step in branch.example["steps"][1:]:
        branch._step(step)
    signed = [(s["step"], s["by"]) for s in branch.shown()["signatures"]]
    assert signed == [("report", "zhenghaitao"), ("stamp", "xuguodong"), ("send", "maxiaojun")]


@pytest.mark.rule("PR-54")
def test_a_serious_complaint_goes_to_the_deputy_general_manager_and_is_answered_by_letter(
    world: World,
) -> None:
    serious = Execution(world, form(COMPLAINT), {"severity": "重大"}).run()
    assert serious.refused_at == "", serious.why
    assert {s["step"]: s["by"] for s in serious.shown()["signatures"]}["read"] == "xuguodong"
    by_phone = Execution(world, form(COMPLAINT), {"severity": "重大", "answer_by": "电话"}).run()
    assert by_phone.refused_at == "handle"
    for answer in ("信函", "电话"):
        general = Execution(world, form(COMPLAINT), {"severity": "一般", "answer_by": answer}).run()
        assert (general.refused_at, "read" in general.has()) == ("", False)
        departments = {s["by"] for s in general.shown()["signatures"] if s["step"]}
        assert departments == {"maxiaojun", "zhenghaitao"}  # the service department alone


@pytest.mark.rule("PR-71")
def test_a_technician_is_rated_on_four_items_of_four_levels_and_counted_every_month(world: World) -> None:
    items = ("attitude", "skill", "arrival", "promises_kept")
    for item in items:
        assert len(form(CARD).fields[item]["enum"]) == 4
        assert Execution(world, form(CARD), {item: "尚可"}).run().refused_at == "tick"
        assert Execution(world, form(CARD), {item: "null"}).run().refused_at == "tick"
    done = Execution(world, form(CARD), {"points": "9"}).run()
    assert done.refused_at == "", done.why
    world.forget()
    (line,) = figures(world.as_("zhouwenjing"), form=CARD, name="rating")
    assert (line.part, line.figure, str(line.span.last)) == ("马小军", Decimal(9), "2026-03-31")
    with pytest.raises(Invalid, match="rests on it already"):
        opening.open_record(world.as_("maxiaojun"), CARD, earlier=done.earlier)


@pytest.mark.rule("PR-71")
def test_every_call_is_surveyed(world: World) -> None:
    assert Execution(world, form(CALL), {"opinion_card_posted": "false"}).run().refused_at == "cross-off"
    assert Execution(world, form(CALL), {}).run().refused_at == ""
    world.forget()
    (line,) = figures(world.as_("zhouwenjing"), form=CALL, name="opinion-cards")
    assert line.figure == Decimal(1)


@pytest.mark.rule("PR-83")
def test_goods_of_a_customer_go_from_receipt_to_voided_receipt_step_by_step(world: World) -> None:
    done = Execution(world, form(GOODS), {}).run()
    assert done.refused_at == "", done.why
    order = [s["step"] for s in done.shown()["signatures"] if s["step"]]
    assert order == ["take", "leave", "enter", "repair", "check", "return", "receive", "void"]
    for wrong, step in (
        ({"receipt_given": "null"}, "take"),
        ({"receipt_signed_by_customer": "null"}, "leave"),
        ({"entered_in_the_register": "null"}, "enter"),
        ({"parts_changed": "null"}, "repair"),
        ({"chief_finds_it_right": "false"}, "return"),
        ({"return_signed_by_customer": "null"}, "receive"),
        ({"receipt_taken_back": "false"}, "void"),
        ({"receipt_voided": "null"}, "void"),
    ):
        assert Execution(world, form(GOODS), wrong).run().refused_at == step
    call = Execution(world, form(CALL), {"goods_taken_away": "true"}).run()
    (started,) = record_show(call.afresh("zhouwenjing"), call.number)["starts"]
    assert (started["template"], started["link"]) == (GOODS, "custody")
