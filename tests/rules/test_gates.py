"""Gates and starts of a record, with the real expressions of the store."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from docctl.errors import Invalid, WrongState
from docctl.errors.message import Named
from docctl.rules.actions import Action
from docctl.rules.records import gates
from docctl.rules.records.gates import GATED, Gate, Start
from docctl.store import expressions

CONFIRMED = Gate.parse({"before": "close", "needs": "satisfied == true", "clause": "5.1.5"})
INSPECTED = Gate.parse({"before": "complete", "needs": "result == 'pass'"})
REOPEN = Start.parse({"when": "satisfied == false", "template": "LX-R-003", "link": "reopened"})


def evaluate(text: str, values: Mapping[str, Any]) -> bool:
    return expressions.evaluate(text, values, {"satisfied": "boolean", "result": "string"})


def test_a_record_is_closed_only_after_the_customer_confirms() -> None:
    gates.check_gates([CONFIRMED], Action.RECORD_CLOSE, {"satisfied": True}, evaluate)
    with pytest.raises(WrongState, match=r"LX-R-003-2026-0001 .* satisfied == true \(clause 5.1.5\)"):
        gates.check_gates(
            [CONFIRMED], Action.RECORD_CLOSE, {"satisfied": False}, evaluate, "LX-R-003-2026-0001"
        )


def test_a_gate_is_not_met_while_its_value_is_missing() -> None:
    with pytest.raises(WrongState):
        gates.check_gates([CONFIRMED], Action.RECORD_CLOSE, {}, evaluate)


def test_all_shut_gates_are_named_at_once() -> None:
    second = Gate(Action.RECORD_COMPLETE, "satisfied == true", "7")
    with pytest.raises(WrongState) as refusal:
        gates.check_gates([INSPECTED, second], Action.RECORD_COMPLETE, {"result": "fail"}, evaluate)
    assert "result == 'pass'; satisfied == true (clause 7)" in refusal.value.message


@pytest.mark.parametrize("before", GATED)
def test_a_gate_stands_before_its_own_action_only(before: str) -> None:
    gate = Gate.parse({"before": before, "needs": "satisfied == true"})
    shut = [action for action in Action if gates.shut([gate], action, {}, evaluate)]
    assert shut == [GATED[before]]


@pytest.mark.parametrize("source", [{"before": "fill", "needs": "true"}, {"needs": "true"}])
def test_a_gate_before_anything_else_is_refused(source: dict[str, str]) -> None:
    with pytest.raises(Invalid, match="complete, verify, close"):
        Gate.parse(source)


def test_a_gate_may_stand_before_the_signature_of_a_step() -> None:
    gate = Gate.parse({"before": "hand-over", "needs": "result == 'pass'"}, ["inspect", "hand-over"])
    assert gate == Gate(Action.RECORD_SIGN, "result == 'pass'", step="hand-over")
    gates.check_gates([gate], Action.RECORD_SIGN, {}, evaluate, step=Named("inspect", {}))
    gates.check_gates([gate], Action.RECORD_COMPLETE, {}, evaluate)
    with pytest.raises(WrongState, match="before the signature of step hand-over"):
        gates.check_gates(
            [gate], Action.RECORD_SIGN, {"result": "fail"}, evaluate, step=Named("hand-over", {})
        )


def test_an_act_comes_before_a_step_of_the_same_name() -> None:
    assert Gate.parse({"before": "close", "needs": "true"}, ["close"]).action is Action.RECORD_CLOSE


def test_a_start_names_its_template_by_the_one_spelling() -> None:
    assert Start.parse({"when": "true", "template": "lx-r-003"}).template == "LX-R-003"


@pytest.mark.parametrize(
    ("values", "expected"),
    [({"satisfied": False}, [REOPEN]), ({"satisfied": True}, []), ({"satisfied": None}, []), ({}, [])],
)
def test_a_customer_who_is_not_satisfied_starts_another_record(
    values: dict[str, Any], expected: list[Start]
) -> None:
    assert gates.started([REOPEN], values, evaluate) == expected


def test_a_start_without_a_word_for_its_link_has_none() -> None:
    assert Start.parse({"when": "true", "template": "LX-R-004"}) == Start("true", "LX-R-004", "")
