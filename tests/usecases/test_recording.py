"""Filling, correcting and signing records: who may, when, and with what."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from docctl.door.context import Context
from docctl.errors import Forbidden, Invalid, WrongState
from docctl.queries.desk.inbox import inbox
from docctl.queries.records.hands import record_lacks
from docctl.usecases.records import opening, recording
from tests.support.pages import reader
from tests.support.said import said
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
    show,
    sign,
)


def opened(world: World, number: str = "LX-R-101", who: str = "staff") -> str:
    return opening.open_record(world.as_(who), number).number


def round_opened(world: World, form: str = ROUND) -> str:
    return opened(world, rounds_in_force(world, form))


def visited(world: World, **more: str) -> str:
    """A round whose first step is filled, and not signed."""
    number = round_opened(world)
    fill(world, "staff", number, **({"day": "2026-03-02", "distance": "120"} | more))
    return number


def problems(refusal: pytest.ExceptionInfo[Invalid]) -> Mapping[str, str]:
    return said(refusal.value.problems)


# Filling


@pytest.mark.parametrize("who", ["staff2", "auditor", "controller", "manager"])
def test_a_step_is_filled_by_its_role_or_department_only(sqlite_world: World, who: str) -> None:
    forms_in_force(sqlite_world)
    number = opened(sqlite_world)
    with pytest.raises(Forbidden):
        fill(sqlite_world, who, number, customer="某厂")
    assert show(sqlite_world, number)["entries"] == []


def test_a_step_of_several_roles_is_filled_by_any_of_them(sqlite_world: World) -> None:
    number = round_opened(sqlite_world)
    fill(sqlite_world, "manager", number, day="2026-03-02")  # production
    fill(sqlite_world, "staff", number, distance="120")  # sales
    assert show(sqlite_world, number)["values"] == {"day": "2026-03-02", "distance": 120}


def test_who_fills_two_steps_at_once_must_be_allowed_both(sqlite_world: World) -> None:
    forms_in_force(sqlite_world)
    number = opened(sqlite_world)
    for who in ("staff", "staff2"):
        with pytest.raises(Forbidden):
            fill(sqlite_world, who, number, customer="某厂", satisfied="true")


@pytest.mark.regulation("P11-10f")
def test_a_step_before_its_turn_and_one_that_is_signed_are_not_filled(sqlite_world: World) -> None:
    forms_in_force(sqlite_world)
    number = opened(sqlite_world)
    with pytest.raises(WrongState, match="not yet the turn of step solve"):
        fill(sqlite_world, "staff2", number, satisfied="nonsense")  # the turn is asked before the content
    fill(sqlite_world, "staff", number, reported_at=REPORTED, customer="某厂")
    sign(sqlite_world, "staff", number)
    with pytest.raises(WrongState, match="Step report is signed"):
        fill(sqlite_world, "staff", number, customer="某某厂")


@pytest.mark.regulation("DI-07")
@pytest.mark.rule("DC-97")
def test_all_that_is_wrong_is_told_at_once_and_nothing_is_stored(sqlite_world: World) -> None:
    number = round_opened(sqlite_world)
    with pytest.raises(Invalid) as refusal:
        fill(
            sqlite_world,
            "staff",
            number,
            day="2026-03-03",  # tomorrow
            distance="901",
            result="maybe",
            parts="a, b",
            agreed_day="",
            colour="red",
            remark="x" * 21,
            excuse="节假日",
        )
    assert set(problems(refusal)) == {"day", "distance", "result", "parts", "colour", "remark"}
    assert "must not lie in the future" in problems(refusal)["day"]
    assert "is not a field of LX-R-102; known are day, distance" in problems(refusal)["colour"]
    assert not sqlite_world.site.values.working_path(2026, number).exists()
    assert show(sqlite_world, number)["entries"] == []


@pytest.mark.parametrize("given", [{}, {"colour": "red"}, {"distance": " "}, {"handed_over": "周"}])
def test_a_fill_of_nothing_is_refused(sqlite_world: World, given: dict[str, str]) -> None:
    number = visited(sqlite_world)
    if "handed_over" in given:
        fill(sqlite_world, "staff", number, result="pass", remark="好")
        sign(sqlite_world, "staff", number)
    who = "staff2" if "handed_over" in given else "staff"
    with pytest.raises(Invalid) as refusal:
        fill(sqlite_world, who, number, **given)
    assert set(problems(refusal)) == (set(given) or {""})


def test_who_has_no_part_in_a_record_is_refused_before_its_content_is_read(sqlite_world: World) -> None:
    forms_in_force(sqlite_world)
    number = opened(sqlite_world)
    with pytest.raises(Forbidden):
        fill(sqlite_world, "gm", number, colour="red")


@pytest.mark.regulation("P11-10e2")
@pytest.mark.rule("DC-97")
def test_a_field_that_is_filled_again_before_the_signature_gets_a_new_entry(sqlite_world: World) -> None:
    number = visited(sqlite_world, excuse="x", remark="好")
    fill(sqlite_world, "staff", number, distance="121", excuse="", remark="好", parts='["pump", "hose"]')
    lines = [
        (e["field"], e["value"], e["struck"], e["reason"]) for e in show(sqlite_world, number)["entries"]
    ]
    assert lines == [
        ("day", "2026-03-02", False, None),
        ("distance", 120, True, None),
        ("excuse", "x", True, None),
        ("remark", "好", False, None),  # said again: nothing new
        ("distance", 121, False, None),
        ("excuse", None, False, None),  # taken away
        ("parts", ["pump", "hose"], False, None),
    ]
    assert "excuse" not in show(sqlite_world, number)["values"]


def test_one_and_true_are_not_the_same_value() -> None:
    assert not recording._same(1, True)
    assert recording._same(["a"], ["a"])


def test_a_request_that_is_repeated_makes_one_event(sqlite_world: World) -> None:
    forms_in_force(sqlite_world)
    number = opened(sqlite_world)
    staff = sqlite_world.as_("staff")
    once = Context(staff.site, staff.actor, staff.name, "http", op="k-1")
    for _ in range(2):
        assert recording.fill_record(once, number, {"customer": "某厂"}).number == number
    once.close()
    assert len(show(sqlite_world, number)["entries"]) == 1


# Correcting


@pytest.mark.rule("DC-97", "PR-78")
def test_an_entry_is_corrected_by_who_made_it(sqlite_world: World) -> None:
    number = visited(sqlite_world)
    with pytest.raises(Forbidden, match="who made the entry"):
        recording.correct_record(sqlite_world.as_("manager"), number, "distance", "100", reason="看错")
    recording.correct_record(sqlite_world.as_("staff"), number, "distance", "100", reason="看错")
    assert show(sqlite_world, number)["values"]["distance"] == 100


@pytest.mark.regulation("MD-11", "A11-11", "C4-07")
@pytest.mark.rule("DC-97")
@pytest.mark.parametrize(
    ("field", "value", "reason", "where"),
    [
        ("distance", "100", " ", {"reason"}),
        ("distance", "", "看错", {"distance"}),
        ("distance", "far", "看错", {"distance"}),
        ("distance", "120", "看错", {"distance"}),
        ("remark", "x", "看错", {"remark"}),  # never filled, and its step not signed
        ("remark", "x", "", {"remark", "reason"}),
        ("colour", "red", "看错", {"colour"}),
    ],
)
def test_a_correction_needs_a_reason_a_new_value_and_something_to_correct(
    sqlite_world: World, field: str, value: str, reason: str, where: set[str]
) -> None:
    number = visited(sqlite_world)
    with pytest.raises(Invalid) as refusal:
        recording.correct_record(sqlite_world.as_("staff"), number, field, value, reason=reason)
    assert set(problems(refusal)) == where


@pytest.mark.regulation("C4-06", "RM-02")
def test_what_a_signed_step_left_empty_is_entered_late_with_a_reason(sqlite_world: World) -> None:
    number = visited(sqlite_world)
    sign(sqlite_world, "staff", number)
    with pytest.raises(Forbidden):
        recording.correct_record(sqlite_world.as_("gm"), number, "remark", "好", reason="漏填")
    with pytest.raises(Invalid, match="reason"):
        recording.correct_record(sqlite_world.as_("manager"), number, "remark", "好", reason="")
    recording.correct_record(sqlite_world.as_("manager"), number, "remark", "好", reason="漏填")
    entry = show(sqlite_world, number)["entries"][-1]
    assert (entry["value"], entry["reason"], entry["corrects"], entry["by"]) == (
        "好",
        "漏填",
        None,
        "manager",
    )


def test_a_signature_is_not_corrected(sqlite_world: World) -> None:
    number = visited(sqlite_world, result="pass", remark="好")
    sign(sqlite_world, "staff", number)
    sign(sqlite_world, "staff2", number)
    with pytest.raises(Invalid, match="is a signature"):
        recording.correct_record(sqlite_world.as_("staff2"), number, "handed_over", "别人", reason="换人")


@pytest.mark.parametrize("field", ["customer", "colour"])
def test_a_complete_record_is_not_corrected(sqlite_world: World, field: str) -> None:
    forms_in_force(sqlite_world)
    number = completed(sqlite_world)
    with pytest.raises(WrongState, match="sent back"):
        recording.correct_record(sqlite_world.as_("staff"), number, field, "x", reason="")


# Signing


@pytest.mark.regulation("P11-70", "A11-18", "RM-01")
def test_a_signature_names_the_entries_of_its_step(sqlite_world: World) -> None:
    forms_in_force(sqlite_world)
    number = reported(sqlite_world)
    before = show(sqlite_world, number)["signatures"][0]
    assert (before["meaning"], before["step"], before["by"], before["name"]) == (
        "sign",
        "report",
        "staff",
        "员工周",
    )
    other = reported(sqlite_world)  # the same values, and yet another content: entries and salts differ
    assert show(sqlite_world, other)["signatures"][0]["content"] != before["content"]
    assert len(before["content"]) == 64


@pytest.mark.regulation("P11-10f", "A11-19")
def test_a_step_is_signed_in_its_turn_once_and_by_its_own_people(sqlite_world: World) -> None:
    forms_in_force(sqlite_world)
    number = opened(sqlite_world)
    for who, kind in (("staff2", WrongState), ("gm", Forbidden), ("auditor", Forbidden), ("staff", Invalid)):
        with pytest.raises(kind):
            sign(sqlite_world, who, number)
    fill(sqlite_world, "staff", number, reported_at=REPORTED, customer="某厂")
    sign(sqlite_world, "staff", number)
    with pytest.raises(WrongState, match=r"Step report is signed already\. Step solve comes first"):
        sign(sqlite_world, "staff", number)
    sign(sqlite_world, "staff2", number)
    with pytest.raises(Forbidden):  # all is signed, and they have no step
        sign(sqlite_world, "gm", number)


@pytest.mark.regulation("Q9-19", "RM-05")
@pytest.mark.rule("DC-97")
def test_a_step_is_not_signed_while_something_in_it_is_missing(sqlite_world: World) -> None:
    number = round_opened(sqlite_world)
    fill(sqlite_world, "staff", number, result="pass")  # may stand alone until it is signed
    with pytest.raises(Invalid) as refusal:
        sign(sqlite_world, "staff", number)
    assert problems(refusal) == {
        "day": "is required; fill it",
        "distance": "is required; fill it",
        "remark": "must be filled in, because result is",
    }


def test_a_gate_before_a_step_keeps_it_from_being_signed(sqlite_world: World) -> None:
    number = visited(sqlite_world, result="fail", remark="漏油")
    sign(sqlite_world, "staff", number)
    with pytest.raises(WrongState, match=r"the signature of step hand-over. Needed is result == 'pass'"):
        sign(sqlite_world, "staff2", number)
    shut = "the gate before the signature of step hand-over is shut; needed is result == 'pass' (clause 4.1)"
    assert str(show(sqlite_world, number)["issues"][-1]) == shut
    recording.correct_record(sqlite_world.as_("staff"), number, "result", "pass", reason="已修好")
    assert shut not in map(str, show(sqlite_world, number)["issues"])
    sign(sqlite_world, "staff2", number)


def test_a_signature_field_holds_the_name_of_who_signed(sqlite_world: World) -> None:
    number = visited(sqlite_world, result="pass", remark="好")
    sign(sqlite_world, "staff", number)
    assert "handed_over" not in show(sqlite_world, number)["values"]
    sign(sqlite_world, "staff2", number)
    assert show(sqlite_world, number)["values"]["handed_over"] == "员工吴"


def test_what_a_customer_says_is_written_by_the_step_before_with_the_customers_name(
    sqlite_world: World,
) -> None:
    number = visited(sqlite_world, result="pass", remark="好")
    sign(sqlite_world, "staff", number)
    sign(sqlite_world, "staff2", number)
    with pytest.raises(Forbidden):
        fill(sqlite_world, "staff", number, opinion="满意")
    fill(sqlite_world, "staff2", number, opinion="非常满意", customer="顾客孙")
    sign(sqlite_world, another_of_the_post(sqlite_world), number)
    assert show(sqlite_world, number)["values"]["customer"] == "顾客孙"
    assert list(map(str, show(sqlite_world, number)["issues"])) == [
        "step confirm: attach the evidence of what the customer said: scan"
    ]


def test_who_wrote_down_what_the_customer_said_does_not_sign_for_the_customer(world: World) -> None:
    number = said_by_the_customer(world)
    with pytest.raises(Forbidden, match="you wrote down what the customer said"):
        sign(world, "staff2", number)
    desk = reader(world, "staff2")
    assert desk.get(f"/records/{number}/sign").status_code == 403
    assert f"/records/{number}/sign" not in desk.get(f"/records/{number}").text
    assert [item.number for item in inbox(world.as_("staff2")).to_fill] == []
    other = another_of_the_post(world)
    assert [item.number for item in inbox(world.as_(other)).to_fill] == [number]
    sign(world, other, number)


def test_who_entered_the_evidence_may_sign_what_the_customer_said(world: World) -> None:
    number = said_by_the_customer(world, scan="文件柜 3")
    sign(world, "staff2", number)
    assert show(world, number)["issues"] == []


def test_a_customers_step_that_nobody_else_could_sign_is_told(world: World) -> None:
    number = said_by_the_customer(world)
    assert [lack["step"] for lack in record_lacks(world.as_("staff2"), number)] == ["confirm"]
    another_of_the_post(world)
    world.as_("staff2").session.rollback()
    assert [lack["step"] for lack in record_lacks(world.as_("staff2"), number)] == []


def said_by_the_customer(world: World, **more: str) -> str:
    """A round in which staff2 wrote down the customer's opinion; its number."""
    number = visited(world, result="pass", remark="好")
    sign(world, "staff", number)
    sign(world, "staff2", number)
    fill(world, "staff2", number, opinion="非常满意", **more)
    return number
