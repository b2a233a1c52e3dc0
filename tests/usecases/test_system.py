"""How the machine stands: said on a page and by command to who looks after it, from what really happened."""

from __future__ import annotations

import json
import os
import shutil
from collections import namedtuple
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from docctl.door.site import Settings
from docctl.errors import Usage
from docctl.errors.message import Message
from docctl.queries.site import system
from docctl.rules import upkeep
from docctl.rules.upkeep import Job, Run
from docctl.store import runs
from tests.support.pages import app_of, reader, text_of
from tests.support.sites import MONDAY, World
from tests.support.terminal import Terminal

Disk = namedtuple("Disk", "total used free")


def to_do(terminal: Terminal) -> dict[str, str]:
    """By key, what the command says that is to be done."""
    answer = terminal("admin", ["system"])
    assert answer.code == 0
    facts = answer["facts"]
    told = {fact["key"]: fact["to_do"] for fact in facts if fact["to_do"]}
    assert answer["wanting"] == len(told)
    return told


def test_what_an_operator_did_stands_on_the_page_of_the_system_well_or_not(
    sqlite_terminal: Terminal, tmp_path: Path
) -> None:
    world, backups = sqlite_terminal.world, tmp_path / "backups"
    before = to_do(sqlite_terminal)
    assert {f"{job.value}_age_seconds" for job in Job} <= before.keys()
    assert before["drill_age_seconds"] == "not done yet: docctl backup drill"
    assert "version_git" not in before

    for words in (["backup", "make"], ["backup", "verify"], ["backup", "drill"]):
        assert sqlite_terminal("admin", [*words, str(backups)]).code == 0
    assert sqlite_terminal("auditor", ["check"]).code == 0
    after = to_do(sqlite_terminal)
    assert not any(key.endswith("_age_seconds") for key in after)
    page = text_of(reader(world, "admin").get("/system").text)
    assert str(backups) in page
    assert "Last restore for trial" in page

    world.clock.advance(days=2)
    late = to_do(sqlite_terminal)
    assert late["backup_age_seconds"] == "too long ago: docctl backup make"
    assert late["check_age_seconds"] == "too long ago: docctl check"
    assert "drill_age_seconds" not in late

    (piece, *_) = sorted(p for p in (backups / "pieces").rglob("*") if p.is_file())
    piece.chmod(0o600)
    piece.write_bytes(b"other")
    assert sqlite_terminal("admin", ["backup", "verify", str(backups)]).code != 0
    assert "of the backup" in to_do(sqlite_terminal)["verify_age_seconds"]
    chinese = text_of(reader(world, "auditor", "zh").get("/system").text)
    assert "失败" in chinese
    assert reader(world, "auditor").get("/system", **{"as": "xlsx"}).status_code == 200


def test_only_who_checks_the_site_sees_its_machine_and_asking_in_vain_is_no_check(
    sqlite_terminal: Terminal,
) -> None:
    world = sqlite_terminal.world
    for login in ("staff", "controller"):
        assert sqlite_terminal(login, ["system"]).code == 3
        assert reader(world, login).get("/system").status_code == 403
        assert sqlite_terminal(login, ["check"]).code == 3
    assert runs.last(world.site.path, Job.CHECK) is None
    assert "/system" not in reader(world, "staff").get("/inbox").text
    assert "/system" in reader(world, "admin").get("/inbox").text


def test_disk_and_clock_and_what_waits_are_told(
    sqlite_terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = sqlite_terminal.world
    asked = world.clock.now.timestamp()
    os.utime(world.site.path / "checkpoint", (asked, asked))
    assert not {"disk_free_bytes", "clock", "moves_pending"} & to_do(sqlite_terminal).keys()
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Disk(100 * upkeep.GIGABYTE, 0, 4 * upkeep.GIGABYTE))
    assert "make room" in to_do(sqlite_terminal)["disk_free_bytes"]
    later = (world.clock.now + timedelta(hours=1)).timestamp()
    os.utime(world.site.path / "checkpoint", (later, later))
    assert "files are newer" in to_do(sqlite_terminal)["clock"]
    world.clock.advance(days=-2)
    assert "behind the last event" in to_do(sqlite_terminal)["clock"]
    world.site.library.path.joinpath("refs/heads/main").write_text("1" * 40 + "\n", "utf-8")
    assert "diverged" in to_do(sqlite_terminal)["moves_pending"]


