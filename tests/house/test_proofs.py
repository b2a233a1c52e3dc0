"""`docctl rules` tells the truth: its file is what the markers say, and a marker stands for a way that people go."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from typing import Any

import pytest

from tests.house import reach
from tests.house.proofs import FILE, marked, proofs, written
from tests.house.reach import Drawing
from tests.house.trees import ROOT, Source, sources

REGULATIONS = ROOT / "docctl/rules/regulations.json"


def test_the_file_of_proofs_is_up_to_date() -> None:
    if FILE.read_text("utf-8") != written(sources("tests")):  # not assert: the texts are long to print
        pytest.fail("markers changed; run: .venv/bin/python -m tests.house.proofs")


def test_every_requirement_that_a_test_names_has_its_sentence() -> None:
    texts = _requirements()
    assert sorted(proofs(sources("tests")).keys() - texts.keys() - _clauses().keys()) == []
    assert all(rule["text"].endswith(".") for rule in texts.values())
    assert all(not rule.get("missing", "").endswith(".") for rule in texts.values())


def test_a_marker_on_a_case_or_a_class_counts_and_the_template_is_found() -> None:
    text = (
        "from tests.support.starter import template\n"
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
    own = proofs([Source("tests/test_x.py", text.split("\n", 1)[1])])
    assert own["DC-1"]["templates"] == [], "a test without the library has a form of its own"


def test_a_test_that_names_a_rule_of_the_sources_goes_through_a_door() -> None:
    assert undoored(sources("tests"), reach.program(), reach.for_people()) == []


def test_no_test_that_names_a_rule_proves_what_nobody_can_reach() -> None:
    assert mirrored(sources("tests"), reach.program(), reach.for_people() | _waiting()) == []


def test_a_rule_that_holds_is_proved_and_one_that_is_not_built_is_not() -> None:
    states = {name: rule.get("state") for name, rule in (_requirements() | _clauses()).items()}
    proved = proofs(sources("tests")).keys()
    assert [name for name, state in states.items() if state == "holds" and name not in proved] == []
    assert [name for name, state in states.items() if state == "not built" and name in proved] == []


def test_a_clause_of_a_standard_that_holds_is_proved_through_a_door_at_least_once() -> None:
    through = {
        clause
        for clause, _, called in _called(sources("tests"))
        if clause in _clauses() and reach.goes_through_a_door(called, reach.program(), reach.for_people())
    }
    holding = {name for name, clause in _clauses().items() if clause["state"] == "holds"}
    assert sorted(holding - through) == []


def test_a_clause_says_what_is_missing_and_who_acts_in_both_languages() -> None:
    known = json.loads(REGULATIONS.read_text("utf-8"))["standards"]
    for name, clause in _clauses().items():
        told = [clause[key] for key in ("clause", "text", "missing", "supplies") if key in clause]
        assert all(set(words) == {"zh", "en"} and all(words.values()) for words in told), name
        assert name.partition("-")[0] in known, name
        assert (clause["state"] == "holds") is ("missing" not in clause), name
        assert clause["state"] == "holds" or clause["acts"], name
        assert (clause["state"] == "procedural") is (clause["kind"] == "P"), name
        assert clause["kind"][0] != "P" or clause["supplies"], name


RULES = "def judge(x): return x\ndef idle(x): return x\n"
USECASES = "from docctl.rules.a import judge\ndef act(ctx): return judge(ctx)\ndef alone(): return 1\n"
COMMANDS = (
    "import click\nfrom docctl.usecases.a import act\n@click.command()\ndef typed(): return helped()\n"
    "def helped(): return act(1)\n"
)
FIXTURE = (
    "import pytest\nfrom docctl.usecases.a import act\n@pytest.fixture\ndef site(): return act(1)\n"
    "def test_x(site): assert site"
)
PROGRAM = (
    Source("docctl/rules/a.py", RULES),
    Source("docctl/usecases/a.py", USECASES),
    Source("docctl/cli/a.py", COMMANDS),
)


@pytest.mark.parametrize(
    ("text", "through", "lost"),
    [
        ("from docctl.usecases import a\ndef test_x(): assert a.act(1)", True, []),
        (
            "from docctl.usecases.a import act\ndef made(): return act(1)\ndef test_x(): assert made()",
            True,
            [],
        ),
        ("from docctl.cli.a import typed\ndef test_x(): assert typed()", True, []),
        ("from flask.testing import FlaskClient\ndef test_x(visitor: FlaskClient): assert visitor", True, []),
        ("from docctl.rules.a import judge\ndef test_x(): assert judge(1)", False, []),
        ("from docctl.rules import a\ndef test_x(): assert a.idle(1)", False, ["docctl.rules.a.idle"]),
        (
            "from docctl.usecases.a import alone\ndef test_x(): assert alone()",
            False,
            ["docctl.usecases.a.alone"],
        ),
        (FIXTURE, False, []),
    ],
)
def test_a_planted_proof_is_judged_by_what_it_calls(text: str, through: bool, lost: list[str]) -> None:
    whole = reach.drawn(PROGRAM)
    found = reach.open_to(whole)
    planted = Source("tests/test_p.py", text.replace("def test_x", "@pytest.mark.rule('DC-53')\ndef test_x"))
    assert undoored([planted], whole, found) == ([] if through else ["DC-53: tests/test_p.py::test_x"])
    told = [f"tests/test_p.py::test_x proves {name}" for name in lost]
    assert mirrored([planted], whole, found) == told


def undoored(of: Collection[Source], whole: Drawing, found: Collection[str]) -> list[str]:
    """Markers of DC and PR on tests that call no command, no page and nothing that one of these calls."""
    return [
        f"{rule}: {test}"
        for rule, test, called in _called(of)
        if rule.startswith(("DC-", "PR-")) and not reach.goes_through_a_door(called, whole, found)
    ]


def mirrored(of: Collection[Source], whole: Drawing, found: Collection[str]) -> list[str]:
    """Whatever rule it names: what a proof calls is reached by somebody else than tests."""
    lost = {
        f"{test} proves {name}"
        for _, test, called in _called(of)
        for name in reach.without_a_door(called, whole, found)
    }
    return sorted(lost)


def _waiting() -> set[str]:
    return {name for name in reach.program().things if name.startswith(tuple(reach.WAITING))}


def _called(of: Collection[Source]) -> Iterator[tuple[str, str, set[str]]]:
    tests = reach.drawn(of)
    for rule, path, name in marked(of):
        thing = f"{path.removesuffix('.py').replace('/', '.')}.{name}"
        yield rule, f"{path}::{name}", reach.called_by(thing, tests)


def _clauses() -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = json.loads(REGULATIONS.read_text("utf-8"))["clauses"]
    return found


def _requirements() -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = json.loads(
        (ROOT / "docctl/rules/requirements.json").read_text("utf-8")
    )
    return found
