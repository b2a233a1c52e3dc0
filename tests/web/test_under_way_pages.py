"""Pages say with whom a revision lies, and what would be left without a signer."""

from __future__ import annotations

import re
import zipfile
from io import BytesIO

from docctl.usecases.documents import approving, drafting
from docctl.usecases.people import accounts
from tests.support.browser import Desk
from tests.support.pages import reader, rows_of, text_of
from tests.support.sites import World, issue, procedure

NUMBER, OTHER = "LX-CX-2019-101", "LX-CX-2019-102"
CHAIN = "prepare:author,countersign:quality+administration,approve:management-representative"


def revised(world: World, *, locked: bool = False) -> None:
    """A/0 in force, A/1 in review; another document is handed in to two departments."""
    issue(world, procedure())
    drafting.save_draft(world.as_("author"), NUMBER, lambda: procedure(hours=12))
    drafting.submit_revision(world.as_("author"), NUMBER, reason="改时限")
    drafting.register_document(world.as_("author"), lambda: procedure(OTHER), chain=CHAIN)
    drafting.submit_revision(world.as_("author"), OTHER, reason="新程序")
    if locked:
        accounts.lock_user(world.as_("admin"), "rep", reason="离职")


def said(world: World, login: str, path: str, language: str = "zh") -> str:
    return text_of(reader(world, login, language).get(path).text)


def test_each_row_of_the_chain_names_its_own_people(world: World) -> None:
    revised(world)
    rows = rows_of(reader(world, "head").get(f"/documents/{OTHER}/sign").text)
    waiting = [row[1] for row in rows if len(row) == 5 and "has signed" not in row[2]]
    assert waiting == [
        "head of Quality 郑主任 (quality-head)",
        "head of Administration 何主任 (head)",
        "management representative 管平 (rep)",
    ]


def test_the_page_of_a_document_says_where_its_next_revision_stands(world: World) -> None:
    revised(world)
    for login in ("author", "controller", "auditor"):
        page = said(world, login, f"/documents/{NUMBER}")
        assert re.search(r"A/1 \S* ?审核中 自 2026-03-02 \d\d:\d\d · 在管平 \(rep\)处", page), page
    assert "审核中" not in said(world, "staff", f"/documents/{NUMBER}")
    approving.sign_revision(world.as_("rep"), NUMBER)
    assert "在文控李 (controller)处" in said(world, "author", f"/documents/{NUMBER}")


def test_the_master_list_shows_revisions_under_way_and_finds_them(world: World) -> None:
    revised(world)
    rows = rows_of(reader(world, "controller", "zh").get("/documents", status="under-way").text)
    assert [row[0] for row in rows] == [NUMBER, OTHER]
    assert "现行有效" in rows[0][3]
    assert "A/1" in rows[0][5]
    assert "管平" in rows[0][5]
    assert "郑主任" in rows[1][5]
    found = rows_of(reader(world, "controller", "zh").get("/documents", status="in review").text)
    assert [row[0] for row in found] == [NUMBER, OTHER]
    assert rows_of(reader(world, "staff").get("/documents", status="under-way").text) == []


def test_the_workbook_of_the_master_list_has_where_it_stands(sqlite_world: World) -> None:
    revised(sqlite_world)
    answer = reader(sqlite_world, "controller", "zh").get("/documents", **{"as": "xlsx"})
    with zipfile.ZipFile(BytesIO(answer.data)) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    for cell in ("在办修订", "审核中", "管平", "何主任、郑主任"):
        assert cell in sheet


def test_the_inbox_of_the_author_shows_what_was_handed_in_and_that_of_the_office_what_is_stuck(
    world: World,
) -> None:
    revised(world)
    mine = said(world, "author", "/inbox")
    assert "我提交的 2" in mine
    assert "管平 (rep)" in mine
    accounts.lock_user(world.as_("admin"), "rep", reason="离职")
    office = said(world, "controller", "/inbox")
    assert "无人可签 2" in office
    assert "批准 · 管理者代表：管平的账户已锁定" in office
    page = said(world, "author", f"/documents/{NUMBER}/sign")
    assert "按目前情况，本审批流程无法签完。" in page
    assert "请管理员把该角色授予其他人" in page


def test_before_handing_in_an_author_sees_who_will_be_asked_and_that_nobody_could_sign(
    sqlite_world: World,
) -> None:
    drafting.register_document(sqlite_world.as_("author"), procedure, chain=CHAIN)
    page = said(sqlite_world, "author", f"/documents/{NUMBER}/submit")
    assert "会签：质量部负责人 郑主任 (quality-head)" in page
    assert "无法签完" not in page
    accounts.change_user_roles(sqlite_world.as_("admin"), "head", revoke=["department-head"])
    page = said(sqlite_world, "author", f"/documents/{NUMBER}/submit")
    assert "会签 · 行政部负责人：无人担任" in page


def test_before_an_account_is_locked_its_page_says_what_nobody_else_could_do(world: World) -> None:
    revised(world)
    for path in ("/people/rep", "/people/rep/lock", "/people/rep/change-roles"):
        page = said(world, "admin", path)
        assert "可登录的账户中没有其他人有“管理者代表”角色。" in page
        assert f"{NUMBER} A/1 ：“管理者代表”将无人可签" in page
        assert f"{OTHER} A/0 ：“管理者代表”将无人可签" in page
    assert f"{OTHER} A/0 ：“质量部负责人”将无人可签" in said(world, "admin", "/people/quality-head/lock")
    accounts.change_user_roles(world.as_("admin"), "gm", grant=["management-representative"])
    assert "将无人可签" not in said(world, "admin", "/people/rep/lock")


def test_pages_of_what_is_under_way_are_sound_in_a_browser(desk: Desk, sqlite_world: World) -> None:
    revised(sqlite_world, locked=True)
    desk.look("documents", "/documents?status=under-way", "controller", state="under way")
    desk.look("document", f"/documents/{OTHER}", "author", state="under way")
    desk.look("inbox", "/inbox", "controller", state="stuck")
    desk.look("inbox", "/inbox", "author", state="handed in")
    desk.look("revision sign", f"/documents/{OTHER}/sign", "author", state="stuck")
    assert desk.faults == []
