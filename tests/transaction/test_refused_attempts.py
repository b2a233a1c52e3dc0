"""Refused attempts: which become events, which are counted, and that recording them changes no answer."""

from __future__ import annotations

import logging
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from docctl.door import accounts, refusals
from docctl.errors import Defect, Forbidden, Unauthenticated, WrongState
from docctl.ledger import journal
from docctl.rules.actions import Action
from docctl.rules.conditions import Subject
from docctl.usecases.documents import approving, drafting
from docctl.usecases.people import accounts as people
from tests.support.crash import assert_whole
from tests.support.planted import events, head
from tests.support.sites import PASSWORD, World, issue, procedure

NUMBER = "LX-CX-2019-101"


def attempt(world: World, login: str = "staff", action: Action = Action.REVISION_ISSUE) -> None:
    """One attempt that is refused."""
    with pytest.raises(Forbidden):
        world.as_(login).permit(action, Subject())


def attempts(world: World, after: int) -> Counter[str]:
    return Counter(e["act"] for e in events(world, after))


@pytest.mark.rule("SE-33")
def test_a_refused_attempt_is_an_event_that_says_who_tried_what_and_why_not(world: World) -> None:
    before = head(world)
    with pytest.raises(Forbidden) as refusal:
        people.add_user(world.as_("staff"), "x", name="x", department="sales", roles=["staff"])
    (event,) = events(world, before)
    assert event["act"] == "user.add.refused"
    assert event["actor"]["login"] == "staff"
    assert event["why"] == str(refusal.value)
    assert (event["rows"], event["object"], event["op"]) == ([], None, None)
    assert_whole(world)


def test_five_attempts_are_events_and_the_rest_is_told_in_one_when_the_quarter_is_over(world: World) -> None:
    world.clock.now = world.clock.now.replace(minute=0)
    before = head(world)
    for _ in range(12):
        attempt(world)
        world.clock.advance(seconds=2)
    assert attempts(world, before) == {"revision.issue.refused": refusals.SINGLE}
    world.clock.advance(minutes=15)
    attempt(world, action=Action.COPY_ISSUE)
    told = events(world, before)[5:]
    assert [e["act"] for e in told] == ["attempts.counted", "copy.issue.refused"]
    assert told[0]["details"] == {"count": 7, "from": "2026-03-02T02:00:00.000000Z"}
    assert told[0]["actor"]["login"] == "staff"
    assert told[0]["why"] is None
    world.clock.advance(minutes=15)
    attempt(world)
    assert attempts(world, before)["attempts.counted"] == 1, "it is told once"
    assert_whole(world)


def test_a_flood_is_counted_in_memory_and_nothing_of_it_is_lost(world: World) -> None:
    world.clock.now = world.clock.now.replace(minute=0)
    before = head(world)
    for _ in range(400):
        attempt(world)
    attempt(world, "staff2")
    assert attempts(world, before) == {"revision.issue.refused": 6}
    world.clock.advance(minutes=15)
    attempt(world, "staff2")
    (told,) = (e for e in events(world, before) if e["act"] == "attempts.counted")
    assert (told["actor"]["login"], told["details"]["count"]) == ("staff", 395)
    assert not refusals.floods(world.site).waiting()
    assert_whole(world)


def test_a_checkpoint_covers_what_was_only_counted(world: World) -> None:
    for _ in range(8):
        attempt(world)
    world.clock.advance(minutes=15)
    before = head(world)
    issue(world, procedure())
    assert attempts(world, before)["attempts.counted"] == 1
    assert_whole(world)


def test_each_account_and_each_quarter_has_its_own_five(world: World) -> None:
    world.clock.now = world.clock.now.replace(minute=0)
    before = head(world)
    for login in ("staff", "staff2"):
        for _ in range(7):
            attempt(world, login)
    world.clock.advance(minutes=15)
    for _ in range(7):
        attempt(world)
    assert attempts(world, before) == {"revision.issue.refused": 15, "attempts.counted": 2}


def test_the_counts_of_an_earlier_quarter_are_not_taken_for_this_one() -> None:
    floods, now = refusals.Floods(), datetime(2026, 3, 2, 2, 14, 59, 900_000, UTC)
    assert not floods.put_off(1, now)
    floods.over_the_limit(1, now)
    assert floods.put_off(1, now)
    assert not floods.put_off(2, now)
    assert not floods.put_off(1, now + timedelta(milliseconds=200)), "a new quarter-hour has begun"
    assert not floods.put_off(1, now + refusals.PAUSE)
    counted = floods.waiting()
    assert floods.put_off(1, now)
    floods.were_written(counted)
    assert floods.waiting() == {(1, refusals.quarter(now)): 1}
    floods.over_the_limit(2, now + timedelta(minutes=1))
    assert not floods.put_off(1, now)


def test_out_of_turn_and_twice_are_no_attempts(world: World) -> None:
    drafting.register_document(world.as_("author"), procedure)
    before = head(world)
    with pytest.raises(WrongState):
        approving.retract_revision(world.as_("author"), NUMBER, reason="x")
    drafting.submit_revision(world.as_("author"), NUMBER, reason="x")
    approving.sign_revision(world.as_("rep"), NUMBER)
    with pytest.raises(WrongState):
        approving.sign_revision(world.as_("rep"), NUMBER)
    assert attempts(world, before) == {"revision.submit": 1, "revision.sign": 1}


def test_a_refused_read_and_a_refused_operator_leave_no_event(sqlite_world: World) -> None:
    before = head(sqlite_world)
    attempt(sqlite_world, "staff", Action.TRAIL_READ)
    operator = accounts.operator(sqlite_world.site, "root")
    with pytest.raises(Forbidden):
        people.add_user(operator, "x", name="x", department="sales", roles=["staff"])
    operator.close()
    assert head(sqlite_world) == before


def test_a_refusal_that_cannot_be_recorded_is_still_the_answer(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    before = head(world)

    def fail(*_: object) -> bytes:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch, caplog.at_level(logging.ERROR):
        patch.setattr(journal, "append", fail)
        attempt(world)
    assert "could not be recorded: revision.issue by staff" in caplog.text
    assert head(world) == before
    caplog.clear()
    with caplog.at_level(logging.ERROR):
        world.clock.advance(hours=-2)
        attempt(world)
    assert "set the clock right" in caplog.text
    world.clock.advance(hours=2)
    attempt(world)
    assert head(world) == before + 1
    assert_whole(world)


@pytest.mark.rule("SE-33")
def test_a_wrong_password_where_one_signs_or_ends_something_is_an_attempt_and_elsewhere_it_is_not(
    world: World,
) -> None:
    before = head(world)
    for action in (Action.DRAFT_SAVE, Action.USER_ADD, Action.REVISION_SIGN):
        with pytest.raises(Unauthenticated, match=r"^unknown account or wrong password$"):
            accounts.writer(world.site, "rep", "wrong horse", action)
    told = [(event["act"], event["why"]) for event in events(world, before)]
    assert told == [("user.add.refused", "wrong password"), ("revision.sign.refused", "wrong password")]
    with pytest.raises(Unauthenticated):
        accounts.writer(world.site, "nobody", PASSWORD, Action.REVISION_SIGN)
    assert head(world) == before + 2


def test_a_permission_asked_without_its_facts_is_a_defect_and_no_refusal(sqlite_world: World) -> None:
    before = head(sqlite_world)
    with pytest.raises(Defect):
        sqlite_world.as_("verifier").permit(Action.RECORD_VERIFY, Subject())
    assert head(sqlite_world) == before
