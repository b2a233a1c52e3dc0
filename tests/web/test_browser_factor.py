"""How a second factor looks, and that somebody gets through its pages with a keyboard of a phone."""

from __future__ import annotations

from functools import partial

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser import Desk, unsound
from tests.support.phones import Phone, with_phone
from tests.support.sites import PASSWORD, World


def send_a_wrong_code(page: Page, button: str) -> None:
    page.fill("#code", "000000")
    page.fill("#password", PASSWORD)
    page.click(f"main form {button}")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_somebody_sets_it_up_and_signs_in_with_it(desk: Desk, sqlite_world: World, language: str) -> None:
    staff = desk.sit_down("staff", width=360, language=language)
    staff.goto("/account/enrol")
    phone = Phone(sqlite_world, staff.locator(".secret").inner_text().replace(" ", ""))
    staff.fill("#code", phone.code())
    staff.fill("#password", PASSWORD)
    staff.click("main form .btn-primary")
    expect(staff.locator("main li code")).to_have_count(10)
    assert unsound(staff) == []
    again = desk.sit_down(None, width=360, language=language)
    again.goto("/sign-in")
    again.fill("#login", "staff")
    again.fill("#password", PASSWORD)
    again.click("main button")
    expect(again.locator("#code")).to_be_visible()
    assert unsound(again) == []
    again.fill("#code", phone.next())
    again.press("#code", "Enter")
    again.wait_for_url("**/inbox")


@pytest.mark.long
def test_the_pages_of_a_second_factor_look_right(desk: Desk, sqlite_world: World) -> None:
    with_phone(sqlite_world, "staff2")
    desk.look("factor_enrol", "/account/enrol", "staff")
    wrong = partial(send_a_wrong_code, button=".btn-primary")
    desk.look("factor_enrol", "/account/enrol", "staff", state="refused", before=wrong)
    with_phone(sqlite_world, "staff")
    desk.look("factor_drop", "/account/drop", "staff")
    desk.look("own_account", "/account", "staff", state="second factor")
    desk.look("person", "/people/staff2", "admin", state="second factor")
    desk.look("factor_reset", "/people/staff2/reset", "admin")
    assert desk.faults == []
