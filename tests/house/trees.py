"""Python files as the house rules see them: path, text, syntax tree, imports. Knows no rule itself."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Source:
    """A Python file: `path` is relative to the root, with slashes; `text` may be planted by a test."""

    path: str
    text: str

    @property
    def tree(self) -> ast.Module:
        return _parse(self.path, self.text)

    def at(self, node: ast.AST, message: str) -> str:
        """A finding, in the form that editors can open."""
        return f"{self.path}:{getattr(node, 'lineno', 1)}: {message}"


@dataclass(frozen=True)
class Import:
    """One imported module: `module` dotted and absolute, `function` the innermost one around it, or None.

    `typing` is true below `if TYPE_CHECKING:`, where nothing is loaded when the program runs.
    """

    module: str
    node: ast.stmt | ast.expr
    function: str | None
    typing: bool = False


@cache
def sources(folder: str) -> tuple[Source, ...]:
    """All Python files below a folder of the root."""
    files = sorted((ROOT / folder).rglob("*.py"))
    return tuple(Source(file.relative_to(ROOT).as_posix(), file.read_text("utf-8")) for file in files)


def report(rule: Callable[[Source], list[str]], *folders: str) -> str:
    """Every finding of a rule below the folders, a line each; empty when the rule holds."""
    return "\n".join(finding for folder in folders for source in sources(folder) for finding in rule(source))


def imports(source: Source) -> list[Import]:
    """Every import, wherever it stands; `from a import b` counts as a.b, which may be a module."""
    return list(_imports(source, source.tree, None))


def functions(source: Source) -> list[Function]:
    """Every function and method, nested ones too."""
    return [node for node in ast.walk(source.tree) if isinstance(node, Function)]


def name_called(call: ast.Call) -> str:
    """The last part of what is called: `commit` for `self.session.commit()`."""
    if isinstance(call.func, ast.Attribute):
        return call.func.attr
    return call.func.id if isinstance(call.func, ast.Name) else ""


def origins(source: Source) -> Iterator[tuple[ast.expr, str]]:
    """Each name or dotted name that is read, with the full name it has where it was imported from."""
    aliases = _aliases(source.tree)
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Name | ast.Attribute) and isinstance(node.ctx, ast.Load):
            head, *rest = _dotted(node)
            if head in aliases:
                yield node, ".".join([aliases[head], *rest])


def _imports(source: Source, node: ast.AST, function: str | None, typing: bool = False) -> Iterator[Import]:
    if isinstance(node, ast.Import):
        yield from (Import(alias.name, node, function, typing) for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        package = Path(source.path).parent.parts
        above = package[: len(package) - node.level + 1] if node.level else ()
        module = ".".join([*above, *([node.module] if node.module else [])])
        yield from (Import(f"{module}.{alias.name}", node, function, typing) for alias in node.names)
    elif isinstance(node, ast.Call) and name_called(node) in {"import_module", "__import__"}:
        for argument in node.args[:1]:
            if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                yield Import(argument.value, node, function)
    inside = node.name if isinstance(node, Function) else function
    guarded = node.body if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test) else []
    for child in ast.iter_child_nodes(node):
        yield from _imports(source, child, inside, typing or child in guarded)


def _aliases(tree: ast.Module) -> dict[str, str]:
    found: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                name = alias.asname or alias.name.partition(".")[0]
                found[name] = alias.name if alias.asname else name
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.update({alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names})
    return found


def _dotted(node: ast.expr) -> list[str]:
    if isinstance(node, ast.Attribute):
        return [*_dotted(node.value), node.attr]
    return [node.id] if isinstance(node, ast.Name) else [""]


@cache
def _parse(path: str, text: str) -> ast.Module:
    return ast.parse(text, path)
