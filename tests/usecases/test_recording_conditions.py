"""Steps that only some records have, and clocks that run between the signatures of steps."""

from __future__ import annotations

from datetime import timedelta

import pytest

from docctl.errors import Forbidden, Invalid, WrongState
from docctl.store.template import read_template
from docctl.usecases.records import opening, recording, sealing
from tests.support.said import said
from tests.support.sites import World
from tests.support.written_records import fill, listed, rounds_in_force, show, sign

BID = """number: LX-R-103
title: {zh: 评标记录, en: Evaluation}
level: form
department: sales
governed_by: {document: LX-CX-2019-102}
keeper: sales
retention: {years: null}
schema:
  type: object
  required: [price, remark]
  properties:
    price: {type: number, format: money, unit: USD}
    seen: {type: string, format: signature}
    remark: {type: string}
    closing: {type: string, format: signature}
steps:
  - {name: evaluate, role: sales, fields: [price]}
  - {name: review, role: general-manager, when: "price > 5000000", fields: [seen, remark]}
  - {name: finish, role: manager-in-charge, fields: [closing]}
clocks:
  - {name: finished, from: evaluate, to: finish, limit: hand-over}
"""


def evaluated(world: World, price: str) -> str:
    """A record whose first step is signed."""
    number = opening.open_record(world.as_("staff"), rounds_in_force(world, BID)).number
    fill(world, "staff", number, price=price)
    sign(world, "staff", number)
    return number


def steps(world: World, number: str) -> list[str]:
    return [step["name"] for step in show(world, number)["steps"]]


def test_a_record_without_the_condition_of_a_step_is_completed_without_that_step(sqlite_world: World) -> None:
    number = evaluated(sqlite_world, "5000000")
    assert steps(sqlite_world, number) == ["evaluate", "finish"]
    sign(sqlite_world, "manager", number)
    sealing.complete_record(sqlite_world.as_("manager"), number)
    assert show(sqlite_world, number)["state"] == "completed"


def test_a_record_with_the_condition_needs_the_step_in_its_turn(sqlite_world: World) -> None:
    number = evaluated(sqlite_world, "5000000.01")
    assert steps(sqlite_world, number) == ["evaluate", "review", "finish"]
    assert [line["step"] for line in listed(sqlite_world)] == ["review"]
    with pytest.raises(WrongState, match="not yet the turn of step finish"):
        sign(sqlite_world, "manager", number)
    with pytest.raises(Invalid) as refusal:
        sign(sqlite_world, "gm", number)
    assert said(refusal.value.problems) == {"remark": "is required; fill it"}
    fill(sqlite_world, "gm", number, remark="同意")
    sign(sqlite_world, "gm", number)
    sign(sqlite_world, "manager", number)
    sealing.complete_record(sqlite_world.as_("manager"), number)
    assert show(sqlite_world, number)["values"]["seen"] == "总经理王"


def test_nobody_fills_or_signs_a_step_that_the_record_has_not(sqlite_world: World) -> None:
    number = evaluated(sqlite_world, "4000000")
    with pytest.raises(Invalid) as refusal:
        fill(sqlite_world, "manager", number, remark="同意")
    assert said(refusal.value.problems) == {
        "remark": "belongs to step review, which this record has only when price > 5000000"
    }
    with pytest.raises(Invalid, match="is a signature"):
        fill(sqlite_world, "manager", number, seen="总经理王")
    with pytest.raises(Forbidden):
        sign(sqlite_world, "gm", number)


def test_a_correction_that_makes_the_condition_true_calls_for_the_step(sqlite_world: World) -> None:
    number = evaluated(sqlite_world, "500000")
    sign(sqlite_world, "manager", number)
    recording.correct_record(sqlite_world.as_("staff"), number, "price", "6000000", reason="少写一个零")
    with pytest.raises(Invalid, match="review"):
        sealing.complete_record(sqlite_world.as_("staff"), number)
    assert [line["step"] for line in listed(sqlite_world)] == ["review"]


def test_a_signature_of_a_step_sent_back_is_void_even_if_the_record_loses_the_step(
    sqlite_world: World,
) -> None:
    number = evaluated(sqlite_world, "6000000")
    fill(sqlite_world, "gm", number, remark="同意")
    sign(sqlite_world, "gm", number)
    sign(sqlite_world, "manager", number)
    recording.correct_record(sqlite_world.as_("staff"), number, "price", "600000", reason="多写一个零")
    sealing.complete_record(sqlite_world.as_("manager"), number)
    sealing.send_back_record(sqlite_world.as_("verifier"), number, reason="重新评估")
    shown = show(sqlite_world, number)
    assert "seen" not in shown["values"]
    assert all(line["void"] for line in shown["signatures"] if line["step"] == "review")


@pytest.mark.parametrize(("hours", "met"), [(38, True), (39, False)])
def test_a_clock_runs_from_the_signature_of_a_step_to_that_of_another(
    sqlite_world: World, hours: int, met: bool
) -> None:
    number = evaluated(sqlite_world, "1")
    assert [clock["met"] for clock in show(sqlite_world, number)["clocks"]] == [None]
    sqlite_world.clock.now += timedelta(hours=hours - 1)  # Monday ten o'clock, and a working day
    sign(sqlite_world, "manager", number)
    assert [clock["met"] for clock in show(sqlite_world, number)["clocks"]] == [met]


@pytest.mark.parametrize(
    ("before", "after", "place"),
    [
        ("price > 5000000", "remark == 'x'", "steps.2.when"),  # its own field
        ("price > 5000000", "size(closing) > 0", "steps.2.when"),  # a later one
        ("price > 5000000", "price >", "steps.2.when"),
        ("from: evaluate", "from: evaluation", "clocks.1.from"),
        ("to: finish", "to: remark", "clocks.1.to"),
    ],
)
def test_a_condition_asks_for_earlier_fields_and_a_clock_for_steps_or_moments(
    before: str, after: str, place: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        read_template(BID.replace(before, after).encode())
    assert list(refusal.value.problems) == [place]
