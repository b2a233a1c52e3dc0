"""Reading, searching and tracing in a real browser: two stories, and the pages as they look."""

from __future__ import annotations

import re
from datetime import date
from functools import partial

import pytest
from playwright.sync_api import ConsoleMessage, expect

from docctl.door import transaction
from docctl.usecases.copies import handing
from docctl.usecases.records import sealing
from tests.support.browser import Desk
from tests.support.sites import World, issue, procedure, template
from tests.support.written_records import FIRST, completed

NUMBER = "LX-CX-2019-101"


def library(world: World) -> None:
    """A record closed under A/0, copies out, then A/1 in force and A/2 to come."""
    issue(world, procedure())
    issue(world, template())
    handing.issue_copies(world.as_("controller"), NUMBER, holders=["sales", "quality"])
    record = completed(world)
    sealing.verify_record(world.as_("verifier"), record)
    sealing.close_record(world.as_("controller"), record)
    world.clock.go_to(date(2026, 3, 12))
    issue(world, procedure(hours=48, extra="反馈记入 LX-R-101。"), save=True)
    issue(world, procedure(hours=36, extra="反馈记入台账。"), effective=date(2026, 4, 1), save=True)
    transaction.make_checkpoint(world.site, world.clock())


@pytest.mark.rule("DC-107")
def test_an_auditor_finds_what_governed_a_record(desk: Desk, sqlite_world: World) -> None:
    library(sqlite_world)
    for language, verified, obsolete in (
        ("zh", "验证通过。", "已作废，不得作为工作依据。"),
        ("en", "Verified.", "Obsolete. Do not work by it."),
    ):
        page = desk.sit_down("auditor", language=language)
        page.goto("/trace")
        page.fill("#number", "lx-r-101-2026-0001")
        page.click("main button")
        expect(page.locator("main .notice")).to_contain_text(verified)
        expect(page.locator("main svg")).to_be_visible()
        page.locator("main table").get_by_role("link", name=f"{NUMBER} A/0").first.click()
        expect(page).to_have_url(re.compile(r"/revisions/A-0$"))
        expect(page.locator("main .notice[role=note]")).to_contain_text(obsolete)
        expect(page.locator("article")).to_contain_text("24 小时")
        page.locator("main .notice[role=note] a").last.click()
        expect(page.locator("article")).to_contain_text("48 小时")


@pytest.mark.regulation("MD-04", "AU-08")
def test_staff_find_and_read_the_valid_text_on_a_phone(desk: Desk, sqlite_world: World) -> None:
    library(sqlite_world)
    for language, valid in (("zh", "现行有效"), ("en", "effective")):
        page = desk.sit_down("staff", width=360, language=language)
        complaints: list[str] = []
        page.on("console", partial(_note, complaints))
        page.goto("/search")
        page.fill("#q", "答复顾客")
        page.press("#q", "Enter")
        page.locator(".hits a", has_text="5.2.1").click()
        expect(page.locator("[id='clause-5.2.1']")).to_be_in_viewport()
        expect(page.locator("[id='clause-5.2.1']")).to_contain_text("48 小时")
        expect(page.locator(".standing")).to_contain_text(valid)
        # The second time the browser has the page already, and shows it under the policy that came with it.
        with page.expect_response(lambda answer: NUMBER in answer.url) as waited:
            page.goto(f"/documents/{NUMBER}")
        assert waited.value.status == 200
        with page.expect_response(lambda answer: NUMBER in answer.url) as waited:
            page.reload()
        assert waited.value.status in {200, 304}
        assert page.evaluate("typeof htmx") == "undefined"  # only the editor fetches it
        assert complaints == []


def _note(complaints: list[str], message: ConsoleMessage) -> None:
    complaints.append(message.text)


PAGES = [
    ("document", f"/documents/{NUMBER}", "staff", "full"),
    ("document", f"/documents/{NUMBER}/revisions/A-0", "staff", "obsolete"),
    ("document", "/documents/LX-R-101", "staff", "template"),
    ("document-revisions", f"/documents/{NUMBER}/revisions", "controller", "full"),
    ("document-redline", f"/documents/{NUMBER}/redline", "staff", "full"),
    ("document-use", f"/documents/{NUMBER}/use", "controller", "full"),
    ("document-trail", f"/documents/{NUMBER}/trail", "auditor", "full"),
    ("search", "/search?q=%E5%8F%8D%E9%A6%88", "staff", "full"),
    ("search", "/search?q=xyzzy", "staff", "empty"),
    ("trace", "/trace", "auditor", "empty"),
    ("trace", f"/trace/{FIRST}", "auditor", "record"),
    ("trace", f"/trace/{NUMBER}", "auditor", "document"),
]


@pytest.mark.long
def test_the_pages_are_sound_at_both_widths_in_both_languages(desk: Desk, sqlite_world: World) -> None:
    library(sqlite_world)
    for name, path, login, state in PAGES:
        desk.look(name, path, login, state=state)
    assert desk.faults == []
