"""The copy register as it is read: who sees which lines, in which order, and where the code leads."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import event

from docctl.errors import Forbidden, NotFound
from docctl.queries.copies.register import copies_named, copy_list, copy_reconcile
from docctl.rules.copies import PARTS
from docctl.standing.copy_print import url
from docctl.usecases.copies import disposing, handing
from docctl.usecases.people import accounts
from tests.support.sites import World, issue, procedure

NUMBER, OTHER = "LX-CX-2019-101", "LX-CX-2019-100"
FIRST = date(2026, 3, 2)


@pytest.fixture
def register(world: World) -> World:
    """Three copies of one document, and two of another that was registered later and sorts before it."""
    issue(world, procedure())
    issue(world, procedure(OTHER))
    handing.issue_copies(world.as_("controller"), NUMBER, holders=["staff", "sales", "technical"])
    handing.issue_copies(world.as_("controller"), OTHER, holders=["staff2", "quality"])
    return world


def seen(world: World, login: str, document: str | None = None, *, out: bool = False) -> list[str]:
    return [line["copy"] for line in copy_list(world.as_(login), document, out)["copies"]]


def test_a_line_says_all_about_a_copy(register: World) -> None:
    (copy,) = handing.issue_copies(register.as_("controller"), NUMBER, holders=["售后部"])
    assert copy_list(register.as_("auditor"), NUMBER)["copies"][3] == {
        "copy": f"{NUMBER}#004",
        "document": NUMBER,
        "revision": "A/0",
        "holder": "after-sales",
        "holder_name": "售后服务部 After-sales",
        "purpose": "use",
        "place": None,
        "token": copy.token,
        "url": f"/c/{copy.token}",
        "state": "issued",
        "issued": "2026-03-02",
        "recalled_from": None,
        "replaces": None,
        "replaced_by": None,
        "due": "2026-03-05",
        "overdue": False,
        "limit": "acknowledgement",
        "limit_of": "docctl default",
    }


@pytest.mark.rule("DC-57")
def test_people_see_what_they_or_their_department_hold(register: World) -> None:
    everything = [f"{OTHER}#001", f"{OTHER}#002", f"{NUMBER}#001", f"{NUMBER}#002", f"{NUMBER}#003"]
    expected = {
        "controller": everything,
        "auditor": everything,
        "admin": everything,
        "staff": [f"{NUMBER}#001", f"{NUMBER}#002"],
        "staff2": [f"{OTHER}#001", f"{NUMBER}#003"],
        "verifier2": [f"{NUMBER}#002"],
        "author2": [f"{OTHER}#002"],
        "gm": [],
    }
    assert {login: seen(register, login) for login in expected} == expected


def test_somebody_without_any_role_sees_no_register(register: World) -> None:
    accounts.add_user(register.as_("admin"), "guest", name="客", department="sales", roles=[])
    with pytest.raises(Forbidden):
        copy_list(register.as_("guest"))


def test_the_list_can_be_of_one_document_and_of_what_is_out(register: World) -> None:
    handing.return_copy(register.as_("controller"), f"{NUMBER}#002")
    handing.recall_copy(register.as_("controller"), f"{NUMBER}#003", reason="r")
    assert seen(register, "controller", " lx-cx-2019-101") == [f"{NUMBER}#00{n}" for n in (1, 2, 3)]
    assert seen(register, "controller", NUMBER, out=True) == [f"{NUMBER}#001", f"{NUMBER}#003"]
    with pytest.raises(NotFound):
        copy_list(register.as_("controller"), "LX-CX-2019-999")


def test_the_list_of_a_past_day_and_of_a_day_to_come(register: World) -> None:
    register.clock.advance(days=1)
    issue(register, procedure(extra="修改。"), effective=FIRST + timedelta(days=7), save=True)
    disposing.lose_copy(
        register.as_("controller"), f"{NUMBER}#001", reason="r", responsible="staff", consequence="无"
    )

    def on(days: int) -> list[tuple[str, str | None, str | None]]:
        lines = copy_list(register.as_("auditor"), NUMBER, on=FIRST + timedelta(days=days))["copies"]
        return [(line["state"], line["recalled_from"], line["replaced_by"]) for line in lines]

    assert on(-1) == []
    day, new = "2026-03-09", f"{NUMBER}#004"
    assert on(0) == [("issued", day, None)] * 3
    assert on(1) == [("lost", day, new), *[("issued", day, None)] * 3]
    assert on(7) == [("lost", day, new), *[("recalled", day, None)] * 3]


def test_what_an_act_made_is_shown_in_its_own_order(register: World) -> None:
    numbers = [f"{NUMBER}#003", f"{OTHER}#001", f"{NUMBER}#999"]
    lines = copies_named(register.as_("controller"), numbers)["copies"]
    assert [(line["copy"], line["holder"]) for line in lines] == [
        (f"{NUMBER}#003", "technical"),
        (f"{OTHER}#001", "staff2"),
    ]


@pytest.mark.rule("DC-53")
def test_reconciling_is_for_those_who_see_every_copy(register: World) -> None:
    handing.return_copy(register.as_("controller"), f"{NUMBER}#002")
    nothing = dict.fromkeys(PARTS, 0)
    told = {"document": NUMBER, "issued": 3, **nothing, "returned": 1, "out": 2, "balanced": True}
    assert copy_reconcile(register.as_("controller"), NUMBER) == told
    assert copy_reconcile(register.as_("auditor"), NUMBER, FIRST - timedelta(days=1))["issued"] == 0
    with pytest.raises(Forbidden):
        copy_reconcile(register.as_("staff"), NUMBER)
    with pytest.raises(NotFound):
        copy_reconcile(register.as_("staff"), "LX-CX-2019-999")


def test_the_list_is_as_many_queries_however_long_it_is(register: World) -> None:
    ctx = register.as_("auditor")
    said: list[object] = []

    def note(*of: object) -> None:
        said.append(of[2])

    def asked() -> tuple[int, int]:
        said.clear()
        return len(copy_list(ctx)["copies"]), len([s for s in said if s != "BEGIN"])

    event.listen(register.site.readers, "before_cursor_execute", note)
    few = asked()
    ctx.session.rollback()
    handing.issue_copies(register.as_("controller"), NUMBER, holders=["staff"] * 40)
    many = asked()
    event.remove(register.site.readers, "before_cursor_execute", note)
    # The lines, the address, and the three of the limits: which procedure, which revision, which calendar.
    assert (few, many) == ((5, 5), (45, 5))


def test_the_code_of_a_copy_leads_to_the_public_address() -> None:
    assert url("https://doc.example", "TOKEN") == "https://doc.example/c/TOKEN"
    assert url("", "TOKEN") == "/c/TOKEN"
