"""The clauses of standards by command: each says how far docctl meets it, what is missing, who acts and what proves it."""

from __future__ import annotations

from collections import Counter

import pytest

from docctl.rules.languages import LIST
from tests.support.terminal import run

KEYS = {
    *(
        "id",
        "standard",
        "standard_title",
        "standard_title_en",
        "clause",
        "clause_en",
        "kind",
        "state",
        "acts",
        "tests",
    ),
    *("text", "text_en", "missing", "missing_en", "supplies", "supplies_en"),
}


@pytest.mark.regulation("MD-14", "A11-02")
def test_every_clause_says_how_far_it_is_met_and_who_acts_where_it_is_not() -> None:
    told = run("--json", "regulations")
    assert told.code == 0
    clauses = told["clauses"]
    assert all(clause.keys() == KEYS for clause in clauses)
    for clause in clauses:
        assert bool(clause["missing"]) is (clause["state"] != "holds"), clause["id"]
        assert clause["acts"] or clause["state"] == "holds", clause["id"]
        assert clause["tests"] or clause["state"] != "holds", clause["id"]
    counts = Counter((clause["standard"], clause["state"]) for clause in clauses)
    assert {(s, state): n for s, of in told["counts"].items() for state, n in of.items()} == counts


def test_clauses_are_asked_for_by_standard_and_state() -> None:
    asked = run("--json", "regulations", "--standard", "Q9", "--state", "not built")["clauses"]
    assert [clause["id"] for clause in asked] == ["Q9-15"]
    assert run("regulations", "--standard", "XX").code == 2


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("zh", ("尚未实现", "欠缺: ", "须采取措施者: ")),
        ("en", ("not built", "What is missing: ", "Who acts: ")),
    ],
)
def test_clauses_are_told_line_by_line_in_the_language_of_the_reader(
    language: str, words: tuple[str, ...]
) -> None:
    assert language in LIST
    lines = run("--lang", language, "regulations", "--standard", "Q9").out.splitlines()
    (line,) = [line for line in lines if line.startswith("  Q9-15 ")]
    assert all(word in line for word in words)
    assert lines[0].startswith("GB/T 19001" if language == "zh" else "ISO 9001")
