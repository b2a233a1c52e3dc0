"""Pages are tested on SQLite; on PostgreSQL each is opened once, by test_every_page_on_postgres.

What they ask the database has tests of its own on both, where the query stands (tests/queries, tests/stories).
"""

from __future__ import annotations

import pytest

BOTH = frozenset(
    {
        "test_database",
        "test_every_page_on_postgres",
        "test_found_by_number",
        "test_ledger_pages",
        "test_races",
        "test_reports",
        "test_scan_page",
        "test_serving",
        "test_several_processes",
        "test_sign_in",
        "test_tampered_pages",
    }
)
"""Files whose tests are about what the database does: searching, sorting, waiting for another, damage."""


@pytest.hookimpl(tryfirst=True)
def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """`world` is on one database, unless the file is one of BOTH."""
    if "world" in metafunc.fixturenames and metafunc.module.__name__.rpartition(".")[2] not in BOTH:
        # As a mark, because a fixture with parameters of its own yields to a mark, and to nothing else.
        metafunc.definition.add_marker(pytest.mark.parametrize("world", ["sqlite"], indirect=True))
