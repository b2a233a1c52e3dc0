"""Evidence from the command line: taken away, verified without a site, refused in a sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.evidence import NUMBER, RECORD, files_of, story
from tests.support.terminal import Terminal, run


@pytest.mark.regulation("P11-10b", "P11-30", "DI-03", "RM-01")
def test_evidence_is_taken_away_and_verified_on_a_machine_without_a_site(
    terminal: Terminal, tmp_path: Path
) -> None:
    story(terminal.world)
    file = tmp_path / "record.zip"
    made = terminal.ok("auditor", ["evidence", "export", "record", RECORD, "--out", str(file)])
    assert (made["file"], made["newer_events"]) == (str(file), 0)
    assert made["events"] > 10
    key = terminal.world.site.settings.public_key
    checked = run("--json", "evidence", "verify", str(file), "--key", key)
    assert (checked.code, checked["ok"]) == (0, True)
    assert [p.name for p in tmp_path.iterdir() if p.name.endswith((".zip", ".partial"))] == ["record.zip"]
    file.write_bytes(file.read_bytes().replace("某厂".encode(), "他厂".encode()))
    broken = run("--json", "evidence", "verify", str(file))
    assert (broken.code, broken["ok"]) == (1, False)
    assert run("--json", "evidence", "verify", str(tmp_path / "none.zip")).code == 2


def test_the_verifier_alone_is_the_one_that_the_file_holds(sqlite_terminal: Terminal, tmp_path: Path) -> None:
    story(sqlite_terminal.world)
    file, alone = tmp_path / "document.zip", tmp_path / "verify.py"
    sqlite_terminal.ok("controller", ["evidence", "export", "document", NUMBER, "--out", str(file)])
    assert run("evidence", "verifier", "--out", str(alone)).code == 0
    assert alone.read_bytes() == files_of(file)["verify.py"]


@pytest.mark.regulation("P11-10e3")
def test_a_period_is_asked_for_by_its_days(sqlite_terminal: Terminal, tmp_path: Path) -> None:
    story(sqlite_terminal.world)
    file = tmp_path / "period.zip"
    words = ["evidence", "export", "period", "--from", "2026-03-02", "--to", "2026-03-02", "--out", str(file)]
    whole = sqlite_terminal.ok("auditor", words)
    assert (whole["events"], file.is_file()) == (whole["checkpoint"], True)
    refused = sqlite_terminal("auditor", "evidence export period --from 2026-03-02")
    assert (refused.kind, "to: say the day" in refused.message) == ("content", True)
    nowhere = ["evidence", "export", "record", RECORD, "--out", str(tmp_path / "no" / "x.zip")]
    assert "there is no folder" in sqlite_terminal("auditor", nowhere).message
    assert sqlite_terminal("staff", ["evidence", "export", "record", RECORD]).kind == "forbidden"
