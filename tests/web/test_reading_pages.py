"""The pages of one document: which text is shown on which day, to whom, and that it is rendered once."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from docctl.render import markdown
from docctl.store.material import Material, of_procedure
from docctl.store.source import read_procedure
from docctl.usecases.copies import handing
from docctl.usecases.documents import approving, drafting, issuing
from docctl.web.kit import stored
from tests.support.pages import Reader, reader, rows_of, text_of
from tests.support.sites import PROCEDURE, World, issue, meaning, procedure, template
from tests.support.written_records import FIRST, completed

NUMBER = "LX-CX-2019-101"
PAGE = f"/documents/{NUMBER}"


def three_revisions(world: World) -> None:
    """A/0 from 2 March, A/1 from 12 March, A/2 from 1 April; it is 12 March."""
    issue(world, procedure())
    world.clock.go_to(date(2026, 3, 12))
    issue(world, procedure(hours=48), save=True)
    issue(world, procedure(hours=36), effective=date(2026, 4, 1), save=True)


def with_text(text: str) -> Material:
    """The small procedure with this at its end."""
    source = PROCEDURE.format(number=NUMBER, title="反馈", title_en="Feedback", hours=24, extra="") + text
    return of_procedure(read_procedure(source.encode(), {}, {}))


@pytest.mark.regulation("Q9-05")
@pytest.mark.rule("DC-02", "DC-33")
def test_staff_see_first_what_is_in_force(world: World) -> None:
    three_revisions(world)
    said = text_of(reader(world, "staff", "en").get(PAGE).text)
    assert f"{NUMBER} Feedback control Apply for a change A/1 ✓ effective effective from 2026-03-12" in said
    assert "48 小时 内答复顾客" in said
    assert "Next: A/2" in said
    assert "Obsolete" not in said


@pytest.mark.parametrize(
    ("day", "label", "figure"),
    [
        ("2026-03-02", "A/0", "24"),
        ("2026-03-11", "A/0", "24"),
        ("2026-03-12", "A/1", "48"),
        ("2026-03-31", "A/1", "48"),
        ("2026-04-01", "A/2", "36"),
    ],
)
def test_another_day_shows_the_revision_of_that_day(
    sqlite_world: World, day: str, label: str, figure: str
) -> None:
    three_revisions(sqlite_world)
    said = text_of(reader(sqlite_world, "staff", "en").get(PAGE, on=day).text)
    assert f"{label} ✓ effective" in said
    assert f"{figure} 小时 内" in said
    assert ("As it stood on" in said.partition("Text Revisions")[0]) is (day < "2026-03-12")


@pytest.mark.parametrize(
    ("day", "status", "sentence"),
    [("2026-01-01", 404, "registered later"), ("yesterday", 422, "write the day like 2026-03-12")],
)
def test_a_day_that_cannot_be_shown_is_refused_with_a_sentence(
    sqlite_world: World, day: str, status: int, sentence: str
) -> None:
    three_revisions(sqlite_world)
    answer = reader(sqlite_world, "staff").get(PAGE, on=day)
    assert (answer.status_code, sentence in text_of(answer.text)) == (status, True)


@pytest.mark.rule("DC-30", "DC-76")
def test_what_governs_no_work_says_so_and_leads_to_what_does(sqlite_world: World) -> None:
    three_revisions(sqlite_world)
    staff = reader(sqlite_world, "staff", "en")
    old = text_of(staff.get(f"{PAGE}/revisions/A-0").text)
    assert (
        "Obsolete. Do not work by it. Revision A/1 took its place on 2026-03-12. Work by revision A/1" in old
    )
    coming = text_of(staff.get(f"{PAGE}/revisions/A-2").text)
    assert "Not in force yet. It takes effect on 2026-04-01. Work by revision A/1" in coming
    issuing.cancel_revision(sqlite_world.as_("controller"), NUMBER, reason="zu früh")
    assert "Its issue was cancelled" in text_of(staff.get(f"{PAGE}/revisions/A-2").text)
    issuing.withdraw_document(sqlite_world.as_("controller"), NUMBER, reason="entfällt")
    assert "The document was withdrawn on 2026-03-12." in text_of(staff.get(PAGE).text)
    assert "不得作为工作依据" in text_of(reader(sqlite_world, "staff", "zh").get(PAGE).text)


@pytest.mark.rule("DC-108", "SE-31")
def test_a_draft_is_shown_to_who_may_read_drafts_only(sqlite_world: World) -> None:
    issue(sqlite_world, procedure())
    drafting.save_draft(sqlite_world.as_("author"), NUMBER, lambda: procedure(extra="秘密的一句。"))
    drafting.register_document(sqlite_world.as_("author"), lambda: procedure("LX-CX-2019-109"))
    staff, author = reader(sqlite_world, "staff", "en"), reader(sqlite_world, "author", "en")
    for address, status in (
        ("/documents/LX-CX-2019-109", 403),
        (f"{PAGE}/revisions/A-1", 403),
        (f"{PAGE}/revisions/A-2", 404),
        ("/documents/LX-CX-2019-999", 404),
        (f"{PAGE}/revisions/..%2f..", 404),
    ):
        assert staff.get(address).status_code == status, address
    shown = author.get(f"{PAGE}/revisions/A-1")
    assert "A draft. Nobody works by it yet." in text_of(shown.text)
    assert "秘密" in shown.text
    assert "ETag" not in shown.headers
    assert "秘密" not in staff.get(PAGE).text
    assert "A/1" not in text_of(staff.get(f"{PAGE}/revisions").text)
    redline = f"{PAGE}/redline"
    assert staff.get(redline, **{"from": "A/0", "to": "A/1"}).status_code == 403
    assert "秘密" in author.get(redline, **{"from": "A/0", "to": "A/1"}).text


@pytest.mark.rule("SE-15", "SE-16")
def test_nothing_in_a_text_runs(sqlite_world: World) -> None:
    hostile = "\n<script>alert(1)</script>\n\n[x](javascript:alert(1))\n"
    issue(sqlite_world, meaning(with_text(hostile), "<script>", "</script>"))
    page = reader(sqlite_world, "staff").get(PAGE).text
    assert "<script>alert" not in page
    assert "javascript:" not in page
    assert "&lt;script&gt;" in page


def test_the_browser_keeps_a_page_until_something_happens(world: World) -> None:
    issue(world, procedure())
    staff, other = reader(world, "staff", "en"), reader(world, "staff2", "en")
    first = staff.get(PAGE)
    assert first.headers["Cache-Control"] == "no-cache, private"

    def again(who: Reader, language: str = "en") -> int:
        asked = {"If-None-Match": first.headers["ETag"], "Accept-Language": language}
        answer = who.client.get(PAGE, headers=asked, buffered=True)
        assert (answer.data == b"") is (answer.status_code == 304)
        # The page that was kept names its scripts by the number in the policy that came with it.
        assert ("Content-Security-Policy" in answer.headers) is (answer.status_code != 304)
        return answer.status_code

    assert again(staff) == 304
    assert again(other) == 200
    assert again(staff, "zh") == 200
    world.clock.advance(hours=15)  # it is tomorrow, and nobody is signed in any more
    assert again(staff) == 302
    world.clock.advance(hours=-15)
    issue(world, procedure("LX-CX-2019-105"))
    assert again(staff) == 200


def test_a_page_that_an_event_overtook_is_kept_under_no_name(
    sqlite_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    issue(sqlite_world, procedure())
    staff = reader(sqlite_world, "staff")
    monkeypatch.setattr(stored, "newest_event", lambda _ctx: "a later one")
    overtaken = staff.get(PAGE)
    assert (overtaken.status_code, "ETag" in overtaken.headers) == (200, False)
    assert overtaken.headers["Cache-Control"] == "no-store"
    monkeypatch.undo()
    assert sqlite_world.site.memory.count("pages") == 0
    assert "ETag" in staff.get(PAGE).headers


def test_a_text_is_rendered_once(sqlite_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    issue(sqlite_world, procedure())
    first = reader(sqlite_world, "staff").get(PAGE)
    monkeypatch.setattr(markdown, "to_html", lambda *_a, **_k: pytest.fail("rendered again"))
    sqlite_world.reopen()  # another process, which remembers nothing
    again = reader(sqlite_world, "staff").get(PAGE)
    assert text_of(again.text) == text_of(first.text)


@pytest.mark.rule("DC-73")
def test_a_kept_text_that_was_altered_is_not_shown(sqlite_world: World) -> None:
    issue(sqlite_world, procedure())
    reader(sqlite_world, "staff").get(PAGE)
    files = [file for file in Path(sqlite_world.site.path, "cache").rglob("*") if file.is_file()]
    kept = [file for file in files if "24 小时".encode() in file.read_bytes()]
    assert len(kept) == 1
    forged = kept[0].read_bytes().replace("24 小时".encode(), "99 小时".encode())
    assert forged != kept[0].read_bytes()
    kept[0].chmod(0o600)
    kept[0].write_bytes(forged)
    sqlite_world.reopen()
    assert "24 小时 内" in text_of(reader(sqlite_world, "staff").get(PAGE).text)


def test_a_template_shows_its_fields_and_what_governs_it(sqlite_world: World) -> None:
    issue(sqlite_world, procedure())
    issue(sqlite_world, template())
    said = text_of(reader(sqlite_world, "staff", "en").get("/documents/LX-R-101").text)
    assert "Filled in by: Sales Reported at (required) Customer (required)" in said
    assert f"Governed by {NUMBER} Feedback control" in said


@pytest.mark.regulation("MD-03", "P11-50a", "A11-18", "GD-04")
def test_revisions_are_told_with_their_signatures_and_the_way_to_the_redline(sqlite_world: World) -> None:
    three_revisions(sqlite_world)
    staff = reader(sqlite_world, "staff", "en")
    page = staff.get(f"{PAGE}/revisions").text
    assert text_of(page).count("approved by: 管平") == 3
    assert f"{PAGE}/redline?from=A/0&amp;to=A/1" in page.replace("A%2F", "A/")
    compared = staff.get(f"{PAGE}/redline").text
    assert "<del>48</del>" in compared
    assert "<ins>36</ins>" in compared
    assert "Nothing that can be seen" in staff.get(f"{PAGE}/redline", **{"from": "A/0", "to": "A/0"}).text
    assert staff.get(f"{PAGE}/redline", **{"from": "A/0", "to": "<b>"}).status_code in {404, 422}


def test_a_redline_of_two_languages_has_one_title_and_each_anchor_once(sqlite_world: World) -> None:
    def both(hours: int) -> Material:
        text = PROCEDURE.format(
            number=NUMBER, title="程序", title_en="Procedure", hours=hours, extra=""
        ).encode()
        return of_procedure(read_procedure(text, {"en": text}, {}))

    issue(sqlite_world, both(24))
    issue(sqlite_world, both(48), save=True)
    page = reader(sqlite_world, "staff", "en").get(f"{PAGE}/redline").text
    assert page.index('<section lang="en"') < page.index('<section lang="zh"')
    assert page.count("<h1") == 1
    anchors = re.findall(r' id="([^"]+)"', page)
    assert len(anchors) == len(set(anchors))
    assert {"zh-clause-5.2.1", "en-clause-5.2.1"} <= set(anchors)


def test_without_a_print_there_is_no_link_and_the_address_says_why(sqlite_world: World) -> None:
    issue(sqlite_world, procedure())
    staff = reader(sqlite_world, "staff", "en")
    assert "/print" not in staff.get(PAGE).text
    answer = staff.get(f"{PAGE}/revisions/A-0/print")
    assert (answer.status_code, "nothing to print" in answer.text) == (409, True)


@pytest.mark.rule("DC-108")
def test_everybody_sees_their_own_part_of_copies_and_records(sqlite_world: World) -> None:
    issue(sqlite_world, procedure())
    issue(sqlite_world, template())
    handing.issue_copies(sqlite_world.as_("controller"), NUMBER, holders=["sales", "quality"])
    completed(sqlite_world)
    controller = reader(sqlite_world, "controller", "en").get(f"{PAGE}/use").text
    assert "2 issued = 2 out + 0 returned" in text_of(controller)
    assert [row[0] for row in rows_of(controller)] == [f"{NUMBER}#001", f"{NUMBER}#002", FIRST]
    staff = reader(sqlite_world, "staff", "en").get(f"{PAGE}/use").text
    assert [row[0] for row in rows_of(staff)] == [f"{NUMBER}#001", FIRST]
    other = reader(sqlite_world, "gm", "en").get(f"{PAGE}/use").text
    assert rows_of(other) == []
    assert "No record to show." in other


def test_the_trail_is_for_who_may_read_it_and_goes_on_behind_its_last_event(
    sqlite_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    issue(sqlite_world, procedure())
    assert reader(sqlite_world, "staff").get(f"{PAGE}/trail").status_code == 403
    auditor = reader(sqlite_world, "auditor", "en")
    page = auditor.get(f"{PAGE}/trail").text
    acts = [row[2] for row in rows_of(page)]
    assert acts == ["issued", "signed", "submitted for approval", "document registered"]
    assert rows_of(page)[0][3] == "文控李 (controller)"
    monkeypatch.setattr("docctl.queries.ledger.trail.MOST", 3)
    first = rows_of(auditor.get(f"{PAGE}/trail").text)
    rest = rows_of(auditor.get(f"{PAGE}/trail", after=first[-1][0]).text)
    assert [row[2] for row in first + rest] == acts
    assert rows_of(auditor.get(f"{PAGE}/trail", after="0").text) == []
    assert len(rows_of(auditor.get(f"{PAGE}/trail", after="' OR 1=1").text)) == 3


def test_who_can_act_is_offered_it(sqlite_world: World) -> None:
    drafting.register_document(sqlite_world.as_("author"), lambda: procedure())
    drafting.submit_revision(sqlite_world.as_("author"), NUMBER, reason="neu")
    assert "Read and sign" in reader(sqlite_world, "rep", "en").get(PAGE).text
    assert "Read and sign" not in reader(sqlite_world, "author", "en").get(PAGE).text
    approving.sign_revision(sqlite_world.as_("rep"), NUMBER)
    assert "Issue" in text_of(reader(sqlite_world, "controller", "en").get(PAGE).text)
