"""A record from its opening to its seal, from the command line, and its trace."""

from __future__ import annotations

import hashlib
import re

import pytest

from tests.support.sites import issue, procedure, template
from tests.support.terminal import Terminal

FORM, RECORD = "LX-R-101", "LX-R-101-2026-0001"
REPORT = ["record", "fill", RECORD, "reported_at=2026-03-02 09:00", "customer=甲=乙"]


@pytest.fixture
def opened(terminal: Terminal) -> Terminal:
    issue(terminal.world, procedure())
    issue(terminal.world, template())
    answer = terminal.ok("staff", f"record open {FORM}")
    assert answer["number"] == RECORD
    assert (answer["template"], answer["template_revision"]) == (FORM, "A/0")
    assert (answer["procedure"], answer["procedure_revision"]) == ("LX-CX-2019-101", "A/0")
    assert len(answer["procedure_blob"]) == 40
    return terminal


def closed(opened: Terminal) -> str:
    opened.ok("staff", REPORT)
    opened.ok("staff", f"record sign {RECORD}")
    opened.ok("staff2", ["record", "fill", RECORD, "answered_at=2026-03-02 10:00", "satisfied=true"])
    opened.ok("staff2", f"record sign {RECORD}")
    assert opened.ok("staff2", f"record complete {RECORD}")["state"] == "completed"
    assert opened.ok("verifier", f"record verify {RECORD}")["state"] == "verified"
    sealed = opened.ok("controller", f"record close {RECORD}")
    assert (sealed["state"], sealed["issues"]) == ("closed", [])
    return str(sealed["sha256"])


def test_a_record_is_filled_signed_verified_and_sealed(opened: Terminal) -> None:
    digest = closed(opened)
    [file] = (opened.world.site.path / "records").rglob("*.json")
    assert hashlib.sha256(file.read_bytes()).hexdigest() == digest
    shown = opened.ok("auditor", f"record show {RECORD}")
    assert shown["values"]["customer"] == "甲=乙"
    assert shown["entries"][0].keys() >= {"field", "value", "reason", "by", "at", "corrects"}
    assert [(clock["name"], clock["met"]) for clock in shown["clocks"]] == [("answer", True)]
    assert shown["sha256"] == digest
    [line] = opened.ok("staff", "record list")["records"]
    assert (line["number"], line["state"]) == (RECORD, "closed")
    assert opened("staff2", f"record fill {RECORD} satisfied=no").code == 4


def test_what_is_still_missing_is_told(opened: Terminal) -> None:
    answer = opened.ok("staff", ["record", "fill", RECORD, "customer=甲"])
    assert answer["state"] == "open"
    assert any("reported_at" in sentence for sentence in answer["issues"])


@pytest.mark.rule("DC-97")
def test_a_correction_names_its_reason_and_keeps_the_old_value(opened: Terminal) -> None:
    opened.ok("staff", REPORT)
    opened.ok("staff", f"record sign {RECORD}")
    assert opened("staff", f"record correct {RECORD} customer=丙").code == 2
    opened.ok("staff", f"record correct {RECORD} customer=丙 --reason misheard")
    first, second = [
        e for e in opened.ok("staff", f"record show {RECORD}")["entries"] if e["field"] == "customer"
    ]
    assert (first["value"], second["value"]) == ("甲=乙", "丙")
    assert (second["reason"], second["corrects"]) == ("misheard", first["id"])


def test_a_record_is_sent_back_and_voided(opened: Terminal) -> None:
    opened.ok("staff", REPORT)
    opened.ok("staff", f"record sign {RECORD}")
    opened.ok("staff2", ["record", "fill", RECORD, "answered_at=2026-03-02 10:00", "satisfied=true"])
    opened.ok("staff2", f"record sign {RECORD}")
    opened.ok("staff2", f"record complete {RECORD}")
    sent = opened.ok("verifier", f"record send-back {RECORD} --step solve --reason unclear")
    assert sent["state"] == "open"
    assert opened.ok("controller", f"record void {RECORD} --reason double")["state"] == "void"


