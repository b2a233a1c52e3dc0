"""Whoever is on no list asks for a copy: the department in charge decides, before anything is handed over."""

from __future__ import annotations

import pytest

from docctl.errors import WrongState
from docctl.models.copies import Copy
from docctl.usecases.copies import distributing, handing
from tests.support.pages import reader, rows_of, text_of
from tests.support.sites import World, issue, procedure
from tests.support.terminal import Terminal

NUMBER = "LX-CX-2019-101"
ASK = f"/documents/{NUMBER}/request/add"


def kept(world: World) -> None:
    """A document in force whose department keeps a list; sales is on it."""
    issue(world, procedure())
    distributing.change_distribution(world.as_("head"), NUMBER, add=["sales"])


def hand_out(world: World, *holders: str) -> list[Copy]:
    return handing.issue_copies(world.as_("controller"), NUMBER, holders=holders)


@pytest.mark.regulation("DI-15")
@pytest.mark.rule("DC-50")
def test_nothing_is_handed_over_beyond_the_list_before_the_head_of_the_department_approved(
    world: World,
) -> None:
    kept(world)
    with pytest.raises(WrongState, match=r"员工吴: not on the distribution list, .* Nothing was handed out"):
        hand_out(world, "sales", "staff2")
    staff = reader(world, "staff2")
    assert staff.send(ASK, holder="staff2", reason=" ").status_code == 422
    assert staff.send(ASK, holder="sales", reason="借他人名义").status_code == 403
    asked = staff.send(ASK, holder="staff2", reason="现场调试要用")
    assert staff.send(ASK, holder="staff2", reason="再要一份").status_code == 422
    assert "waits for approval" in text_of(staff.get(asked.location).text)
    assert "/approve" not in staff.get(asked.location).text
    with pytest.raises(WrongState, match="no approved request"):
        hand_out(world, "staff2")
    for login in ("controller", "quality-head", "staff2", "auditor"):
        other = reader(world, login)
        keys = {
            "csrf_token": other.get("/inbox").text.partition('name="csrf_token" value="')[2].partition('"')[0]
        }
        assert other.post(f"{asked.location}/approve", **keys).status_code == 403
    head = reader(world, "head")
    assert "Requests for copies to decide on" in text_of(head.get("/inbox").text)
    assert head.send(f"{asked.location}/approve").status_code == 302
    assert head.send(f"{asked.location}/refuse", form=asked.location, reason="x").status_code == 409
    desk = reader(world, "controller")
    assert 'value="staff2" checked' in desk.get("/copies/issue", document=NUMBER).text
    (copy, *_) = hand_out(world, "staff2", "sales")
    page = text_of(staff.get(asked.location).text)
    assert "handed out" in page
    assert copy.number in page
    # One approval is one copy: who has it may have that of the next revision, and nobody else.
    issue(world, procedure(extra="改。"), save=True)
    assert len(hand_out(world, "staff2", "sales")) == 2
    with pytest.raises(WrongState):
        hand_out(world, "gm")


def test_a_refused_request_says_why_and_is_seen_by_those_alone_whom_it_concerns(
    sqlite_terminal: Terminal,
) -> None:
    world = sqlite_terminal.world
    kept(world)
    made = sqlite_terminal.ok("controller", f"request add {NUMBER} --holder finance --reason 审计")
    assert (made["request"], made["state"], made["holder"]) == ("1", "asked", "finance")
    assert sqlite_terminal("head", "request refuse 1 --reason").code == 2
    told = sqlite_terminal.ok("head", "request refuse 1 --reason 不涉及")
    assert (told["state"], told["decided_by"], told["decision"]) == ("refused", "何主任", "不涉及")
    assert sqlite_terminal("head", "request approve 1").code == 4
    assert sqlite_terminal("head", "request approve 9").code == 5
    for login, seen in (("controller", 1), ("auditor", 1), ("head", 1), ("staff", 0), ("quality-head", 0)):
        assert len(sqlite_terminal.ok(login, "request list")["requests"]) == seen
        assert len(rows_of(reader(world, login).get("/copies/requests").text)) == seen
        assert reader(world, login).get("/copies/requests/1").status_code == (200 if seen else 404)
    sqlite_terminal.ok("head", f"request add {NUMBER} --reason 自用")
    assert "themselves" in sqlite_terminal("head", "request approve 2").message
    with pytest.raises(WrongState):
        hand_out(world, "finance")


def test_a_document_without_a_list_is_handed_out_as_before(sqlite_world: World) -> None:
    issue(sqlite_world, procedure())
    assert len(hand_out(sqlite_world, "staff2")) == 1
