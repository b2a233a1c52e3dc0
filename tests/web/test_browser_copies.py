"""A copy goes out and comes back, in the browsers of those who handle it; and how its pages look."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from docctl.queries.copies.register import copy_list, copy_reconcile
from docctl.usecases.copies import disposing, handing
from tests.support.browser import Desk
from tests.support.sites import PASSWORD, World, issue, procedure

NUMBER = "LX-CX-2019-101"
ONE, TWO = f"/copies/{NUMBER}%23001", f"/copies/{NUMBER}%23002"

# What each of them reads, in the order of the story.
SAID = {
    "en": (
        "2 copies are handed out.",
        "Acknowledge receipt",
        "superseded",
        "Register the return",
        "balanced",
    ),
    "zh": ("已发放 2 份副本。", "签收", "已作废", "登记收回", "账实相符"),
}


def _hand_out(page: Page, said: str) -> None:
    page.goto(f"/copies/issue?document={NUMBER}")
    page.check('input[name="departments"][value="sales"]')
    page.check('input[name="people"][value="staff2"]')
    page.click("main form .btn-primary")
    expect(page.get_by_role("status")).to_contain_text(said)


def _acknowledge(page: Page, said: str) -> None:
    page.click(f'#to_acknowledge a[href="{ONE}/acknowledge"] >> nth=0')
    page.wait_for_url(f"**{ONE}/acknowledge")
    page.wait_for_load_state()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    button = page.get_by_role("button", name=said)
    box = button.bounding_box()
    assert box is not None
    assert box["height"] >= 44, "a thumb has to hit it"
    button.click()
    page.wait_for_url(f"**{ONE}")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_copy_goes_out_and_comes_back(desk: Desk, sqlite_world: World, language: str) -> None:
    handed, acknowledge, superseded, back, balanced = SAID[language]
    issue(sqlite_world, procedure())
    controller = desk.sit_down("controller", language=language)
    _hand_out(controller, handed)
    _acknowledge(desk.sit_down("staff", width=360, language=language), acknowledge)
    token = copy_list(sqlite_world.as_("auditor"), NUMBER)["copies"][0]["token"]
    stranger = desk.sit_down(None, width=360, language=language)
    stranger.goto(f"/c/{token}")
    assert stranger.locator("[data-verdict]").get_attribute("data-verdict") == "current"
    issue(sqlite_world, procedure(extra="新的要求。"), save=True)
    stranger.goto(f"/c/{token}")
    expect(stranger.locator("h1")).to_have_text(superseded)
    controller.goto("/inbox")
    for there in (ONE, TWO):
        controller.goto(there)
        controller.get_by_role("link", name=back).click()
        controller.get_by_role("button", name=back).click()
        controller.wait_for_url(f"**{there}")
    controller.goto(f"/copies/reconcile?document={NUMBER}")
    expect(controller.locator("tbody tr").first).to_contain_text(balanced)
    sqlite_world.as_("auditor").session.rollback()
    sums = copy_reconcile(sqlite_world.as_("auditor"), NUMBER)
    assert (sums["issued"], sums["out"], sums["returned"], sums["balanced"]) == (2, 0, 2, True)


@pytest.mark.long
def test_the_pages_of_copies_look_right(desk: Desk, sqlite_world: World) -> None:
    desk.look("copies", "/copies", "controller", state="empty")
    issue(sqlite_world, procedure())
    controller = sqlite_world.as_("controller")
    handing.issue_copies(controller, NUMBER, holders=["sales", "staff2", "quality", "gm"])
    handing.acknowledge_copy(controller, f"{NUMBER}#002")
    handing.recall_copy(controller, f"{NUMBER}#003", reason="换页")
    disposing.lose_copy(
        controller, f"{NUMBER}#004", reason="出差途中遗失", responsible="staff", consequence="无"
    )
    desk.look("copies", "/copies", "controller")
    desk.look("copy", f"/copies/{NUMBER}%23003", "controller")
    desk.look("copy_issue", f"/copies/issue?document={NUMBER}", "controller")
    desk.look("copy_issue", "/copies/issue", "controller", state="empty")
    desk.look("copies_issued", f"/copies/issued?copy={NUMBER}%23001&copy={NUMBER}%23002", "controller")
    desk.look("report", "/reports/recalls", "controller")
    desk.look("report", "/reports/recalls?document=nothing", "controller", state="empty")
    desk.look("copy_reconcile", "/copies/reconcile", "auditor", state="empty")
    desk.look("copy_reconcile", f"/copies/reconcile?document={NUMBER}", "auditor")

    def nobody(page: Page) -> None:
        page.click("main form .btn-danger")
        page.wait_for_selector(".summary")

    def without_required(page: Page) -> None:
        page.evaluate("document.querySelector('main form').noValidate = true")
        page.fill("#password", PASSWORD)
        nobody(page)

    desk.look("copy_act", f"/copies/{NUMBER}%23003/destroy", "controller")
    desk.look(
        "copy_act", f"/copies/{NUMBER}%23003/destroy", "controller", state="refused", before=without_required
    )
    assert desk.faults == []
