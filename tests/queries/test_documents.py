"""The master list and a single document: on any day, for each kind of reader."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from functools import partial
from typing import Any

import pytest
from sqlalchemy import event

from docctl.door.context import Context
from docctl.errors import Forbidden, NotFound
from docctl.models.documents import DocumentAuthor
from docctl.queries.documents import master_list
from docctl.rules.actions import Action
from docctl.rules.roles import Actor
from docctl.standing import facts, find
from docctl.usecases.documents import approving, drafting, issuing
from tests.support.sites import World, issue, procedure

A, B = "LX-CX-2019-101", "LX-CX-2019-102"


def fresh(world: World, login: str) -> Context:
    """A reader who comes now, as each command is one."""
    ctx = world.as_(login)
    ctx.session.rollback()
    ctx.session.expunge_all()
    return ctx


def line(world: World, login: str, on: date | None = None, number: str = A) -> dict[str, Any] | None:
    found = master_list.document_list(fresh(world, login), on)
    return next((row for row in found if row["number"] == number), None)


def stands(world: World, login: str, on: date | None = None) -> tuple[str, str] | None:
    row = line(world, login, on)
    return None if row is None else (row["revision"], row["status"])


@contextmanager
def counted(world: World) -> Iterator[list[str]]:
    said: list[str] = []

    def count(*arguments: Any) -> None:
        said.extend(word for word in [arguments[2]] if word.startswith("SELECT"))

    event.listen(world.site.readers, "before_cursor_execute", count)
    yield said
    event.remove(world.site.readers, "before_cursor_execute", count)


def submit(world: World, number: str = A) -> None:
    drafting.submit_revision(world.as_("author"), number, reason="x")


@pytest.mark.regulation("Q9-01")
@pytest.mark.rule("DC-07")
def test_the_list_shows_every_document_as_it_stood_on_each_day(world: World) -> None:
    ctx = world.as_("author")
    drafting.register_document(ctx, procedure)
    world.clock.go_to(date(2026, 3, 3))
    submit(world)
    world.clock.go_to(date(2026, 3, 4))
    approving.sign_revision(world.as_("rep"), A)
    world.clock.go_to(date(2026, 3, 5))
    issuing.issue_revision(world.as_("controller"), A, effective=date(2026, 3, 9))
    world.clock.go_to(date(2026, 3, 12))
    issue(world, procedure(hours=12), effective=date(2026, 3, 16), save=True)
    world.clock.go_to(date(2026, 3, 20))
    issuing.withdraw_document(world.as_("controller"), A, reason="x")
    expected = {
        date(2026, 3, 1): None,
        date(2026, 3, 2): ("A/0", "draft"),
        date(2026, 3, 3): ("A/0", "in review"),
        date(2026, 3, 4): ("A/0", "approved"),
        date(2026, 3, 5): ("A/0", "issued"),
        date(2026, 3, 9): ("A/0", "effective"),
        date(2026, 3, 15): ("A/0", "effective"),
        date(2026, 3, 16): ("A/1", "effective"),
        date(2026, 3, 20): ("A/1", "withdrawn"),
        date(2027, 1, 1): ("A/1", "withdrawn"),
    }
    assert {day: stands(world, "auditor", day) for day in expected} == expected
    issued_only = {
        day: s if s and s[1] not in ("draft", "in review", "approved") else None
        for day, s in expected.items()
    }
    assert {day: stands(world, "staff", day) for day in expected} == issued_only
    for day, known in expected.items():
        if known is None:
            with pytest.raises(NotFound):
                master_list.document_show(fresh(world, "auditor"), A, day)
        else:
            shown = master_list.document_show(fresh(world, "auditor"), A, day)
            assert (shown["revision"], shown["status"]) == known


def test_the_list_costs_the_same_few_queries_for_many_documents(world: World) -> None:
    for number in (A, B):
        drafting.register_document(world.as_("author"), partial(procedure, number))
    issue(world, procedure("LX-CX-2019-103"))
    assert world.site.zone is not None
    with counted(world) as said:
        assert len(master_list.document_list(fresh(world, "author"))) == 3
    assert len(said) == 19
    with counted(world) as said:
        assert len(master_list.document_list(fresh(world, "author"), date(2026, 3, 2))) == 3
    assert len(said) == 10  # what is under way was asked above
    world.clock.advance(days=1)
    fresh(world, "auditor")
    with counted(world) as said:
        assert len(master_list.document_list(fresh(world, "auditor"), date(2026, 3, 2))) == 3
    assert len(said) == 5


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("login", "sees"),
    [
        ("author", True),
        ("author2", False),
        ("rep", True),
        ("gm", False),
        ("head", True),
        ("controller", True),
        ("staff", False),
        ("verifier", False),
        ("auditor", True),
        ("admin", True),
    ],
)
def test_a_draft_is_shown_to_those_who_may_read_drafts(world: World, login: str, sees: bool) -> None:
    drafting.register_document(world.as_("author"), procedure)
    assert (stands(world, login) is not None) is sees
    if sees:
        assert master_list.document_show(fresh(world, login), A)["status"] == "draft"
    else:
        with pytest.raises(Forbidden):
            master_list.document_show(fresh(world, login), A)
    issue_draft(world)
    drafting.save_draft(world.as_("author"), A, lambda: procedure(hours=12))
    coming = master_list.document_show(fresh(world, login), A)["next"]
    expected: dict[str, Any] = {"revision": "A/1", "status": "draft", "effective": None, "waiting_for": []}
    assert coming == (expected if sees else None)


def test_a_named_co_author_sees_the_draft(world: World) -> None:
    registered = drafting.register_document(world.as_("author"), procedure)
    assert stands(world, "author2") is None
    with world.as_("author").act(Action.DRAFT_SAVE) as act:
        document = find.document(act.session, A)
        act.require(facts.subject(act.session, document))
        author = world.as_("author2").actor.person_id
        act.add(DocumentAuthor(document_id=registered.document_id, person_id=author))
        act.record(document)
    assert stands(world, "author2") == ("A/0", "draft")


def issue_draft(world: World) -> None:
    submit(world)
    approving.sign_revision(world.as_("rep"), A)
    issuing.issue_revision(world.as_("controller"), A)


def test_what_comes_next_names_those_for_whom_it_waits(world: World) -> None:
    issue(world, procedure())
    drafting.save_draft(world.as_("author"), A, lambda: procedure(hours=12))
    submit(world)
    shown = master_list.document_show(fresh(world, "controller"), A)
    assert (shown["revision"], shown["status"]) == ("A/0", "effective")
    assert shown["next"] == {
        "revision": "A/1",
        "status": "in review",
        "effective": None,
        "waiting_for": ["rep"],
    }
    world.clock.advance(days=1)
    assert master_list.document_show(fresh(world, "controller"), A, date(2026, 3, 2))["next"] is None


def test_a_revision_that_is_issued_and_still_to_come_is_no_secret(world: World) -> None:
    issue(world, procedure())
    issue(world, procedure(hours=12), effective=date(2026, 4, 1), save=True)
    shown = master_list.document_show(fresh(world, "staff"), A)
    assert shown["next"] == {
        "revision": "A/1",
        "status": "issued",
        "effective": "2026-04-01",
        "waiting_for": [],
    }
    ahead = master_list.document_show(fresh(world, "staff"), A, date(2026, 4, 1))
    assert (ahead["revision"], ahead["next"]) == ("A/1", None)


def test_a_document_of_which_only_a_cancelled_issue_is_known_is_shown_as_cancelled(world: World) -> None:
    issue(world, procedure(), effective=date(2026, 4, 1))
    issuing.cancel_revision(world.as_("controller"), A, reason="x")
    assert stands(world, "controller") == ("A/0", "cancelled")
    assert stands(world, "staff") == ("A/0", "cancelled")
    drafting.save_draft(world.as_("author"), A, lambda: procedure(hours=12))
    assert stands(world, "author") == ("A/1", "draft"), "who may read drafts sees what is being made"
    assert stands(world, "staff") == ("A/0", "cancelled")


def test_a_discarded_draft_stays_on_the_list_of_its_author(world: World) -> None:
    drafting.register_document(world.as_("author"), procedure)
    drafting.discard_draft(world.as_("author"), A)
    assert stands(world, "author") == ("A/0", "discarded")


def test_a_person_without_a_role_reads_nothing(sqlite_world: World) -> None:
    issue(sqlite_world, procedure())
    nobody = Context(sqlite_world.site, Actor(99, "nobody"), "x", "cli")
    with pytest.raises(Forbidden):
        master_list.document_list(nobody)
    with pytest.raises(Forbidden):
        master_list.document_show(nobody, A)
    nobody.close()
