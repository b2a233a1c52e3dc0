"""Copies in the hands of customers, where each copy lies, who borrows one, and who answers for a lost one."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from docctl.models.ledger import LedgerEvent
from docctl.models.outsiders import OutsiderContact
from docctl.usecases.copies import handing
from tests.support.lists import rows_in
from tests.support.pages import reader, rows_of, text_of
from tests.support.sites import PASSWORD, World, issue, procedure
from tests.support.terminal import Terminal

NUMBER = "LX-CX-2019-101"
ONE, TWO = f"{NUMBER}#001", f"{NUMBER}#002"
PAGE = f"/copies/{NUMBER}%23001"
TODAY = date(2026, 3, 2)
PERSON, PHONE = "欧阳询", "0411-8000-1234"


def part(world: World, login: str, name: str) -> list[str]:
    """The numbers in a part of somebody's inbox."""
    page = reader(world, login).get("/inbox").text
    _, found, rest = page.partition(f'<section id="{name}"')
    return [row[0] for row in rows_of(rest.partition("</section>")[0])] if found else []


def registered(world: World) -> None:
    """A document in force and a customer, by the pages."""
    issue(world, procedure())
    desk = reader(world, "controller")
    fields = {"company": "大连海天公司", "name": PERSON, "contact": PHONE}
    assert desk.send("/copies/outsiders/add", **(fields | {"contact": " "})).status_code == 422
    assert desk.send("/copies/outsiders/add", **fields).location == "/copies/outsiders/@1"


@pytest.mark.regulation("Q9-20", "GJ-11")
@pytest.mark.rule("DC-71")
def test_a_customer_who_holds_a_copy_is_a_task_from_the_issue_of_the_next_revision_on(world: World) -> None:
    registered(world)
    desk = reader(world, "controller")
    form = f"/copies/issue?document={NUMBER}"
    desk.send("/copies/issue", form=form, document=NUMBER, label="A/0", outsiders="@1", people="staff")
    assert [row[2] for row in rows_of(desk.get("/copies").text)] == ["员工周", "大连海天公司"]
    issue(world, procedure(extra="改。"), save=True, effective=TODAY + timedelta(days=30))
    assert part(world, "controller", "to_tell") == [f"{TWO} A/0"], "told before the day, not after it"
    assert part(world, "staff", "to_tell") == []
    world.clock.go_to(TODAY + timedelta(days=30))
    assert part(world, "controller", "to_tell") == [f"{TWO} A/0"]
    assert part(world, "controller", "to_collect") == [f"{ONE} A/0"]
    desk = reader(world, "controller")
    assert 'name="outsiders" value="@1" checked' in desk.get(form).text
    desk.send("/copies/issue", form=form, document=NUMBER, label="A/1", outsiders="@1")
    handing.return_copy(world.as_("controller"), TWO)
    assert part(world, "controller", "to_tell") == []
    page = rows_of(desk.get("/copies/outsiders/@1").text)
    assert [row[:2] for row in page] == [[TWO, "– returned"], [f"{NUMBER}#003", "◷ issued"]]


def test_who_is_talked_to_there_can_be_erased_and_stands_in_no_event(sqlite_terminal: Terminal) -> None:
    world = sqlite_terminal.world
    registered(world)
    handing.issue_copies(world.as_("controller"), NUMBER, holders=["大连海天公司"])
    assert sqlite_terminal("staff", "outsider show @1").code == 3
    assert sqlite_terminal("staff", "report outsiders").code == 3
    assert reader(world, "staff").get("/copies/outsiders/@1").status_code == 403
    assert sqlite_terminal.ok("auditor", "outsider show @1")["contact"] == PHONE
    sqlite_terminal.ok("controller", "outsider change @1 --contact 0411-9")
    assert sqlite_terminal("controller", "outsider erase @1 --reason asked").code == 4, "it holds a copy"
    handing.return_copy(world.as_("controller"), ONE)
    told = sqlite_terminal.ok("controller", "outsider erase @1 --reason asked")
    assert (told["company"], told["name"], told["contact"]) == ("大连海天公司", "", "")
    assert sqlite_terminal("controller", f"copy issue {NUMBER} --holder @1").code == 2
    assert sqlite_terminal("controller", "outsider change @1 --name x").code == 4
    for key in ("@2", "x", "%00", "@" * 99):
        assert sqlite_terminal("controller", f"outsider show {key}").code == 5
    with world.site.reading() as session:
        bodies = b"".join(bytes(body) for body in session.scalars(select(LedgerEvent.body)))
        assert session.scalars(select(OutsiderContact)).all() == []
    assert PERSON.encode() not in bodies
    assert PHONE.encode() not in bodies


