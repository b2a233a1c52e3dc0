"""Who may import whom: downwards only."""

from __future__ import annotations

import sys

import pytest

from tests.house.trees import Import, Source, imports, report, sources

GROUND = {"errors", "rules"}
"""Who makes sentences for people; everybody else has them as data."""
FLOOR = {"models", "ledger", "store", "render"}
BELOW = GROUND | FLOOR | {"door", "standing"}
ACTS = {"usecases", "queries"}

# The first part of a module's name below docctl -> the first parts that it may import.
ALLOWED: dict[str, set[str]] = {
    "__init__": set(),
    "__main__": {"start"},
    "start": {"start"},
    "errors": {"errors"},
    "language": GROUND | {"language"},
    "rules": {"errors", "rules"},
    **{part: GROUND | {part} for part in FLOOR},
    "door": GROUND | FLOOR | {"door"},
    "standing": BELOW,
    **{part: BELOW | {part} for part in ACTS},
    **{part: BELOW | ACTS | {part, "language"} for part in ("web", "api")},
    "cli": BELOW | ACTS | {"cli", "web", "language"},
}

# Who stands on whom inside the door, lowest first; files of one floor do not know each other.
DOOR = [
    {"aside", "memory", "settings", "spilled"},
    {"site"},
    {"requests", "derived", "extending", "steady"},
    {"turn"},
    {"event"},
    {"outbox", "seconding", "delegates"},
    {"act", "refusals", "checkpoints", "upkeep"},
    {"writing"},
    {"transaction"},
    {"context", "factors"},
    {"accounts", "retries"},
]
THE_APP = "docctl.web.app"


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
        elif part == "cli" and other == "web" and not _serves(found):
            findings.append(source.at(found.node, "cli imports web.app alone, inside `serve`"))
    return findings


def _serves(found: Import) -> bool:
    return found.function == "serve" and found.module.startswith(THE_APP)


def through_the_wall(source: Source) -> list[str]:
    """Pages of one noun know the kit and their own; the kit knows no page; commands know their kit."""
    top, *inner = source.path.removeprefix("docctl/").removesuffix(".py").split("/")
    if top not in {"web", "cli"} or inner[-1] in {"app", "__init__"}:
        return []
    own = {"kit"} if len(inner) == 1 else {"kit", inner[0]}
    if inner[0] == "kit":
        own = {"kit"}
    findings = []
    for found in imports(source):
        parts = found.module.split(".")
        if parts[:2] == ["docctl", top] and len(parts) > 2 and parts[2] not in own:
            findings.append(source.at(found.node, f"{'/'.join(inner)} must not import {top}.{parts[2]}"))
    return findings


def up_the_stairs(source: Source) -> list[str]:
    """What a file of the door may know of the door: the floors below its own, and itself."""
    if not source.path.startswith("docctl/door/") or source.path.endswith("__init__.py"):
        return []
    name = source.path.removeprefix("docctl/door/").removesuffix(".py")
    floor = next((n for n, files in enumerate(DOOR) if name in files), None)
    if floor is None:
        return [f"{source.path}:1: `{name}` has no floor in the order of the door"]
    below = {file for files in DOOR[:floor] for file in files}
    others = [(f, f.module.split(".")) for f in imports(source)]
    return [
        source.at(found.node, f"door/{name} must not import door/{parts[2]}")
        for found, parts in others
        if parts[:2] == ["docctl", "door"] and len(parts) > 2 and parts[2] not in below
    ]


def impurities(source: Source) -> list[str]:
    """What rules may not know: anything but the standard library, errors and their messages, and other rules."""
    pure = ("docctl.errors", "docctl.rules")
    return [
        source.at(found.node, f"rules must not import {found.module}")
        for found in imports(source)
        if found.module.partition(".")[0] not in sys.stdlib_module_names and not found.module.startswith(pure)
    ]


