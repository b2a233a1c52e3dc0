"""A record does not begin where nobody could fill it; where it stops for want of people, somebody is told."""

from __future__ import annotations

import pytest

from docctl.errors import NotFound, WrongState
from docctl.queries.desk.inbox import Inbox, inbox
from docctl.queries.documents.issue_preview import issue_preview
from docctl.rules.actions import Action
from docctl.rules.people import Bearer
from docctl.rules.records.life import Verification
from docctl.rules.records.performers import has_verifier
from docctl.rules.roles import Actor
from docctl.standing import find
from docctl.usecases.documents import approving, drafting
from docctl.usecases.people import accounts
from docctl.usecases.records import opening, recording
from tests.support.pages import reader, text_of
from tests.support.sites import World, issue, procedure, template
from tests.support.terminal import Terminal

FORM, RECORD = "LX-R-101", "LX-R-101-2026-0001"
FIRST = {"reported_at": "2026-03-02T09:00:00+08:00", "customer": "甲公司"}


def lock(world: World, *logins: str) -> None:
    for login in logins:
        accounts.lock_user(world.as_("admin"), login, reason="离职")


def waits(world: World, login: str) -> Inbox:
    ctx = world.as_(login)
    ctx.session.rollback()
    return inbox(ctx)


def form(world: World) -> None:
    issue(world, procedure())
    issue(world, template())


def test_a_record_whose_first_step_nobody_could_fill_is_not_opened_and_uses_no_number(world: World) -> None:
    form(world)
    lock(world, "staff", "verifier2")
    with pytest.raises(WrongState, match=r"nobody could fill its first step, report \(sales\)") as refused:
        opening.open_record(world.as_("staff2"), FORM)
    assert "docctl user password LOGIN" in str(refused.value)
    with world.site.reading() as session, pytest.raises(NotFound):
        find.record(session, RECORD)
    accounts.set_user_password(world.as_("admin"), "staff", "a new password", lasting=True)
    assert opening.open_record(world.as_("staff2"), FORM).number == RECORD


def test_a_later_step_without_people_is_a_warning_and_stops_nobody_from_recording(
    terminal: Terminal,
) -> None:
    world = terminal.world
    form(world)
    lock(world, "staff2")
    opened = terminal.ok("staff", f"record open {FORM}")
    assert opened["nobody_can"] == [{"step": "solve", "posts": ["technical"]}]
    assert waits(world, "controller").to_staff == (), "its turn has not come"


def test_a_record_that_waits_for_nobody_is_a_task_of_the_qa_office_at_once(world: World) -> None:
    form(world)
    opening.open_record(world.as_("staff"), FORM)
    recording.fill_record(world.as_("staff"), RECORD, FIRST)
    recording.sign_record(world.as_("staff"), RECORD)
    assert waits(world, "controller").to_staff == ()
    lock(world, "staff2")
    for login in ("controller", "admin"):
        assert [(i.number, str(i.note), i.posts) for i in waits(world, login).to_staff] == [
            (RECORD, "solve", ("technical",))
        ]
    assert waits(world, "staff").to_staff == ()
    page = text_of(reader(world, "controller", "zh").get("/inbox").text)
    assert "无人可接续的记录 1" in page
    assert "技术部没有可登录的账户" in page
    assert "技术部没有可登录的账户" in text_of(
        reader(world, "controller", "zh").get(f"/records/{RECORD}").text
    )
    accounts.change_user_roles(world.as_("admin"), "staff", grant=["auditor"], revoke=["staff"])
    accounts.set_user_password(world.as_("admin"), "staff2", "a new password", lasting=True)
    assert waits(world, "controller").to_staff == ()


def test_issuing_a_form_says_which_of_its_steps_nobody_could_fill(terminal: Terminal) -> None:
    world = terminal.world
    issue(world, procedure())
    drafting.register_document(world.as_("author"), template)
    drafting.submit_revision(world.as_("author"), FORM, reason="首次发布")
    approving.sign_revision(world.as_("rep"), FORM)
    assert issue_preview(world.as_("controller"), FORM, Action.REVISION_ISSUE).nobody_can == ()
    lock(world, "staff2", "verifier", "verifier2")
    page = text_of(reader(world, "controller", "zh").get(f"/documents/{FORM}/issue").text)
    assert "使用此表单的记录会停在无人可办的步骤" in page
    assert "solve：技术部没有可登录的账户" in page
    issued = terminal.ok("controller", f"revision issue {FORM}")
    assert issued["nobody_can"] == [
        {"step": "solve", "posts": ["technical"]},
        {"step": None, "posts": ["verifier"]},
    ]


def test_a_verifier_is_another_person_and_where_asked_of_another_department() -> None:
    one = Bearer(actor=Actor(1, "one", frozenset({"verifier"}), "quality"), name="一")
    locked = Bearer(actor=Actor(2, "two", frozenset({"verifier"}), "sales"), name="二", able=False)
    assert has_verifier(Verification.NONE, [])
    assert has_verifier(Verification.OTHER_PERSON, [one], {9}, {"quality"})
    assert not has_verifier(Verification.OTHER_PERSON, [one], {1})
    assert not has_verifier(Verification.OTHER_DEPARTMENT, [one], {9}, {"quality"})
    assert not has_verifier(Verification.OTHER_PERSON, [locked])