@pytest.mark.regulation("Q9-07")
@pytest.mark.rule("DC-72")
def test_each_copy_has_a_place_and_the_register_knows_where_it_lay(sqlite_terminal: Terminal) -> None:
    world = sqlite_terminal.world
    issue(world, procedure())
    handing.issue_copies(world.as_("controller"), NUMBER, holders=["sales", "gm"])
    staff = reader(world, "staff")
    assert staff.send(f"{PAGE}/place", place=" ").status_code == 422
    assert staff.send(f"{PAGE}/place", place="销售部 3号柜").status_code == 302
    told = sqlite_terminal.ok("controller", ["copy", "place", ONE, "档案室 A-2"])
    assert told["place"] == "档案室 A-2"
    assert sqlite_terminal("staff", f"copy place {TWO} x").code == 3
    steps = [row[3] for row in rows_of(staff.get(PAGE).text)]
    assert steps == ["", "销售部 3号柜", "档案室 A-2"]
    assert "Place 档案室 A-2" in text_of(staff.get(PAGE).text)
    book = rows_in(reader(world, "controller").get("/copies", **{"as": "xlsx"}).data)
    assert "档案室 A-2" in book[1]


@pytest.mark.rule("DC-74", "DC-77")
def test_a_loan_needs_somebody_registered_a_day_and_the_head_of_the_department(world: World) -> None:
    registered(world)
    handing.issue_copies(world.as_("controller"), NUMBER, holders=["sales"])
    desk, day = reader(world, "controller"), (TODAY + timedelta(days=7)).isoformat()
    said = {"borrower": "staff2", "due": day, "reason": "现场查阅", "approved_by": "head"}
    said["approved_by_password"] = PASSWORD
    assert desk.send(f"{PAGE}/lend", form="/inbox", **said).status_code == 409, "not signed for yet"
    handing.acknowledge_copy(world.as_("staff"), ONE)
    for wrong in (
        {"approved_by": "quality-head"},
        {"approved_by": ""},
        {"approved_by_password": "guessed"},
        {"borrower": "路人"},
        {"borrower": "sales"},
        {"borrower": "head"},
        {"due": "2026-03-01"},
        {"due": ""},
        {"reason": " "},
    ):
        assert desk.send(f"{PAGE}/lend", **(said | wrong)).status_code == 422, wrong
    assert desk.send(f"{PAGE}/lend", **said).status_code == 302
    assert desk.get(f"{PAGE}/lend").status_code == 409, "lent once"
    assert part(world, "staff2", "on_loan") == [f"{ONE} A/0"]
    assert part(world, "controller", "on_loan") == []
    for verb in ("return", "replace"):
        assert desk.get(f"{PAGE}/{verb}").status_code == 409, "the paper is with the borrower"
    world.clock.go_to(TODAY + timedelta(days=9))
    assert part(world, "controller", "on_loan") == [f"{ONE} A/0"]
    desk = reader(world, "controller")
    overdue = rows_of(desk.get("/reports/overdue-loans").text)
    assert [row[:2] for row in overdue] == [[ONE, "员工吴"]]
    assert "late by 2 days" in text_of(desk.get(PAGE).text)
    assert desk.send(f"{PAGE}/take-back").status_code == 302
    assert rows_of(desk.get("/reports/overdue-loans").text) == []
    assert [row[4] for row in rows_of(desk.get("/reports/loans").text)] == ["2026-03-11"]
    assert desk.send(f"{PAGE}/take-back", form="/inbox").status_code == 409
    said |= {"borrower": "@1", "due": "2026-03-20"}
    assert desk.send(f"{PAGE}/lend", **said).status_code == 302, "to a registered outsider too"


@pytest.mark.rule("DC-78")
def test_a_loss_names_who_answers_for_it_and_what_follows_and_ends_a_loan(sqlite_terminal: Terminal) -> None:
    world = sqlite_terminal.world
    issue(world, procedure())
    handing.issue_copies(world.as_("controller"), NUMBER, holders=["sales"])
    handing.acknowledge_copy(world.as_("staff"), ONE)
    lent = f"copy lend {ONE} --borrower staff2 --due 2026-03-09 --reason 查阅 --approved-by head"
    sqlite_terminal.ok("controller", lent)
    desk = reader(world, "controller")
    said = {"reason": "出差丢失", "responsible": "staff2", "consequence": "赔偿工本费并通报"}
    for left_out in ("responsible", "consequence"):
        assert desk.send(f"{PAGE}/lose", **(said | {left_out: " "})).status_code == 422
    assert desk.send(f"{PAGE}/lose", **(said | {"responsible": "nobody"})).status_code == 422
    assert desk.send(f"{PAGE}/lose", **said).status_code == 302
    assert "Answered for by 员工吴. Consequence: 赔偿工本费并通报" in text_of(desk.get(PAGE).text)
    (loss,) = sqlite_terminal.ok("auditor", "report losses")["lines"]
    assert (loss["responsible"], loss["consequence"]) == ("staff2", "赔偿工本费并通报")
    assert sqlite_terminal.ok("auditor", "report loans --state open")["lines"] == []
