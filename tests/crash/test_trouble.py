"""Trouble that is not a crash: a database that is held, a library that cannot be written, lost objects, a moved ref."""

from __future__ import annotations

import logging
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import select

from docctl.door import outbox, transaction
from docctl.errors import Busy, Diverged
from docctl.models import engine
from docctl.models.ledger import OutboxMove
from docctl.store.library import Library
from docctl.usecases.documents import drafting
from docctl.usecases.people import accounts
from tests.support.crash import Point, assert_whole, killed_at
from tests.support.library import loose, plain_git
from tests.support.planted import events, head, shell
from tests.support.sites import World, issue, procedure

NUMBER = "LX-CX-2019-101"


def register(world: World, number: str = NUMBER) -> str:
    """An act with something to do in the library; the commit of the draft."""
    return drafting.register_document(world.as_("author"), lambda: procedure(number)).draft_commit


def add(world: World, login: str = "new") -> None:
    """An act in the database alone."""
    accounts.add_user(world.as_("admin"), login, name="新", department="sales", roles=["staff"])


def main(world: World) -> str | None:
    return world.site.library.ref(outbox.MAIN)


@pytest.mark.rule("CP-24")
def test_a_database_that_another_program_holds_is_busy_and_later_it_goes_on(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "BUSY_MS", 200)
    world.reopen()
    before = head(world)
    with shell(world) as other:
        if world.site.engine.dialect.name == "postgresql":
            other.execute("SELECT pg_advisory_lock(4711)")
        else:
            other.execute("BEGIN IMMEDIATE")
        with pytest.raises(Busy, match="another program holds the database") as refusal:
            add(world)
        assert (refusal.value.status, refusal.value.exit_code) == (503, 1)
        assert head(world) == before
    add(world)
    assert head(world) == before + 1
    assert_whole(world)


@contextmanager
def unwritable(world: World) -> Iterator[None]:
    """No object can be written, even by root: a file stands where git wants a folder."""
    pack = world.site.library.path / "objects" / "pack"
    pack.rename(pack.with_name("away"))
    pack.touch()
    yield
    pack.unlink()
    pack.with_name("away").rename(pack)


@contextmanager
def immovable(world: World) -> Iterator[None]:
    """No ref can be moved, even by root: a folder stands where git wants its lock."""
    locks = [world.site.library.path / f"refs/{name}.lock" for name in ("heads/main", "drafts/" + NUMBER)]
    for lock in locks:
        lock.mkdir(parents=True)
    yield
    for lock in locks:
        lock.rmdir()


@pytest.mark.rule("CP-25")
def test_a_library_that_cannot_be_written_refuses_before_the_database_changes(world: World) -> None:
    before = head(world)
    with unwritable(world), pytest.raises(Busy, match="check free space and permissions"):
        register(world)
    assert head(world) == before
    register(world)
    assert_whole(world)


@pytest.mark.rule("CP-25")
def test_between_commit_and_move_the_act_counts_and_its_ref_waits(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    """The act is decided. To say that it failed would make its author do it again."""
    before = head(world)
    with immovable(world):
        with caplog.at_level(logging.ERROR):
            commit = register(world)
        assert "is in the ledger; what follows it waits for the next write" in caplog.text
        assert head(world) == before + 1
        assert world.site.library.ref(f"refs/drafts/{NUMBER}") is None
        with pytest.raises(Busy, match="No ref was moved"):
            add(world)
        assert head(world) == before + 1
    add(world)
    assert world.site.library.ref(f"refs/drafts/{NUMBER}") == commit
    assert_whole(world)


@pytest.mark.rule("CP-25")
def test_a_checkpoint_that_fails_after_its_act_comes_with_the_next(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    with immovable(world):
        transaction.settle(world.site)
        with pytest.raises(Busy):
            transaction.make_checkpoint(world.site, world.clock())
    issue(world, procedure())
    assert_whole(world)
    assert caplog.text == ""


def pending(world: World) -> Sequence[OutboxMove]:
    """What the database has promised and the library does not show yet."""
    with world.site.reading() as session:
        return session.scalars(
            select(OutboxMove).where(OutboxMove.state == outbox.PENDING).order_by(OutboxMove.id)
        ).all()


def spoil(path: Path, how: str) -> None:
    damages: dict[str, Callable[[], object]] = {
        "missing": lambda: None,
        "empty": path.touch,
        "forged": lambda: path.write_bytes(zlib.compress(b"blob 6\0forged")),
    }
    path.unlink()
    damages[how]()


@pytest.mark.parametrize("how", ["missing", "empty", "forged"])
@pytest.mark.rule("CP-26")
def test_objects_that_a_power_cut_ate_are_made_again_with_the_same_ids(world: World, how: str) -> None:
    killed_at(world, Point("docctl.door.outbox.carry_out"), register)
    rows = pending(world)
    for oid in {oid for row in rows for oid in row.objects}:
        spoil(loose(world.site.library, oid), how)
    add(world)
    commit = world.site.library.ref(f"refs/drafts/{NUMBER}")
    assert commit == rows[0].moves[0]["new"]
    assert world.site.library.file(str(commit), f"procedures/{NUMBER}.md") == procedure().content.raw
    assert_whole(world)


@pytest.mark.rule("CP-26")
def test_objects_that_cannot_be_made_again_stop_writing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    killed_at(world, Point("docctl.door.outbox.carry_out"), register)
    before = head(world)
    spoil(loose(world.site.library, pending(world)[0].objects[0]), "missing")
    with monkeypatch.context() as patch:
        patch.setattr(Library, "_import", lambda *_: [])
        with pytest.raises(Diverged, match="cannot be made again"):
            add(world)
    assert head(world) == before
    add(world)
    assert_whole(world)


@pytest.mark.regulation("Q9-05")
@pytest.mark.rule("CP-27")
def test_a_main_that_somebody_moved_stops_writing_and_not_reading(world: World) -> None:
    issue(world, procedure())
    rightful, before = main(world), head(world)
    tree = plain_git("-C", world.site.library.path, "rev-parse", f"{rightful}^{{tree}}").strip()
    first = plain_git("-C", world.site.library.path, "rev-list", "--max-parents=0", "main").strip()
    sibling = plain_git("-C", world.site.library.path, "commit-tree", tree, "-p", first, "-m", "mine").strip()
    plain_git("-C", world.site.library.path, "update-ref", outbox.MAIN, sibling)
    for attempt in (add, lambda world: register(world, "LX-CX-2019-109")):
        with pytest.raises(Diverged, match=f"main is at {sibling}, the database put it at {rightful}"):
            attempt(world)
    assert head(world) == before
    assert world.site.library.file(str(rightful), f"procedures/{NUMBER}.md") == procedure().content.raw
    assert len(events(world)) == before
    plain_git("-C", world.site.library.path, "update-ref", outbox.MAIN, str(rightful))
    add(world)
    assert_whole(world)


@pytest.mark.rule("CP-27")
def test_a_ref_that_was_moved_while_its_move_was_pending_is_named_too(world: World) -> None:
    killed_at(world, Point("docctl.door.outbox.carry_out"), register)
    before = head(world)
    plain_git("-C", world.site.library.path, "update-ref", f"refs/drafts/{NUMBER}", str(main(world)))
    with pytest.raises(Diverged, match=f"refs/drafts/{NUMBER} should be at nothing and is at {main(world)}"):
        add(world)
    assert head(world) == before
    plain_git("-C", world.site.library.path, "update-ref", "-d", f"refs/drafts/{NUMBER}")
    add(world)
    assert_whole(world)
