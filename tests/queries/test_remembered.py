"""What was worked out is kept until an event touches one of the tables that it was worked out from."""

from __future__ import annotations

import pytest

from docctl.queries.desk.inbox import inbox, waiting
from docctl.usecases.copies import handing
from docctl.usecases.documents import drafting
from docctl.usecases.people import accounts
from tests.support.sites import World, issue, procedure
from tests.support.written_records import forms_in_force, reported

OF_DOCUMENTS = ("to hand out",)
NUMBER = "LX-CX-2019-101"


def made(world: World) -> dict[str, int]:
    """How often each of them was made, when the office has looked at its inbox."""
    world.forget()
    assert waiting(world.as_("controller")) == inbox(world.as_("controller")).total
    return {name: world.site.memory.count(name) for name in OF_DOCUMENTS}


@pytest.fixture
def looked_at(sqlite_world: World) -> World:
    forms_in_force(sqlite_world)
    assert set(made(sqlite_world).values()) == {1}
    return sqlite_world


def test_a_record_makes_nothing_anew_that_is_about_documents(looked_at: World) -> None:
    before = made(looked_at)
    reported(looked_at)
    assert made(looked_at) == before


def test_a_text_and_a_copy_make_anew_what_is_about_them(looked_at: World) -> None:
    drafting.save_draft(looked_at.as_("author"), NUMBER, lambda: procedure(extra="改。"))
    assert made(looked_at) == dict.fromkeys(OF_DOCUMENTS, 2)
    handing.issue_copies(looked_at.as_("controller"), NUMBER, holders=["sales"])
    assert made(looked_at) == dict.fromkeys(OF_DOCUMENTS, 3)
    accounts.lock_user(looked_at.as_("admin"), "rep", reason="丢失口令")
    assert made(looked_at) == dict.fromkeys(OF_DOCUMENTS, 3)
    looked_at.clock.advance(days=1)
    assert made(looked_at) == dict.fromkeys(OF_DOCUMENTS, 4)


def test_what_is_in_force_anew_is_there_at_the_next_look(looked_at: World) -> None:
    handing.issue_copies(looked_at.as_("controller"), NUMBER, holders=["sales"])
    assert inbox(looked_at.as_("controller")).to_collect == ()
    issue(looked_at, procedure(extra="改。"), save=True)
    looked_at.forget()
    assert [item.number for item in inbox(looked_at.as_("controller")).to_collect] == [f"{NUMBER}#001"]
