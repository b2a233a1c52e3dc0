"""`docctl factor …`, and how a command asks for a code."""

from __future__ import annotations

import pytest

from tests.support.phones import PAPER, with_phone
from tests.support.terminal import Terminal, run

ACT = "ledger checkpoint"


def env(terminal: Terminal, code: str) -> dict[str, str | None]:
    return {**terminal.world.environ, "DOCCTL_PASSWORD": "correct horse", "DOCCTL_CODE": code}


def with_code(terminal: Terminal, login: str, words: str, code: str) -> int:
    site = ("--site", str(terminal.world.site.path), "--json", "--as", login)
    return run(*site, *words.split(), env=env(terminal, code), clock=terminal.world.clock).code


def test_a_command_that_changes_something_takes_a_code_each(terminal: Terminal) -> None:
    phone = with_phone(terminal.world, "admin")
    refused = terminal("admin", ACT)
    assert (refused.code, refused.kind) == (3, "password")
    assert "DOCCTL_CODE" in refused.message
    assert with_code(terminal, "admin", ACT, "000000") == 3
    code = phone.next()
    assert with_code(terminal, "admin", ACT, code) == 0
    assert with_code(terminal, "admin", ACT, code) == 3
    assert terminal.ok("admin", "user list")["users"], "reading takes none"


def test_a_code_is_asked_for_at_a_terminal(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    phone = with_phone(terminal.world, "admin")
    monkeypatch.setattr("docctl.cli.kit.asked.sits_there", lambda: True)
    monkeypatch.setattr("click.prompt", lambda *_, **__: phone.next())
    assert terminal("admin", ACT).code == 0


def test_one_is_turned_off_with_a_code_and_taken_away_by_an_admin(terminal: Terminal) -> None:
    with_phone(terminal.world, "staff")
    assert terminal("staff", "factor drop").code == 2
    assert with_code(terminal, "staff", "factor drop", "000000") == 2
    assert with_code(terminal, "staff", "factor drop", PAPER[0]) == 0
    with_phone(terminal.world, "staff")
    assert terminal("controller", "factor reset staff --reason x").code == 3
    assert terminal.ok("admin", "factor reset staff --reason x")["login"] == "staff"
    assert terminal("admin", "factor reset staff --reason x").code == 4


def test_an_admin_who_lost_the_phone_is_helped_by_whoever_has_the_files(terminal: Terminal) -> None:
    with_phone(terminal.world, "admin")
    site = ("--site", str(terminal.world.site.path), "--json")
    given = {**terminal.world.environ}
    words = ("factor", "reset", "admin", "--reason", "手机丢失", "--operator")
    assert run(*site, *words, env=given, clock=terminal.world.clock).code == 0
    assert terminal("admin", ACT).code == 0
