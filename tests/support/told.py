"""Every sentence that the program tells from below its pages: where it is made, its template and its values.

Read from the source, so that a refusal that no test provokes is found as well.
"""

from __future__ import annotations

import ast
import string
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import docctl
from docctl import errors
from docctl.ledger.finding import What
from docctl.rules.actions import Action

HOME = Path(docctl.__file__).parent
KINDS = frozenset(
    name
    for name, kind in vars(errors).items()
    if isinstance(kind, type) and issubclass(kind, errors.DocctlError)
) | {"PrinterMissing", "SheetChanged"}
MADE_BEFORE = frozenset({"SheetChanged"})
"""Errors that bring their own sentence."""
WORDS: dict[str, int] = {"See": 1, "Joined": 1, "say": 0, "Condition": 0}
"""Calls that hold a message id without values, and in which argument."""


@dataclass(frozen=True)
class Told:
    """`values` are the names that are given; None where they come as a mapping."""

    place: str
    template: str | None
    values: frozenset[str] | None

    @property
    def names(self) -> frozenset[str]:
        """The blanks of the template."""
        return blanks(self.template or "")


def blanks(template: str) -> frozenset[str]:
    """The names in braces."""
    return frozenset(name for _, name, _, _ in string.Formatter().parse(template) if name is not None)


def told() -> Iterator[Told]:
    """Each message and each refusal with a sentence of its own; `template` is None where it is no literal."""
    for file in _files():
        yield from told_in(str(file.relative_to(HOME)), file.read_text("utf-8"))


def told_in(path: str, text: str) -> Iterator[Told]:
    """The same of one file."""
    for place, call, name in _calls(path, text):
        if name not in KINDS | {"Message"} or not call.args:
            continue
        first = call.args[0]
        if name != "Message" and not isinstance(first, ast.Constant | ast.JoinedStr | ast.BinOp):
            continue  # a message that was made before, or a mapping of them
        given = [keyword.arg for keyword in call.keywords if keyword.arg != "seconds" or name != "Throttled"]
        if name == "Throttled":
            given += [k for k in ("seconds",) if "{seconds}" in str(getattr(first, "value", ""))]
        values = None if None in given else frozenset(str(one) for one in given)
        template = str(first.value) if isinstance(first, ast.Constant) else None
        yield Told(place, template, values)


def words() -> Iterator[tuple[str, str]]:
    """Message ids without values: pages to look at, what joins words, conditions of rights, acts."""
    for file in _files():
        for place, call, name in _calls(str(file.relative_to(HOME)), file.read_text("utf-8")):
            at = WORDS.get(name)
            if at is not None and len(call.args) > at:
                asked = call.args[at]
                for found in (asked.body, asked.orelse) if isinstance(asked, ast.IfExp) else (asked,):
                    if isinstance(found, ast.Constant) and isinstance(found.value, str):
                        yield place, found.value
    for action in Action:
        yield f"Action {action.value}", action.words
    for what in What:
        yield f"What {what.name}", what.value


def _files() -> Iterator[Path]:
    """What runs in an installation; `start` runs before any library is there, and is read on a terminal."""
    yield from (file for file in sorted(HOME.rglob("*.py")) if "start" not in file.relative_to(HOME).parts)


def _calls(path: str, text: str) -> Iterator[tuple[str, ast.Call, str]]:
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call):
            func = node.func
            name = func.id if isinstance(func, ast.Name) else getattr(func, "attr", "")
            yield f"{path}:{node.lineno}", node, name
