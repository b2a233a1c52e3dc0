"""From a draft to what is in force, in a real browser: the story of three people, and the pages as they look."""

from __future__ import annotations

from datetime import date

import pytest
from playwright.sync_api import Page, expect

from docctl.usecases.copies import handing
from docctl.usecases.documents import approving, drafting
from tests.support.browser import Desk
from tests.support.sites import PASSWORD, World, issue, meaning, procedure, template

NUMBER = "LX-CX-2019-101"
HOSTILE = "附注：<script>alert(1)</script> 与 <b>粗体</b> 原样显示。"


def in_force(world: World) -> None:
    """A revision in force, with copies in two hands."""
    issue(world, procedure(NUMBER))
    handing.issue_copies(world.as_("controller"), NUMBER, holders=["staff", "sales"])


def returned(world: World) -> None:
    """A draft of the next revision that was sent back."""
    in_force(world)
    hostile = meaning(procedure(NUMBER, hours=12, extra=HOSTILE), "<script>", "</script>")
    drafting.save_draft(world.as_("author"), NUMBER, lambda: hostile)
    drafting.submit_revision(world.as_("author"), NUMBER, reason="时限太长，顾客投诉")
    approving.reject_revision(world.as_("rep"), NUMBER, reason="请说明附注的依据")


def in_review(world: World) -> None:
    returned(world)
    drafting.submit_revision(world.as_("author"), NUMBER, reason="时限太长，顾客投诉；附注依据顾客协议")


def approved(world: World) -> None:
    in_review(world)
    approving.sign_revision(world.as_("rep"), NUMBER)


WORDS = {
    "zh": {
        "begin": "开始修订下一版",
        "saved": "已保存为草稿 {label}",
        "submit": "提交审批",
        "hand_in": "签名并提交",
        "sign": "签名",
        "issue": "发布",
        "issued": "{label} 已发布，自 2026-03-02 起实施",
        "called_back": "已通知回收",
    },
    "en": {
        "begin": "Begin the next revision",
        "saved": "Saved as draft {label}",
        "submit": "Submit for approval",
        "hand_in": "Sign and submit",
        "sign": "Sign",
        "issue": "Issue",
        "issued": "{label} is issued, in force from 2026-03-02",
        "called_back": "called back",
    },
}


def write(page: Page, said: dict[str, str], label: str, old: str, new: str) -> None:
    """The author: begin, change a limit, see it, save it, hand it in."""
    page.goto(f"/documents/{NUMBER}")
    page.get_by_role("link", name=said["begin"]).click()
    text = page.locator("#text").input_value()
    page.fill("#text", text.replace(f"within: {old}", f"within: {new}"))
    expect(page.locator(".seen .text")).to_contain_text(f"{new} 小时")  # without any click
    page.locator("form.writing button.btn-primary").click()
    expect(page.locator("main [role=status]:not([data-kept])")).to_contain_text(
        said["saved"].format(label=label)
    )
    page.get_by_role("link", name=said["submit"]).click()
    page.fill("#reason", "时限调整")
    page.fill("#password", PASSWORD)
    page.get_by_role("button", name=said["hand_in"]).click()
    page.wait_for_url(f"**/documents/{NUMBER}")


def sign(page: Page, said: dict[str, str], old: str, new: str) -> None:
    """The management representative: from the inbox to the redline, then the password."""
    page.goto("/inbox")
    page.get_by_role("link", name=NUMBER).first.click()
    expect(page.locator(".redline del")).to_have_text(old)
    expect(page.locator(".redline ins")).to_have_text(new)
    page.fill("#password", "wrong horse")
    page.get_by_role("button", name=said["sign"], exact=True).click()
    expect(page.locator("main [role=alert]")).to_be_visible()
    page.fill("#password", PASSWORD)
    page.get_by_role("button", name=said["sign"], exact=True).click()
    page.wait_for_url(f"**/documents/{NUMBER}")


