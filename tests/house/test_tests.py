"""A test that asserts nothing cannot fail, and a marker that names nothing proves nothing."""

from __future__ import annotations

import ast
import re

import pytest

from tests.house.trees import Source, functions, name_called, report

ASSERTING = ("assert", "expect", "check", "verify")
RULE_ID = re.compile(r"[A-Z]{2,3}-[0-9]+[a-z]?")


def assertless(source: Source) -> list[str]:
    return [
        source.at(function, f"{function.name} asserts nothing")
        for function in functions(source)
        if function.name.startswith("test_") and not any(map(_asserts, ast.walk(function)))
    ]


def nameless_rules(source: Source) -> list[str]:
    findings = []
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "pytest.mark.rule":
            ids = [argument.value if isinstance(argument, ast.Constant) else None for argument in node.args]
            if not ids or not all(isinstance(name, str) and RULE_ID.fullmatch(name) for name in ids):
                findings.append(source.at(node, "rule() takes the ids of requirements, such as DC-53"))
    return findings


def _asserts(node: ast.AST) -> bool:
    if isinstance(node, ast.Assert):
        return True
    if not isinstance(node, ast.Call):
        return False
    return name_called(node) in {"raises", "warns", "fail"} or name_called(node).startswith(ASSERTING)


def test_every_test_asserts_something() -> None:
    assert report(assertless, "tests") == ""


def test_every_rule_marker_names_a_requirement() -> None:
    assert report(nameless_rules, "tests") == ""


@pytest.mark.parametrize(
    "text",
    [
        "def test_a(): f()",
        "async def test_a(): await f()",
        "class TestA:\n    def test_a(self): self.f()",
        "def test_a():\n    # assert x\n    'assert x'",
    ],
)
def test_a_planted_test_without_an_assertion_is_found(text: str) -> None:
    assert len(assertless(Source("tests/test_x.py", text))) == 1


@pytest.mark.parametrize(
    "text",
    [
        "def test_a():\n    assert f()",
        "def test_a():\n    with pytest.raises(ValueError):\n        f()",
        "def test_a():\n    check_balance(f())",
        "def test_a():\n    page.expect_text('x')",
        "def made(): f()",
    ],
)
def test_a_test_with_an_assertion_is_left_alone(text: str) -> None:
    assert assertless(Source("tests/test_x.py", text)) == []


@pytest.mark.parametrize("call", ["rule()", "rule('some rule')", "rule(53)", "rule('DC-53', 'x')"])
def test_a_planted_marker_without_a_requirement_is_found(call: str) -> None:
    assert len(nameless_rules(Source("tests/test_x.py", f"@pytest.mark.{call}\ndef test_a(): ..."))) == 1
    assert (
        nameless_rules(Source("tests/test_x.py", "@pytest.mark.rule('DC-53', 'PR-7')\ndef test_a(): ..."))
        == []
    )
