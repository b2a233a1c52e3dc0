"""Where a revision stands: with whom it lies and since which event, for all who may read drafts."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from docctl.models.documents import Signature, Submission
from docctl.queries.desk.inbox import Inbox, inbox
from docctl.queries.documents.master_list import document_list, document_show, stands
from docctl.usecases.documents import approving, drafting, issuing
from docctl.usecases.people import accounts
from tests.support.sites import World, issue, procedure

NUMBER, OTHER = "LX-CX-2019-101", "LX-CX-2019-102"
CHAIN = "prepare:author,countersign:quality+administration,approve:management-representative"


def in_review(world: World) -> None:
    """In force, and the next one handed in to two departments and the representative."""
    drafting.register_document(world.as_("author"), procedure, chain=CHAIN)
    drafting.submit_revision(world.as_("author"), NUMBER, reason="新程序")


def standing(world: World, login: str = "author") -> dict[str, Any]:
    ctx = world.as_(login)
    ctx.session.rollback()
    found: dict[str, Any] = document_show(ctx, NUMBER)["under_way"]
    return found


def waits(world: World, login: str) -> Inbox:
    ctx = world.as_(login)
    ctx.session.rollback()
    return inbox(ctx)


def names(of: dict[str, Any]) -> list[str]:
    return [person["name"] for person in of["people"]]


def test_the_author_sees_with_whom_a_revision_lies_and_since_which_event(world: World) -> None:
    in_review(world)
    seen = standing(world)
    assert (seen["revision"], seen["status"]) == ("A/0", "in review")
    assert (seen["waiting_for"], names(seen)) == (["head", "quality-head"], ["何主任", "郑主任"])
    with world.site.reading() as session:
        assert datetime.fromisoformat(seen["since"]) == session.scalars(select(Submission.submitted_at)).one()
    asked = [(p["post"], p["now"], [one["login"] for one in p["people"]]) for p in seen["waiting"]]
    assert asked == [
        ("quality", True, ["quality-head"]),
        ("administration", True, ["head"]),
        ("management-representative", False, ["rep"]),
    ]

    world.clock.advance(days=1)
    approving.sign_revision(world.as_("head"), NUMBER)
    assert names(standing(world)) == ["郑主任"]
    assert standing(world)["since"] == seen["since"], "the step is the same: it waits since the submission"
    world.clock.advance(days=1)
    approving.sign_revision(world.as_("quality-head"), NUMBER)
    with world.site.reading() as session:
        signed = max(session.scalars(select(Signature.signed_at)))
    assert names(standing(world)) == ["管平"]
    assert datetime.fromisoformat(standing(world)["since"]) == signed


def test_an_approved_revision_lies_with_the_qa_office_and_an_issued_one_waits_for_its_day(
    world: World,
) -> None:
    issue(world, procedure())
    drafting.save_draft(world.as_("author"), NUMBER, lambda: procedure(hours=12))
    assert (standing(world)["status"], names(standing(world))) == ("draft", ["陈编"])
    drafting.submit_revision(world.as_("author"), NUMBER, reason="改时限")
    approving.sign_revision(world.as_("rep"), NUMBER)
    assert (standing(world)["status"], names(standing(world))) == ("approved", ["文控李"])
    assert standing(world)["waiting_for"] == []
    issuing.issue_revision(world.as_("controller"), NUMBER, effective=date(2026, 3, 9))
    seen = standing(world, "staff")
    assert (seen["revision"], seen["status"], seen["effective"]) == ("A/1", "issued", "2026-03-09")
    assert names(seen) == []
    world.clock.go_to(date(2026, 3, 9))
    world.forget()
    assert standing(world, "staff") is None


def test_who_may_read_no_draft_is_told_of_none(world: World) -> None:
    issue(world, procedure())
    drafting.save_draft(world.as_("author"), NUMBER, lambda: procedure(hours=12))
    drafting.register_document(world.as_("author"), lambda: procedure(OTHER))
    assert standing(world, "staff") is None
    assert [line["under_way"] for line in document_list(world.as_("staff"))] == [None]
    told = {line["number"]: line["under_way"]["status"] for line in document_list(world.as_("controller"))}
    assert told == {NUMBER: "draft", OTHER: "draft"}


def test_the_master_list_knows_what_is_in_work_and_finds_it_by_its_status(world: World) -> None:
    issue(world, procedure())
    drafting.save_draft(world.as_("author"), NUMBER, lambda: procedure(hours=12))
    drafting.submit_revision(world.as_("author"), NUMBER, reason="改时限")
    issue(world, procedure(OTHER))
    lines = document_list(world.as_("controller"))
    first, second = lines
    assert (first["revision"], first["status"]) == ("A/0", "effective")
    assert (first["under_way"]["revision"], first["under_way"]["waiting_for"]) == ("A/1", ["rep"])
    assert second["under_way"] is None
    for status, found in (
        ("in review", [NUMBER]),
        ("effective", [NUMBER, OTHER]),
        ("under-way", [NUMBER]),
        ("draft", []),
    ):
        assert [line["number"] for line in lines if stands(line, status)] == found
    past = document_list(world.as_("controller"), date(2026, 3, 1))
    assert all(line["under_way"] is None for line in past)


def test_authors_find_their_drafts_and_what_they_handed_in_beside_what_waits_for_them(world: World) -> None:
    in_review(world)
    drafting.register_document(world.as_("author"), lambda: procedure(OTHER))
    mine = waits(world, "author")
    assert [(i.number, i.status and i.status.value) for i in mine.handed_in] == [(NUMBER, "in review")]
    assert [person.name for person in mine.handed_in[0].people] == ["何主任", "郑主任"]
    assert [item.number for item in mine.drafts] == [OTHER]
    assert mine.total == 0, "what one only wants to know of is not counted as waiting"
    assert [waits(world, "author2").handed_in, waits(world, "author2").drafts] == [(), ()]
    approving.reject_revision(world.as_("head"), NUMBER, reason="缺条款")
    mine = waits(world, "author")
    assert ([i.number for i in mine.returned], mine.handed_in, mine.total) == ([NUMBER], (), 1)


def test_what_nobody_can_sign_any_more_is_a_task_of_the_qa_office_at_once(world: World) -> None:
    in_review(world)
    assert waits(world, "controller").to_unblock == ()
    accounts.lock_user(world.as_("admin"), "rep", reason="离职")
    for login in ("controller", "admin"):
        seen = waits(world, login)
        assert [(i.number, [(g.post, g.names) for g in i.gaps]) for i in seen.to_unblock] == [
            (NUMBER, [("management-representative", ("管平",))])
        ]
        assert seen.total == 1
    assert waits(world, "author").to_unblock == ()
    accounts.change_user_roles(world.as_("admin"), "gm", grant=["management-representative"])
    assert waits(world, "controller").to_unblock == ()
    accounts.change_user_roles(world.as_("admin"), "quality-head", revoke=["department-head"])
    assert [g.post for i in waits(world, "controller").to_unblock for g in i.gaps] == ["quality"]
    assert [str(said) for said in standing(world)["nobody_can_sign"]] == ["quality (nobody holds it)"]
