"""A quality manager alone, before an empty machine: from the first page to her own procedure in force."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from docctl.door.site import Site
from docctl.usecases.demonstration import making
from docctl.web.site import first_visit
from tests.support.browser import Desk
from tests.support.doorway import CODE, door_of, served_door
from tests.support.sites import PASSWORD, Clock, World

HERS, HIS = "wide open sea", "deep blue hill"
NUMBER = "HD-QP-001"
CLICK, FIELD = 4, 7
"""Seconds of a person in no hurry."""

SAID = {"zh": "现行有效", "en": "effective"}


class Hand:
    """Whoever sits before the pages, with a count of what she does."""

    def __init__(self, page: Page) -> None:
        self.page, self.clicks, self.fields = page, 0, 0

    def write(self, field: str, text: str) -> None:
        self.page.fill(f"#{field}", text)
        self.fields += 1

    def choose(self, field: str, value: str) -> None:
        self.page.select_option(f"#{field}", value)
        self.fields += 1

    def press(self, where: str = "main form .btn-primary") -> None:
        self.page.click(where)
        self.clicks += 1

    def follow(self, address: str) -> None:
        """A link that leads there, where she sees it."""
        self.press(f'main a[href^="{address}"]')

    def sign_in(self, login: str, password: str) -> None:
        self.press(".mine summary")
        self.press(".mine button")
        self.follow("/sign-in")
        self.write("login", login)
        self.write("password", password)
        self.press()

    @property
    def seconds(self) -> int:
        return CLICK * self.clicks + FIELD * self.fields


@pytest.fixture
def desk_before(chromium: Browser, tmp_path: Path) -> Iterator[Desk]:
    """A browser before a machine on which the demonstration is being made, and will be for ever."""
    with served_door(door_of(tmp_path / "site", Clock())) as address:
        there = Desk(chromium, address)
        yield there
        there.close()


@pytest.fixture
def desk_beside(chromium: Browser, tmp_path: Path, sqlite_world: World) -> Iterator[Desk]:
    """A browser before a demonstration that is there."""
    folder = sqlite_world.site.path
    sqlite_world.site.close()
    making.mark(folder)
    door = door_of(folder, sqlite_world.clock)
    door.let_in(Site.open(folder, clock=sqlite_world.clock, environ={}))
    with served_door(door) as address:
        there = Desk(chromium, address)
        yield there
        there.close()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_quality_manager_alone_has_her_first_procedure_in_force_within_ten_minutes(
    desk_before: Desk, language: str
) -> None:
    hand = Hand(desk_before.sit_down(None, language=language))
    hand.page.goto(f"/?code={CODE}")
    _set_up(hand)
    secret = _add_her_approver(hand)
    _write(hand)
    hand.sign_in("wangqiang", secret)
    _choose_own_password(hand, secret)
    hand.follow(f"/documents/{NUMBER}/sign")
    hand.write("password", HIS)
    hand.press()
    hand.sign_in("linjing", HERS)
    hand.follow(f"/documents/{NUMBER}/issue")
    hand.write("password", HERS)
    hand.press()
    hand.page.goto(f"/documents/{NUMBER}")
    expect(hand.page.locator("main .state").first).to_contain_text(SAID[language])
    assert hand.fields <= 40
    assert hand.seconds <= 10 * 60, (hand.clicks, hand.fields)


def _set_up(hand: Hand) -> None:
    hand.follow("/set-up")
    for field, said in {
        "organisation": "恒达精密",
        "numbers": "HD",
        "name": "林静",
        "login": "linjing",
    }.items():
        hand.write(field, said)
    hand.write("password", HERS)
    hand.write("repeated", HERS)
    hand.press()
    hand.page.wait_for_url("**/company")


def _add_her_approver(hand: Hand) -> str:
    hand.follow("/people/add-several")
    hand.write("name-1", "王强")
    hand.write("login-1", "wangqiang")
    hand.choose("duty-1", "approves")
    hand.write("password", HERS)
    hand.press()
    secret = hand.page.locator('[data-secret-of="wangqiang"]').inner_text()
    hand.follow("/company")
    return secret


def _write(hand: Hand) -> None:
    hand.follow("/library")
    hand.follow("/library/LX-CX-2019-013/take")
    expect(hand.page.locator("#number")).to_have_value(NUMBER)
    hand.press()
    hand.follow(f"/documents/{NUMBER}/submit")
    hand.write("reason", "首次发布")
    hand.write("password", HERS)
    hand.press()


def _choose_own_password(hand: Hand, secret: str) -> None:
    hand.write("password", secret)
    hand.write("new_password", HIS)
    hand.write("repeated", HIS)
    hand.press("main form button")
    hand.page.wait_for_url("**/inbox")


@pytest.mark.long
def test_the_pages_before_there_is_a_site_look_right(
    desk_before: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(first_visit, "LOOKS_EVERY", "600")  # it would leave while it is looked at
    desk_before.look("first_visit", f"/?code={CODE}", None)
    desk_before.look("first_visit", "/", None, state="without")
    desk_before.look("first_company", f"/set-up?code={CODE}", None)
    desk_before.look("first_company", f"/set-up?code={CODE}", None, state="refused", before=send_as_it_is)
    assert desk_before.faults == []


@pytest.mark.long
def test_the_pages_of_a_demonstration_lead_to_the_company(desk_beside: Desk) -> None:
    desk_beside.look("first_welcome", f"/welcome?code={CODE}", None)
    desk_beside.look("start", "/", None, state="demonstration")
    assert desk_beside.faults == []
    hand = Hand(desk_beside.sit_down(None, language="en"))
    hand.page.goto("/")
    hand.follow("/set-up")
    hand.write("code", CODE)
    hand.write("organisation", "恒达精密")
    hand.write("name", "林静")
    hand.write("login", "linjing")
    hand.write("password", HERS)
    hand.write("repeated", HERS)
    hand.press()
    hand.page.wait_for_url("**/company")
    expect(hand.page.locator("body")).to_contain_text("林静")


@pytest.mark.long
def test_the_pages_of_the_company_look_right(desk: Desk) -> None:
    desk.look("company", "/company", "controller")
    for part in ("organisation", "address", "departments", "numbers", "chains", "calendar"):
        desk.look(f"company_{part}", f"/company/{part}/configure", "controller")
    desk.look(
        "company_organisation",
        "/company/organisation/configure",
        "controller",
        state="refused",
        before=send_as_it_is,
    )
    desk.look("people_add", "/people/add-several", "admin")
    desk.look("people_add", "/people/add-several", "admin", state="refused", before=add_nobody)
    desk.look("library", "/library", "author")
    desk.look("library_take", "/library/LX-CX-2019-013/take", "author")
    assert desk.faults == []


def send_as_it_is(page: Page) -> None:
    """Send a form in which the first field is empty."""
    page.evaluate("document.querySelector('main form').noValidate = true")
    page.fill("main form input:not([type=hidden])", "")
    page.click("main form .btn-primary")
    page.wait_for_selector(".summary")


def add_nobody(page: Page) -> None:
    """A row that cannot be."""
    page.fill("#name-2", "王强")
    page.fill("#login-2", "Wang Qiang")
    page.fill("#password", PASSWORD)
    page.click("main form .btn-primary")
    page.wait_for_selector(".summary")
