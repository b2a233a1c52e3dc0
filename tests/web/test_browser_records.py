"""Records in a browser: sound in two widths and two languages, and the story of one from hand to hand."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from docctl.usecases.records import attaching, opening, recording, sealing
from tests.support.browser import Desk, served
from tests.support.every_field import NUMBER, TYPED, every_field
from tests.support.pages import reader
from tests.support.record_files import SOUND, attach, photo, visit_in_force, visited
from tests.support.sites import PASSWORD, World, issue
from tests.support.written_records import FIRST, completed, fill, forms_in_force, reported, show, sign

AT = f"/records/{FIRST}"


@pytest.fixture
def office(chromium: Browser, sqlite_world: World) -> Iterator[Desk]:
    """A browser before a site with templates in force and no record."""
    forms_in_force(sqlite_world)
    with served(sqlite_world.site) as address:
        there = Desk(chromium, address)
        yield there
        there.close()


def test_the_list_and_the_pick_list_are_sound(office: Desk, sqlite_world: World) -> None:
    office.look("records", "/records", "staff", state="empty")
    completed(sqlite_world)
    reported(sqlite_world)
    sqlite_world.clock.advance(days=2)
    office.look("records", "/records", "controller")
    office.look("record-open", "/records/open", "staff")
    office.look("record-open", "/records/open?q=nothing", "staff", state="empty")
    assert office.faults == []


def test_the_form_of_a_step_is_sound_empty_full_and_refused(office: Desk, sqlite_world: World) -> None:
    issue(sqlite_world, every_field())
    number = opening.open_record(sqlite_world.as_("staff"), NUMBER).number
    at = f"/records/{number}"

    def wrongly(page: Page) -> None:
        page.fill('[name="v.mass"]', "95")
        page.fill('[name="v.count"]', "drei")
        page.get_by_role("button").filter(has_text="Save only").or_(page.get_by_text("仅保存")).click()

    office.look("record-fill", f"{at}/fill", "staff", state="empty")
    office.look("record-fill", f"{at}/fill", "staff", state="refused", before=wrongly)
    reader(sqlite_world, "staff").send(f"{at}/fill", **TYPED)
    office.look("record-fill", f"{at}/fill", "staff")
    office.look("record-sign", f"{at}/sign", "staff")
    sign(sqlite_world, "staff", number)
    office.look("record-correct", f"{at}/correct?field=parts", "staff")
    recording.correct_record(sqlite_world.as_("staff"), number, "customer", "某公司", reason="名称写错")
    office.look("record", at, "staff", state="every")
    assert office.faults == []


def test_the_pages_of_a_record_are_sound(office: Desk, sqlite_world: World) -> None:
    number = completed(sqlite_world)
    at = f"/records/{number}"
    office.look("record-verify", f"{at}/verify", "verifier")
    office.look("record-void", f"{at}/void", "controller")
    sealing.send_back_record(sqlite_world.as_("verifier"), number, reason="缺附件", step="solve")
    sqlite_world.clock.advance(days=2)
    office.look("record", at, "controller", state="open")
    fill(sqlite_world, "staff2", number, answered_at="2026-03-02 11:00")
    sign(sqlite_world, "staff2", number)
    sealing.complete_record(sqlite_world.as_("staff2"), number)
    sealing.verify_record(sqlite_world.as_("verifier"), number)
    office.look("record-close", f"{at}/close", "controller")
    sealing.close_record(sqlite_world.as_("controller"), number)
    office.look("record", at, "auditor", state="closed")
    assert office.faults == []


def test_the_pages_of_files_are_sound(office: Desk, sqlite_world: World) -> None:
    visit_in_force(sqlite_world)
    number = visited(sqlite_world)
    at = f"/records/{number}"
    office.look("record-fill", f"{at}/fill", "staff", state="files")
    office.look("record-attach", f"{at}/attach?to=photo", "staff")
    attach(sqlite_world, "staff", number, "一张名字很长的现场照片" * 8 + ".jpg", photo(), "photo")
    attach(sqlite_world, "staff", number, "call.mp3", SOUND, "call")
    attach(sqlite_world, "staff", number, "wrong.jpg", photo("blue"), "photo")
    attaching.strike_record(sqlite_world.as_("staff"), number, 3, reason="拍错")
    attaching.vouch_record(sqlite_world.as_("controller"), number, 1)
    sign(sqlite_world, "staff", number)
    office.look("record-attach", f"{at}/attach?to=confirm", "staff", state="paper")
    office.look("record-vouch", f"{at}/files/2/vouch", "controller")
    office.look("record-strike", f"{at}/files/1/strike", "staff")
    office.look("record", at, "controller", state="files")
    assert office.faults == []


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_feedback_record_goes_from_a_phone_to_the_seal(
    office: Desk, sqlite_world: World, language: str
) -> None:
    words = {"open": "开立记录", "save": "保存并签名", "complete": "完成", "seal": "封存"}
    if language == "en":
        words = {"open": "Open a record", "save": "Save and go on to sign", "complete": "Complete"}
        words["seal"] = "Close and seal"
    phone = office.sit_down("staff", width=360, language=language)
    phone.goto("/records")
    phone.get_by_role("link", name=words["open"]).first.click()
    phone.locator('button[value="LX-R-101"]').click()
    phone.locator(f'a[href="{AT}/fill"]').click()
    phone.fill('[name="v.reported_at"]', "2026-03-02T09:00")
    phone.fill('[name="v.customer"]', "某厂")
    _sign(phone, words["save"])
    solver = office.sit_down("staff2", language=language)
    solver.goto(f"{AT}/fill")
    solver.fill('[name="v.answered_at"]', "2026-03-02T09:30")
    solver.check('[name="v.satisfied"][value="true"]')
    _sign(solver, words["save"])
    solver.locator(f'a[href="{AT}/complete"]').click()
    solver.fill("#password", PASSWORD)
    solver.get_by_role("button", name=words["complete"]).click()
    verifier = office.sit_down("verifier", width=360, language=language)
    verifier.goto(AT)
    verifier.locator(f'a[href="{AT}/verify"]').click()
    verifier.fill("#password", PASSWORD)
    verifier.click("form.act button")
    controller = office.sit_down("controller", language=language)
    controller.goto(f"{AT}/close")
    controller.fill("#password", PASSWORD)
    controller.get_by_role("button", name=words["seal"]).click()
    told = show(sqlite_world, FIRST)
    assert told["state"] == "closed"
    assert [s["by"] for s in told["signatures"]] == ["staff", "staff2", "staff2", "verifier", "controller"]
    expect(controller.locator("main")).to_contain_text(told["sha256"])


def test_a_performer_finds_no_way_to_verify_their_own_record(office: Desk, sqlite_world: World) -> None:
    number = opening.open_record(sqlite_world.as_("verifier2"), "LX-R-101").number
    fill(sqlite_world, "verifier2", number, reported_at="2026-03-02 09:00", customer="某厂")
    sign(sqlite_world, "verifier2", number)
    fill(sqlite_world, "staff2", number, answered_at="2026-03-02 10:00", satisfied="true")
    sign(sqlite_world, "staff2", number)
    sealing.complete_record(sqlite_world.as_("staff2"), number)
    page = office.sit_down("verifier2", width=360, language="zh")
    page.goto(f"/records/{number}")
    assert page.locator('a[href$="/verify"]').count() == 0
    page.goto(f"/records/{number}/verify")
    assert "任何人不得验证自己参与的记录" in page.inner_text("main")
    assert show(sqlite_world, number)["state"] == "completed"


def _sign(page: Page, save: str) -> None:
    page.get_by_role("button", name=save).click()
    page.fill("#password", PASSWORD)
    page.click("form.act button")
    page.wait_for_url(f"**{AT}")
