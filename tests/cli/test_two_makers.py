"""Two processes make the same site at once: one makes it, the other waits and says what it found."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from docctl.queries.integrity import check_site
from docctl.usecases.site.checkpointing import checkpoint_ledger
from tests.support.sites import PASSWORD, World, issue, procedure


def both(*words: str) -> list[tuple[int, dict[str, Any]]]:
    """The same command in two processes at once; their exit codes and answers, whoever came first first."""
    environ = {"PATH": os.environ["PATH"], "DOCCTL_PASSWORD": PASSWORD, "HOME": os.environ.get("HOME", "/")}
    command = [sys.executable, "-m", "docctl", "--json", *words]
    running = [
        subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    ended = []
    for process in running:
        out, err = process.communicate(timeout=120)
        assert "Traceback" not in err
        ended.append((process.returncode, json.loads(out)))
    return sorted(ended, key=lambda one: one[0])


@pytest.mark.long
def test_of_two_inits_at_once_one_makes_the_site_and_the_other_says_that_it_is_there(tmp_path: Path) -> None:
    folder = tmp_path / "site"
    (made, site), (refused, said) = both("init", str(folder), "--no-pdf")
    assert (made, refused) == (0, 4)
    assert Path(site["site"]) == folder
    assert said["error"]["kind"] == "state"
    assert sorted(path.name for path in tmp_path.iterdir() if not path.name.startswith(".")) == ["site"]


@pytest.mark.long
def test_of_two_rebuilds_at_once_one_makes_the_site_whole_and_the_other_says_that_it_is_there(
    sqlite_world: World, tmp_path: Path
) -> None:
    issue(sqlite_world, procedure())
    checkpoint_ledger(sqlite_world.as_("admin"))
    sqlite_world.close()
    new = tmp_path / "new"
    (made, site), (refused, said) = both("rebuild", str(new), "--from", str(sqlite_world.site.path))
    assert (made, refused) == (0, 4)
    assert (site["ok"], site["findings"]) == (True, [])
    assert said["error"]["kind"] == "state"
    again = World(type(sqlite_world.site).open(new, clock=sqlite_world.clock, environ={}), sqlite_world.clock)
    assert check_site(again.site).findings == ()
    again.close()
