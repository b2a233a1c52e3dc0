"""The verifier as one file that needs nothing of docctl: its parts one after the other."""

from __future__ import annotations

import ast
from importlib import resources
from typing import Final

PARTS: Final = (
    "canonical",
    "ed25519",
    "archive",
    "proofs",
    "former",
    "rows",
    "sections",
    "endings",
    "page",
    "content",
    "subject",
    "checks",
)
"""In the order in which each knows those before it."""
_NOTE: Final = "# noqa"


def verifier() -> bytes:
    """verify.py, as it is put into each file. It begins with what the last part says of the whole."""
    sources = [_source(name) for name in PARTS]
    said = ast.get_docstring(ast.parse(sources[-1]), clean=False)
    parts = [f'#!/usr/bin/env python3\n"""{said}"""\n', "from __future__ import annotations\n"]
    imports: dict[str, None] = {}
    for source in sources:
        imports |= dict.fromkeys(_imports(source))
    parts.append("\n".join(sorted(imports)) + "\n")
    return "\n".join(parts + [_body(source) for source in sources]).encode("utf-8")


def _source(name: str) -> str:
    return resources.files(__package__).joinpath(f"{name}.py").read_text("utf-8")


def _imports(source: str) -> list[str]:
    """What it takes from the standard library."""
    found = [node for node in ast.parse(source).body if isinstance(node, ast.Import | ast.ImportFrom)]
    return [ast.unparse(node) for node in found if not _is_left_out(node)]


def _is_left_out(node: ast.Import | ast.ImportFrom) -> bool:
    return isinstance(node, ast.ImportFrom) and str(node.module).startswith(("docctl", "__future__"))


def _body(source: str) -> str:
    """All but the imports; what it says of itself becomes a comment."""
    tree, lines = ast.parse(source), source.splitlines()
    said = str(ast.get_docstring(tree)).splitlines()
    dropped: set[int] = set()
    for node in tree.body[:1] + [n for n in tree.body if isinstance(n, ast.Import | ast.ImportFrom)]:
        dropped |= set(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    kept = [line.partition("  " + _NOTE)[0] for n, line in enumerate(lines, 1) if n not in dropped]
    heading = "\n".join(("# " + line).rstrip() for line in said)
    return f"\n# {'-' * 70}\n{heading}\n\n" + "\n".join(kept).strip() + "\n"
