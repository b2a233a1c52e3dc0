"""What every measurement gets: sites as the tests make them, and a line for its figure."""

from __future__ import annotations

from collections.abc import Callable

import pytest

pytest_plugins = ["tests.support.postgres", "tests.support.sites", "tests.support.paper"]

_LINES = pytest.StashKey[list[str]]()


@pytest.fixture
def figure(request: pytest.FixtureRequest) -> Callable[[str, str, str], None]:
    """`figure(name, what was measured, the goal)`: printed at once, and again at the end of the run."""
    lines = request.config.stash.setdefault(_LINES, [])

    def tell(name: str, measured: str, goal: str = "") -> None:
        lines.append(f"{name}: {measured}{f' (goal {goal})' if goal else ''}")
        request.config.get_terminal_writer().line(f"\n{lines[-1]}")

    return tell


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """All figures together, whatever was printed between them."""
    for line in config.stash.get(_LINES, []):
        terminalreporter.write_line(line)
