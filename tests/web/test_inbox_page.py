"""The inbox: what waits for whom, in words that lead on."""

from __future__ import annotations

import pytest

from docctl.usecases.copies import handing
from docctl.usecases.documents import approving, drafting
from docctl.usecases.records import opening, recording
from tests.support.browser import Desk
from tests.support.pages import reader, rows_of, text_of
from tests.support.sites import World, issue, procedure, template

NUMBER, FORM = "LX-CX-2019-101", "LX-R-101"


def busy(world: World) -> None:
    """Something waits for everybody."""
    issue(world, procedure(NUMBER))
    issue(world, template(FORM))
    handing.issue_copies(world.as_("controller"), NUMBER, holders=["staff", "sales"])
    handing.recall_copy(world.as_("controller"), f"{NUMBER}#002", reason="换发")
    for number in ("LX-CX-2019-102", "LX-CX-2019-103", "LX-CX-2019-104"):
        drafting.register_document(world.as_("author"), lambda n=number: procedure(n))  # type: ignore[misc]
        drafting.submit_revision(world.as_("author"), number, reason="首次发布")
    approving.reject_revision(world.as_("rep"), "LX-CX-2019-103", reason="缺少条款")
    approving.sign_revision(world.as_("rep"), "LX-CX-2019-104")
    record = opening.open_record(world.as_("staff"), FORM)
    values = {"reported_at": "2026-02-01T09:00:00+08:00", "customer": "甲公司"}
    recording.fill_record(world.as_("staff"), record.number, values)


def waiting(world: World, login: str) -> dict[str, list[str]]:
    """The numbers in each part of somebody's inbox."""
    page = reader(world, login).get("/inbox").text
    parts = page.split('<section id="')[1:]
    return {part.partition('"')[0]: [row[0] for row in rows_of(part)] for part in parts}


def test_each_thing_waits_for_those_who_can_do_it(world: World) -> None:
    busy(world)
    record = f"{FORM}-2026-0001"
    assert waiting(world, "rep") == {"to_sign": ["LX-CX-2019-102 A/0"]}
    assert waiting(world, "author") == {
        "returned": ["LX-CX-2019-103 A/0"],
        "handed_in": ["LX-CX-2019-102 A/0", "LX-CX-2019-104 A/0"],
    }
    assert waiting(world, "controller") == {
        "overdue": [record],
        "to_issue": ["LX-CX-2019-104 A/0"],
        "to_collect": [f"{NUMBER}#002 A/0"],
        "list_changes": ["Sales"],
    }
    assert waiting(world, "staff") == {
        "overdue": [record],
        "to_acknowledge": [f"{NUMBER}#001 A/0"],
        "to_hand_back": [f"{NUMBER}#002 A/0"],
        "to_fill": [record],
    }
    assert waiting(world, "gm") == {}
    assert waiting(world, "auditor") == {"overdue": [record]}


def test_a_reason_for_return_and_the_count_are_shown(sqlite_world: World) -> None:
    busy(sqlite_world)
    page = reader(sqlite_world, "author", "zh").get("/inbox").text
    assert "缺少条款" in page
    assert "退回给您 1" in text_of(page)
    assert "待办 1" in text_of(page)
    approving.reject_revision(sqlite_world.as_("rep"), "LX-CX-2019-102", reason="再改")
    assert "待办 2" in text_of(reader(sqlite_world, "author", "zh").get("/documents").text)


def test_an_empty_inbox_says_what_will_stand_there(sqlite_world: World) -> None:
    page = reader(sqlite_world, "gm").get("/inbox").text
    assert "Nothing waits for you." in text_of(page)
    assert 'href="/documents"' in page


@pytest.mark.parametrize("state", ["full", "empty"])
def test_the_inbox_is_sound_in_a_browser(desk: Desk, sqlite_world: World, state: str) -> None:
    if state == "full":
        busy(sqlite_world)
    desk.look("inbox", "/inbox", "staff", state=state)
    assert desk.faults == []
