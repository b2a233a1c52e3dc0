"""`docctl draft save`: nobody overwrites a colleague's newer draft without having seen it, here as on pages."""

from __future__ import annotations

from pathlib import Path

from tests.support.sites import PROCEDURE
from tests.support.terminal import Terminal, written

NUMBER = "LX-CX-2019-101"


def text(folder: Path, hours: int) -> str:
    said = PROCEDURE.format(number=NUMBER, title="反馈", title_en="Feedback", hours=hours, extra="")
    return written(folder, f"{NUMBER}.md", said)


def registered(terminal: Terminal, folder: Path) -> None:
    """By author; head is an author too from now on, of the same department."""
    terminal.ok("admin", "user change-roles head --grant author")
    terminal.ok("author", ["document", "register", text(folder, 24)])


def test_a_colleagues_newer_draft_is_replaced_only_by_who_says_which_it_is(
    terminal: Terminal, tmp_path: Path
) -> None:
    registered(terminal, tmp_path)
    refused = terminal("head", ["draft", "save", NUMBER, text(tmp_path, 48)])
    assert (refused.code, refused.kind) == (4, "state")
    stored = terminal.ok("head", f"document show {NUMBER}")["under_way"]["content"]
    assert "陈编 (author)" in refused.message
    assert f"--replaces {stored[:12]}" in refused.message
    wrong = terminal("head", ["draft", "save", NUMBER, text(tmp_path, 48), "--replaces", "0" * 64])
    assert (wrong.code, wrong.kind) == (4, "state")
    short = terminal("head", ["draft", "save", NUMBER, text(tmp_path, 48), "--replaces", stored[:11]])
    assert short.code == 4
    saved = terminal.ok("head", ["draft", "save", NUMBER, text(tmp_path, 48), "--replaces", stored[:12]])
    assert saved["content"] != stored
    overtaken = terminal("author", ["draft", "save", NUMBER, text(tmp_path, 24)])
    assert overtaken.code == 4
    assert "何主任 (head)" in overtaken.message


def test_ones_own_draft_and_what_somebody_gave_up_are_saved_without_a_question(
    sqlite_terminal: Terminal, tmp_path: Path
) -> None:
    registered(sqlite_terminal, tmp_path)
    sqlite_terminal.ok("author", ["draft", "save", NUMBER, text(tmp_path, 36)])
    sqlite_terminal.ok("author", f"draft discard {NUMBER}")
    saved = sqlite_terminal.ok("head", ["draft", "save", NUMBER, text(tmp_path, 48)])
    assert saved["status"] == "draft"


def test_a_signature_by_command_line_may_name_the_content_that_it_is_for(
    sqlite_terminal: Terminal, tmp_path: Path
) -> None:
    registered(sqlite_terminal, tmp_path)
    content = sqlite_terminal.ok("author", f"document show {NUMBER}")["under_way"]["content"]
    submit = ["revision", "submit", NUMBER, "--reason", "新程序", "--content"]
    assert sqlite_terminal("author", [*submit, "0" * 64]).kind == "state"
    sqlite_terminal.ok("author", [*submit, content])
    assert sqlite_terminal("rep", ["revision", "sign", NUMBER, "--content", "0" * 64]).kind == "state"
    signed = sqlite_terminal.ok("rep", ["revision", "sign", NUMBER, "--content", content[:16]])
    assert signed["status"] == "approved"