def test_figures_are_told_to_who_has_the_token_alone_and_say_nothing_of_people(
    sqlite_world: World, tmp_path: Path
) -> None:
    pages = app_of(sqlite_world.site).test_client(use_cookies=False)
    token = "a long token of Prometheus"
    asked = {"Authorization": f"Bearer {token}"}
    assert pages.get("/metrics", headers=asked).status_code == 404
    object.__setattr__(sqlite_world.site, "settings", replace(sqlite_world.site.settings, metrics=token))
    for other in ("", "Bearer ", f"Bearer {token}x", token, "Bearer ü"):
        assert pages.get("/metrics", headers={"Authorization": other}).status_code == 404
    said = pages.get("/metrics", headers=asked).text
    names = {line.split()[0]: float(line.split()[1]) for line in said.splitlines() if line[0] != "#"}
    assert names["docctl_events"] >= 1
    assert names["docctl_disk_free_bytes"] > 0
    assert names["docctl_wanting"] >= 1
    assert all(name.startswith("docctl_") and name.islower() for name in names)
    short = sqlite_world.site.settings.to_toml().replace(token, "short")
    with pytest.raises(Usage, match="fewer than 16"):
        Settings.from_toml(short, tmp_path / "docctl.toml")


def test_what_a_run_left_is_read_whatever_stands_in_its_file(tmp_path: Path) -> None:
    run = Run(at=MONDAY, ok=False, events=3, about="x", why=Message("{name} is gone", name="y"))
    runs.keep(tmp_path, Job.DRILL, run)
    assert runs.last(tmp_path, Job.DRILL) == run
    file = tmp_path / "runs" / "drill.json"
    whole = json.loads(file.read_text("utf-8"))
    for wrong in ("", "[]", "7", "{}", *(json.dumps({**whole, key: []}) for key in ("at", "events"))):
        file.write_text(wrong, "utf-8")
        assert runs.last(tmp_path, Job.DRILL) is None
    file.write_text(json.dumps({**whole, "at": "2026-01-01T00:00:00", "why": 7}), "utf-8")
    assert runs.last(tmp_path, Job.DRILL) is None
    runs.keep(tmp_path / "file", Job.DRILL, run)
    file.unlink()
    file.parent.rmdir()
    file.parent.write_text("in its place", "utf-8")
    runs.keep(tmp_path, Job.DRILL, run)  # passed over
    assert runs.last(tmp_path, Job.DRILL) is None


@pytest.mark.parametrize(
    ("free", "total", "wants"),
    [
        (upkeep.GIGABYTE, 20 * upkeep.GIGABYTE, False),
        (upkeep.GIGABYTE - 1, 10 * upkeep.GIGABYTE, True),
        (upkeep.GIGABYTE, 20 * upkeep.GIGABYTE + 1, True),
    ],
)
def test_a_twentieth_of_the_disk_and_a_gigabyte_have_to_be_free(free: int, total: int, wants: bool) -> None:
    assert (upkeep.of_disk(free, total) is not None) == wants


@pytest.mark.parametrize("job", list(Job))
def test_each_job_has_its_time_and_a_failure_outlasts_it(job: Job) -> None:
    just, late = MONDAY - upkeep.EVERY[job], MONDAY - upkeep.EVERY[job] - timedelta(seconds=1)
    assert upkeep.of_job(job, Run(at=just, ok=True), MONDAY) is None
    assert "too long ago" in str(upkeep.of_job(job, Run(at=late, ok=True), MONDAY))
    assert "found something" in str(upkeep.of_job(job, Run(at=MONDAY, ok=False), MONDAY))
    assert "not done yet" in str(upkeep.of_job(job, None, MONDAY))


def test_an_address_is_for_phones_and_kept_from_others() -> None:
    assert "before the first copy" in str(upkeep.of_address(""))
    assert "no phone" in str(upkeep.of_address("http://127.0.0.1:8080"))
    assert "not encrypted" in str(upkeep.of_address("http://192.168.1.20:8080"))
    assert upkeep.of_address("https://docs.example.com") is None
    assert system.SYSTEM.on_page