def test_modules_import_downwards_only() -> None:
    assert report(wrong_directions, "docctl") == ""


def test_pages_and_commands_of_one_noun_do_not_know_those_of_another() -> None:
    assert report(through_the_wall, "docctl") == ""


def test_the_door_stands_on_its_own_lower_floors_only() -> None:
    assert report(up_the_stairs, "docctl") == ""


def test_rules_import_the_standard_library_and_errors_only() -> None:
    assert report(impurities, "docctl/rules") == ""


def test_the_files_under_test_are_found() -> None:
    assert "docctl/errors/__init__.py" in {source.path for source in sources("docctl")}


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("docctl/rules/copies.py", "from docctl.models import copies"),
        ("docctl/rules/copies.py", "def f():\n    import docctl.door.site"),
        ("docctl/models/copies.py", "from docctl import store"),
        ("docctl/ledger/replay.py", "from docctl.models.people import Person"),
        ("docctl/store/git.py", "from ..render import pdf"),
        ("docctl/door/site.py", "from docctl.usecases import issuing"),
        ("docctl/usecases/documents/issuing.py", "import docctl.queries.copies"),
        ("docctl/queries/copies/register.py", "from docctl.usecases.issuing import issue_revision"),
        ("docctl/web/copies/register.py", "from docctl.cli import main"),
        ("docctl/api/copies.py", "import importlib\nimportlib.import_module('docctl.web.copies.register')"),
        ("docctl/cli/copies.py", "from docctl.web.app import create_app"),
        ("docctl/cli/kit/serving.py", "def other():\n    from docctl.web.app import create_app"),
        ("docctl/start/checkout.py", "from docctl import errors"),
        ("docctl/errors/__init__.py", "from docctl.rules import actions"),
        ("docctl/errors/message.py", "from docctl.language import catalogues"),
        ("docctl/usecases/documents/issuing.py", "from docctl.language.catalogues import reader"),
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
        (
            "docctl/usecases/documents/issuing.py",
            "from docctl.standing import find\nfrom docctl.door.context import Context",
        ),
        ("docctl/cli/kit/serving.py", "def serve():\n    from docctl.web.app import create_app"),
        ("docctl/web/app.py", "from docctl.web import copies"),
        ("docctl/door/transaction.py", "from docctl.ledger import journal"),
    ],
)
def test_a_right_direction_is_left_alone(path: str, text: str) -> None:
    assert wrong_directions(Source(path, text)) == []


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("docctl/web/copies/register.py", "from docctl.web.records import step_form"),
        ("docctl/web/copies/register.py", "from docctl.web.app import create_app"),
        ("docctl/web/kit/guard.py", "def f():\n    from docctl.web.people import sign_in"),
        ("docctl/cli/copies.py", "from docctl.cli import documents"),
        ("docctl/cli/kit/tree.py", "from docctl.cli.copies import copy"),
    ],
)
def test_a_planted_way_through_the_wall_is_found(path: str, text: str) -> None:
    assert len(through_the_wall(Source(path, text))) == 1
    assert (
        through_the_wall(Source(path, "from docctl.web.kit import here\nfrom docctl.cli.kit import caller"))
        == []
    )


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("docctl/door/site.py", "from docctl.door.context import Context"),
        ("docctl/door/act.py", "if TYPE_CHECKING:\n    from docctl.door.context import Context"),
        ("docctl/door/refusals.py", "from docctl.door.act import Act"),
        ("docctl/door/window.py", ""),
    ],
)
def test_a_planted_step_up_the_stairs_of_the_door_is_found(path: str, text: str) -> None:
    assert len(up_the_stairs(Source(path, text))) == 1


@pytest.mark.parametrize("text", ["import sqlalchemy", "from docctl.models import find", "import docctl"])
def test_a_planted_impurity_in_the_rules_is_found(text: str) -> None:
    assert len(impurities(Source("docctl/rules/copies.py", text))) == 1