@pytest.mark.parametrize(
    ("login", "words", "code"),
    [
        ("auditor", f"record open {FORM}", 3),
        ("staff", "record open LX-R-999", 5),
        ("staff", f"record fill {RECORD} nothing=1", 2),
        ("staff", f"record fill {RECORD} answered_at=x", 3),
        ("staff2", f"record fill {RECORD} satisfied=true", 4),
        ("staff", f"record complete {RECORD}", 2),
        ("verifier", f"record verify {RECORD}", 4),
        ("author2", f"record show {RECORD}", 3),
        ("staff", f"record show {FORM}-2026-0099", 5),
    ],
)
def test_each_refusal_has_its_exit_code(opened: Terminal, login: str, words: str, code: int) -> None:
    assert opened(login, words).code == code


@pytest.mark.rule("DC-107")
def test_a_record_leads_back_to_what_governed_it(opened: Terminal) -> None:
    opened.ok("controller", "copy issue LX-CX-2019-101 --holder sales --holder technical")
    later = opened.ok("staff", f"record open {FORM}")["number"]
    issue(opened.world, procedure(hours=12), save=True)
    digest = closed(opened)
    traced = opened.ok("auditor", f"trace {RECORD}")
    assert (traced["record"], traced["sha256"]) == (RECORD, digest)
    assert (traced["template"], traced["template_revision"]) == (FORM, "A/0")
    assert (traced["procedure"], traced["procedure_revision"]) == ("LX-CX-2019-101", "A/0")
    assert [(a["meaning"], a["by"]) for a in traced["approvals"]] == [
        ("prepare", "author"),
        ("approve", "rep"),
    ]
    assert traced["copies"] == []  # it was opened before they were handed out, on the same day
    held = opened.ok("auditor", f"trace {later}")["copies"]
    assert [(c["holder"], c["revision"]) for c in held] == [("sales", "A/0"), ("technical", "A/0")]
    assert traced["verified"] is True, traced["findings"]
    assert traced["proof"]["waiting"] == []
    assert len(traced["proof"]["inclusion"]) > 8


def test_a_document_leads_to_its_revisions_records_and_copies(opened: Terminal) -> None:
    opened.ok("controller", "copy issue LX-CX-2019-101 --holder sales")
    issue(opened.world, procedure(hours=12), save=True)
    for login in ("controller", "verifier"):
        traced = opened.ok(login, "trace LX-CX-2019-101")
        assert [(r["revision"], r["status"]) for r in traced["revisions"]] == [
            ("A/0", "superseded"),
            ("A/1", "effective"),
        ]
        assert [[a["by"] for a in r["approvals"]] for r in traced["revisions"]] == [["author", "rep"]] * 2
        assert [(r["record"], r["procedure_revision"]) for r in traced["records"]] == [(RECORD, "A/0")]
        assert traced["verified"] is True, traced["findings"]
    assert [copy["holder"] for copy in opened.ok("controller", "trace LX-CX-2019-101")["copies"]] == ["sales"]
    assert [r["record"] for r in opened.ok("auditor", f"trace {FORM}")["records"]] == [RECORD]
    assert opened("staff", "trace LX-CX-2019-101").code == 3
    assert opened("author2", f"trace {RECORD}").code == 3
    assert opened("auditor", "trace LX-XX-1").code == 5


def test_people_are_shown_a_trace_without_its_hashes(opened: Terminal) -> None:
    told = opened("auditor", f"trace {RECORD}", human=True)
    assert "verified: yes" in told.out
    assert "proof" not in told.out
    assert "findings" not in told.out
    told = opened("auditor", "trace LX-CX-2019-101", human=True)
    assert re.search(r"A/0 +approve", told.out)
    for file in (opened.world.site.path / "records").rglob("*.jsonl"):
        file.unlink()
    opened("staff", REPORT)
    for file in (opened.world.site.path / "records").rglob("*.jsonl"):
        file.unlink()
    told = opened("auditor", f"trace {RECORD}", human=True)
    assert "verified: no" in told.out
    assert "values differ" in told.out
