"""Libraries that only one place may know, so that each can be replaced in one place."""

from __future__ import annotations

from fnmatch import fnmatch

import pytest

from tests.house.trees import Source, imports, report

# Slow or heavy, or with needs of the system: one file each, imported on first use.
ONE_FILE = {
    "git": "docctl/store/git.py",
    "weasyprint": "docctl/render/pdf.py",
    "pikepdf": "docctl/render/stamp.py",
}

WEB = ("docctl/web/*", "docctl/api/*")
# The reading session of a request, and nothing else: tables and migrations are our own (decisions 2 and 3).
FLASK: dict[str, tuple[str, ...]] = {"flask_sqlalchemy": ("docctl/web/kit/database.py",), "flask_migrate": ()}


def out_of_place(source: Source) -> list[str]:
    findings = []
    for found in imports(source):
        library = found.module.partition(".")[0]
        if library in ONE_FILE and source.path != ONE_FILE[library]:
            findings.append(source.at(found.node, f"{library} is imported in {ONE_FILE[library]} only"))
        elif library in ONE_FILE and found.function is None and not found.typing:
            findings.append(source.at(found.node, f"{library} is imported on first use, inside a function"))
        elif library == "flask" or library.startswith("flask_"):
            places = FLASK.get(library, WEB)
            if not any(fnmatch(source.path, place) for place in places):
                findings.append(source.at(found.node, f"{library} is imported in {', '.join(places)} only"))
    return findings


def test_each_library_is_in_its_place() -> None:
    assert report(out_of_place, "docctl") == ""


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("docctl/store/vault.py", "def f():\n    import git"),
        ("docctl/usecases/documents/issuing.py", "from git.repo import Repo"),
        ("docctl/store/git.py", "import git"),
        ("docctl/store/git.py", "if TYPE_CHECKING:\n    x = 1\nelse:\n    import git"),
        ("docctl/render/sheets.py", "import weasyprint"),
        ("docctl/web/copies/register.py", "def f():\n    from weasyprint import HTML"),
        ("docctl/render/pdf.py", "def f():\n    import pikepdf"),
        ("docctl/usecases/documents/issuing.py", "from flask import g"),
        ("docctl/door/site.py", "import flask"),
        ("docctl/cli/__init__.py", "from flask.cli import FlaskGroup"),
        ("docctl/usecases/people/accounts.py", "from flask_sqlalchemy import SQLAlchemy"),
        ("docctl/models/people.py", "from flask_sqlalchemy import SQLAlchemy"),
        ("docctl/web/copies/register.py", "from flask_sqlalchemy import SQLAlchemy"),
        ("docctl/web/app.py", "from flask_migrate import Migrate"),
        ("docctl/models/people.py", "from flask_login import UserMixin"),
    ],
)
def test_a_planted_library_out_of_place_is_found(path: str, text: str) -> None:
    assert len(out_of_place(Source(path, text))) == 1


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("docctl/store/git.py", "def f():\n    from git import Repo"),
        ("docctl/store/git.py", "if TYPE_CHECKING:\n    from git import Repo"),
        ("docctl/render/pdf.py", "def f():\n    import weasyprint"),
        ("docctl/web/copies/register.py", "from flask import Blueprint"),
        ("docctl/web/app.py", "from flask import Flask"),
        ("docctl/usecases/documents/issuing.py", "from docctl.store import git"),
    ],
)
def test_a_library_in_its_place_is_left_alone(path: str, text: str) -> None:
    assert out_of_place(Source(path, text)) == []
