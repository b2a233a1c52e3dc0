"""How the pages look on which records come to their end."""

from __future__ import annotations

import pytest

from docctl.usecases.records import destroying, disposing, holding
from tests.stories.test_disposal import AFTER, closed, later
from tests.support.browser import Desk
from tests.support.record_files import PDF
from tests.support.sites import World
from tests.support.written_records import forms_in_force


@pytest.fixture
def lived(sqlite_world: World) -> World:
    """One destroyed and witnessed, one that waits for approval with a hold since, one that can be proposed."""
    world = sqlite_world
    forms_in_force(world)
    gone, held, free = (closed(world, name, PDF) for name in ("某厂", "某院", "某所"))
    later(world, AFTER)
    why = "保存期三年已满，顾客未提出异议，管理评审同意清理"
    for record in (gone, held):
        disposing.propose_disposal(world.as_("controller"), [record], reason=why)
    disposing.approve_disposal(world.as_("rep"), "1")
    destroying.destroy_disposal(world.as_("controller"), "1")
    destroying.witness_disposal(world.as_("staff2"), "1")
    holding.hold_record(world.as_("rep"), held, reason="顾客于 2029 年 2 月提出索赔，结案之前继续保存")
    assert free.endswith("0003")
    world.forget()
    return world


@pytest.mark.long
def test_the_pages_of_the_end_of_records_look_right(desk: Desk, lived: World) -> None:
    gone, held, free = (f"LX-R-101-2026-000{n}" for n in (1, 2, 3))
    desk.look("disposals", "/disposals", "controller")
    desk.look("disposals", "/disposals", "staff", state="staff")
    desk.look("disposal_propose", "/disposals/propose", "controller")
    desk.look("disposal", "/disposals/1", "staff", state="witnessed")
    desk.look("disposal", "/disposals/2", "rep")
    desk.look("disposal_approve", "/disposals/2/approve", "rep")
    desk.look("disposal_refuse", "/disposals/2/refuse", "rep")
    desk.look("record_destroyed", f"/records/{gone}", "controller")
    desk.look("record_held", f"/records/{held}", "controller")
    desk.look("record_hold", f"/records/{free}/hold", "controller")
    desk.look("record_release", f"/records/{held}/release", "controller")
    desk.look("trace_destroyed", f"/trace/{gone}", "auditor")
    for report in ("disposable", "disposals", "holds"):
        desk.look(f"report_{report}", f"/reports/{report}", "controller")
    desk.look("inbox_disposals", "/inbox", "rep")
    assert desk.faults == []
