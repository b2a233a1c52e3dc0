"""Planted faults: for each rule that holds, one change of the program by which it would hold no longer.

They lie in the YAML files beside this one. A fault is a piece of a file (`old`, there once; `within` names the
function where it is there more often) and what takes its place (`new`); `test` is the proof that must fail then.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ruamel.yaml import YAML

from tests.house.trees import ROOT, Function


@dataclass(frozen=True, kw_only=True)
class Fault:
    """`says` is what somebody would notice who relies on the rule."""

    rule: str
    says: str
    file: str
    old: str
    new: str
    test: str
    within: str = ""

    def planted(self, text: str) -> str:
        """The file with the fault in it. Raises ValueError where `old` is not there just once."""
        start, end = _place(text, self.within) if self.within else (0, len(text))
        if (times := text.count(self.old, start, end)) != 1:
            where = f"{self.file} {self.within}".rstrip()
            raise ValueError(f"{self.rule}: what it changes is there {times} times in {where}: {self.old!r}")
        return text[:start] + text[start:end].replace(self.old, self.new) + text[end:]


@cache
def faults() -> tuple[Fault, ...]:
    """All of them, in the order of the files."""
    files = sorted(Path(__file__).parent.glob("*.yaml"))
    return tuple(Fault(**found) for file in files for found in YAML(typ="safe").load(file) or ())


def text_of(fault: Fault) -> str:
    """The file as it stands, without the fault."""
    return (ROOT / fault.file).read_text("utf-8")


def _place(text: str, within: str) -> tuple[int, int]:
    lines = text.splitlines(keepends=True)
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, Function | ast.ClassDef) and node.name == within:
            return sum(map(len, lines[: node.lineno - 1])), sum(map(len, lines[: node.end_lineno]))
    raise ValueError(f"there is no {within}")
