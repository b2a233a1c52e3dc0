"""How accounts and the audit trail look, and that a newcomer gets from a one-time password to their inbox."""

from __future__ import annotations

from functools import partial

import pytest
from playwright.sync_api import Page, expect

from docctl.usecases.copies import handing
from docctl.usecases.people import accounts
from tests.support.browser import Desk
from tests.support.sites import PASSWORD, World, issue, procedure
from tests.support.two_people import ask_for_two

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


@pytest.mark.long
def test_the_pages_of_accounts_look_right(desk: Desk, sqlite_world: World) -> None:
    desk.look("people", "/people", "admin")
    desk.look("person", "/people/staff", "admin")
    desk.look("person_add", "/people/add", "admin")
    desk.look("own_password", "/password", "staff")
    desk.look("permissions", "/permissions", "staff")
    for act, button in (
        ("change-roles", ".btn-primary"),
        ("password", ".btn-primary"),
        ("lock", ".btn-danger"),
    ):
        page = f"/people/staff2/{act}"
        desk.look(f"person_{act.partition('-')[2] or act}", page, "admin")
        desk.look(
            f"person_{act}", page, "admin", state="refused", before=partial(send_as_it_is, button=button)
        )
    desk.look("person_add", "/people/add", "admin", state="refused", before=send_as_it_is)
    desk.look("own_password", "/password", "staff", state="refused", before=send_as_it_is)
    ask_for_two(sqlite_world)
    accounts.change_user_roles(sqlite_world.as_("admin"), "staff", grant=["verifier"])
    for act, button in (("confirm-roles", ".btn-primary"), ("refuse-roles", ".btn-danger")):
        page = f"/people/staff/{act}"
        desk.look("person_decide", page, "controller", state=act)
        refused = partial(send_as_it_is, button=button)
        desk.look("person_decide", page, "controller", state=f"{act} refused", before=refused)
    desk.look("person", "/people/staff", "admin", state="proposed")
    desk.look("own_account", "/account", "gm", state="nothing")
    accounts.change_user_roles(sqlite_world.as_("admin"), "staff2", grant=["author"])
    desk.look("own_account", "/account", "staff2")
    desk.look("inbox", "/inbox", "controller", state="roles to confirm")
    desk.look("person_secret", "/people/staff2/password", "admin", before=with_password)
    desk.look("error", "/people", "staff", state="forbidden", status=403)
    desk.look("error", "/no-such-page", "staff", state="missing", status=404)
    assert desk.faults == []


def send_as_it_is(page: Page, button: str = ".btn-primary") -> None:
    """Send a form in which nothing was filled in."""
    page.evaluate("document.querySelector('main form').noValidate = true")
    page.click(f"main form {button}")
    page.wait_for_selector(".summary")


def with_password(page: Page) -> None:
    page.fill("#password", PASSWORD)
    page.click("main form .btn-primary")
    page.wait_for_selector(".secret")


def test_the_pages_of_the_audit_trail_look_right(desk: Desk, sqlite_world: World) -> None:
    issue(sqlite_world, procedure())
    handing.issue_copies(sqlite_world.as_("controller"), NUMBER, holders=["sales"])
    handing.acknowledge_copy(sqlite_world.as_("staff"), f"{NUMBER}#001")
    desk.look("ledger", "/ledger", "auditor")
    desk.look("ledger", "/ledger?login=nobody", "auditor", state="empty")
    desk.look("ledger_event", "/ledger/20", "auditor")
    desk.look("ledger_checkpoints", "/ledger/checkpoint", "admin")

    desk.look("ledger_check", "/ledger/check", "auditor", state="before")
    desk.look("ledger_check", "/ledger/check", "auditor", before=checked)
    assert desk.faults == []


def checked(page: Page) -> None:
    page.click("main form .btn-primary")
    expect(page.locator("[role=status].alert-success")).to_be_visible()