def put_in_force(page: Page, said: dict[str, str], label: str) -> None:
    """The document controller: from the inbox, from today on."""
    page.goto("/inbox")
    page.locator("#to_issue").get_by_role("link", name=NUMBER).first.click()
    expect(page.locator("main tbody tr")).to_have_count(2)
    page.fill("#password", PASSWORD)
    page.get_by_role("button", name=said["issue"], exact=True).click()
    page.wait_for_url(f"**/copies/issue?document={NUMBER}")  # somebody had the former revision
    expect(page.locator("main")).to_contain_text(said["issued"].format(label=label))
    expect(page.locator("main")).to_contain_text(said["called_back"])


@pytest.mark.rule("DC-53")
def test_three_people_bring_a_draft_into_force(desk: Desk, sqlite_world: World) -> None:
    in_force(sqlite_world)
    for language, label, old, new in (("zh", "A/1", "24", "12"), ("en", "A/2", "12", "36")):
        said = WORDS[language]
        write(desk.sit_down("author", language=language), said, label, old, new)
        sign(desk.sit_down("rep", width=360, language=language), said, old, new)
        put_in_force(desk.sit_down("controller", language=language), said, label)
        page = desk.sit_down("staff", width=360, language=language)
        page.goto(f"/documents/{NUMBER}")
        expect(page.locator("article")).to_contain_text(f"{new} 小时")


def test_the_editor_is_sound_in_a_browser(desk: Desk, sqlite_world: World) -> None:
    returned(sqlite_world)
    address = f"/documents/{NUMBER}/draft/save"

    def show(page: Page) -> None:
        page.locator("button[formaction]").click()
        expect(page.locator(".seen .text")).to_be_visible()

    def spoil(page: Page) -> None:
        page.fill("#text", "---\nnumber: [\n---\n")
        page.locator("form.writing button.btn-primary").click()
        expect(page.locator("main [role=alert]")).to_be_visible()

    desk.look("draft-edit", address, "author", before=show)
    desk.look("draft-edit", address, "author", state="error", before=spoil)
    desk.look("draft-submit", f"/documents/{NUMBER}/submit", "author")
    desk.look("draft-register", "/documents/register?scheme=LX-procedure", "author")
    desk.look("draft-discard", f"/documents/{NUMBER}/draft/discard", "author")
    assert desk.faults == []


def test_the_page_of_a_signature_is_sound_in_a_browser(desk: Desk, sqlite_world: World) -> None:
    in_review(sqlite_world)
    drafting.register_document(sqlite_world.as_("author"), lambda: template("LX-R-101"))
    drafting.submit_revision(sqlite_world.as_("author"), "LX-R-101", reason="首次发布")
    desk.look("revision-sign", f"/documents/{NUMBER}/sign", "rep")
    desk.look("revision-sign", "/documents/LX-R-101/sign", "rep", state="empty")
    desk.look("revision-retract", f"/documents/{NUMBER}/retract", "author")
    assert desk.faults == []


def test_the_pages_of_an_issue_are_sound_in_a_browser(desk: Desk, sqlite_world: World) -> None:
    approved(sqlite_world)

    def too_early(page: Page) -> None:
        page.evaluate("document.querySelector('#effective').removeAttribute('min')")
        page.fill("#effective", "2026-03-01")
        page.fill("#password", PASSWORD)
        page.locator("main form button").click()
        expect(page.locator("main [role=alert]")).to_be_visible()

    desk.look("revision-issue", f"/documents/{NUMBER}/issue", "controller")
    desk.look("revision-issue", f"/documents/{NUMBER}/issue", "controller", state="error", before=too_early)
    page = desk.sit_down("controller")
    page.goto(f"/documents/{NUMBER}/issue")
    expect(page.locator("[data-progress]")).to_be_hidden()
    page.evaluate("window.addEventListener('submit', (event) => event.preventDefault())")
    page.fill("#password", PASSWORD)
    page.locator("main form button").click()
    expect(page.locator("[data-progress]")).to_be_visible()
    page.context.close()
    issue(sqlite_world, procedure("LX-CX-2019-102"), effective=date(2026, 4, 1))
    desk.look("revision-cancel", "/documents/LX-CX-2019-102/cancel", "controller")
    desk.look("document-withdraw", "/documents/LX-CX-2019-102/withdraw", "controller")
    assert desk.faults == []
