"""The frame around the pages: what is on the first screen, what a first visit weighs, and that no text is lost."""

from __future__ import annotations

import pytest
from playwright.sync_api import Dialog, Page, expect

from docctl.usecases.copies import handing
from docctl.usecases.documents import drafting
from docctl.usecases.records import opening
from tests.support.browser import Desk, unsound
from tests.support.sites import World, issue, procedure, template

NUMBER = "LX-CX-2019-101"
EDITOR = f"/documents/{NUMBER}/draft/save"


@pytest.mark.parametrize("width", [360, 1280])
def test_the_sign_in_is_on_the_first_screen_of_the_start_page(
    desk: Desk, sqlite_world: World, width: int
) -> None:
    for n in range(12):
        issue(sqlite_world, procedure(f"LX-CX-2019-{200 + n}"))
    page = desk.sit_down(None, width=width, language="zh")
    page.goto("/")
    link = page.locator("header").get_by_role("link", name="登录")
    expect(link).to_be_in_viewport()
    link.click()
    expect(page.locator("#login")).to_be_visible()


def test_the_name_opens_a_menu_and_the_box_finds_a_copy(desk: Desk, sqlite_world: World) -> None:
    issue(sqlite_world, procedure())
    handing.issue_copies(sqlite_world.as_("controller"), NUMBER, holders=["sales"])
    for width in (360, 1280):
        page = desk.sit_down("controller", width=width, language="zh")
        page.locator(".find input").fill("lx-cx-2019-101＃1")
        page.locator(".find input").press("Enter")
        expect(page.locator("h1")).to_have_text(f"{NUMBER}#001")
        page.locator(".mine summary").click()
        expect(page.get_by_role("link", name="我的副本")).to_be_in_viewport()
        assert unsound(page) == []
        page.get_by_role("button", name="退出").click()
        page.wait_for_url("**/")


def test_a_badge_of_two_figures_can_be_read(desk: Desk, sqlite_world: World) -> None:
    """axe looks at no text of one character: so with ten things waiting."""
    issue(sqlite_world, procedure())
    logins = ["author", "author2", "staff", "staff2", "verifier", "verifier2", "auditor", "head", "rep", "gm"]
    handing.issue_copies(sqlite_world.as_("controller"), NUMBER, holders=logins)
    for login in logins:
        handing.recall_copy(
            sqlite_world.as_("controller"), f"{NUMBER}#{logins.index(login) + 1:03}", reason="换发"
        )
    page = desk.sit_down("controller")
    expect(page.locator(".places.wide .badge")).to_have_text("10")
    for path in ("/inbox", "/documents", "/copies", "/records"):
        page.goto(path)
        assert unsound(page) == [], path


@pytest.mark.parametrize("path", ["/inbox", "/documents", "/copies", "/records", f"/documents/{NUMBER}"])
def test_a_first_visit_to_an_office_page_fetches_less_than_150_kilobytes(
    desk: Desk, sqlite_world: World, path: str
) -> None:
    issue(sqlite_world, procedure())
    state = desk.sit_down("controller").context.storage_state()
    context = desk.browser.new_context(base_url=desk.address, storage_state=state)
    desk.contexts.append(context)
    page = context.new_page()
    weigh = context.new_cdp_session(page)
    weigh.send("Network.enable")
    fetched: list[float] = []
    weigh.on("Network.loadingFinished", lambda said: fetched.append(said["encodedDataLength"]))
    page.goto(path, wait_until="networkidle")
    assert len(fetched) >= 4
    print(f"{path}: {sum(fetched) / 1000:.1f} kB in {len(fetched)} requests")
    assert sum(fetched) < 150_000
    assert page.evaluate("typeof htmx") == "undefined"


def draft(world: World) -> None:
    """A document whose next text is being written."""
    issue(world, procedure())
    drafting.save_draft(world.as_("author"), NUMBER, lambda: procedure(hours=48))


def type_something(page: Page, more: str) -> None:
    """At the end of the text."""
    page.locator("#text").press("Control+End")
    page.locator("#text").type(more)


def wait_until_kept(page: Page, said: str) -> None:
    """Until the browser has put it away; the policy of the page lets no test wait inside it."""
    for _ in range(100):
        if said in page.evaluate("JSON.stringify(localStorage)"):
            return
        page.wait_for_timeout(50)
    pytest.fail(f"{said} was not kept")


def test_a_text_that_is_not_saved_is_not_left_without_a_word_and_found_again(
    desk: Desk, sqlite_world: World
) -> None:
    draft(sqlite_world)
    page = desk.sit_down("author", language="zh")
    page.goto(EDITOR)
    asked: list[str] = []

    def leave(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", leave)
    type_something(page, "刚写的一句。")
    wait_until_kept(page, "刚写的一句")
    page.goto("/inbox")
    assert asked == ["beforeunload"]
    page.goto(EDITOR)
    assert "刚写的一句" not in page.input_value("#text")
    expect(page.locator("[data-kept]")).to_be_visible()
    page.locator("[data-put-back]").click()
    assert "刚写的一句" in page.input_value("#text")
    page.get_by_role("button", name="保存草稿").click()
    page.wait_for_load_state()
    assert asked == ["beforeunload"], "saving asks nothing"
    page.goto(EDITOR)
    expect(page.locator("[data-kept]")).to_be_hidden()
    assert page.evaluate("Object.keys(localStorage).length") == 0


@pytest.mark.regulation("DI-04")
def test_a_record_that_is_being_filled_in_is_not_left_without_a_word(desk: Desk, sqlite_world: World) -> None:
    issue(sqlite_world, procedure())
    issue(sqlite_world, template())
    number = opening.open_record(sqlite_world.as_("staff"), "LX-R-101").number
    page = desk.sit_down("staff", width=360, language="zh")
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    page.goto(f"/records/{number}/fill")
    page.locator("main textarea, main input[type=text]").first.press_sequentially("顾客说门关不上")
    with page.expect_event("dialog"):
        page.get_by_role("link", name="打开记录").or_(page.locator("a.brand")).first.click(no_wait_after=True)
    assert asked == ["beforeunload"]
    assert page.url.endswith("/fill")


@pytest.mark.regulation("DI-04")
def test_what_a_browser_kept_is_gone_with_the_sign_out(desk: Desk, sqlite_world: World) -> None:
    draft(sqlite_world)
    page = desk.sit_down("author")
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(EDITOR)
    type_something(page, "secret")
    wait_until_kept(page, "secret")
    page.locator(".mine summary").click()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/")
    assert page.evaluate("Object.keys(localStorage).length") == 0
