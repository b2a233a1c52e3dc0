"""`docctl rules` tells the truth: its data file is what the markers of the tests say."""

from __future__ import annotations

import json

import pytest

from tests.house.proofs import FILE, proofs, written
from tests.house.trees import ROOT, Source, sources


def test_the_file_of_proofs_is_up_to_date() -> None:
    if FILE.read_text("utf-8") != written(sources("tests")):  # not assert: the texts are long to print
        pytest.fail("markers changed; run: .venv/bin/python -m tests.house.proofs")


def test_every_requirement_that_a_test_names_has_its_sentence() -> None:
    texts = json.loads((ROOT / "docctl/rules/requirements.json").read_text("utf-8"))
    assert sorted(proofs(sources("tests")).keys() - texts.keys()) == []
    assert all(rule["text"].endswith(".") for rule in texts.values())
    assert all(not rule.get("missing", "").endswith(".") for rule in texts.values())


def test_a_marker_on_a_case_or_a_class_counts_and_the_template_is_found() -> None:
    text = (
        "@pytest.mark.parametrize('x', [pytest.param(1, marks=pytest.mark.rule('PR-1'))])\n"
        "def test_a(x): assert x\n"
        "@pytest.mark.rule('DC-2', 'DC-10')\n"
        "class TestB:\n"
        "    @pytest.mark.rule('DC-1')\n"
        "    def test_b(self): assert template('LX-R-001')\n"
        "    def test_c(self): assert template('LX-R-999')\n"
    )
    found = proofs([Source("tests/test_x.py", text)])
    assert list(found) == ["DC-1", "DC-2", "DC-10", "PR-1"]
    assert found["DC-1"] == {"tests": ["tests/test_x.py::test_b"], "templates": ["LX-R-001"]}
    assert found["DC-2"]["tests"] == ["tests/test_x.py::test_b", "tests/test_x.py::test_c"]
    assert found["PR-1"] == {"tests": ["tests/test_x.py::test_a"], "templates": []}
