"""The database and the keys are gone: what the library, the records and the vault give back, on either database."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.engine import URL

from docctl.door import factors
from docctl.door.site import DATABASE_VARIABLE, Site
from docctl.errors import NotFound, Tampered, WrongState
from docctl.ledger import journal, segments
from docctl.queries.integrity import check_site
from docctl.store.names import file_name
from docctl.usecases.copies import disposing, handing
from docctl.usecases.documents import drafting
from docctl.usecases.people import accounts
from docctl.usecases.records import opening, recording, sealing
from docctl.usecases.site import founding, rebuilding
from docctl.usecases.site.checkpointing import checkpoint_ledger
from tests.support.library import plain_git
from tests.support.phones import with_phone
from tests.support.postgres import drop_database, postgres_url
from tests.support.record_files import PDF, attach
from tests.support.sites import PASSWORD, World, issue, procedure, template
from tests.support.terminal import Terminal

NUMBER = "LX-CX-2019-101"

READS = [
    "document list",
    "document list --on 2026-03-02",
    f"document show {NUMBER}",
    f"document show {NUMBER} --on 2026-03-02",
    "document show LX-R-101",
    "copy list",
    f"copy reconcile {NUMBER}",
    "record list",
    "record show LX-R-101-2026-0001",
    "record show LX-R-101-2026-0002",
    "trace LX-R-101-2026-0001",
    "trace LX-R-101-2026-0002",
    f"trace {NUMBER}",
    "search 顾客",
]


@pytest.fixture
def lived(world: World) -> World:
    """Two revisions, copies in several states, a closed and an open record, a draft; then a checkpoint."""
    issue(world, procedure())
    issue(world, template())
    controller = world.as_("controller")
    handing.issue_copies(controller, NUMBER, holders=["sales", "staff", "quality"])
    handing.acknowledge_copy(world.as_("staff"), f"{NUMBER}#002")
    disposing.lose_copy(controller, f"{NUMBER}#003", reason="丢失", responsible="staff", consequence="无")
    closed = opening.open_record(world.as_("staff"), "LX-R-101").number
    filled = {"reported_at": "2026-03-02T09:00", "customer": "甲公司"}
    solved = {"answered_at": "2026-03-02T11:00", "satisfied": "true"}
    for login, values in (("staff", filled), ("staff2", solved)):
        recording.fill_record(world.as_(login), closed, values)
        recording.sign_record(world.as_(login), closed)
    attach(world, "staff", closed, "scan.pdf", PDF)
    sealing.complete_record(world.as_("staff2"), closed)
    sealing.verify_record(world.as_("verifier"), closed)
    sealing.close_record(controller, closed)
    recording.fill_record(
        world.as_("staff"), opening.open_record(world.as_("staff"), "LX-R-101").number, filled
    )
    world.clock.advance(days=1)
    issue(world, procedure(extra="改。"), save=True)
    drafting.save_draft(world.as_("author"), NUMBER, lambda: procedure(extra="再改。"))
    checkpoint_ledger(world.as_("admin"))
    return world


@pytest.fixture(params=["to-sqlite", pytest.param("to-postgres", marks=pytest.mark.postgres)])
def target(request: pytest.FixtureRequest, worker_id: str) -> Iterator[dict[str, str]]:
    """The environment in which the new site gets its database."""
    if request.param == "to-sqlite":
        yield {}
        return
    url: URL = postgres_url(worker_id)
    yield {DATABASE_VARIABLE: url.render_as_string(hide_password=False)}
    drop_database(url)


def rebuilt(world: World, folder: Path, environ: dict[str, str]) -> World:
    """What `docctl rebuild` makes of the files of this site, its database and keys taken away."""
    old = folder / "old"
    old.mkdir()
    for name in ("library.git", "records", "vault"):
        shutil.copytree(world.site.path / name, old / name)
    shutil.copy(world.site.path / "docctl.toml", old / "docctl.toml")
    done = rebuilding.rebuild(folder / "new", old, password=PASSWORD, clock=world.clock, environ=environ)
    return World(done.site, world.clock)


@pytest.mark.regulation("MD-07", "DI-10")
def test_every_read_prints_the_same_after_a_rebuild(
    lived: World, tmp_path: Path, target: dict[str, str]
) -> None:
    before = [Terminal(lived)("auditor", words) for words in READS]
    assert {answer.code for answer in before} == {0}
    new = rebuilt(lived, tmp_path, target)
    # The open record's clocks look at the time of day: the clock of the test stands still meanwhile.
    assert [Terminal(new)("auditor", words).out for words in READS] == [answer.out for answer in before]
    assert check_site(new.site).findings == ()
    new.close()


@pytest.mark.one_database
def test_the_ledger_goes_on_where_it_ended_with_a_new_key(lived: World, tmp_path: Path) -> None:
    with lived.site.reading() as session:
        head = journal.head(session.connection())
    new = rebuilt(lived, tmp_path, {})
    with new.site.reading() as session:
        entries = list(journal.events(session.connection()))
    assert entries[head.seq - 1].entry_hash == head.entry_hash
    rotated = entries[head.seq].event
    assert rotated["act"] == "key.rotated"
    assert rotated["details"]["before"] == lived.site.settings.public_key
    assert new.site.settings.keys == (rotated["details"]["public_key"], *lived.site.settings.keys)
    assert check_site(new.site).ok
    new.close()


@pytest.mark.one_database
def test_only_the_administrator_can_act_until_passwords_are_set(lived: World, tmp_path: Path) -> None:
    new = rebuilt(lived, tmp_path, {})
    acknowledge = f"copy acknowledge {NUMBER}#001"
    assert Terminal(new)("controller", acknowledge).code == 3
    answer = Terminal(new)("admin", "user password controller", password=PASSWORD)
    assert answer.code == 2  # no new password was given
    terminal = Terminal(new)
    assert terminal("admin", "ledger checkpoint").code == 0
    new.close()


@pytest.mark.one_database
def test_work_goes_on_after_a_rebuild(lived: World, tmp_path: Path, target: dict[str, str]) -> None:
    new = rebuilt(lived, tmp_path, target)
    handing.issue_copies(new.as_("controller"), NUMBER, holders=["technical"])
    with pytest.raises(WrongState, match="the account of 管平 is locked"):
        drafting.submit_revision(new.as_("author"), NUMBER, reason="接着改")
    accounts.set_user_password(new.as_("admin"), "rep", PASSWORD, lasting=True)
    drafting.submit_revision(new.as_("author"), NUMBER, reason="接着改")
    assert check_site(new.site).findings == ()
    new.close()


@pytest.mark.regulation("MD-07", "DI-10")
@pytest.mark.one_database
def test_from_the_library_alone_the_registers_are_there_and_what_is_missing_is_named(
    lived: World, tmp_path: Path
) -> None:
    before = [Terminal(lived)("auditor", words).out for words in READS[:7]]
    for name in ("records", "vault"):
        shutil.rmtree(lived.site.path / name)
        (lived.site.path / name).mkdir()
    new = rebuilt(lived, tmp_path, {})
    assert [Terminal(new)("auditor", words).out for words in READS[:7]] == before
    named = " ".join(f"{f.where} {f.message}" for f in check_site(new.site).findings)
    for number in ("LX-R-101-2026-0001", "LX-R-101-2026-0002"):
        assert file_name(number) in named
    new.close()


@pytest.mark.one_database
def test_acts_after_the_newest_checkpoint_are_not_in_it_and_it_says_how_far_it_goes(
    lived: World, tmp_path: Path
) -> None:
    with lived.site.reading() as session:
        signed = journal.head(session.connection()).seq
    handing.return_copy(lived.as_("controller"), f"{NUMBER}#001")
    old = lived.site.path
    done = rebuilding.rebuild(tmp_path / "new", old, password=PASSWORD, clock=lived.clock, environ={})
    assert done.events == signed
    done.site.close()


@pytest.mark.one_database
def test_a_library_whose_ledger_was_touched_is_refused_and_nothing_is_left(
    lived: World, tmp_path: Path
) -> None:
    repository = lived.site.path / "library.git"
    tree = lived.site.library.tree(str(lived.site.library.ref("refs/heads/main")))
    first = lived.site.library.read(tree[segments.name(1)])
    forged = plain_git(
        "-C", repository, "hash-object", "-w", "--stdin", stdin=first.replace(b"author", b"outhor")
    )
    work = tmp_path / "work"
    plain_git("clone", "-q", repository, work)
    (work / segments.name(1)).write_text(plain_git("-C", repository, "cat-file", "-p", forged.strip()))
    plain_git("-C", work, "commit", "-qam", "x")
    plain_git("-C", repository, "config", "receive.denyNonFastForwards", "false")
    plain_git("-C", work, "push", "-q", "origin", "HEAD:main")
    with pytest.raises(Tampered, match="ledger"):
        rebuilding.rebuild(tmp_path / "new", lived.site.path, password=PASSWORD, environ={})
    assert not (tmp_path / "new").exists()
    assert not list(tmp_path.glob(".new*"))


@pytest.mark.one_database
def test_a_folder_that_is_no_site_or_a_target_in_use_is_refused(lived: World, tmp_path: Path) -> None:
    with pytest.raises(NotFound, match=r"docctl\.toml"):
        rebuilding.rebuild(tmp_path / "new", tmp_path, password=PASSWORD, environ={})
    with pytest.raises(WrongState, match="not empty"):
        rebuilding.rebuild(lived.site.path, lived.site.path, password=PASSWORD, environ={})


def test_a_library_without_a_checkpoint_proves_nothing(tmp_path: Path) -> None:
    founded = founding.init_site(tmp_path / "site", password=PASSWORD, environ={})
    founded.site.close()
    shutil.rmtree(tmp_path / "site" / "library.git")
    plain_git("init", "-q", "--bare", tmp_path / "site" / "library.git")
    with pytest.raises(Tampered, match="no checkpoint"):
        rebuilding.rebuild(tmp_path / "new", tmp_path / "site", password=PASSWORD, environ={})


def test_without_a_password_one_is_made_up_for_the_administrator(tmp_path: Path) -> None:
    founded = founding.init_site(tmp_path / "site", environ={})
    assert founded.generated_password
    founded.site.close()
    done = rebuilding.rebuild(tmp_path / "new", tmp_path / "site", environ={})
    assert done.generated_password
    assert done.generated_password != founded.generated_password
    assert Site.open(tmp_path / "new", environ={}).settings.site_id == founded.site.settings.site_id
    done.site.close()


def test_a_second_factor_does_not_outlive_the_database_that_knew_the_phone(
    world: World, tmp_path: Path
) -> None:
    for login in ("admin", "rep"):
        with_phone(world, login)
    checkpoint_ledger(world.as_("admin"))
    new = rebuilt(world, tmp_path, {})
    assert check_site(new.site).findings == ()
    assert Terminal(new)("admin", "ledger checkpoint").code == 0
    accounts.set_user_password(new.as_("admin"), "rep", PASSWORD, lasting=True)
    phone = with_phone(new, "rep", "KRSXG5CTMVRXEZLUKRSXG5CTMVRXEZLU")
    assert factors.right(new.site, "rep", phone.code())
    assert check_site(new.site).findings == ()
    new.close()
