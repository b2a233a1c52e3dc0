"""Check, checkpoint and rebuild from the command line."""

from __future__ import annotations

from sqlalchemy import text

from tests.support.sites import issue, procedure
from tests.support.terminal import Terminal


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
    assert checked["findings"][0].keys() == {"what", "where", "message"}
    told = sqlite_terminal("admin", "check", human=True)
    assert (told.code, told.err) == (1, "")
    assert "person_guard_u" in told.out


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
