"""Documents from paper by command, with a PDF where only paper is: the same checks, the same answers."""

from __future__ import annotations

from pathlib import Path

from docctl.rules import incoming
from docctl.standing import find
from tests.support.on_paper import PAPER, book, list_rows, packed
from tests.support.record_files import PDF
from tests.support.sites import World
from tests.support.terminal import Terminal

NUMBER = "LX-CX-2019-401"


def test_one_document_and_a_list_come_in_by_command(sqlite_world: World, tmp_path: Path) -> None:
    terminal = Terminal(sqlite_world)
    (tmp_path / "original.pdf").write_bytes(PDF)
    (tmp_path / "a.md").write_bytes(PAPER.text.data)
    said = ["document", "take-over", str(tmp_path / "original.pdf"), "--number", NUMBER, "--title", "程序"]
    said += ["--level", "procedure", "--department", "administration", "--revision", "Rev.B"]
    said += ["--approver", "前任总经理刘", "--reason", "建站", "--earlier", "A 2010-01-01 2018-12-31"]
    late = terminal("controller", [*said, "--effective", "2026-03-02"])
    assert late.code == 2
    assert "effective" in late.out
    made = terminal.ok("controller", [*said, "--effective", "2019-01-01"])
    assert (made["revision"], made["status"], made["waiting_for"]) == ("Rev.B", "in review", ["head"])
    session = sqlite_world.as_("controller").session
    document = find.document(session, NUMBER)
    files = [one["path"] for one in find.newest_revision(session, document).manifest]
    assert any(path.endswith("/original.pdf") for path in files)

    rows = list_rows(3)
    rows[1][8] = "fehlt.pdf"
    (tmp_path / "bad.xlsx").write_bytes(book(incoming.MASTER_LIST, rows))
    (tmp_path / "good.xlsx").write_bytes(book(incoming.MASTER_LIST, list_rows(3)))
    (tmp_path / "a.zip").write_bytes(packed({"a.md": PAPER.text.data}))
    bad = terminal("controller", f"document import {tmp_path / 'bad.xlsx'} --files {tmp_path} --reason 建站")
    assert bad.code == 2
    assert "row 3" in bad.out.casefold()
    assert "fehlt.pdf" in bad.out
    files_at = tmp_path / "a.zip"
    good = terminal.ok(
        "controller", f"document import {tmp_path / 'good.xlsx'} --files {files_at} --reason 建站"
    )
    assert good["taken_over"] == [row[0] for row in list_rows(3)]
    for number in (NUMBER, *good["taken_over"]):
        terminal.ok("head", f"revision sign {number}")
        issued = terminal.ok("controller", f"revision issue {number}")
        assert issued["effective"] in {"2019-01-01", "2019-05-01"}
