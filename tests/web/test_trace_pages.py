"""The trace and search pages: for whom, what they lead to, and that damage is said plainly."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from docctl.door import transaction
from docctl.usecases.copies import handing
from docctl.usecases.documents import drafting, issuing
from docctl.usecases.records import sealing
from tests.support.pages import reader, rows_of, text_of
from tests.support.sites import World, issue, procedure, template
from tests.support.written_records import FIRST, completed, forms_in_force

NUMBER = "LX-CX-2019-101"


def closed(world: World) -> None:
    """A record closed under A/0, with two copies out; then A/1."""
    forms_in_force(world)
    handing.issue_copies(world.as_("controller"), NUMBER, holders=["sales", "quality"])
    record = completed(world)
    sealing.verify_record(world.as_("verifier"), record)
    sealing.close_record(world.as_("controller"), record)
    world.clock.advance(days=1)
    issue(world, procedure(hours=48), save=True)
    transaction.make_checkpoint(world.site, world.clock())


@pytest.mark.regulation("Q9-19", "GJ-04", "DI-12", "RM-04")
@pytest.mark.rule("DC-107")
def test_a_record_is_traced_to_its_revision_signatures_and_copies(world: World) -> None:
    closed(world)
    page = reader(world, "auditor", "en").get(f"/trace/{FIRST.lower()}").text
    said = text_of(page)
    assert "✓ Verified." in said
    assert f"{NUMBER} A/0" in said
    assert [row[:2] for row in rows_of(page)] == [
        [FIRST, "✓ closed"],
        ["LX-R-101", "A/0"],
        [NUMBER, "A/0 (now in force: A/1 )"],
        ["prepared by", "陈编 (author)"],
        ["approved by", "管平 (rep)"],
        ["prepared by", "陈编 (author)"],
        ["approved by", "管平 (rep)"],
        [f"{NUMBER}#001", "A/0"],
        [f"{NUMBER}#002", "A/0"],
    ]
    assert page.count("<svg") == 1


def test_a_document_is_traced_to_its_records_and_copies(sqlite_world: World) -> None:
    closed(sqlite_world)
    page = reader(sqlite_world, "auditor", "zh").get(f"/trace/{NUMBER}").text
    assert "验证通过。" in text_of(page)
    first = [row[0].split()[0] for row in rows_of(page)]
    assert first == ["A/0", "A/1", FIRST, f"{NUMBER}#001", f"{NUMBER}#002"]


@pytest.mark.rule("DC-73")
def test_what_was_altered_is_said_before_all_else(sqlite_world: World) -> None:
    closed(sqlite_world)
    path = sqlite_world.site.path / "docctl.db"
    with closing(sqlite3.connect(path)) as shell:
        for name, _ in shell.execute("SELECT name, 1 FROM sqlite_master WHERE type = 'trigger'").fetchall():
            shell.execute(f'DROP TRIGGER "{name}"')
        shell.execute("UPDATE signature SET person_name = '别人' WHERE person_name = '管平'")
        shell.commit()
    page = reader(sqlite_world, "auditor", "en").get(f"/trace/{FIRST}").text
    assert "! Not verified." in text_of(page)
    assert "row differs" in [row[0] for row in rows_of(page)]
    assert "Verified. Files" not in text_of(page)


@pytest.mark.rule("DC-108", "SE-31")
def test_a_trace_is_for_who_takes_part_or_reads_everything(sqlite_world: World) -> None:
    closed(sqlite_world)
    for login, record, document in (
        ("auditor", 200, 200),
        ("controller", 200, 200),
        ("verifier", 200, 200),
        ("staff", 200, 403),
        ("gm", 403, 403),
    ):
        there = reader(sqlite_world, login)
        assert there.get(f"/trace/{FIRST}").status_code == record, login
        assert there.get(f"/trace/{NUMBER}").status_code == document, login
    assert "/trace/" not in reader(sqlite_world, "staff").get(f"/documents/{NUMBER}").text
    assert f"/trace/{NUMBER}" in reader(sqlite_world, "auditor").get(f"/documents/{NUMBER}").text


@pytest.mark.parametrize(
    "typed", ["LX-R-999-2026-0001", "..%2f..%2fetc", "'; DROP TABLE record", "<script>x</script>"]
)
def test_a_number_that_is_none_is_a_page_that_says_so(sqlite_world: World, typed: str) -> None:
    auditor = reader(sqlite_world, "auditor", "en")
    assert auditor.get("/trace", number=typed).status_code == 302
    answer = auditor.get(f"/trace/{typed}")
    assert answer.status_code == 404
    assert "<script>x" not in answer.text


@pytest.mark.rule("DC-75")
def test_search_leads_to_the_clause_in_force(world: World) -> None:
    forms_in_force(world)
    staff = reader(world, "staff", "en")
    page = staff.get("/search", q="答复顾客").text
    assert f'href="/documents/{NUMBER}#clause-5.2.1"' in page
    assert "<mark>答复顾客</mark>" in page
    assert text_of(page).count(NUMBER) == 1
    numbered = staff.get("/search", q="cx-2019-101").text
    assert f'href="/documents/{NUMBER}"' in numbered
    assert f"{NUMBER} Feedback control" in text_of(numbered)
    assert f"{NUMBER} 质量反馈控制程序" in text_of(
        reader(world, "staff", "zh").get("/search", q="cx-2019-101").text
    )
    issuing.withdraw_document(world.as_("controller"), NUMBER, reason="不用了")
    assert "Nothing in force says this." in staff.get("/search", q="答复顾客").text


@pytest.mark.rule("SE-16", "SE-23")
@pytest.mark.parametrize(
    "asked", ['"', "<mark>x</mark>", "* OR 1=1", "NEAR(", "x" * 5000, "\u202eabc", "[", "%", "答复[顾客"]
)
def test_whatever_is_asked_is_only_text(world: World, asked: str) -> None:
    forms_in_force(world)
    answer = reader(world, "staff").get("/search", q=asked)
    assert answer.status_code == 200
    assert "<mark>x</mark>" not in answer.text


def test_brackets_of_the_text_stay_and_drafts_are_not_found(sqlite_world: World) -> None:
    issue(sqlite_world, procedure(extra="见附录 [3] 与 `<b>`反馈箱。"))
    drafting.register_document(sqlite_world.as_("author"), lambda: template("LX-R-109"))
    staff = reader(sqlite_world, "staff", "en")
    page = staff.get("/search", q="反馈箱").text
    assert "[3] 与 &lt;b&gt;<mark>反馈箱</mark>" in page
    assert "LX-R-109" not in staff.get("/search", q="LX-R-109").text.partition("Found")[2]
