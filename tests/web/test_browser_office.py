"""How the pages look on which an office gives out documents, asks, lends, reviews and makes known."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from docctl.door.accounts import vouch
from docctl.usecases.copies import distributing, handing, lending, outside, requesting
from docctl.usecases.readings import reading
from tests.stories.test_card import text
from tests.support.browser import Desk
from tests.support.sites import PASSWORD, World, issue, procedure

NUMBER, TRIAL = "LX-CX-2019-101", "LX-CX-2019-102"
DOCUMENT, ONE = f"/documents/{NUMBER}", f"/copies/{NUMBER}%23001"
TITLE = "高转速舰用特种阀门售后服务现场安装调试与质量信息反馈及顾客满意度测量控制程序"
DUE = date(2026, 3, 9)


@pytest.fixture
def lived(sqlite_world: World) -> World:
    """Each thing once: a list, a request, a customer, a loan, a trial that is over, a reading."""
    desk = sqlite_world.as_("controller")
    issue(sqlite_world, procedure(title=TITLE))
    issue(sqlite_world, text(TRIAL, "procedure", more=f"trial: {DUE}\n"))
    outside.add_outsider(desk, company="大连海天船舶重工有限公司", name="欧阳询", contact="0411-8000-1234")
    distributing.change_distribution(sqlite_world.as_("head"), NUMBER, add=["sales", "gm"], file=["quality"])
    distributing.change_distribution(sqlite_world.as_("head"), NUMBER, strike=["gm"])
    handing.issue_copies(desk, NUMBER, holders=["sales"])
    handing.acknowledge_copy(sqlite_world.as_("staff"), f"{NUMBER}#001")
    requesting.add_request(sqlite_world.as_("staff2"), NUMBER, reason="现场调试要用，只在船上查阅")
    lending.lend_copy(
        desk,
        f"{NUMBER}#001",
        borrower="staff2",
        due=DUE,
        reason="现场查阅",
        approved_by=vouch(sqlite_world.site, "head", PASSWORD),
    )
    reading.call_reading(desk, NUMBER, concerned=["sales", "technical"], due=DUE)
    sqlite_world.clock.go_to(DUE + timedelta(days=1))
    return sqlite_world


@pytest.mark.long
def test_the_pages_of_distribution_look_right(desk: Desk, lived: World) -> None:
    desk.look("distribution", f"{DOCUMENT}/distribution", "controller")
    desk.look("distribution", f"/documents/{TRIAL}/distribution", "controller", state="empty")
    desk.look("distribution_change", f"{DOCUMENT}/distribution/change", "head")
    desk.look("requests", "/copies/requests", "head")
    desk.look("request", "/copies/requests/1", "head")
    desk.look("request_approve", "/copies/requests/1/approve", "head")
    desk.look("request_refuse", "/copies/requests/1/refuse", "head")
    desk.look("request_add", f"{DOCUMENT}/request/add", "staff")
    desk.look("outsider", "/copies/outsiders/@1", "controller")
    desk.look("outsider_add", "/copies/outsiders/add", "controller")
    desk.look("outsider_erase", "/copies/outsiders/@1/erase", "controller")
    desk.look("copy_take_back", f"{ONE}/take-back", "controller")
    desk.look("copy_place", f"{ONE}/place", "staff")
    desk.look("copies_together", "/copies/together/acknowledge", "controller")
    desk.look("copies_together", f"/copies/together/return?document={TRIAL}", "controller", state="empty")
    for name in ("lacking", "loans", "unread"):
        desk.look(f"report_{name}", f"/reports/{name}", "controller")
    assert desk.faults == []


@pytest.mark.long
def test_the_pages_of_what_is_reviewed_tried_and_made_known_look_right(desk: Desk, lived: World) -> None:
    lived.clock.advance(days=400)
    desk.look("inbox_office", "/inbox", "controller")
    desk.look("reviews", "/reviews", "controller")
    desk.look("document_review", f"{DOCUMENT}/review", "head")
    desk.look("trial_prolong", f"/documents/{TRIAL}/prolong", "controller")
    desk.look("readers", f"{DOCUMENT}/readers", "controller")
    desk.look("readers_call", f"{DOCUMENT}/readers/call", "head")
    desk.look("readers_confirm", f"{DOCUMENT}/readers/confirm?label=A/0", "staff")
    desk.look("chain_change", f"{DOCUMENT}/chain/change", "controller")
    desk.look("approvers", "/approvers", "admin")
    desk.look("reviews", "/reviews?department=nobody", "controller", state="empty")
    assert desk.faults == []
