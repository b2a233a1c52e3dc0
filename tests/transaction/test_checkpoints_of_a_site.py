"""When a checkpoint is made, what it puts into the library, and that no segment of the ledger is lost or cut anew."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from docctl.door import checkpoints, outbox, transaction
from docctl.door.memory import Memory
from docctl.ledger import checkpoint
from docctl.models.ledger import OutboxCheckpoint
from docctl.usecases.documents import approving, drafting, issuing
from docctl.usecases.people import accounts
from tests.support.crash import Point, assert_whole, killed_at
from tests.support.planted import head
from tests.support.sites import World, issue, procedure

NUMBER = "LX-CX-2019-101"


def committed(world: World) -> list[int]:
    """How many events each checkpoint in the library covers."""
    with world.site.reading() as session:
        kept = select(OutboxCheckpoint.size).where(OutboxCheckpoint.commit_id.is_not(None))
        return list(session.scalars(kept.order_by(OutboxCheckpoint.size)))


def segments_in_library(world: World) -> list[str]:
    main = str(world.site.library.ref(outbox.MAIN))
    return [p for p in sorted(world.site.library.tree(main)) if p.endswith(".jsonl")]


def shown(world: World) -> checkpoint.Checkpoint:
    """The note that lies in the folder of the site, verified."""
    note = (world.site.path / "checkpoint").read_bytes()
    return checkpoint.verify(note, world.site.settings.keys)


def add(world: World, login: str) -> None:
    accounts.add_user(world.as_("admin"), login, name="新", department="sales", roles=["staff"])


def at_rest(world: World) -> World:
    """A checkpoint has just been made, so that none is due."""
    transaction.make_checkpoint(world.site, world.clock())
    return world


def test_a_checkpoint_is_made_at_an_issue_and_covers_it(world: World) -> None:
    issue(at_rest(world), procedure())
    assert committed(world)[-1] == head(world) == shown(world).size
    assert_whole(world)


def test_a_checkpoint_is_due_after_so_many_events(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    assert checkpoints.MOST_EVENTS == 100
    monkeypatch.setattr(checkpoints, "MOST_EVENTS", 3)
    before = committed(at_rest(world))
    for n in range(4):
        add(world, f"new-{n}")
        assert len(committed(world)) - len(before) == int(n >= 2)
    assert_whole(world)


def test_none_is_due_when_another_process_has_made_one(world: World) -> None:
    seq = head(at_rest(world))
    assert not checkpoints.is_due(world.site, seq, world.clock())
    other = replace(world.site, memory=Memory())  # as another process has it
    add(world, "new")
    world.clock.advance(minutes=11)
    transaction.make_checkpoint(other, world.clock())
    assert not checkpoints.is_due(world.site, seq + 1, world.clock())


def test_a_checkpoint_is_due_after_ten_minutes(world: World) -> None:
    before = committed(at_rest(world))
    world.clock.advance(minutes=9, seconds=59)
    add(world, "early")
    assert committed(world) == before
    world.clock.advance(seconds=2)
    add(world, "late")
    assert committed(world) == [*before, head(world)]
    assert_whole(world)


def test_a_process_that_just_began_knows_when_the_last_one_was(world: World) -> None:
    before = committed(at_rest(world))
    world.reopen()
    add(world, "new")
    assert committed(world) == before
    world.reopen()
    world.clock.now += timedelta(minutes=11)
    add(world, "newer")
    assert len(committed(world)) == len(before) + 1


def test_a_signature_signs_a_note_at_once_which_waits_for_the_next_commit(world: World) -> None:
    at_rest(world)
    drafting.register_document(world.as_("author"), procedure)
    drafting.submit_revision(world.as_("author"), NUMBER, reason="x")
    before, main = committed(world), world.site.library.ref(outbox.MAIN)
    approving.sign_revision(world.as_("rep"), NUMBER)
    assert shown(world).size == head(world)
    assert committed(world) == before
    assert world.site.library.ref(outbox.MAIN) == main
    assert_whole(world)


def test_a_signature_that_finds_a_checkpoint_due_does_not_make_it_unseen(world: World) -> None:
    """Its own note covers the same events. Were the commit forgotten, the next segment would be cut anew."""
    at_rest(world)
    drafting.register_document(world.as_("author"), procedure)
    drafting.submit_revision(world.as_("author"), NUMBER, reason="x")
    world.clock.advance(minutes=11)
    approving.sign_revision(world.as_("rep"), NUMBER)
    assert committed(world)[-1] == head(world)
    kept = segments_in_library(world)
    transaction.make_checkpoint(world.site, world.clock(), commit=False)
    assert committed(world)[-1] == head(world)
    world.reopen()
    issuing.issue_revision(world.as_("controller"), NUMBER)
    assert segments_in_library(world)[:-1] == kept
    assert_whole(world)


def test_a_checkpoint_without_new_events_adds_no_segment(world: World) -> None:
    at_rest(world)
    kept = segments_in_library(world)
    transaction.make_checkpoint(world.site, world.clock())
    assert segments_in_library(world) == kept
    assert_whole(world)


def test_a_site_without_a_committed_checkpoint_counts_from_now(world: World) -> None:
    with world.as_("controller").note() as session:
        for row in session.scalars(select(OutboxCheckpoint)):
            row.commit_id = None
    assert not checkpoints.is_due(world.site, 5, world.clock())
    assert checkpoints.is_due(world.site, checkpoints.MOST_EVENTS, world.clock())


@pytest.mark.parametrize("place", ["docctl.door.outbox.mark_done", "docctl.door.outbox.carry_out"])
@pytest.mark.rule("CP-13", "CP-16")
def test_a_checkpoint_made_on_what_is_pending_takes_it_along(world: World, place: str) -> None:
    """An issue was killed before its move was done, or before that was noted; a checkpoint comes first."""
    issue(world, procedure())
    killed_at(
        world,
        Point(place),
        lambda again: issuing.withdraw_document(again.as_("controller"), NUMBER, reason="x"),
    )
    transaction.make_checkpoint(world.site, world.clock())
    assert_whole(world)


@pytest.mark.rule("CP-16")
def test_a_ref_on_its_way_is_led_on_from_where_it_is(world: World) -> None:
    """Main stands where the first of two pending rows put it: the second goes on from there."""
    site = at_rest(world).site
    first = checkpoints.prepare(site, world.clock(), commit=True)
    with transaction.note(site) as session:
        checkpoints.keep(session, first)
    with site.lock:
        outbox.carry_out(site)
        second = checkpoints.prepare(site, world.clock(), commit=True)
        with transaction.note(site) as session:
            checkpoints.keep(session, second)
    assert second.prepared is not None
    transaction.settle(site)
    assert site.library.ref(outbox.MAIN) == second.prepared.commit
    assert_whole(world)
