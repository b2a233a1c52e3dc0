"""Handing out copies and calling them back: who may, to whom, of what, and what is written down."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import event, select

from docctl.door.context import Context
from docctl.errors import DocctlError, Forbidden, Invalid, NotFound, WrongState
from docctl.models.copies import Copy, CopyStep, Recall
from docctl.models.ledger import LedgerEvent
from docctl.rules.actions import Action
from docctl.rules.conditions import Subject
from docctl.rules.copies import State
from docctl.standing import find
from docctl.usecases.copies import disposing, handing
from docctl.usecases.documents import drafting
from docctl.usecases.people import accounts
from tests.support.sites import World, issue, procedure
from tests.support.vouching import destroy

NUMBER = "LX-CX-2019-101"
FIRST = date(2026, 3, 2)


def hand_out(world: World, *holders: str) -> list[Copy]:
    return handing.issue_copies(world.as_("controller"), NUMBER, holders=holders)


def rows(world: World, kind: type[Any]) -> list[Any]:
    with world.site.reading() as session:
        return list(session.scalars(select(kind).order_by(kind.id)))


def events(world: World) -> list[dict[str, Any]]:
    with world.site.reading() as session:
        return [json.loads(e.body) for e in session.scalars(select(LedgerEvent).order_by(LedgerEvent.seq))]


@pytest.mark.parametrize(
    ("typed", "holder"),
    [
        ("staff", "staff"),
        ("quality", "quality"),
        ("QUALITY ", "quality"),
        ("质量部", "quality"),
        ("品管部", "quality"),
        ("After-Sales", "after-sales"),
        ("ＰＭＣ", "production"),
    ],
)
def test_a_holder_is_a_login_or_a_department_under_any_of_its_names(
    sqlite_world: World, typed: str, holder: str
) -> None:
    issue(sqlite_world, procedure())
    assert [copy.holder for copy in hand_out(sqlite_world, typed)] == [holder]


def test_nothing_is_handed_out_to_somebody_unknown(sqlite_world: World) -> None:
    issue(sqlite_world, procedure())
    with pytest.raises(Invalid) as refused:
        hand_out(sqlite_world, "staff", "carrier", "x", "sales")
    assert list(refused.value.problems) == ["holder"]
    assert "'carrier' is no active account" in refused.value.message
    assert "'x' is no active account" in refused.value.message
    assert "departments are administration, after-sales, finance" in refused.value.message
    with pytest.raises(Invalid, match="at least one"):
        hand_out(sqlite_world)
    assert rows(sqlite_world, Copy) == []


def test_a_name_that_an_account_and_a_department_share_is_not_guessed(sqlite_world: World) -> None:
    issue(sqlite_world, procedure())
    accounts.add_user(
        sqlite_world.as_("admin"),
        "finance",
        name="钱",
        department="sales",
        roles=["staff"],
        password="long enough",
    )
    with pytest.raises(Invalid, match="both an account and a department"):
        hand_out(sqlite_world, "finance")
    assert hand_out(sqlite_world, "财务部")[0].holder == "finance"


def test_somebody_who_left_gets_no_copy(sqlite_world: World) -> None:
    issue(sqlite_world, procedure())
    with sqlite_world.as_("admin").act(Action.USER_CHANGE_ROLES) as act:
        gone = find.person(act.session, "staff2")
        act.require(Subject(account=gone.id))
        gone.active = False
        act.record(gone)
    with pytest.raises(Invalid, match="'staff2' is no active account"):
        hand_out(sqlite_world, "staff2")


@pytest.mark.regulation("DI-13")
@pytest.mark.rule("DC-49")
def test_the_hand_out_is_one_event_with_its_register_lines(world: World) -> None:
    issue(world, procedure())
    before = len(events(world))
    made = hand_out(world, "sales", "staff", "sales")
    told = events(world)[before:]
    assert [e["act"] for e in told] == ["copy.issue"]
    assert told[0]["object"] == {"type": "document", "key": NUMBER}
    assert told[0]["details"] == {"label": "A/0", "copies": [f"{NUMBER}#00{n}" for n in (1, 2, 3)]}
    steps = rows(world, CopyStep)
    assert [(s.copy_id, s.action, s.state, s.day) for s in steps] == [
        (copy.id, "issue", State.ISSUED, FIRST) for copy in made
    ]
    assert [c.holder for c in made] == ["sales", "staff", "sales"]
    assert len({c.token for c in made}) == 3
    assert all(c.pdf_sha256 is None and c.print_no == 1 and c.replaces_id is None for c in made)


def test_fifty_copies_are_one_event_with_few_statements(world: World) -> None:
    issue(world, procedure())
    said = []

    def note(*_: object) -> None:
        said.append(_[2])

    before = len(events(world))
    event.listen(world.site.engine, "before_cursor_execute", note)
    made = hand_out(world, *["sales", "staff"] * 25)
    event.remove(world.site.engine, "before_cursor_execute", note)
    assert [c.number for c in made] == [f"{NUMBER}#{n:03d}" for n in range(1, 51)]
    assert len(events(world)) == before + 1
    assert len(said) < 25


def test_a_repeated_request_hands_out_nothing_more(world: World) -> None:
    issue(world, procedure())
    with closing(replace(world.as_("controller"), op="desk-1")) as once:
        first = handing.issue_copies(once, NUMBER, holders=["sales", "staff"])
        before = len(events(world))
        again = handing.issue_copies(once, NUMBER, holders=["sales", "staff"])
    assert [c.number for c in again] == [c.number for c in first]
    assert len(events(world)) == before


def test_before_anything_is_in_force_copies_are_of_what_will_be(world: World) -> None:
    issue(world, procedure(), effective=FIRST + timedelta(days=7))
    issue(world, procedure(extra="修改。"), effective=FIRST + timedelta(days=9), save=True)
    (first,) = hand_out(world, "staff")
    (second,) = handing.issue_copies(world.as_("controller"), NUMBER, holders=["staff"], label="A1")
    recalls = [(r.copy_id, r.from_day, r.cause, r.reason) for r in rows(world, Recall)]
    assert recalls == [(first.id, FIRST + timedelta(days=9), "superseded", None)]
    assert first.revision_id < second.revision_id


@pytest.mark.rule("DC-53")
def test_every_issued_successor_calls_a_new_copy_back(world: World) -> None:
    issue(world, procedure())
    for day in (7, 14):
        issue(world, procedure(extra=f"{day}"), effective=FIRST + timedelta(days=day), save=True)
    hand_out(world, "staff")
    assert [r.from_day for r in rows(world, Recall)] == [FIRST + timedelta(days=n) for n in (7, 14)]
    assert all(r.revision_id is not None for r in rows(world, Recall))


def test_of_a_draft_no_copy_is_handed_out(world: World) -> None:
    drafting.register_document(world.as_("author"), procedure)
    with pytest.raises(WrongState, match="A/0 is draft"):
        hand_out(world, "staff")
    with pytest.raises(WrongState, match="A/0 is draft"):
        handing.issue_copies(world.as_("controller"), NUMBER, holders=["staff"], label="A/0")


@pytest.mark.parametrize(
    ("number", "login", "label", "holders", "kind"),
    [
        ("LX-CX-2019-999", "staff", "Z/9", ["nobody"], NotFound),
        (NUMBER, "staff", "Z/9", ["nobody"], NotFound),
        (NUMBER, "staff", "no label", ["nobody"], NotFound),
        (NUMBER, "staff", "A/0", ["nobody"], Forbidden),
        (NUMBER, "controller", "A/0", ["nobody"], WrongState),
        (NUMBER, "controller", "A/1", ["nobody"], Invalid),
    ],
)
def test_the_first_thing_that_is_wrong_is_said(
    sqlite_world: World, number: str, login: str, label: str, holders: list[str], kind: type[DocctlError]
) -> None:
    issue(sqlite_world, procedure())
    issue(sqlite_world, procedure(extra="修改。"), save=True)
    with pytest.raises(kind):
        handing.issue_copies(sqlite_world.as_(login), number, holders=holders, label=label)


@pytest.mark.rule("DC-51")
@pytest.mark.parametrize(
    ("login", "may"),
    [("staff", True), ("verifier2", True), ("controller", True), ("staff2", False), ("author", False)],
)
def test_receipt_is_acknowledged_by_the_department_that_holds_it_or_by_the_controller(
    sqlite_world: World, login: str, may: bool
) -> None:
    issue(sqlite_world, procedure())
    (copy,) = hand_out(sqlite_world, "sales")
    if may:
        assert handing.acknowledge_copy(sqlite_world.as_(login), copy.number).state is State.ACKNOWLEDGED
    else:
        with pytest.raises(Forbidden, match=r"who holds it \(sales\)"):
            handing.acknowledge_copy(sqlite_world.as_(login), copy.number)
        assert events(sqlite_world)[-1]["act"] == "copy.acknowledge.refused"


@pytest.mark.rule("DC-51")
def test_a_colleague_does_not_acknowledge_a_personal_copy(sqlite_world: World) -> None:
    issue(sqlite_world, procedure())
    (copy,) = hand_out(sqlite_world, "staff")
    with pytest.raises(Forbidden):
        handing.acknowledge_copy(sqlite_world.as_("verifier2"), copy.number)


BY_THE_CONTROLLER: list[Callable[[Context, str], object]] = [
    lambda ctx, number: handing.recall_copy(ctx, number, reason="r"),
    handing.return_copy,
    lambda ctx, number: disposing.keep_copy(ctx, number, reason="r"),
    lambda ctx, number: destroy(ctx, number, approved_by="gm", witnesses=["rep", "head"]),
    lambda ctx, number: disposing.replace_copy(ctx, number, reason="r"),
    lambda ctx, number: disposing.lose_copy(ctx, number, reason="r", responsible="staff", consequence="无"),
]


@pytest.mark.rule("DC-49")
@pytest.mark.parametrize("act", BY_THE_CONTROLLER)
def test_a_holder_acknowledges_and_does_nothing_else(
    sqlite_world: World, act: Callable[[Context, str], object]
) -> None:
    issue(sqlite_world, procedure())
    (copy,) = hand_out(sqlite_world, "staff")
    for login in ("staff", "auditor", "admin"):
        with pytest.raises(Forbidden, match="document-controller"):
            act(sqlite_world.as_(login), copy.number)
    with pytest.raises(NotFound, match="docctl copy list"):
        act(sqlite_world.as_("staff"), f"{NUMBER}#002")
    with pytest.raises(NotFound):
        act(sqlite_world.as_("controller"), "no number")


@pytest.mark.rule("DC-49")
def test_a_recall_says_why_and_is_entered(world: World) -> None:
    issue(world, procedure())
    (copy,) = hand_out(world, "staff")
    with pytest.raises(Invalid, match="Say why"):
        handing.recall_copy(world.as_("controller"), copy.number, reason=" ")
    with pytest.raises(Invalid, match="cannot be seen"):
        handing.recall_copy(world.as_("controller"), copy.number, reason="a\0")
    assert rows(world, Recall) == []
    recalled = handing.recall_copy(world.as_("controller"), " lx-cx-2019-101 # 1 ", reason="岗位调动")
    assert recalled.state is State.ISSUED
    (recall,) = rows(world, Recall)
    assert (recall.copy_id, recall.from_day, recall.revision_id) == (copy.id, FIRST, None)
    assert [(s.action, s.reason) for s in rows(world, CopyStep)] == [("issue", None), ("recall", "岗位调动")]
    assert events(world)[-1]["why"] == "岗位调动"
    with pytest.raises(WrongState, match="is recalled"):
        handing.recall_copy(world.as_("controller"), copy.number, reason="noch einmal")
    with pytest.raises(WrongState, match="is recalled"):
        handing.acknowledge_copy(world.as_("staff"), copy.number)


def test_what_came_back_is_not_acknowledged_any_more(world: World) -> None:
    issue(world, procedure())
    (copy,) = hand_out(world, "staff")
    handing.return_copy(world.as_("controller"), copy.number)
    with pytest.raises(WrongState, match=f"{NUMBER}#001 is returned"):
        handing.acknowledge_copy(world.as_("staff"), copy.number)
