"""Keeping, destroying, exchanging and losing a copy: what each needs, and what it leaves behind."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from docctl.door.context import Context
from docctl.errors import DocctlError, Forbidden, Invalid, WrongState
from docctl.models.copies import Copy, CopyStep, ExchangedPrint
from docctl.models.ledger import LedgerEvent
from docctl.rules.copies import State
from docctl.standing import find
from docctl.usecases.copies import disposing, handing
from tests.support.sites import World, issue, procedure
from tests.support.vouching import destroy

NUMBER = "LX-CX-2019-101"
COPY = f"{NUMBER}#001"


def one_copy(world: World, *, back: bool = True) -> Copy:
    """Copy 001, handed out to staff, and returned if `back`."""
    issue(world, procedure())
    (copy,) = handing.issue_copies(world.as_("controller"), NUMBER, holders=["staff"])
    return handing.return_copy(world.as_("controller"), COPY) if back else copy


def stored(world: World) -> State:
    with world.site.reading() as session:
        return find.copy(session, COPY).state


def last(world: World, kind: type[Any]) -> Any:
    with world.site.reading() as session:
        return session.scalars(select(kind).order_by(kind.id.desc())).first()


def told(world: World) -> Any:
    """The newest event."""
    with world.site.reading() as session:
        newest = session.scalars(select(LedgerEvent).order_by(LedgerEvent.seq.desc())).first()
        assert newest is not None
        return json.loads(newest.body)


@pytest.mark.rule("DC-76")
@pytest.mark.parametrize(
    ("approved_by", "witnesses", "kind", "says"),
    [
        ("controller", ["staff", "staff2"], Forbidden, "neither approves nor witnesses"),
        ("head", ["controller", "staff"], Forbidden, "neither approves nor witnesses"),
        (None, ["staff", "staff2"], Invalid, "who approved"),
        ("head", ["staff"], Invalid, "two different witnesses"),
        ("head", ["staff", "staff"], Invalid, "two different witnesses"),
        ("head", [], Invalid, "two different witnesses"),
    ],
)
def test_destruction_without_approval_or_two_witnesses_is_refused(
    sqlite_world: World,
    approved_by: str | None,
    witnesses: list[str],
    kind: type[DocctlError],
    says: str,
) -> None:
    one_copy(sqlite_world)
    with pytest.raises(kind, match=says):
        destroy(sqlite_world.as_("controller"), COPY, approved_by=approved_by, witnesses=witnesses)
    assert stored(sqlite_world) is State.RETURNED


@pytest.mark.rule("DC-76")
def test_a_destruction_names_who_approved_it_and_who_saw_it(world: World) -> None:
    one_copy(world)
    destroyed = destroy(
        world.as_("controller"), COPY, approved_by="head", witnesses=["staff", "staff2", "staff", "head"]
    )
    assert destroyed.state is State.DESTROYED
    step = last(world, CopyStep)
    with world.site.reading() as session:
        ids = {login: find.person(session, login).id for login in ("head", "staff", "staff2")}
    assert (step.action, step.day, step.approved_by_id) == ("destroy", date(2026, 3, 2), ids["head"])
    assert (step.witness_1_id, step.witness_2_id) == (ids["staff"], ids["staff2"])
    details = told(world)["details"]
    assert (details["approved_by"], details["witnesses"]) == ("head", ["staff", "staff2", "head"])


@pytest.mark.rule("DC-76")
def test_a_copy_in_use_is_neither_destroyed_nor_kept(sqlite_world: World) -> None:
    one_copy(sqlite_world, back=False)
    controller = sqlite_world.as_("controller")
    with pytest.raises(WrongState, match="recalled or returned"):
        disposing.keep_copy(controller, COPY, reason="对照")
    with pytest.raises(WrongState, match="recalled or returned or kept"):
        destroy(controller, COPY, approved_by="head", witnesses=["staff"])
    assert stored(sqlite_world) is State.ISSUED


NEED_A_REASON: list[tuple[bool, Callable[[Context, str, str], object]]] = [
    (True, lambda ctx, number, reason: disposing.keep_copy(ctx, number, reason=reason)),
    (False, lambda ctx, number, reason: disposing.replace_copy(ctx, number, reason=reason)),
    (
        False,
        lambda ctx, number, reason: disposing.lose_copy(
            ctx, number, reason=reason, responsible="staff", consequence="无"
        ),
    ),
]


@pytest.mark.rule("DC-55", "DC-56", "DC-76", "DC-78")
@pytest.mark.parametrize(("back", "act"), NEED_A_REASON)
def test_keeping_exchanging_and_losing_say_why(
    sqlite_world: World, back: bool, act: Callable[[Context, str, str], object]
) -> None:
    before = one_copy(sqlite_world, back=back)
    for blank in ("", " \n"):
        with pytest.raises(Invalid, match="Say why"):
            act(sqlite_world.as_("controller"), COPY, blank)
    assert stored(sqlite_world) is before.state
    act(sqlite_world.as_("controller"), COPY, "丢失")
    assert told(sqlite_world)["why"] == "丢失"
    assert told(sqlite_world)["details"]["holder"] == "staff"


@pytest.mark.rule("DC-55")
def test_an_exchange_enters_the_old_print_as_taken_back(world: World) -> None:
    old = one_copy(world, back=False).token
    new = disposing.replace_copy(world.as_("controller"), COPY, reason="进水")
    taken = last(world, ExchangedPrint)
    assert (taken.copy_id, taken.print_no, taken.token, taken.day) == (new.id, 1, old, date(2026, 3, 2))
    assert (new.print_no, new.number, told(world)["details"]["print"]) == (2, COPY, 2)
    assert {row["t"] for row in told(world)["rows"]} == {"copy", "copy_step", "exchanged_print"}


@pytest.mark.rule("DC-55")
def test_recalled_paper_is_not_exchanged(sqlite_world: World) -> None:
    one_copy(sqlite_world, back=False)
    issue(sqlite_world, procedure(extra="修改。"), save=True)
    with pytest.raises(WrongState, match="give it back"):
        disposing.replace_copy(sqlite_world.as_("controller"), COPY, reason="进水")


@pytest.mark.rule("DC-56")
def test_a_loss_reported_twice_by_one_request_has_one_replacement(world: World) -> None:
    one_copy(world, back=False)
    with closing(replace(world.as_("controller"), op="desk-2")) as once:
        lost, replacement = disposing.lose_copy(
            once, COPY, reason="遗失", responsible="staff", consequence="无"
        )
        again = disposing.lose_copy(once, COPY, reason="遗失", responsible="staff", consequence="无")
    assert replacement is not None
    assert [c and c.number for c in again] == [lost.number, replacement.number]
    assert last(world, Copy).number == f"{NUMBER}#002"
    details = {"holder": "staff", "noticed": "2026-03-02", "replacement": f"{NUMBER}#002"}
    assert told(world)["details"] == details | {"responsible": "staff", "consequence": "无"}


@pytest.mark.rule("DC-53", "DC-56")
def test_the_replacement_of_a_copy_that_will_be_superseded_is_recalled_from_that_day_too(
    world: World,
) -> None:
    one_copy(world, back=False)
    issue(world, procedure(extra="修改。"), effective=date(2026, 3, 9), save=True)
    _, replacement = disposing.lose_copy(
        world.as_("controller"), COPY, reason="遗失", responsible="staff", consequence="无"
    )
    assert replacement is not None
    world.clock.go_to(date(2026, 3, 9))
    with pytest.raises(WrongState, match="is recalled"):
        handing.acknowledge_copy(world.as_("staff"), replacement.number)
