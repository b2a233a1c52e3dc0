"""Documents that were in force on paper before the site began: taken over by two people, with their real days."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from html import unescape
from io import BytesIO
from typing import Any

import pytest

from docctl.errors import Forbidden, Invalid, NotFound, WrongState
from docctl.queries.documents.editing import editing
from docctl.queries.documents.master_list import document_list, document_show
from docctl.queries.documents.redline import revision_diff
from docctl.queries.integrity import check_site
from docctl.queries.ledger.trace import trace
from docctl.rules import incoming
from docctl.standing import changes, find
from docctl.store.material import of_procedure
from docctl.store.sniffing import Upload
from docctl.store.source import read_procedure
from docctl.usecases.copies import handing
from docctl.usecases.documents import approving, drafting, issuing
from docctl.usecases.documents.taking_over import take_over_document
from tests.stories.test_card import paper as printed
from tests.stories.test_external_documents import original
from tests.support.lists import rows_in
from tests.support.on_paper import NUMBER, PAPER, SINCE, book, list_rows, packed, taken_over
from tests.support.pages import reader, text_of
from tests.support.paper import pages
from tests.support.sites import World
from tests.support.terminal import run

ON = date(2020, 1, 1)
TABLE = incoming.MASTER_LIST


@pytest.mark.rule("DC-83")
def test_two_people_take_a_document_over_and_its_real_days_stand_everywhere(sqlite_world: World) -> None:
    world = sqlite_world
    taken_over(world)
    for day in (None, ON, SINCE):
        shown = document_show(world.as_("staff"), NUMBER, day)
        assert (shown["revision"], shown["status"], shown["effective"]) == (
            "第3版",
            "effective",
            "2019-05-01",
        )
    assert [one["number"] for one in document_list(world.as_("staff"), ON)] == [NUMBER]
    staff = reader(world, "staff", "zh")
    for at in ("/documents", f"/documents/{NUMBER}", "/search?q=收集顾客反馈", f"/documents?on={ON}"):
        assert "接收自纸质" in text_of(staff.get(at).text), at
    page = " ".join(text_of(staff.get(f"/documents/{NUMBER}").text).split())
    assert "纸质文件所载批准人 前任总经理刘" in page
    past = staff.get(f"/documents/{NUMBER}", on=str(ON)).text
    assert "以纸质文件所载日期为据" in past
    assert "以纸质文件所载日期为据" not in page
    before = staff.get(f"/documents/{NUMBER}", on="2010-06-01")
    assert before.status_code == 404
    assert "实施的是" in before.text
    assert "第1版" in before.text
    with pytest.raises(NotFound, match="registered later"):
        document_show(world.as_("staff"), NUMBER, date(2007, 1, 1))
    heads, line, *_ = rows_in(staff.get("/documents", **{"as": "xlsx"}).data)
    assert "接收自纸质，实施于" in heads
    assert "2019-05-01" in line
    sheet = unescape(printed(world, NUMBER))
    cover = sheet.partition('class="cover"')[2].partition("</section>")[0]
    assert "2019-05-01" in cover
    assert "前任总经理刘" in cover
    assert "与纸质核对" in sheet
    assert "第1版" in sheet
    traced = trace(world.as_("auditor"), NUMBER)
    [revision] = traced["revisions"]
    assert [one["meaning"] for one in revision["approvals"]] == ["take-over", "compare"]
    assert revision["effective"] == "2019-05-01"
    assert traced["verified"]
    assert check_site(world.site).findings == ()


@pytest.mark.rule("DC-83")
def test_nobody_takes_over_alone_and_whoever_the_paper_names_has_signed_nothing(sqlite_world: World) -> None:
    world = sqlite_world
    for login in ("author", "head", "staff", "gm", "auditor"):
        with pytest.raises(Forbidden):
            take_over_document(world.as_(login), lambda: PAPER, reason="r")
    take_over_document(world.as_("controller"), lambda: PAPER, reason="r")
    with pytest.raises(NotFound):
        document_show(world.as_("auditor"), NUMBER, ON)
    with pytest.raises(WrongState):
        issuing.issue_revision(world.as_("controller"), NUMBER)
    for login in ("controller", "quality-head", "rep"):
        with pytest.raises((Forbidden, WrongState)):
            approving.sign_revision(world.as_(login), NUMBER)
    assert NUMBER in reader(world, "head", "zh").get("/inbox").text
    assert "请与签署的纸质文件核对" in reader(world, "head", "zh").get(f"/documents/{NUMBER}/sign").text
    approving.reject_revision(world.as_("head"), NUMBER, reason="批准人写错")
    world.forget()
    again = reader(world, "controller", "zh").get(f"/documents/{NUMBER}").text
    assert f'href="/documents/take-over?number={NUMBER}"' in again
    right = replace(PAPER, approver="总经理王")
    take_over_document(world.as_("controller"), lambda: right, reason="改正")
    approving.sign_revision(world.as_("head"), NUMBER)
    with pytest.raises(Invalid, match="in force since"):
        issuing.issue_revision(world.as_("controller"), NUMBER, effective=ON)
    office = reader(world, "controller", "zh")
    assert "自 2019-05-01 起实施" in office.get(f"/documents/{NUMBER}/issue").text
    assert office.send(f"/documents/{NUMBER}/issue").status_code == 302
    world.forget()
    document = find.document(world.as_("gm").session, NUMBER)
    issued = find.newest_revision(world.as_("gm").session, document)
    assert changes.original_approver(world.as_("gm").session, issued) == ("management-representative", "")
    approvals = trace(world.as_("auditor"), NUMBER)["revisions"][0]["approvals"]
    assert {one["by"] for one in approvals} == {"controller", "head"}
    with pytest.raises(Invalid, match="already used"):
        take_over_document(world.as_("controller"), lambda: PAPER, reason="r")


def test_the_next_revision_goes_the_normal_way_and_says_no_more_what_the_paper_said(
    sqlite_world: World,
) -> None:
    world = sqlite_world
    taken_over(world, replace(PAPER, department="administration"))
    begun = editing(world.as_("author"), NUMBER)
    assert begun.label == "第4版"
    assert "taken_over" not in begun.texts["zh"]
    kept = find.newest_revision(
        world.as_("author").session, find.document(world.as_("author").session, NUMBER)
    )
    old = world.site.library.read(kept.blob)
    for text, refused in (
        (old.decode(), True),
        (begun.texts["zh"].replace("\n---\n", "\nrecords: [LX-R-101]\n---\n") + "\n改。\n", False),
    ):
        made = of_procedure(read_procedure(text.encode(), {}, {}))
        drafting.save_draft(world.as_("author"), NUMBER, lambda m=made: m)  # type: ignore[misc]
        if refused:
            with pytest.raises(Invalid, match="taken over from paper"):
                drafting.submit_revision(world.as_("author"), NUMBER, reason="修订")
    drafting.submit_revision(world.as_("author"), NUMBER, reason="修订", print_checked=True)
    with pytest.raises(Forbidden):
        approving.sign_revision(world.as_("head"), NUMBER)
    approving.sign_revision(world.as_("rep"), NUMBER)
    issuing.issue_revision(world.as_("controller"), NUMBER)
    world.forget()
    assert document_show(world.as_("staff"), NUMBER)["revision"] == "第4版"
    assert document_show(world.as_("staff"), NUMBER, ON)["revision"] == "第3版"
    compared = revision_diff(world.as_("staff"), NUMBER, "第3版", "第4版")
    assert "接收自纸质" in compared["html"]
    sheet = unescape(printed(world, NUMBER))
    assert "第2版" in sheet
    assert check_site(world.site).findings == ()


def test_what_is_wrong_with_a_paper_is_said_at_its_field_and_nothing_is_entered(sqlite_world: World) -> None:
    world = sqlite_world
    wrong = (
        ("effective", {"effective": date(2026, 3, 2)}, "before"),
        ("revision", {"label": "最终"}, "write it like"),
        ("approver", {"approver": " "}, "approved it"),
        ("earlier", {"editions": ("第2版 2013-01-01 2019-05-01",)}, "at the latest"),
        ("earlier", {"editions": ("第2版",)}, "an edition"),
        ("number", {"number": "XYZ"}, ""),
        ("text", {"text": Upload("a.docx", b"PK\x03\x04...")}, "Word"),
        ("text", {"text": Upload("a.md", b"\xff\xfe")}, "neither"),
        ("scan", {"scan": Upload("a.png", b"nothing")}, "kind"),
    )
    for field, change, said in wrong:
        with pytest.raises(Invalid) as refused:
            take_over_document(world.as_("controller"), lambda c=change: replace(PAPER, **c), reason="r")  # type: ignore[misc]
        assert field in refused.value.problems, (field, refused.value.problems)
        assert said in str(refused.value.problems[field])
    away = replace(PAPER, department="sales")
    with pytest.raises(WrongState, match="Nobody could sign"):
        take_over_document(world.as_("controller"), lambda: away, reason="r")
    assert document_list(world.as_("controller")) == []


def test_where_only_paper_is_its_pages_are_printed_with_the_real_days(paper_world: World) -> None:
    broken = replace(PAPER, text=Upload("o.pdf", b"%PDF-1.7\nnothing\n%%EOF"))
    with pytest.raises(Invalid, match="cannot be read as PDF"):
        take_over_document(paper_world.as_("controller"), lambda: broken, reason="r")
    taken_over(paper_world, replace(PAPER, text=Upload("o.pdf", original(2))))
    office = reader(paper_world, "controller", "zh")
    (copy,) = handing.issue_copies(paper_world.as_("controller"), NUMBER, holders=["sales"])
    for at in (
        f"documents/{NUMBER}/revisions/第3版/print",
        f"copies/{copy.number.replace('#', '%23')}/print",
    ):
        sheets = pages(office.get(f"/{at}").data)
        assert "前任总经理刘" in sheets[0], at
        assert "接收自纸质" in sheets[0]
        assert "2019-05-01" in sheets[0]
        assert len(sheets) == 3 + 2


def files(table: bytes) -> dict[str, Any]:
    """As a browser sends them."""
    texts = packed({"a.md": PAPER.text.data})
    return {"file": (BytesIO(table), "list.xlsx"), "files": (BytesIO(texts), "a.zip")}


SEVEN = {
    3: (3, "没有的层次", "文件层次"),
    40: (4, "没有的部门", "归口部门"),
    77: (6, "2019-02-30", "实施日期"),
    200: (0, "LX-CX-2019-101", "文件编号"),
    333: (8, "没有.pdf", "正文文件名"),
    400: (5, "最终", "修订状态"),
    499: (7, "", "纸质批准人"),
}


def test_a_master_list_of_500_rows_names_seven_errors_by_row_and_stores_nothing_then_all(
    sqlite_world: World,
) -> None:
    world = sqlite_world
    rows = list_rows(500)
    for at, (n, value, _) in SEVEN.items():
        rows[at][n] = value
    office = reader(world, "controller", "zh")
    bad, good = book(TABLE, rows), book(TABLE, [["例 LX-CX-2019-999"], *list_rows(12)])
    for more in ({"look": "1"}, {"reason": "建站"}):
        said = text_of(office.send("/documents/import", **files(bad), **more).text)
        for row, (_, _, column) in SEVEN.items():
            assert f"第 {row + 2} 行，{column}" in said, (row, said[:3000])
    assert document_list(world.as_("controller")) == []

    assert office.send("/documents/import", **files(good), reason="建站").status_code == 302
    world.forget()
    assert len(document_list(world.as_("controller"))) == 12
    table = office.get("/documents/import/table")
    assert rows_in(table.data)[0] == [*incoming.heads(TABLE)]
    terminal = ["--site", str(world.site.path), "--as", "controller", "--json", "document"]
    known = run(*terminal, "list", clock=world.clock)["documents"]
    assert {one["effective"] for one in known} == {None}
