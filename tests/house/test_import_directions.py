"""Who may import whom: downwards only."""

from __future__ import annotations

import sys

import pytest

from tests.house.trees import Source, imports, report, sources

GROUND = {"errors", "rules"}
FLOOR = {"models", "ledger", "store", "render"}
MIDDLE = {
    "accounts",
    "act",
    "checkpoints",
    "context",
    "executed",
    "outbox",
    "pinned",
    "prints",
    "refusals",
    "retries",
    "site",
    "transaction",
    "typeset",
    "typeset_form",
}
ACTS = {"usecases", "queries"}

# The first part of a module's name below docctl -> the first parts that it may import.
ALLOWED: dict[str, set[str]] = {
    "__init__": set(),
    "__main__": {"bootstrap"},
    "bootstrap": {"machine"},
    "machine": set(),
    "errors": set(),
    "rules": {"errors", "rules"},
    **{part: GROUND | {part} for part in FLOOR},
    **dict.fromkeys(MIDDLE, GROUND | FLOOR | MIDDLE),
    **{part: GROUND | FLOOR | MIDDLE | {part} for part in ACTS},
    **{part: GROUND | FLOOR | MIDDLE | ACTS | {part} for part in ("web", "api")},
    "cli": GROUND | FLOOR | MIDDLE | ACTS | {"cli", "app"},
    "app": GROUND | FLOOR | MIDDLE | ACTS | {"app", "web", "api"},
}


def wrong_directions(source: Source) -> list[str]:
    part = source.path.removeprefix("docctl/").partition("/")[0].removesuffix(".py")
    if part not in ALLOWED:
        return [f"{source.path}:1: `{part}` has no row in the table of import directions"]
    findings = []
    for found in imports(source):
        root, _, below = found.module.partition(".")
        other = below.partition(".")[0]
        if root == "docctl" and other not in ALLOWED[part] | {""}:
            findings.append(source.at(found.node, f"{part} must not import {other}"))
        if part == "cli" and other == "app" and root == "docctl" and found.function != "serve":
            findings.append(source.at(found.node, "cli imports app inside `serve` only"))
    return findings


def impurities(source: Source) -> list[str]:
    """What rules may not know: anything but the standard library, errors, and other rules."""
    pure = ("docctl.errors", "docctl.rules")
    return [
        source.at(found.node, f"rules must not import {found.module}")
        for found in imports(source)
        if found.module.partition(".")[0] not in sys.stdlib_module_names and not found.module.startswith(pure)
    ]


def test_modules_import_downwards_only() -> None:
    assert report(wrong_directions, "docctl") == ""


def test_rules_import_the_standard_library_and_errors_only() -> None:
    assert report(impurities, "docctl/rules") == ""


def test_the_files_under_test_are_found() -> None:
    assert "docctl/errors.py" in {source.path for source in sources("docctl")}


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("docctl/rules/copies.py", "from docctl.models import copies"),
        ("docctl/rules/copies.py", "def f():\n    import docctl.site"),
        ("docctl/models/copies.py", "from docctl import store"),
        ("docctl/ledger/replay.py", "from docctl.models.people import Person"),
        ("docctl/store/git.py", "from ..render import pdf"),
        ("docctl/site.py", "from docctl.usecases import issuing"),
        ("docctl/usecases/issuing.py", "import docctl.queries.copies"),
        ("docctl/queries/copies.py", "from docctl.usecases.issuing import issue_revision"),
        ("docctl/web/copies.py", "from docctl.cli import main"),
        ("docctl/web/copies.py", "from docctl.app import create_app"),
        ("docctl/api/copies.py", "import importlib\nimportlib.import_module('docctl.web.copies')"),
        ("docctl/cli/copies.py", "from docctl.app import create_app"),
        ("docctl/cli/serving.py", "def other():\n    from docctl.app import create_app"),
        ("docctl/bootstrap.py", "from docctl import errors"),
        ("docctl/errors.py", "from docctl.rules import actions"),
        ("docctl/anything.py", ""),
    ],
)
def test_a_planted_wrong_direction_is_found(path: str, text: str) -> None:
    assert len(wrong_directions(Source(path, text))) == 1


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("docctl/rules/copies.py", "from docctl.rules.actions import Action\nfrom docctl import errors"),
        ("docctl/store/git.py", "from . import vault"),
        ("docctl/usecases/issuing.py", "from docctl.models import find\nfrom docctl.context import Context"),
        ("docctl/cli/serving.py", "def serve():\n    from docctl.app import create_app"),
        ("docctl/app.py", "from docctl.web import copies"),
        ("docctl/transaction.py", "from docctl.ledger import journal"),
    ],
)
def test_a_right_direction_is_left_alone(path: str, text: str) -> None:
    assert wrong_directions(Source(path, text)) == []


@pytest.mark.parametrize("text", ["import sqlalchemy", "from docctl.models import find", "import docctl"])
def test_a_planted_impurity_in_the_rules_is_found(text: str) -> None:
    assert len(impurities(Source("docctl/rules/copies.py", text))) == 1
