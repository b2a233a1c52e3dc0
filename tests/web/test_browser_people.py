"""How accounts and the audit trail look, and that a newcomer gets from a one-time password to their inbox."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from docctl.usecases import copying
from tests.support.browser import SHEETS, Desk
from tests.support.sites import PASSWORD, World, issue, procedure

NUMBER = "LX-CX-2019-101"
OWN = "wide open sea"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_newcomer_sets_their_own_password_first(desk: Desk, language: str) -> None:
    admin = desk.sit_down("admin", language=language)
    admin.goto("/people/add")
    admin.fill("#login", "neu")
    admin.fill("#name", "新人")
    admin.select_option("#department", "sales")
    admin.check('input[name="role"][value="staff"]')
    admin.fill("#password", PASSWORD)
    admin.click("main form .btn-primary")
    secret = admin.locator(".secret").inner_text()
    newcomer = desk.sit_down(None, width=360, language=language)
    newcomer.goto("/sign-in")
    newcomer.fill("#login", "neu")
    newcomer.fill("#password", secret)
    newcomer.click("main button")
    newcomer.wait_for_url("**/password")
    newcomer.fill("#password", secret)
    newcomer.fill("#new_password", OWN)
    newcomer.fill("#repeated", OWN)
    newcomer.click("main form button")
    newcomer.wait_for_url("**/inbox")
    expect(newcomer.get_by_role("status")).to_be_visible()


def test_the_pages_of_accounts_look_right(desk: Desk) -> None:
    desk.look("people", "/people", "admin")
    desk.look("person", "/people/staff", "admin")
    desk.look("person_add", "/people/add", "admin")
    desk.look("own_password", "/password", "staff")
    desk.look("permissions", "/permissions", "staff")
    assert desk.faults == []


def test_the_pages_of_the_audit_trail_look_right(desk: Desk, sqlite_world: World) -> None:
    issue(sqlite_world, procedure())
    copying.issue_copies(sqlite_world.as_("controller"), NUMBER, holders=["sales"])
    copying.acknowledge_copy(sqlite_world.as_("staff"), f"{NUMBER}#001")
    desk.look("ledger", "/ledger", "auditor")
    desk.look("ledger", "/ledger?login=nobody", "auditor", state="empty")
    desk.look("ledger_event", "/ledger/20", "auditor")
    desk.look("ledger_checkpoints", "/ledger/checkpoint", "admin")

    page = desk.sit_down("auditor")
    page.goto("/ledger/check")
    page.click("main form .btn-primary")
    expect(page.locator("[role=status].alert-success")).to_be_visible()
    page.screenshot(path=SHEETS / "ledger_check.png")
