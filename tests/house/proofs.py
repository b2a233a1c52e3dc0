"""Makes docctl/rules/proofs.json: which tests prove which requirement, on which record templates, against which fault.

`python -m tests.house.proofs` writes it; a test says when that has to be done. The file is there because an
installed program has no tests beside it, and `docctl rules` and `docctl regulations` have to name them.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from tests.house.trees import ROOT, Function, Source, sources
from tests.mutants.faults import faults

FILE = ROOT / "docctl" / "rules" / "proofs.json"
MARKS = ("pytest.mark.rule", "pytest.mark.regulation")
"""Of a rule of the sources (or an attack, or a crash), and of a clause of a standard."""
# A number in a test that never opens the library is that of a form of its own.
_LIBRARY = "starter"


def proofs(of: Iterable[Source], planted: Mapping[str, str] = {}) -> dict[str, dict[str, Any]]:
    """Requirement to its `tests` (path::name), the `templates` of the starter library that these name, and `fault`.

    `planted` says by requirement what was broken on purpose.
    """
    starter = {file.stem for file in (ROOT / "templates").glob("*.yaml")}
    found: dict[str, dict[str, set[str]]] = {}
    for source in of:
        for owner, function in _tests(source.tree):
            for rule in _rules([*owner, *function.decorator_list]):
                proof = found.setdefault(rule, {"tests": set(), "templates": set()})
                proof["tests"].add(f"{source.path}::{function.name}")
                proof["templates"] |= _templates(function) & starter if _LIBRARY in source.text else set()
    told: dict[str, dict[str, Any]] = {}
    for rule in sorted(found, key=_order):
        told[rule] = {name: sorted(values) for name, values in found[rule].items()}
        if rule in planted:
            told[rule]["fault"] = planted[rule]
    return told


def written(of: Iterable[Source]) -> str:
    """The content of the file."""
    planted = {fault.rule: fault.says for fault in faults()}
    return json.dumps(proofs(of, planted), indent=1, ensure_ascii=False) + "\n"


def marked(of: Iterable[Source]) -> Iterator[tuple[str, str, str]]:
    """Requirement, path, and the name of the test within its file, with its class where it has one."""
    for source in of:
        for owner, function in _tests(source.tree):
            for rule in _rules([*owner, *function.decorator_list]):
                yield rule, source.path, function.name


def _tests(
    node: ast.AST, above: tuple[ast.expr, ...] = ()
) -> Iterator[tuple[tuple[ast.expr, ...], Function]]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.ClassDef):
            yield from _tests(child, (*above, *child.decorator_list))
        elif isinstance(child, Function) and child.name.startswith("test_"):
            yield above, child


def _rules(decorators: Iterable[ast.expr]) -> Iterator[str]:
    # Below each decorator too: a single case may be marked, in pytest.param.
    for node in (inner for decorator in decorators for inner in ast.walk(decorator)):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in MARKS:
            yield from (str(argument.value) for argument in node.args if isinstance(argument, ast.Constant))


def _templates(function: Function) -> set[str]:
    """The texts that stand in it by themselves: a number in a longer text is a record's, or a sentence."""
    return {
        node.value
        for node in ast.walk(function)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def _order(rule: str) -> tuple[str, int, str]:
    kind, _, rest = rule.partition("-")
    digits = re.match(r"\d+", rest)
    return kind, int(digits[0]) if digits else 0, rest


if __name__ == "__main__":
    FILE.write_text(written(sources("tests")), "utf-8")
