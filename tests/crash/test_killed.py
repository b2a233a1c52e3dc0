"""A writer killed at every named point: afterwards the act is there whole or not at all, and once after a retry.

`present` says which. The points stand in the order in which an act passes them (CP-01 to CP-18).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from docctl.models.copies import Recall
from docctl.models.people import Person
from docctl.models.records import RecordAttachment
from docctl.standing import find
from docctl.store.material import content_of
from docctl.usecases.copies import handing
from docctl.usecases.documents import approving, drafting, issuing
from docctl.usecases.people import accounts
from docctl.usecases.records import attaching, opening
from tests.support.crash import FAST_IMPORT, Point, assert_whole, in_another_process, killed_at
from tests.support.planted import events
from tests.support.record_files import SCAN
from tests.support.sites import World, _postgres, _sqlite, issue, procedure, template

NUMBER, RECORD = "LX-CX-2019-101", "LX-R-101-2026-0001"
EFFECTIVE = date(2026, 3, 9)
KEY = "the-operation"


@dataclass(frozen=True)
class Operation:
    """`work` does it under the idempotency key; `count` says how often it was done."""

    work: Callable[[World], object]
    count: Callable[[World], int]
    stops: frozenset[str]


def _issue(world: World) -> None:
    with closing(replace(world.as_("controller"), op=f"issue {KEY}")) as ctx:
        assert issuing.issue_revision(ctx, NUMBER, effective=EFFECTIVE).label == "A/1"


def _issues(world: World) -> int:
    with world.site.reading() as session:
        document = find.document(session, NUMBER)
        (newest,) = [r for r in find.revisions(session, document.id) if r.label == "A/1"]
        recalls = session.scalars(select(Recall)).all()
        tagged = world.site.library.ref(f"refs/tags/{NUMBER}/A-1") is not None
    assert len(recalls) == int(newest.issued_at is not None)
    assert tagged <= (newest.issued_at is not None)
    return int(newest.issued_at is not None)


def _save(world: World) -> None:
    text = procedure(OTHER, extra="另有规定。")
    with closing(replace(world.as_("author"), op=f"save {KEY}")) as ctx:
        assert drafting.save_draft(ctx, OTHER, lambda: text).label == "A/0"


def _saves(world: World) -> int:
    with world.site.reading() as session:
        newest = find.newest_revision(session, find.document(session, OTHER))
        saved = newest.content == EXTRA
        commit = newest.draft_commit
    assert (
        not saved or world.site.library.file(commit, f"procedures/{OTHER}.md").decode().count("另有规定") == 1
    )
    return int(saved)


def _add(world: World) -> None:
    with closing(replace(world.as_("admin"), op=f"add {KEY}")) as ctx:
        accounts.add_user(
            ctx, "new", name="新", department="sales", roles=["staff"], password="correct horse"
        )


def _adds(world: World) -> int:
    with world.site.reading() as session:
        return len(session.scalars(select(Person.id).where(Person.login == "new")).all())


def _attach(world: World) -> None:
    with closing(replace(world.as_("staff"), op=f"attach {KEY}")) as ctx:
        attaching.attach_record(ctx, RECORD, lambda: SCAN)


def _attachments(world: World) -> int:
    with world.site.reading() as session:
        kept = session.scalars(select(RecordAttachment.sha256)).all()
    assert [world.site.vault.read(digest) for digest in kept] == [SCAN.data] * len(kept)
    return len(kept)


OTHER = "LX-CX-2019-102"
EXTRA = content_of(procedure(OTHER, extra="另有规定。").manifest)

DATABASE = frozenset({"lock", "begin", "rows", "event", "commit", "end"})
GIT = DATABASE | {"objects", "move"}
OPERATIONS = {
    "issue": Operation(_issue, _issues, GIT | {"checkpoint"}),
    "save": Operation(_save, _saves, GIT),
    "add": Operation(_add, _adds, DATABASE),
    "attach": Operation(_attach, _attachments, frozenset({"file", "commit"})),
}


@dataclass(frozen=True)
class Stop:
    """A point, the part of an act it lies in, and whether the act has been decided there."""

    point: Point
    part: str
    present: bool


STOPS = [
    ("CP-01", "lock", "before", "docctl.store.lock.WriterLock.acquire", False),
    ("CP-02", "lock", "after", "docctl.store.lock.WriterLock.acquire", False),
    ("CP-03", "objects", "before", "docctl.store.library.Library.prepare", False),
    ("CP-04", "objects", "before", FAST_IMPORT, False),
    ("CP-07", "objects", "after", "docctl.store.library.Library.prepare", False),
    ("CP-05", "file", "before", "docctl.store.vault.Vault.keep", False),
    ("CP-05", "file", "after", "docctl.store.vault.Vault.keep", False),
    ("CP-08", "begin", "after", "docctl.door.transaction._begin", False),
    ("CP-10", "rows", "after", "docctl.ledger.journal.Images.collect", False),
    ("CP-09", "event", "before", "docctl.ledger.journal.append", False),
    ("CP-09", "event", "after", "docctl.ledger.journal.append", False),
    ("CP-11", "commit", "before", "docctl.door.transaction.conclude", False),
    ("CP-12", "commit", "after", "docctl.door.transaction.conclude", True),
    ("CP-13", "checkpoint", "before", "docctl.door.checkpoints.prepare", True),
    ("CP-13", "checkpoint", "after", "docctl.door.checkpoints.prepare", True),
    ("CP-13", "checkpoint", "after", "docctl.door.checkpoints.keep", True),
    ("CP-13", "checkpoint", "before", "docctl.door.checkpoints.show", True),
    ("CP-13", "move", "before", "docctl.door.outbox.carry_out", True),
    ("CP-13", "move", "before", "docctl.store.library.Library.remove_stale_locks", True),
    ("CP-13", "move", "after", "docctl.store.library.Library.restore", True),
    ("CP-14", "move", "before", "docctl.store.library.Library.move", True),
    ("CP-15", "move", "after", "docctl.store.library.Library.move", True),
    ("CP-16", "move", "before", "docctl.door.outbox.mark_done", True),
    ("CP-17", "move", "after", "docctl.door.outbox.mark_done", True),
    ("CP-18", "end", "after", "docctl.door.transaction._follow_up", True),
]


def _cases() -> Iterator[object]:
    for name, operation in OPERATIONS.items():
        for crash_point, part, when, place, present in STOPS:
            if part in operation.stops:
                stop = Stop(Point(place, when), part, present)
                yield pytest.param(name, stop, id=f"{name}: {crash_point} {stop.point}")


@pytest.mark.regulation("P11-10e1", "A11-16", "DI-04")
@pytest.mark.parametrize(("name", "stop"), list(_cases()))
@pytest.mark.rule(
    "CP-01", "CP-02", "CP-03", "CP-04", "CP-05", "CP-06", "CP-07", "CP-08", "CP-09", "CP-10", "CP-11", "CP-12",
    "CP-13", "CP-14", "CP-15", "CP-16", "CP-17", "CP-18",
)  # fmt: skip
def test_a_killed_act_is_there_whole_or_not_at_all_and_once_after_a_retry(
    ready: World, name: str, stop: Stop
) -> None:
    operation = OPERATIONS[name]
    before = events(ready)
    killed_at(ready, stop.point, operation.work)
    assert operation.count(ready) == int(stop.present)
    assert [e["op"] for e in events(ready)].count(f"{name} {KEY}") == int(stop.present)
    operation.work(ready)
    assert operation.count(ready) == 1
    assert [e["op"] for e in events(ready)].count(f"{name} {KEY}") == 1
    assert events(ready)[: len(before)] == before
    assert_whole(ready)
    assert operation.count(ready) == 1


RECOVERY = [
    ("before", "docctl.store.library.Library.remove_stale_locks"),
    ("after", "docctl.store.library.Library.remove_stale_locks"),
    ("before", "docctl.store.library.Library.move"),
    ("after", "docctl.store.library.Library.move"),
    ("before", "docctl.door.outbox.mark_done"),
    ("after", "docctl.door.outbox.mark_done"),
]
FIRST = [
    Point("docctl.door.transaction.conclude", "after"),
    Point(
        "docctl.door.transaction.conclude", "after", 2
    ),  # a row of the act and one of its checkpoint are pending
]


@pytest.mark.parametrize("again", RECOVERY, ids=" ".join)
@pytest.mark.parametrize("first", FIRST, ids=str)
@pytest.mark.rule("CP-01", "CP-02", "CP-19", "CP-32")
def test_a_recovery_that_is_killed_too_is_finished_by_the_next(
    ready: World, first: Point, again: tuple[str, str]
) -> None:
    killed_at(ready, first, _issue)
    lock = ready.site.library.path / "refs/heads/main.lock"
    lock.touch()  # as a killed git leaves it
    when, place = again
    killed_at(ready, Point(place, when), _add)
    assert _adds(ready) == 0
    assert _issues(ready) == 1
    assert in_another_process(ready, _issue) == 0
    _add(ready)
    assert not lock.exists()
    assert (_issues(ready), _adds(ready)) == (1, 1)
    assert_whole(ready)


def prepare(world: World) -> None:
    """A/0 is in force with a copy out, A/1 approved; another document has a draft."""
    issue(world, procedure(NUMBER))
    issue(world, template())
    assert opening.open_record(world.as_("staff"), "LX-R-101").number == RECORD
    handing.issue_copies(world.as_("controller"), NUMBER, holders=["staff"])
    drafting.save_draft(world.as_("author"), NUMBER, lambda: procedure(NUMBER, extra="修改。"))
    drafting.submit_revision(world.as_("author"), NUMBER, reason="修改")
    approving.sign_revision(world.as_("rep"), NUMBER)
    drafting.register_document(world.as_("author"), lambda: procedure(OTHER))


@pytest.fixture(scope="module")
def sqlite_ready(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    made = _sqlite(sqlite_template, tmp_path_factory.mktemp("ready"))
    yield _prepared(made)[0]
    next(made, None)


@pytest.fixture(scope="module")
def postgres_ready(
    postgres_template: tuple[Path, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Path, str]]:
    made = _postgres(*postgres_template, tmp_path_factory.mktemp("ready-pg"))
    yield _prepared(made)
    next(made, None)


def _prepared(made: Iterator[World]) -> tuple[Path, str]:
    world = next(made)
    prepare(world)
    world.close()
    return world.site.path, str(world.site.engine.url.database)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def ready(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    """A site on which the operations can be done."""
    if request.param == "sqlite":
        made = _sqlite(request.getfixturevalue("sqlite_ready"), tmp_path)
    else:
        folder, database = request.getfixturevalue("postgres_ready")
        made = _postgres(folder, database, tmp_path)
    for world in made:
        world.clock.now += timedelta(minutes=5)
        yield world
