"""Check, checkpoint and rebuild from the command line."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path

from sqlalchemy import text

from tests.support.sites import PASSWORD, issue, procedure
from tests.support.terminal import Terminal, run


def test_a_sound_site_is_found_in_order(terminal: Terminal) -> None:
    issue(terminal.world, procedure())
    checked = terminal.ok("auditor", "check")
    assert (checked["ok"], checked["findings"]) == (True, [])
    assert checked["events"] > 15
    assert checked["root"]


def test_a_finding_is_told_and_is_the_exit_code(sqlite_terminal: Terminal) -> None:
    issue(sqlite_terminal.world, procedure())
    with sqlite_terminal.world.site.engine.begin() as connection:
        connection.execute(text("DROP TRIGGER person_guard_u"))
    checked = sqlite_terminal("admin", "check")
    assert (checked.code, checked["ok"]) == (1, False)
    assert checked["findings"][0].keys() == {"what", "where", "message", "id", "values", "group"}
    told = sqlite_terminal("admin", "check", human=True)
    assert (told.code, told.err) == (1, "")
    assert "person_guard_u" in told.out


def test_a_database_in_which_nobody_can_be_found_is_a_finding_and_no_riddle(
    sqlite_terminal: Terminal,
) -> None:
    world = sqlite_terminal.world
    world.close()
    for name in ("docctl.db-wal", "docctl.db-shm"):
        (world.site.path / name).unlink(missing_ok=True)
    file = world.site.path / "docctl.db"
    file.write_bytes(b"\x55" * file.stat().st_size)
    told = sqlite_terminal("auditor", "check")
    assert (told.code, told["findings"][0]["what"]) == (1, "database damaged")
    refused = sqlite_terminal("auditor", "trace LX-CX-2019-101")
    assert refused.kind == "tampered"
    assert "docctl check" in refused.message


def test_a_checkpoint_signs_what_a_check_finds(terminal: Terminal) -> None:
    signed = terminal.ok("admin", "ledger checkpoint")
    checked = terminal.ok("admin", "check")
    assert (signed["events"], signed["root"]) == (checked["events"], checked["root"])
    again = terminal.ok("admin", "--op once ledger checkpoint")
    assert again["events"] == signed["events"] + 1
    assert terminal.ok("admin", "--op once ledger checkpoint") == again
    assert terminal("controller", "ledger checkpoint").code == 3


def test_a_check_is_for_those_who_read_everything(sqlite_terminal: Terminal) -> None:
    assert sqlite_terminal("staff", "check").code == 3


def test_a_site_is_made_again_from_its_files(sqlite_terminal: Terminal, tmp_path: Path) -> None:
    world = sqlite_terminal.world
    number = issue(world, procedure())
    shown = sqlite_terminal.ok("auditor", f"document show {number}")
    old, new, again = tmp_path / "old", tmp_path / "new", tmp_path / "again"
    old.mkdir()
    for name in ("library.git", "records", "vault"):
        shutil.copytree(world.site.path / name, old / name)
    shutil.copy(world.site.path / "docctl.toml", old)
    words = ["--json", "rebuild", str(new), "--from", str(old)]
    made = run(*words, env={"DOCCTL_PASSWORD": "a new password"}, clock=world.clock)
    assert made.code == 0, made.out
    assert made["ok"] is True
    assert made["events"] > 15
    assert "password" not in made.data
    reread = run(
        "--site", str(new), "--as", "auditor", "--json", "document", "show", number, clock=world.clock
    )
    assert reread.data == shown
    signed = ("--site", str(new), "--as", "admin", "--json", "ledger", "checkpoint")
    assert run(*signed, env={"DOCCTL_PASSWORD": PASSWORD}, clock=world.clock).code == 3
    assert run(*signed, env={"DOCCTL_PASSWORD": "a new password"}, clock=world.clock).code == 0
    told = run("rebuild", str(again), "--from", str(old), clock=world.clock)
    assert "password: " in told.out
    assert run(*words, clock=world.clock).code == 4
    assert run("--json", "rebuild", str(tmp_path / "x"), "--from", str(tmp_path / "nowhere")).code == 2
    assert run("--json", "rebuild", str(tmp_path / "x"), "--from", str(again / "records")).code == 5


def test_a_rebuilt_site_that_is_not_whole_is_the_exit_code(sqlite_terminal: Terminal, tmp_path: Path) -> None:
    world = sqlite_terminal.world
    issue(world, procedure())
    world.site.library.close()
    [blob] = {line["blob"] for line in sqlite_terminal.ok("auditor", "document list")["documents"]}
    (world.site.path / "library.git" / "objects" / blob[:2] / blob[2:]).unlink()
    words = ["--json", "rebuild", str(tmp_path / "new"), "--from", str(world.site.path)]
    made = run(*words, env={"DOCCTL_PASSWORD": "a new password"}, clock=world.clock)
    assert (made.code, made["ok"]) == (1, False)
    assert made["findings"]


def test_the_trail_of_a_document_is_a_workbook_with_all_its_events(
    sqlite_terminal: Terminal, tmp_path: Path
) -> None:
    number = issue(sqlite_terminal.world, procedure())
    file = tmp_path / "trail.xlsx"
    told = sqlite_terminal.ok("auditor", f"trail {number}")["events"]
    made = sqlite_terminal.ok("auditor", ["trail", number, "--xlsx", str(file)])
    assert (made["lines"], len(told)) == (len(told), 4)
    with zipfile.ZipFile(file) as book:
        texts = book.read("xl/worksheets/sheet1.xml").decode() + str(book.namelist())
        inside = texts + "".join(
            book.read(name).decode() for name in book.namelist() if "haredStrings" in name
        )
    assert "revision.issue" in inside
    assert f"{number} A/0" in inside
    assert sqlite_terminal("staff", ["trail", number, "--xlsx", str(tmp_path / "no.xlsx")]).code == 3
