"""The verifier in the file and one that was written from the documentation alone find the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from docctl.rules.evidence import Kind
from tests.integrity.agreement import SUBJECTS, disagreements
from tests.support.evidence import files_of, listed, second_verdict, story, taken, verdict, written
from tests.support.old_sites import OldSite
from tests.support.sites import PASSWORD, World


@pytest.mark.long
def test_both_verifiers_agree_on_whole_and_on_damaged_files(sqlite_world: World, tmp_path: Path) -> None:
    story(sqlite_world)
    wrong, ends = disagreements(sqlite_world, tmp_path, many=len(SUBJECTS) + 70, bad=70, seed=22)
    assert wrong == []
    assert ends["whole: 0"] == len(SUBJECTS)
    assert ends["damaged: 1"] > 30
    assert ends["damaged, signed anew: 1"] > 5


def test_a_file_is_told_in_the_same_way_by_both_where_its_own_site_changed_a_fact(
    world: World, tmp_path: Path
) -> None:
    story(world)
    files = files_of(taken(world, Kind.RECORD, tmp_path))
    files["index.html"] = files["index.html"].replace("某厂".encode(), "他厂".encode())
    other = tmp_path / "other.zip"
    other.write_bytes(written(listed(files, world.site.key)))
    first, second = verdict(other, tmp_path / "verify.py"), second_verdict(other)
    assert (first.code, second.code) == (1, 1)
    assert "index.html" in first.broken
    assert "index.html" in second.broken


def test_of_a_site_that_an_earlier_docctl_made_both_find_it_whole(
    old_sqlite_site: OldSite, tmp_path: Path
) -> None:
    """Its older events tell of rows in the form of then, and one event after the upgrade is earlier than its own."""
    site = old_sqlite_site
    assert site.ask("", "site", "upgrade", "--apply").code == 0
    for login in ("admin", "controller"):
        assert site.ask(login, "user", "password", login, new_password=PASSWORD).code == 0
    hand_out = ("controller", "copy", "issue", "LX-CX-2019-101", "--holder", "sales")
    assert site.ask(*hand_out).code == 0
    site.clock.advance(days=-1)
    assert site.ask("admin", "site", "set-clock", "--reason", "时钟曾快一天").code == 0
    assert site.ask(*hand_out).code == 0
    assert site.ask("admin", "ledger", "checkpoint").code == 0
    subjects = (("document", "LX-CX-2019-101"), ("copy", "LX-CX-2019-101#001"), ("person", "admin"))
    for kind, name in subjects:
        file = tmp_path / f"{kind}.zip"
        done = site.ask("auditor", "evidence", "export", kind, name, "--out", str(file))
        assert done.code == 0, done.out
        first, second = verdict(file, tmp_path / "verify.py"), second_verdict(file)
        assert (first.code, second.code) == (0, 0), (kind, first.broken, second.broken)
