"""What every test gets: the hypothesis profiles, its place in the order, the fixtures of tests/support. Nothing else."""

from __future__ import annotations

import gc
import os
from pathlib import Path

import pytest
from hypothesis import settings

# No deadline: the processes share the cores, and a slow example is not a wrong one.
settings.register_profile("dev", max_examples=30, deadline=None)
# Derandomised: what passed once passes again on the same code.
settings.register_profile("ci", max_examples=100, deadline=None, derandomize=True, print_blob=True)
settings.load_profile(
    os.environ.get("HYPOTHESIS_PROFILE") or ("ci" if os.environ.get("CI") == "true" else "dev")
)

# Tests kill clients, never the server: a commit that only waits for the disk is the same commit, and half of
# the time of a test on PostgreSQL went into that wait. Inherited by the processes that tests start; benchmarks
# do not come through here, and measure with full durability.
os.environ["PGOPTIONS"] = f"{os.environ.get('PGOPTIONS', '')} -c synchronous_commit=off".strip()

# A PDF takes seconds. The tests of the printed page ask for theirs; all other sites are made without.
os.environ.setdefault("DOCCTL_PDF", "0")

# Commands refuse in the language of the terminal: in tests that is English, whoever runs them.
os.environ["LC_ALL"] = "C.UTF-8"


def pytest_collection_finish() -> None:
    """A fifth of the time of all tests went into looking for garbage among ten thousand tests that are none."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 50)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes long comes first, all else in the order that it has."""
    items.sort(key=lambda item: item.get_closest_marker("long") is None)


pytest_plugins = sorted(
    f"tests.support.{file.stem}" for file in (Path(__file__).parent / "support").glob("*.py")
)
# All at once, before the first is imported: one module of tests/support may import another.
pytest.register_assert_rewrite(*pytest_plugins)
