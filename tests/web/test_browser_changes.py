"""How the pages look on which a change is applied for, decided on and told."""

from __future__ import annotations

import pytest

from docctl.usecases.copies import handing
from docctl.usecases.documents import changing
from tests.stories.test_changes import NUMBER, apply
from tests.support.browser import Desk
from tests.support.sites import World, issue, procedure, template


@pytest.fixture
def lived(sqlite_world: World) -> World:
    """One application that was approved, one before another department, and one that waits."""
    issue(sqlite_world, procedure(title="高转速舰用特种阀门售后服务现场安装调试与质量信息反馈控制程序"))
    issue(sqlite_world, template())
    handing.issue_copies(sqlite_world.as_("controller"), NUMBER, holders=["sales", "quality"])
    for number in (apply(sqlite_world), apply(sqlite_world), apply(sqlite_world)):
        if number == "1":
            changing.sign_change(sqlite_world.as_("rep"), number, comment="同意，请在下次修订时一并处理")
        if number == "2":
            assigned = {"approver": "quality", "reason": "管理者代表出差，由质量部代为审批"}
            changing.assign_change(sqlite_world.as_("controller"), number, **assigned)
    return sqlite_world


@pytest.mark.long
def test_the_pages_of_changes_look_right(desk: Desk, lived: World) -> None:
    desk.look("changes", "/changes", "staff")
    desk.look("changes", "/changes?state=refused", "staff", state="empty")
    desk.look("change_apply", f"/documents/{NUMBER}/change/apply", "staff")
    desk.look("change", "/changes/1", "controller", state="approved")
    desk.look("change", "/changes/3", "rep")
    desk.look("change_sign", "/changes/3/sign", "rep")
    desk.look("change_refuse", "/changes/3/refuse", "rep")
    desk.look("change_assign", "/changes/3/assign", "controller")
    desk.look("change_withdraw", "/changes/3/withdraw", "staff")
    desk.look("change_note", "/changes/1/note", "staff")
    desk.look("change_study", "/changes/2/study", "quality-head")
    desk.look("inbox_changes", "/inbox", "rep")
    assert desk.faults == []
