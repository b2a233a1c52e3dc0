"""Every rule that holds has a planted fault that can still be planted; `make mutants` runs them, this does not."""

from __future__ import annotations

import ast
import json
import re

import pytest

from tests.house.proofs import marked
from tests.house.trees import ROOT, sources
from tests.mutants.faults import Fault, faults, text_of

each_fault = pytest.mark.parametrize("fault", faults(), ids=lambda fault: fault.rule)


def test_every_rule_that_holds_has_one_fault_and_no_other_has() -> None:
    rules = json.loads((ROOT / "docctl/rules/requirements.json").read_text("utf-8"))
    holding = [name for name, rule in rules.items() if rule.get("state") == "holds"]
    assert sorted(fault.rule for fault in faults()) == sorted(holding)


@each_fault
def test_a_fault_can_be_planted_and_leaves_a_file_that_can_be_read(fault: Fault) -> None:
    planted = fault.planted(text_of(fault))
    assert planted != text_of(fault)
    if fault.file.endswith(".py"):
        ast.parse(planted)
    if fault.file.endswith(".json"):
        json.loads(planted)


@each_fault
def test_a_fault_breaks_the_product_and_is_told_as_what_somebody_would_notice(fault: Fault) -> None:
    assert fault.file.startswith(("docctl/", "procedures/", "templates/"))
    assert fault.says.endswith(".")


@each_fault
def test_the_test_that_notices_a_fault_is_a_proof_of_its_rule(fault: Fault) -> None:
    proofs = {f"{path}::{name}" for rule, path, name in marked(sources("tests")) if rule == fault.rule}
    assert fault.test in proofs


@pytest.mark.parametrize(
    ("within", "old", "planted"),
    [
        ("", "return 1", None),  # there twice
        ("g", "return 1", "def f():\n    return 1\ndef g():\n    return 2\n"),
        ("f", "return 3", None),
        ("h", "return 1", None),
    ],
)
def test_a_fault_is_planted_where_it_can_mean_one_place_only(
    within: str, old: str, planted: str | None
) -> None:
    fault = Fault(rule="DC-53", says="x.", file="x.py", within=within, old=old, new="return 2", test="x")
    text = "def f():\n    return 1\ndef g():\n    return 1\n"
    if planted is None:
        with pytest.raises(ValueError, match=r"times in|there is no"):
            fault.planted(text)
    else:
        assert fault.planted(text) == planted


@pytest.mark.parametrize(
    "fault", [fault for fault in faults() if fault.file.startswith("docctl/")], ids=lambda fault: fault.rule
)
def test_what_keeps_a_rule_names_it(fault: Fault) -> None:
    assert fault.rule in text_of(fault), f"say {fault.rule} at {fault.within or 'the place'} in {fault.file}"


def test_the_program_names_no_rule_that_is_not_there() -> None:
    known = json.loads((ROOT / "docctl/rules/requirements.json").read_text("utf-8"))
    named = {
        (name, s.path) for s in sources("docctl") for name in re.findall(r"\b(?:DC|PR|SE|CP)-\d+", s.text)
    }
    assert sorted((name, path) for name, path in named if name not in known) == []
