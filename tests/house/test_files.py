"""How a file may look: its size, its name, its docstrings, and nothing unfinished in it."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from pathlib import PurePosixPath

import pytest

from tests.house.trees import ROOT, Source, functions, report

LINES_OF_A_FILE = {"docctl/web/": 200, "docctl/cli/": 200, "docctl/": 300, "tests/": 400}
"""By the beginning of its path; the first that fits."""
NOT_YET: dict[str, int] = {}
"""Files that are still over the wall. They may become shorter, and then go from this list."""
LINES_OF_A_FUNCTION = 40
NAMES_THAT_SAY_NOTHING = {"utils", "helpers", "common", "misc"}
# Put together here, so that this file does not find itself.
UNFINISHED = re.compile(r"\b(" + "|".join(["TO" + "DO", "FIX" + "ME", "NotImplemented" + "Error"]) + r")\b")


def wall(path: str) -> int:
    return next(lines for place, lines in LINES_OF_A_FILE.items() if path.startswith(place))


def too_long(source: Source) -> list[str]:
    findings = []
    lines, most = len(source.text.splitlines()), NOT_YET.get(source.path, wall(source.path))
    if lines > most:
        findings.append(f"{source.path}:1: {lines} lines; at most {most}")
    for function in functions(source):
        lines = (function.end_lineno or function.lineno) - function.lineno + 1
        if lines > LINES_OF_A_FUNCTION:
            findings.append(
                source.at(function, f"{function.name} has {lines} lines; at most {LINES_OF_A_FUNCTION}")
            )
    return findings


def named_for_nothing(source: Source) -> list[str]:
    parts = {PurePosixPath(part).stem for part in PurePosixPath(source.path).parts}
    return [f"{source.path}:1: name a file for what it does" for _ in parts & NAMES_THAT_SAY_NOTHING]


def unexplained(source: Source) -> list[str]:
    """Modules, and public functions and classes at their top level, without a docstring."""
    findings = []
    # An empty __init__ has nothing to explain.
    if source.text.strip() and not ast.get_docstring(source.tree):
        findings.append(f"{source.path}:1: a module says first what it is for")
    for node in source.tree.body:
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            continue
        if not node.name.startswith("_") and not ast.get_docstring(node):
            findings.append(source.at(node, f"{node.name} has no docstring"))
    return findings


def unfinished(source: Source) -> list[str]:
    """Marks in comments, docstrings and code; a pattern in a plain string may name them."""
    tokens = tokenize.generate_tokens(io.StringIO(source.text).readline)
    return [
        f"{source.path}:{token.start[0]}: unfinished"
        for token in tokens
        if UNFINISHED.search(token.string)
        and (token.type != tokenize.STRING or token.string.startswith('"""'))
    ]


def unfinished_page(source: Source) -> list[str]:
    return [f"{source.path}:1: unfinished"] if UNFINISHED.search(source.text) else []


def pages_and_scripts() -> list[Source]:
    files = [file for kind in ("html", "js", "css") for file in sorted((ROOT / "docctl").rglob(f"*.{kind}"))]
    return [Source(file.relative_to(ROOT).as_posix(), file.read_text("utf-8")) for file in files]


def untyped_rows(source: Source) -> list[str]:
    """A name that stands for anything: a column that is forgotten is then found when the page fails."""
    return [
        source.at(node, "say what a row is: a NamedTuple of its columns")
        for node in source.tree.body
        if isinstance(node, ast.Assign | ast.AnnAssign)
        and isinstance(node.value, ast.Name)
        and node.value.id == "Any"
    ]


def test_no_file_and_no_function_is_too_long() -> None:
    assert report(too_long, "docctl", "tests") == ""


def test_every_file_is_named_for_what_it_does() -> None:
    assert report(named_for_nothing, "docctl", "tests") == ""


def test_everything_public_is_explained() -> None:
    assert report(unexplained, "docctl") == ""


def test_a_row_is_never_just_anything() -> None:
    assert report(untyped_rows, "docctl") == ""


@pytest.mark.parametrize("text", ["Row = Any", "Row: TypeAlias = Any"])
def test_a_planted_row_of_anything_is_found(text: str) -> None:
    assert len(untyped_rows(Source("docctl/queries/x.py", f"from typing import Any\n{text}\n"))) == 1
    assert untyped_rows(Source("docctl/queries/x.py", "Row = dict[str, Any]\nx = 1\n")) == []


def test_nothing_is_left_unfinished() -> None:
    assert report(unfinished, "docctl", "tests") == ""
    assert [finding for source in pages_and_scripts() for finding in unfinished_page(source)] == []


@pytest.mark.parametrize(
    ("path", "most"),
    [("docctl/x.py", 300), ("docctl/web/x.py", 200), ("docctl/cli/kit/x.py", 200), ("tests/x.py", 400)],
)
def test_a_file_of_so_many_lines_is_the_longest(path: str, most: int) -> None:
    assert too_long(Source(path, "x = 1\n" * most)) == []
    assert len(too_long(Source(path, "x = 1\n" * (most + 1)))) == 1


def test_a_file_that_is_short_enough_by_now_is_an_exception_no_more() -> None:
    short = [path for path in NOT_YET if len((ROOT / path).read_text("utf-8").splitlines()) <= wall(path)]
    assert short == [], "take these out of NOT_YET"


@pytest.mark.parametrize("opening", ["def f():\n", "async def f():\n"])
def test_a_function_of_40_lines_is_the_longest(opening: str) -> None:
    assert too_long(Source("docctl/x.py", opening + "    x = 1\n" * 39)) == []
    assert len(too_long(Source("docctl/x.py", opening + "    x = 1\n" * 40))) == 1


@pytest.mark.parametrize(
    "path", ["docctl/utils.py", "docctl/web/helpers/x.py", "tests/common.py", "docctl/misc.py"]
)
def test_a_planted_name_that_says_nothing_is_found(path: str) -> None:
    assert len(named_for_nothing(Source(path, ""))) == 1
    assert named_for_nothing(Source("docctl/render/redline.py", "")) == []


@pytest.mark.parametrize(
    "text",
    [
        "x = 1",
        '"""Module."""\ndef f(): ...',
        '"""Module."""\nasync def f(): ...',
        '"""Module."""\nclass C:\n    x = 1',
    ],
)
def test_a_planted_missing_docstring_is_found(text: str) -> None:
    assert len(unexplained(Source("docctl/x.py", text))) == 1


@pytest.mark.parametrize(
    "text",
    ["", '"""Module."""\ndef _f(): ...', '"""Module."""\nclass C:\n    """C."""\n    def m(self): ...'],
)
def test_private_names_and_methods_may_go_without_a_docstring(text: str) -> None:
    assert unexplained(Source("docctl/x.py", text)) == []


LATER, MEND = "TO" + "DO", "FIX" + "ME"


@pytest.mark.parametrize(
    "text", [f"# {LATER}: later", f"x = 1  # {MEND}", f'"""{LATER}"""', "raise NotImplemented" + "Error"]
)
def test_a_planted_unfinished_mark_is_found(text: str) -> None:
    assert len(unfinished(Source("docctl/x.py", f"x = 1\n{text}\n"))) == 1


@pytest.mark.parametrize("text", ["todo = 1", "x = NotImplemented", f'x = re.search("{LATER}", y)'])
def test_a_word_that_only_looks_unfinished_is_left_alone(text: str) -> None:
    assert unfinished(Source("docctl/x.py", text)) == []


def test_a_planted_unfinished_page_is_found() -> None:
    assert len(unfinished_page(Source("docctl/web/pages/x.html", f"<p>{LATER}</p>"))) == 1
