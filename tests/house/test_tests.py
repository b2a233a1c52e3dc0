"""A test that asserts nothing cannot fail, and a marker that names nothing proves nothing."""

from __future__ import annotations

import ast
import re

import pytest

from tests.house.trees import Source, functions, name_called, report

ASSERTING = ("assert", "expect", "check", "verify")
IDS = {
    "pytest.mark.rule": re.compile(r"(?:DC|PR|SE|CP)-[0-9]+"),
    "pytest.mark.regulation": re.compile(r"(?!DC|PR|SE|CP)[A-Z][A-Z0-9]+-[0-9]+[a-z0-9/]*"),
}
"""What each marker of a proof names."""


def assertless(source: Source) -> list[str]:
    return [
        source.at(function, f"{function.name} asserts nothing")
        for function in functions(source)
        if function.name.startswith("test_") and not any(map(_asserts, ast.walk(function)))
    ]


def nameless_rules(source: Source) -> list[str]:
    findings = []
    for node in ast.walk(source.tree):
        pattern = IDS.get(ast.unparse(node.func)) if isinstance(node, ast.Call) else None
        if isinstance(node, ast.Call) and pattern is not None:
            ids = [argument.value if isinstance(argument, ast.Constant) else None for argument in node.args]
            if not ids or not all(isinstance(name, str) and pattern.fullmatch(name) for name in ids):
                findings.append(source.at(node, "a proof names requirements (DC-53) or clauses (Q9-04)"))
    return findings


def looks_too_early(source: Source) -> list[str]:
    """`content()` of a page in a browser takes what is there at this moment, which may be nothing yet."""
    return [
        source.at(node, "ask with expect(page.locator(…)): it waits until the page is there")
        for node in ast.walk(source.tree)
        if "playwright" in source.text
        if isinstance(node, ast.Call) and name_called(node) == "content" and not node.args
    ]


def by_the_clock(source: Source) -> list[str]:
    """How long something took in a test is the time of its process: the clock runs on while others work."""
    return [
        source.at(node, "measure with time.process_time(): the machine may be busy with something else")
        for test in functions(source)
        if test.name.startswith("test_")
        for node in ast.walk(test)
        if isinstance(node, ast.Assert) and {"perf_counter", "monotonic"} & set(map(_called, ast.walk(node)))
    ]


def _called(node: ast.AST) -> str:
    return name_called(node) if isinstance(node, ast.Call) else ""


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


def test_no_test_depends_on_how_busy_the_machine_is() -> None:
    assert report(looks_too_early, "tests/web", "tests/support") == ""
    assert report(by_the_clock, "tests") == ""


def test_a_planted_look_too_early_or_by_the_clock_is_found() -> None:
    assert looks_too_early(Source("tests/web/test_x.py", "import playwright\nassert a in page.content()"))
    clock = "def test_a():\n    assert time.monotonic() - began < 3"
    assert by_the_clock(Source("tests/test_x.py", clock))
    assert by_the_clock(Source("tests/test_x.py", clock.replace("monotonic", "process_time"))) == []


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


@pytest.mark.parametrize(
    "call",
    ["rule()", "rule('some rule')", "rule(53)", "rule('DC-53', 'x')", "rule('Q9-04')", "regulation('DC-53')"],
)
def test_a_planted_marker_without_a_requirement_is_found(call: str) -> None:
    assert len(nameless_rules(Source("tests/test_x.py", f"@pytest.mark.{call}\ndef test_a(): ..."))) == 1
    assert (
        nameless_rules(Source("tests/test_x.py", "@pytest.mark.rule('DC-53', 'PR-7')\ndef test_a(): ..."))
        == []
    )
