"""A revision does not get into a state in which it waits for nobody; where it does later, somebody is told."""

from __future__ import annotations

from datetime import timedelta

import pytest

from docctl.errors import WrongState
from docctl.queries.documents.master_list import document_show, revision_outcome
from docctl.rules.people import ONE_TIME_FOR
from docctl.standing import find
from docctl.usecases.documents import approving, drafting
from docctl.usecases.people import accounts
from tests.support.sites import World, procedure

NUMBER = "LX-CX-2019-101"


def registered(world: World, chain: str | None = None) -> None:
    drafting.register_document(world.as_("author"), procedure, chain=chain)


def submitted(world: World, chain: str | None = None) -> list[str]:
    """The logins that it waits for."""
    registered(world, chain)
    draft = drafting.submit_revision(world.as_("author"), NUMBER, reason="新程序")
    waiting: list[str] = revision_outcome(world.as_("author"), draft.id)["waiting_for"]
    return waiting


def lock(world: World, login: str) -> None:
    accounts.lock_user(world.as_("admin"), login, reason="离职")


def test_a_chain_with_a_post_that_nobody_has_is_refused_at_registration_and_its_number_is_free(
    world: World,
) -> None:
    with pytest.raises(WrongState, match=r"purchasing \(nobody holds it\)"):
        registered(world, "author,purchasing,management-representative")
    registered(world)
    with world.site.reading() as session:
        assert find.document(session, NUMBER).number == NUMBER


def test_a_chain_whose_only_signer_is_the_author_is_refused_at_registration(world: World) -> None:
    accounts.change_user_roles(world.as_("admin"), "quality-head", grant=["author"])
    world.forget()
    text = procedure()
    with pytest.raises(WrongState, match=r"quality \(郑主任 wrote it\)"):
        drafting.register_document(
            world.as_("quality-head"), lambda: text, chain="author,quality,management-representative"
        )
    accounts.change_user_roles(world.as_("admin"), "verifier", grant=["department-head"])
    drafting.register_document(
        world.as_("quality-head"), lambda: text, chain="author,quality,management-representative"
    )


@pytest.mark.rule("DC-26")
def test_one_person_cannot_be_all_of_a_chain(world: World) -> None:
    accounts.change_user_roles(world.as_("admin"), "gm", grant=["management-representative"])
    lock(world, "rep")
    with pytest.raises(WrongState, match="总经理王 signs another step"):
        registered(world, "author,management-representative,general-manager")


@pytest.mark.parametrize("undone", ["lock", "role"])
def test_what_nobody_can_sign_any_more_is_refused_at_submission(world: World, undone: str) -> None:
    registered(world)
    if undone == "lock":
        lock(world, "rep")
    else:
        accounts.change_user_roles(world.as_("admin"), "rep", revoke=["management-representative"])
    with pytest.raises(WrongState, match="Nobody could sign LX-CX-2019-101 A/0 as management-representative"):
        drafting.submit_revision(world.as_("author"), NUMBER, reason="新程序")
    accounts.change_user_roles(world.as_("admin"), "gm", grant=["management-representative"])
    drafting.submit_revision(world.as_("author"), NUMBER, reason="新程序")


def test_who_wrote_a_part_of_the_text_is_no_signer_that_the_submission_counts_on(world: World) -> None:
    registered(world, "author,department-head,management-representative")
    accounts.change_user_roles(world.as_("admin"), "head", grant=["author"])
    world.forget()
    newest = document_show(world.as_("author"), NUMBER)
    assert newest["revision"] == "A/0"
    with world.site.reading() as session:
        content = find.newest_revision(session, find.document(session, NUMBER)).content
    text = procedure(extra="补充。")
    drafting.save_draft(world.as_("head"), NUMBER, lambda: text, shown=content)
    with pytest.raises(WrongState, match=r"department-head \(何主任 wrote it\)"):
        drafting.submit_revision(world.as_("author"), NUMBER, reason="新程序")


def test_waiting_for_names_those_only_who_can_sign_now(world: World) -> None:
    accounts.change_user_roles(world.as_("admin"), "gm", grant=["management-representative"])
    assert submitted(world) == ["gm", "rep"]
    lock(world, "rep")
    assert document_waits(world) == ["gm"]


def test_a_one_time_password_that_nobody_used_in_time_locks_like_none(world: World) -> None:
    accounts.set_user_password(world.as_("admin"), "rep", "once and never again")
    assert submitted(world) == ["rep"]
    world.clock.now += ONE_TIME_FOR + timedelta(minutes=1)
    assert document_waits(world) == []


def test_countersigning_departments_are_waited_for_one_by_one(world: World) -> None:
    chain = "prepare:author,countersign:quality+administration,approve:management-representative"
    assert submitted(world, chain) == ["head", "quality-head"]
    approving.sign_revision(world.as_("head"), NUMBER)
    assert document_waits(world) == ["quality-head"]


def document_waits(world: World) -> list[str]:
    ctx = world.as_("author")
    ctx.session.rollback()
    newest = find.newest_revision(ctx.session, find.document(ctx.session, NUMBER))
    found: list[str] = revision_outcome(ctx, newest.id)["waiting_for"]
    return found
