"""What somebody without an account sees on a phone: the start page, the page of a copy, and refusals."""

from __future__ import annotations

from datetime import date

import pytest
from playwright.sync_api import expect

from docctl.usecases.copies import handing
from tests.support.browser import Desk
from tests.support.sites import World, issue, procedure

NUMBER = "LX-CX-2019-101"


@pytest.mark.parametrize(
    ("language", "first", "then"), [("zh", "有效", "已作废"), ("en", "current", "superseded")]
)
def test_a_copy_that_is_called_back_says_so_to_whoever_types_its_number(
    desk: Desk, sqlite_world: World, language: str, first: str, then: str
) -> None:
    issue(sqlite_world, procedure())
    copy = handing.issue_copies(sqlite_world.as_("controller"), NUMBER, holders=["sales"])[0]
    phone = desk.sit_down(None, width=360, language=language)
    for word in (first, then):
        phone.goto("/")
        phone.fill('input[name="copy"]', copy.number.lower())
        phone.keyboard.press("Enter")
        expect(phone.locator("h1")).to_have_text(word)
        if word == first:
            issue(sqlite_world, procedure(extra="新的要求。"), save=True)


def test_the_pages_for_everybody_are_sound(desk: Desk, sqlite_world: World) -> None:
    title = "关于售后服务过程中受控文件的编制审核会签批准发放回收和作废销毁的控制程序"
    desk.look("start", "/", None, state="empty")
    issue(sqlite_world, procedure(title=title))
    (copy,) = handing.issue_copies(sqlite_world.as_("controller"), NUMBER, holders=["sales"])
    desk.look("start", "/", None)
    desk.look("scan", f"/c/{copy.token}", None, state="current")
    issue(sqlite_world, procedure(title=title, hours=48), effective=date(2026, 3, 9), save=True)
    desk.look("scan", f"/c/{copy.token}", None, state="coming")
    sqlite_world.clock.go_to(date(2026, 3, 9))
    desk.look("scan", f"/c/{copy.token}", None, state="superseded")
    desk.look("scan", "/c/LX-CX-2019-999%23001", None, state="unknown", status=404)
    desk.look("refused", "/people", "staff", state="forbidden", status=403)
    desk.look("refused", "/documents/LX-CX-2019-999", "staff", state="missing", status=404)
    assert desk.faults == []
