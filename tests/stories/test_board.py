"""A regulation that the board approves: who signs for it, and what is in force until then (DC-30)."""

from __future__ import annotations

import pytest

from docctl.errors import Forbidden, WrongState
from docctl.usecases.documents import approving, drafting, issuing
from docctl.usecases.people import accounts
from tests.support.pages import reader, text_of
from tests.support.sites import PASSWORD, World, issue, procedure
from tests.support.terminal import Terminal

NUMBER = "LX-CX-2019-101"
CHAIN = "author,management-representative,board"


def with_board(world: World) -> None:
    """Somebody signs for the board."""
    accounts.add_user(
        world.as_("admin"),
        "chairman",
        name="董事长许",
        department="administration",
        roles=["board"],
        password=PASSWORD,
        lasting=True,
    )


@pytest.mark.rule("DC-30")
def test_an_amendment_is_not_in_force_until_the_departments_and_the_board_have_signed(
    sqlite_terminal: Terminal,
) -> None:
    world = sqlite_terminal.world
    issue(world, procedure())
    with_board(world)
    office = reader(world, "controller", "zh")
    address = f"/documents/{NUMBER}/chain/change"
    typed = "编制人，会签：质量部+行政部，管理者代表，董事会"
    assert office.send(address, chain=typed, reason="由董事会批准").status_code == 302
    assert "董事会" in text_of(office.get(address).text)
    drafting.save_draft(world.as_("author"), NUMBER, lambda: procedure(extra="二。"))
    drafting.submit_revision(world.as_("author"), NUMBER, reason="修订")
    for login, early in (
        ("quality-head", "chairman"),
        ("head", "chairman"),
        ("rep", "chairman"),
        ("chairman", None),
    ):
        with pytest.raises(WrongState):
            issuing.issue_revision(world.as_("controller"), NUMBER)
        assert sqlite_terminal.ok("staff", f"document show {NUMBER}")["revision"] == "A/0"
        if early:
            with pytest.raises(WrongState, match="waits for"):
                approving.sign_revision(world.as_(early), NUMBER)
        with pytest.raises(Forbidden, match="may not sign this revision"):
            approving.sign_revision(world.as_("gm"), NUMBER)
        approving.sign_revision(world.as_(login), NUMBER)
    issuing.issue_revision(world.as_("controller"), NUMBER)
    assert sqlite_terminal.ok("staff", f"document show {NUMBER}")["revision"] == "A/1"


@pytest.mark.rule("DC-30")
def test_a_chain_that_ends_with_the_board_is_refused_while_nobody_signs_for_it(sqlite_world: World) -> None:
    with pytest.raises(WrongState, match=r"board \(nobody holds it\)"):
        drafting.register_document(sqlite_world.as_("author"), procedure, chain=CHAIN)
