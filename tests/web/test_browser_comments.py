"""How the pages look on which a revision is commented on, a record is opened on an earlier one, and case files."""

from __future__ import annotations

import pytest

from docctl.usecases.documents import commenting, drafting
from tests.stories.test_resting_on_records import CUSTOMER, dispatched, inspected, of_delivery
from tests.support.browser import Desk, query
from tests.support.sites import World, procedure

NUMBER = "LX-CX-2019-101"
TITLE = "高转速舰用特种阀门售后服务现场安装调试与质量信息反馈控制程序"
SAID = (
    "5.2.1 写的 24 小时与合同范本第八条的 12 小时不一致，请与销售部核对后统一，并在附录中说明节假日如何计算。"
)


@pytest.mark.long
def test_the_pages_of_review_comments_look_right(desk: Desk, sqlite_world: World) -> None:
    world, page = sqlite_world, f"/documents/{NUMBER}/comments"
    drafting.register_document(world.as_("author"), lambda: procedure(title=TITLE))
    drafting.submit_revision(world.as_("author"), NUMBER, reason="首次发布")
    desk.look("comments", page, "rep", state="empty")
    commenting.add_comment(world.as_("rep"), NUMBER, SAID, clause="5.2.1")
    commenting.add_comment(world.as_("rep"), NUMBER, "附图太小，打印后看不清。")
    desk.look("comments", page, "rep")
    desk.look("comments", page, "author", state="author")
    reason = "合同范本正在修订，以程序为准。"
    commenting.refuse_comment(world.as_("head"), NUMBER, 1, reason=reason)
    desk.look("comments", page, "head", state="one answered")
    desk.look("inbox_comments", "/inbox", "author")
    desk.look("report_comments", "/reports/comments", "controller")
    assert desk.faults == []


@pytest.mark.long
def test_the_pages_of_earlier_records_and_case_files_look_right(desk: Desk, sqlite_world: World) -> None:
    of_delivery(sqlite_world)
    opening = f"/records/open{query(template='LX-R-105')}"
    desk.look("record_open_on", opening, "staff", state="empty")
    dispatched(sqlite_world, {"inspection": inspected(sqlite_world)})
    inspected(sqlite_world, serial="A-18")
    desk.look("record_open_on", opening, "staff")
    desk.look("record", "/records/LX-R-105-2026-0001", "controller", state="rests on another")
    desk.look("dossiers", "/records/dossiers", "controller")
    file = query(kind="customer", of=CUSTOMER)
    desk.look("dossier", f"/records/dossiers/file{file}", "controller")
    desk.look("records", f"/records{query(words='华信')}", "controller", state="found")
    assert desk.faults == []
