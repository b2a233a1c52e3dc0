"""The whole life of copies from the command line, and what each command prints."""

from __future__ import annotations

import pytest

from docctl.rules.copies import PARTS
from tests.support.sites import issue, procedure
from tests.support.terminal import Terminal, run

NUMBER = "LX-CX-2019-101"
FIRST, SECOND, THIRD = (f"{NUMBER}#00{n}" for n in (1, 2, 3))


@pytest.fixture
def handed_out(terminal: Terminal) -> Terminal:
    issue(terminal.world, procedure())
    words = f"copy issue {NUMBER} --holder staff --holder quality --holder technical"
    copies = terminal.ok("controller", words)["copies"]
    assert [line["copy"] for line in copies] == [FIRST, SECOND, THIRD]
    assert [line["holder"] for line in copies] == ["staff", "quality", "technical"]
    assert all(line["state"] == "issued" and line["url"].endswith(f"/c/{line['token']}") for line in copies)
    return terminal


def state(terminal: Terminal, login: str, words: str) -> str:
    answer = terminal.ok(login, words)
    assert answer["copy"] in words
    return str(answer["state"])


def test_a_copy_goes_out_and_comes_back(handed_out: Terminal) -> None:
    assert state(handed_out, "staff", f"copy acknowledge {FIRST}") == "acknowledged"
    assert state(handed_out, "controller", f"copy recall {FIRST} --reason new") == "recalled"
    assert state(handed_out, "controller", f"copy return {FIRST}") == "returned"
    assert state(handed_out, "controller", f"copy keep {FIRST} --reason sample") == "kept"
    assert state(handed_out, "controller", f"copy return {SECOND}") == "returned"
    witnessed = "--approved-by gm --witness head --witness rep"
    assert state(handed_out, "controller", f"copy destroy {SECOND} {witnessed}") == "destroyed"
    assert state(handed_out, "controller", f"copy replace {THIRD} --reason torn") == "issued"
    lost = handed_out.ok(
        "controller", f"copy lose {THIRD} --reason gone --responsible staff --consequence none"
    )
    assert (lost["copy"], lost["state"], lost["replacement"]) == (THIRD, "lost", f"{NUMBER}#004")
    parts = dict.fromkeys(PARTS, 0) | {"destroyed": 1, "kept": 1, "lost": 1, "out": 1}
    told = {"document": NUMBER, "issued": 4, **parts, "balanced": True}
    assert handed_out.ok("controller", f"copy reconcile {NUMBER}") == told
    out = handed_out.ok("controller", f"copy list --document {NUMBER} --out")["copies"]
    assert [line["copy"] for line in out] == [f"{NUMBER}#004"]
    assert handed_out.ok("controller", "copy list --on 2026-03-01") == {"copies": []}


def test_a_lost_copy_that_was_recalled_has_no_replacement(handed_out: Terminal) -> None:
    handed_out.ok("controller", f"copy recall {FIRST} --reason x")
    assert (
        handed_out.ok("controller", f"copy lose {FIRST} --reason x --responsible staff --consequence none")[
            "replacement"
        ]
        is None
    )


def test_a_holder_sees_the_own_copies(handed_out: Terminal) -> None:
    assert [line["copy"] for line in handed_out.ok("staff", "copy list")["copies"]] == [FIRST]
    assert handed_out("staff", f"copy reconcile {NUMBER}").code == 3


def test_the_verdict_needs_no_account(handed_out: Terminal) -> None:
    token = handed_out.ok("controller", "copy list")["copies"][0]["token"]
    for what in (token, FIRST):
        answer = run(
            *("--site", str(handed_out.world.site.path), "--json", "copy", "check", what),
            env={**handed_out.world.environ},
            clock=handed_out.world.clock,
        )
        assert (answer.code, answer["verdict"], answer["document"]) == (0, "current", NUMBER)
        assert (answer["revision"], answer["current_revision"], answer["replaced_by"]) == ("A/0", "A/0", None)
    issue(handed_out.world, procedure(hours=12), save=True)
    assert handed_out.ok("staff", f"copy check {FIRST}")["verdict"] == "superseded"
    assert handed_out.ok("staff", f"copy check {FIRST} --on 2026-03-01")["verdict"] == "unknown"


@pytest.mark.parametrize(
    ("login", "words", "code"),
    [
        ("controller", f"copy recall {FIRST}", 2),
        ("controller", f"copy recall {NUMBER}#099 --reason x", 5),
        ("staff", f"copy recall {FIRST} --reason x", 3),
        ("controller", f"copy keep {FIRST} --reason x", 4),
        ("controller", ["copy", "recall", FIRST, "--reason", " "], 2),
        ("controller", f"copy issue {NUMBER} --holder nobody-there", 2),
        ("controller", f"copy destroy {FIRST} --approved-by controller --witness head --witness rep", 3),
    ],
)
def test_each_refusal_has_its_exit_code(
    handed_out: Terminal, login: str, words: str | list[str], code: int
) -> None:
    assert handed_out(login, words).code == code
