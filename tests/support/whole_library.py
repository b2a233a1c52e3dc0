"""The demonstration company with the whole library in force: made once in a run, copied for each module that asks.

Loading signs, issues and hands out every document of it, which takes half a minute and more.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import pytest

from docctl.usecases.demonstration import starter
from docctl.usecases.site import founding
from tests.support.sites import PASSWORD, Clock

LOADED: Final = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def whole_library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Its site's folder, to be copied and never opened. The workers of a run share one: the first makes it."""
    here = tmp_path_factory.getbasetemp()
    # Of a worker the folder above is that of the run; of a run without workers that of all runs.
    shared = (here.parent if os.environ.get("PYTEST_XDIST_WORKER") else here) / "whole-library"
    shared.mkdir(exist_ok=True)
    with (shared / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (shared / "made").exists():
            shutil.rmtree(shared / "site", ignore_errors=True)  # what a worker left that was stopped
            _make(shared / "site")
            (shared / "made").touch()
    return shared / "site"


def _make(folder: Path) -> None:
    library = starter.read_starter(starter.library_folder()).whole
    founded = founding.init_site(folder, departments=library.departments, clock=Clock(LOADED), environ={})
    starter.load_starter(founded.site, library, system_user="tester", password=PASSWORD)
    founded.site.close()
