"""Documents, drafts and revisions from the command line: what each command prints, and each refusal."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tests.support.sites import PROCEDURE, World, issue, procedure
from tests.support.terminal import Terminal, written

NUMBER = "LX-CX-2019-101"
KEYS = {"number", "revision", "status", "blob", "waiting_for"}


def text(*, hours: int = 24, extra: str = "") -> str:
    return PROCEDURE.format(
        number=NUMBER, title="质量反馈控制程序", title_en="Feedback", hours=hours, extra=extra
    )


def register(terminal: Terminal, folder: Path) -> str:
    file = written(folder, f"{NUMBER}.md", text())
    terminal.ok("author", ["document", "register", file])
    return file


CARD = {
    "trial": None,
    "class": "system",
    "class_title": "体系文件",
    "class_title_en": "System",
    "keeper": "administration",
    "controlled": True,
}


def test_a_document_goes_from_its_file_to_being_in_force(terminal: Terminal, tmp_path: Path) -> None:
    file = written(tmp_path, f"{NUMBER}.md", text())
    registered = terminal.ok("author", ["document", "register", file, "--revision", "B/1"])
    assert (registered["number"], registered["revision"], registered["status"]) == (NUMBER, "B/1", "draft")
    saved = terminal.ok("author", ["draft", "save", NUMBER, file, "--revision", "A/0"])
    assert (saved["number"], saved["revision"], saved["status"]) == (NUMBER, "A/0", "draft")
    submitted = terminal.ok("author", ["revision", "submit", NUMBER, "--reason", "首次发布"])
    assert submitted.keys() >= KEYS
    assert (submitted["status"], submitted["waiting_for"]) == ("in review", ["rep"])
    assert submitted["blob"] == procedure_blob(terminal.world, file)
    signed = terminal.ok("rep", ["revision", "sign", NUMBER, "--comment", "同意"])
    assert (signed["status"], signed["meaning"], signed["waiting_for"]) == ("approved", "approve", [])
    issued = terminal.ok("controller", f"revision issue {NUMBER} --effective 2026-03-09")
    assert issued["pdf_sha256"] is None
    assert (issued["status"], issued["effective"]) == ("issued", "2026-03-09")
    assert (issued["blob"], issued["recalled"]) == (submitted["blob"], [])
    assert len(issued["commit"]) == 40
    terminal.world.clock.go_to(date(2026, 3, 9))
    shown = terminal.ok("staff", f"document show {NUMBER}")
    assert shown == {
        "number": NUMBER,
        "title": "质量反馈控制程序",
        "title_en": "Feedback",
        "revision": "A/0",
        "status": "effective",
        "effective": "2026-03-09",
        "blob": submitted["blob"],
        "level": "procedure",
        "department": "administration",
        **CARD,
        "head": {"references": ["LX-SH-2019", "GB/T 19001-2016"]},
        "next": None,
        "under_way": None,
    }
    assert terminal.ok("staff", "document list")["documents"] == [
        {name: value for name, value in shown.items() if name != "next"}
    ]


def procedure_blob(world: World, file: str) -> str:
    from docctl.store.library import blob_id

    return blob_id(Path(file).read_bytes())


def test_the_past_can_be_asked_for(terminal: Terminal) -> None:
    issue(terminal.world, procedure())
    terminal.world.clock.advance(days=7)
    issue(terminal.world, procedure(hours=12), save=True)
    assert terminal.ok("staff", f"document show {NUMBER}")["revision"] == "A/1"
    assert terminal.ok("staff", f"document show {NUMBER} --on 2026-03-03")["revision"] == "A/0"
    before = terminal("staff", f"document show {NUMBER} --on 2026-03-01")
    assert (before.code, before.kind) == (5, "not-found")
    assert terminal.ok("staff", "document list --on 2026-03-01") == {"documents": []}
    [line] = terminal.ok("staff", "document list --on 2026-03-03")["documents"]
    assert (line["revision"], line["status"]) == ("A/0", "effective")


@pytest.mark.regulation("Q9-09")
@pytest.mark.rule("DC-67")
def test_two_revisions_are_compared(terminal: Terminal) -> None:
    issue(terminal.world, procedure())
    issue(terminal.world, procedure(hours=12), save=True)
    compared = terminal.ok("staff", f"revision diff {NUMBER} A/0 A/1")
    assert compared["changes"] == 1
    assert "<del>24</del><ins>12</ins>" in compared["html"]
    assert terminal("staff", f"revision diff {NUMBER} A/0 A/1", human=True).out.startswith("<section")
    assert terminal("staff", f"revision diff {NUMBER} A/0 C/7").code == 5
    assert terminal("staff", f"revision diff {NUMBER} A/0 wrong-label").code == 2


def test_the_copies_that_an_issue_recalls_are_named(terminal: Terminal) -> None:
    issue(terminal.world, procedure())
    copies = terminal.ok("controller", f"copy issue {NUMBER} --holder staff --holder quality")["copies"]
    issue_again(terminal, "2026-03-16")
    recalled = terminal.ok("controller", "copy list")["copies"]
    assert [line["recalled_from"] for line in recalled] == ["2026-03-16", "2026-03-16"]
    assert [line["copy"] for line in copies] == [line["copy"] for line in recalled]


def issue_again(terminal: Terminal, effective: str) -> None:
    from docctl.usecases.documents import approving, drafting

    world = terminal.world
    drafting.save_draft(world.as_("author"), NUMBER, lambda: procedure(hours=12))
    drafting.submit_revision(world.as_("author"), NUMBER, reason="x")
    approving.sign_revision(world.as_("rep"), NUMBER)
    issued = terminal.ok("controller", f"revision issue {NUMBER} --effective {effective}")
    assert issued["recalled"] == [
        {"copy": f"{NUMBER}#001", "from": effective},
        {"copy": f"{NUMBER}#002", "from": effective},
    ]
    shown = terminal.ok("staff", f"document show {NUMBER}")
    assert shown["next"] == {
        "revision": "A/1",
        "status": "issued",
        "effective": effective,
        "waiting_for": [],
    }


def test_what_is_sent_back_taken_back_and_given_up(terminal: Terminal, tmp_path: Path) -> None:
    file = register(terminal, tmp_path)
    terminal.ok("author", f"revision submit {NUMBER} --reason x")
    rejected = terminal.ok("rep", f"revision reject {NUMBER} --reason unclear")
    assert rejected.keys() >= KEYS | {"meaning"}
    assert (rejected["status"], rejected["meaning"], rejected["waiting_for"]) == ("draft", "reject", [])
    terminal.ok("author", f"revision submit {NUMBER} --reason x")
    retracted = terminal.ok("author", f"revision retract {NUMBER} --reason mistake")
    assert (retracted["status"], retracted["meaning"]) == ("draft", "retract")
    assert terminal.ok("author", f"draft discard {NUMBER}")["status"] == "discarded"
    assert terminal.ok("author", ["draft", "save", NUMBER, file])["status"] == "draft"
    terminal.ok("author", f"revision submit {NUMBER} --reason x")
    terminal.ok("rep", f"revision sign {NUMBER}")
    terminal.ok("controller", f"revision issue {NUMBER} --effective 2026-04-01")
    cancelled = terminal.ok("controller", f"revision cancel {NUMBER} --reason early")
    assert (cancelled["status"], cancelled["meaning"]) == ("cancelled", "cancel")


def test_a_withdrawn_document_says_so(terminal: Terminal) -> None:
    issue(terminal.world, procedure())
    withdrawn = terminal.ok("controller", f"document withdraw {NUMBER} --reason merged")
    assert withdrawn == {"number": NUMBER, "status": "withdrawn", "referred_to_by": []}
    assert terminal.ok("staff", f"document show {NUMBER}")["status"] == "withdrawn"


@pytest.mark.parametrize(
    ("login", "words", "password", "code", "kind"),
    [
        ("author", "revision submit", "correct horse", 2, "usage"),
        ("author", "revision issue LX-CX-2019-101 --effective tomorrow", "correct horse", 2, "usage"),
        ("author", "revision issue LX-CX-2019-101 --effective 20260312", "correct horse", 2, "usage"),
        ("author", "document show LX-CX-2019-101 --on 2026-02-30", "correct horse", 2, "usage"),
        ("author", "document register nowhere.md", "correct horse", 2, "usage"),
        ("nobody", "document list", "correct horse", 3, "password"),
        ("nobody", "revision sign LX-CX-2019-101", "correct horse", 3, "password"),
        ("rep", "revision sign LX-CX-2019-101", "wrong", 3, "password"),
        ("rep", "revision sign LX-CX-2019-101", None, 3, "password"),
        ("rep", "revision sign LX-CX-2019-999", "correct horse", 5, "not-found"),
        ("staff", "revision sign LX-CX-2019-101", "correct horse", 3, "forbidden"),
        ("author", "revision sign LX-CX-2019-101", "correct horse", 3, "forbidden"),
        ("rep", "revision sign LX-CX-2019-101", "correct horse", 4, "state"),
        ("author", ["revision", "submit", "LX-CX-2019-101", "--reason", " "], "correct horse", 2, "content"),
    ],
)
def test_each_refusal_has_its_kind_and_its_exit_code(
    sqlite_terminal: Terminal,
    tmp_path: Path,
    login: str,
    words: str | list[str],
    password: str | None,
    code: int,
    kind: str,
) -> None:
    register(sqlite_terminal, tmp_path)
    answer = sqlite_terminal(login, words, password=password)
    assert (answer.code, answer.kind) == (code, kind)
    assert answer.err == ""
    told = sqlite_terminal(login, words, password=password, human=True)
    assert (told.code, told.out) == (code, "")
    assert "Error: " in told.err


def test_a_staff_member_is_not_shown_a_draft(terminal: Terminal, tmp_path: Path) -> None:
    register(terminal, tmp_path)
    assert terminal("staff", f"document show {NUMBER}").code == 3
    assert terminal.ok("staff", "document list") == {"documents": []}
    assert terminal.ok("author", f"document show {NUMBER}")["status"] == "draft"


def test_what_was_found_is_told_clause_by_clause(terminal: Terminal) -> None:
    issue(terminal.world, procedure())
    hits = terminal.ok("staff", "search 答复顾客")["hits"]
    assert [(hit["number"], hit["clause"]) for hit in hits] == [(NUMBER, "5.2.1")]
    assert "[答复顾客]" in hits[0]["snippet"]
    assert hits[0]["title"] == "质量反馈控制程序"
    assert terminal.ok("staff", ["search", "'; DROP TABLE document; --"]) == {"hits": []}


def test_a_request_sent_twice_is_done_once(terminal: Terminal, tmp_path: Path) -> None:
    file = written(tmp_path, f"{NUMBER}.md", text())
    words = ["--op", "k1", "document", "register", file]
    assert terminal.ok("author", words) == terminal.ok("author", words)
    for words in (["--op", "k2", "revision", "submit", NUMBER, "--reason", "x"],):
        assert terminal.ok("author", words) == terminal.ok("author", words)
    sign = ["--op", "k3", "revision", "sign", NUMBER]
    assert terminal.ok("rep", sign) == terminal.ok("rep", sign)
    again = terminal("author", ["--op", "k3", "revision", "sign", NUMBER])
    assert again.code != 0
