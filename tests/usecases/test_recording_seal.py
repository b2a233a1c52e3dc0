"""Completing, verifying, sending back, closing and voiding records."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

import pytest

from docctl.errors import Forbidden, Invalid, WrongState
from docctl.queries.desk.inbox import inbox
from docctl.queries.records.reading import record_show
from docctl.queries.records.view import record_view
from docctl.rules.actions import Action
from docctl.rules.records.life import State
from docctl.usecases.people import accounts
from docctl.usecases.records import opening, recording, sealing
from tests.support.pages import reader, text_of
from tests.support.sites import World
from tests.support.written_records import (
    REPORTED,
    ROUND,
    another_of_the_post,
    completed,
    fill,
    forms_in_force,
    reported,
    rounds_in_force,
    row_of,
    show,
    sign,
)


def handed_over(world: World, form: str = ROUND, **more: str) -> str:
    """A round that is visited and handed over; its number."""
    number = opening.open_record(world.as_("staff"), rounds_in_force(world, form)).number
    fill(world, "staff", number, day="2026-03-02", distance="120", result="pass", remark="好", **more)
    sign(world, "staff", number)
    sign(world, "staff2", number)
    return number


def confirmed(world: World, form: str = ROUND, *, opinion: str = "非常满意", **more: str) -> str:
    """A round that is complete."""
    number = handed_over(world, form)
    fill(world, "staff2", number, **{"opinion": opinion, "scan": "文件柜 3", **more})
    sign(world, "staff2", number)
    sealing.complete_record(world.as_("staff2"), number)
    return number


# Completing


@pytest.mark.rule("DC-97", "DC-96")
def test_a_record_is_complete_when_nothing_required_is_missing_and_all_is_signed(sqlite_world: World) -> None:
    forms_in_force(sqlite_world)
    number = opening.open_record(sqlite_world.as_("staff"), "LX-R-101").number
    with pytest.raises(Invalid) as refusal:
        sealing.complete_record(sqlite_world.as_("staff"), number)
    assert set(refusal.value.problems) == {"", "reported_at", "customer"}
    fill(sqlite_world, "staff", number, reported_at=REPORTED, customer="某厂")
    with pytest.raises(WrongState, match="report, solve"):
        sealing.complete_record(sqlite_world.as_("staff"), number)
    sign(sqlite_world, "staff", number)
    sign(sqlite_world, "staff2", number)
    with pytest.raises(Forbidden):
        sealing.complete_record(sqlite_world.as_("controller"), number)
    assert sealing.complete_record(sqlite_world.as_("staff"), number).state is State.COMPLETED
    with pytest.raises(WrongState, match="is completed"):
        sealing.complete_record(sqlite_world.as_("staff"), number)


def test_a_gate_before_completion_is_asked(sqlite_world: World) -> None:
    form = ROUND.replace("before: verify", "before: complete")
    number = handed_over(sqlite_world, form)
    fill(sqlite_world, "staff2", number, opinion="无", scan="文件柜 3")
    sign(sqlite_world, "staff2", number)
    with pytest.raises(WrongState, match="before complete"):
        sealing.complete_record(sqlite_world.as_("staff2"), number)
    assert str(show(sqlite_world, number)["issues"][-1]).startswith("the gate before complete is shut")
    recording.correct_record(sqlite_world.as_("staff2"), number, "opinion", "没有意见", reason="写全")
    sealing.complete_record(sqlite_world.as_("staff2"), number)


# Verifying


def test_a_record_is_verified_by_a_verifier_after_it_is_complete(sqlite_world: World) -> None:
    forms_in_force(sqlite_world)
    number = reported(sqlite_world)
    with pytest.raises(WrongState):
        sealing.verify_record(sqlite_world.as_("verifier"), number)
    fill(sqlite_world, "staff2", number, satisfied="true")
    sign(sqlite_world, "staff2", number)
    sealing.complete_record(sqlite_world.as_("staff2"), number)
    with pytest.raises(Forbidden):
        sealing.verify_record(sqlite_world.as_("controller"), number)
    sealing.verify_record(sqlite_world.as_("verifier2"), number)  # of sales, whose colleague performed
    last = show(sqlite_world, number)["signatures"][-1]
    assert (last["meaning"], last["by"], last["step"]) == ("verify", "verifier2", None)


@pytest.mark.regulation("A11-06")
def test_who_completed_a_record_does_not_verify_it(sqlite_world: World) -> None:
    forms_in_force(sqlite_world)
    number = reported(sqlite_world)
    sign(sqlite_world, "staff2", number)
    sealing.complete_record(sqlite_world.as_("verifier2"), number)
    with pytest.raises(Forbidden, match="own work"):
        sealing.verify_record(sqlite_world.as_("verifier2"), number)


@pytest.mark.rule("PR-76")
def test_another_department_verifies_where_the_template_asks_for_one(sqlite_world: World) -> None:
    number = confirmed(sqlite_world)
    with pytest.raises(Forbidden, match="sales performed a step"):
        sealing.verify_record(sqlite_world.as_("verifier2"), number)
    assert sealing.verify_record(sqlite_world.as_("verifier"), number).state is State.VERIFIED


def test_a_gate_before_verification_is_asked(sqlite_world: World) -> None:
    number = confirmed(sqlite_world, opinion="无")
    with pytest.raises(WrongState, match=r"before verify. Needed is size\(opinion\) > 3"):
        sealing.verify_record(sqlite_world.as_("verifier"), number)


# Sending back


@pytest.mark.regulation("DI-08")
@pytest.mark.rule("PR-35", "PR-75")
def test_what_is_sent_back_is_signed_again_from_the_step_that_is_named(sqlite_world: World) -> None:
    number = confirmed(sqlite_world)
    sealing.send_back_record(sqlite_world.as_("verifier"), number, reason="交接人不对", step="hand-over")
    found = show(sqlite_world, number)
    assert found["state"] == "open"
    assert [(s["meaning"], s["step"], s["void"]) for s in found["signatures"]] == [
        ("sign", "visit", False),
        ("sign", "hand-over", True),
        ("sign", "confirm", True),
        ("complete", None, True),
        ("send_back", "hand-over", False),
    ]
    assert "handed_over" not in found["values"]  # a signature that is void is none
    sign(sqlite_world, "staff2", number)
    entry = show(sqlite_world, number)["entries"][-1]
    assert (entry["field"], entry["cause"], entry["reason"]) == ("handed_over", "sent-back", "交接人不对")
    fill(sqlite_world, "staff2", number, opinion="很满意")
    fill(sqlite_world, "staff2", number, opinion="十分满意")
    told = [e for e in show(sqlite_world, number)["entries"] if e["field"] == "opinion"]
    assert [e["cause"] for e in told] == [None, "sent-back", None]
    assert [e["reason"] for e in told] == [None, "交接人不对", None]  # the last one replaces no signed value


def test_without_a_step_all_of_it_is_done_again(sqlite_world: World) -> None:
    forms_in_force(sqlite_world)
    number = completed(sqlite_world)
    sealing.verify_record(sqlite_world.as_("verifier"), number)
    sealing.send_back_record(sqlite_world.as_("verifier"), number, reason="全部重做")
    assert [s["void"] for s in show(sqlite_world, number)["signatures"]] == [True] * 4 + [False]
    assert [s["signed_by"] for s in show(sqlite_world, number)["steps"]] == [[], []]
    sign(sqlite_world, "staff", number)
    sealing.void_record(sqlite_world.as_("controller"), number, reason="x")


def test_a_verifier_who_had_a_part_does_not_send_back(sqlite_world: World) -> None:
    forms_in_force(sqlite_world)
    number = opening.open_record(sqlite_world.as_("staff"), "LX-R-101").number
    fill(sqlite_world, "verifier2", number, reported_at=REPORTED, customer="某厂")
    with pytest.raises(Forbidden):
        sealing.send_back_record(sqlite_world.as_("verifier2"), number, reason="x")


@pytest.mark.parametrize(
    ("given", "where"), [({"reason": " "}, "reason"), ({"reason": "x", "step": "lost"}, "step")]
)
def test_sending_back_needs_a_reason_and_a_step_that_is_there(
    sqlite_world: World, given: Mapping[str, str], where: str
) -> None:
    forms_in_force(sqlite_world)
    number = completed(sqlite_world)
    with pytest.raises(Invalid) as refusal:
        sealing.send_back_record(sqlite_world.as_("verifier"), number, **given)
    assert set(refusal.value.problems) == {where}
    assert row_of(sqlite_world, number).state is State.COMPLETED


# Closing and voiding


def test_a_record_is_closed_by_the_controller_after_it_is_verified(sqlite_world: World) -> None:
    forms_in_force(sqlite_world)
    number = completed(sqlite_world)
    with pytest.raises(Forbidden):
        sealing.close_record(sqlite_world.as_("staff"), number)
    with pytest.raises(WrongState, match="It has to be verified"):
        sealing.close_record(sqlite_world.as_("controller"), number)
    sealing.verify_record(sqlite_world.as_("verifier"), number)
    sealing.close_record(sqlite_world.as_("controller"), number)
    with pytest.raises(WrongState, match="sealed for good"):
        sealing.close_record(sqlite_world.as_("controller"), number)


def test_a_record_is_closed_unverified_where_its_template_says_so(sqlite_world: World) -> None:
    form = ROUND.replace("verify: other-department", "verify: none")
    number = confirmed(sqlite_world, form)
    assert sealing.close_record(sqlite_world.as_("controller"), number).state is State.CLOSED
    assert show(sqlite_world, number)["keep_until"] is None  # its procedure states no period


def test_nobody_closes_alone_what_they_filled_in_and_nobody_verified(world: World) -> None:
    """Attack: one person with several roles fills in, completes and closes, and nobody has looked."""
    accounts.change_user_roles(world.as_("admin"), "staff2", grant=["document-controller"])
    world.forget()
    number = confirmed(world, ROUND.replace("verify: other-department", "verify: none"))
    staff2 = world.as_("staff2")
    staff2.session.rollback()
    assert number not in {item.number for item in inbox(staff2).to_close}
    assert Action.RECORD_CLOSE not in record_view(staff2, number).acts
    with pytest.raises(Forbidden, match="Nobody verified this record"):
        sealing.close_record(staff2, number)
    assert number in {item.number for item in inbox(world.as_("controller")).to_close}
    assert sealing.close_record(world.as_("controller"), number).state is State.CLOSED


def test_what_somebody_else_verified_may_be_closed_by_who_filled_it_in(sqlite_world: World) -> None:
    accounts.change_user_roles(sqlite_world.as_("admin"), "staff2", grant=["document-controller"])
    sqlite_world.forget()
    forms_in_force(sqlite_world)
    number = completed(sqlite_world)
    sealing.verify_record(sqlite_world.as_("verifier"), number)
    assert sealing.close_record(sqlite_world.as_("staff2"), number).state is State.CLOSED


@pytest.mark.regulation("Q9-12", "MD-11", "C4-07", "RM-03")
@pytest.mark.rule("DC-100")
def test_nothing_is_done_to_a_closed_record(sqlite_world: World) -> None:
    forms_in_force(sqlite_world)
    number = completed(sqlite_world)
    sealing.verify_record(sqlite_world.as_("verifier"), number)
    sealing.close_record(sqlite_world.as_("controller"), number)
    staff, controller = sqlite_world.as_("staff"), sqlite_world.as_("controller")
    attempts: list[Callable[[], object]] = [
        lambda: recording.fill_record(staff, number, {"customer": "x"}),
        lambda: recording.correct_record(staff, number, "customer", "x", reason="x"),
        lambda: recording.sign_record(staff, number),
        lambda: sealing.complete_record(staff, number),
        lambda: sealing.verify_record(sqlite_world.as_("verifier2"), number),
        lambda: sealing.send_back_record(sqlite_world.as_("verifier"), number, reason="x"),
        lambda: sealing.void_record(controller, number, reason="x"),
    ]
    for refused in attempts:
        with pytest.raises(WrongState):
            refused()


@pytest.mark.regulation("A11-11", "DI-20")
@pytest.mark.rule("DC-100")
def test_voiding_is_the_controllers_and_needs_a_reason(sqlite_world: World) -> None:
    forms_in_force(sqlite_world)
    number = reported(sqlite_world)
    with pytest.raises(Forbidden):
        sealing.void_record(sqlite_world.as_("staff"), number, reason="x")
    with pytest.raises(Invalid, match="reason"):
        sealing.void_record(sqlite_world.as_("controller"), number, reason=" ")


@pytest.mark.rule("PR-35")
def test_a_customer_who_is_not_satisfied_starts_another_record(sqlite_world: World) -> None:
    number = confirmed(sqlite_world, satisfied="false")
    assert show(sqlite_world, number)["starts"] == [{"template": "LX-R-102", "link": "again", "record": None}]
    other = opening.open_record(sqlite_world.as_("staff"), "LX-R-102", started_by=number).number
    assert show(sqlite_world, number)["starts"][0]["record"] == other


def test_a_missing_scan_stays_named_after_closing_on_the_page_and_in_the_sealed_file(world: World) -> None:
    number = handed_over(world)
    fill(world, "staff2", number, opinion="非常满意")
    sign(world, another_of_the_post(world), number)
    sealing.complete_record(world.as_("staff2"), number)
    sealing.verify_record(world.as_("verifier"), number)
    record = sealing.close_record(world.as_("controller"), number)
    missing = "step confirm: closed without the evidence of what the customer said: scan; "
    missing += "attach it when it comes"
    assert list(map(str, record_show(world.as_("auditor"), number)["issues"])) == [missing]
    sealed = json.loads(world.site.values.read_sealed(record.year, number, str(record.sealed_sha256)))
    assert sealed["without_evidence"] == ["confirm"]
    assert "evidence missing" in text_of(reader(world, "auditor").get(f"/records/{number}").text)
    assert "缺凭证" in text_of(reader(world, "auditor", "zh").get(f"/records/{number}").text)
