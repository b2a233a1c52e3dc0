"""Which tests are tried on SQLite alone: those about what is the same whatever database is below.

What differs between the databases is SQL: how it sorts, folds letters, waits, guards its rows and reports what
is wrong. Queries, acts, the door, crashes, migrations and the stories of rows are tried on both; pages and
commands only hand values on. On PostgreSQL each page is opened and each act is done once (decision 48).
"""

from __future__ import annotations

from typing import Final

import pytest

_BOTH: Final = {
    "web": {
        "test_database",
        "test_every_page_on_postgres",
        "test_races",
        "test_reports",
        "test_scan_page",
        "test_serving",
        "test_several_processes",
        "test_sign_in",
    },
    "cli": {"test_cli_ledger", "test_cli_site"},
}
"""Folders of pages and commands, with their files that are about what the database does."""

_ONE: Final = {
    "integrity": {"test_altered_files"},
    "stories": {
        "test_limits_bind",
        "test_nobody_to_fill",
        "test_nobody_to_sign",
        "test_scan",
        "test_sealed_traces",
        "test_what_people_write",
        "test_what_texts_name",
        "test_where_it_stands",
    },
}
"""Files about texts, figures, files and sentences in folders whose tests are on both."""


@pytest.hookimpl(tryfirst=True)
def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give such a test a `world` on SQLite."""
    if "world" in metafunc.fixturenames and _on_one(metafunc):
        # As a mark, because a fixture with parameters of its own yields to a mark, and to nothing else.
        metafunc.definition.add_marker(pytest.mark.parametrize("world", ["sqlite"], indirect=True))


def _on_one(metafunc: pytest.Metafunc) -> bool:
    if metafunc.definition.get_closest_marker("one_database"):
        return True
    file = metafunc.definition.path
    folder, name = file.parent.name, file.stem
    return name not in _BOTH[folder] if folder in _BOTH else name in _ONE.get(folder, ())
