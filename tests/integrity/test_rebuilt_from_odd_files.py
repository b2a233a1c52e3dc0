"""What a rebuild makes of a library that is ahead of its newest checkpoint, damaged, or full of traps."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy.engine import URL

from docctl.door import transaction
from docctl.door.site import DATABASE_VARIABLE
from docctl.errors import WrongState
from docctl.ledger import upcast
from docctl.queries.integrity import check_site
from docctl.usecases.documents import approving, drafting, issuing
from docctl.usecases.people import accounts
from docctl.usecases.site import past, rebuilding, tables
from docctl.usecases.site.checkpointing import checkpoint_ledger
from tests.support.library import plain_git
from tests.support.sites import PASSWORD, World, issue, procedure

NUMBER = "LX-CX-2019-101"


def again(world: World, folder: Path, environ: dict[str, str] | None = None) -> tuple[World, tuple[str, ...]]:
    """A site made of the files of this one, and the references that were left behind."""
    done = rebuilding.rebuild(
        folder / "new", world.site.path, password=PASSWORD, clock=world.clock, environ=environ or {}
    )
    return World(done.site, world.clock), done.left_behind


def revise(world: World, extra: str) -> None:
    """Save, submit and sign the next revision."""
    drafting.save_draft(world.as_("author"), NUMBER, lambda: procedure(extra=extra))
    drafting.submit_revision(world.as_("author"), NUMBER, reason="改")
    approving.sign_revision(world.as_("rep"), NUMBER)


def test_drafts_of_after_the_newest_checkpoint_are_left_behind_and_do_not_stop_the_work(
    sqlite_world: World, tmp_path: Path
) -> None:
    issue(sqlite_world, procedure())
    revise(sqlite_world, "改。")
    new, left_behind = again(sqlite_world, tmp_path)
    assert [line.split(" ")[0] for line in left_behind] == [
        f"refs/drafts/{NUMBER}",
        f"refs/submitted/{NUMBER}/A-1/1",
    ]
    assert check_site(new.site).findings == ()
    accounts.set_user_password(new.as_("admin"), "rep", PASSWORD, lasting=True)  # locked until somebody does
    revise(new, "又改。")
    issuing.issue_revision(new.as_("controller"), NUMBER)
    assert check_site(new.site).findings == ()
    new.close()


def test_an_issue_whose_checkpoint_never_came_is_left_behind(
    sqlite_world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    issue(sqlite_world, procedure())
    revise(sqlite_world, "改。")
    monkeypatch.setattr(
        transaction, "make_checkpoint", lambda *_, **__: transaction.settle(sqlite_world.site)
    )
    issuing.issue_revision(sqlite_world.as_("controller"), NUMBER)
    monkeypatch.undo()
    new, left_behind = again(sqlite_world, tmp_path)
    assert {line.split(" ")[0] for line in left_behind} >= {"refs/heads/main", f"refs/tags/{NUMBER}/A-1"}
    assert check_site(new.site).findings == ()
    accounts.set_user_password(new.as_("admin"), "rep", PASSWORD, lasting=True)  # locked until somebody does
    revise(new, "又改。")
    issuing.issue_revision(new.as_("controller"), NUMBER)
    assert check_site(new.site).findings == ()
    new.close()


def test_nothing_that_was_planted_in_the_old_repository_comes_along(
    sqlite_world: World, tmp_path: Path
) -> None:
    number = issue(sqlite_world, procedure())
    repository = sqlite_world.site.path / "library.git"
    (tmp_path / "store").mkdir()
    (repository / "objects" / "info").mkdir(exist_ok=True)
    (repository / "objects" / "info" / "alternates").write_text(f"{tmp_path / 'store'}\n")
    (repository / "hooks").mkdir(exist_ok=True)
    (repository / "hooks" / "reference-transaction").write_text("#!/bin/sh\n")
    plain_git("-C", repository, "update-ref", f"refs/replace/{'a' * 40}", "refs/heads/main")
    sqlite_world.site.library.close()
    assert check_site(sqlite_world.site).findings != ()
    new, left_behind = again(sqlite_world, tmp_path)
    assert [line.split(" ")[0] for line in left_behind] == [f"refs/replace/{'a' * 40}"]
    assert check_site(new.site).findings == ()
    assert new.site.library.ref(f"refs/tags/{number}/A-0") is not None
    new.close()


def test_a_packed_library_and_a_reference_without_its_object(sqlite_world: World, tmp_path: Path) -> None:
    issue(sqlite_world, procedure())
    repository = sqlite_world.site.path / "library.git"
    tag = f"refs/tags/{NUMBER}/A-0"
    oid = str(sqlite_world.site.library.ref(tag))
    (repository / "objects" / oid[:2] / oid[2:]).unlink()
    sqlite_world.site.library.close()
    new, left_behind = again(sqlite_world, tmp_path)
    assert left_behind == (f"{tag} at {oid}",)
    assert tag in {f.where for f in check_site(new.site).findings}
    plain_git("-C", new.site.path / "library.git", "update-ref", tag, "refs/heads/main")
    assert tag in " ".join(f.message for f in check_site(new.site).findings)
    new.close()
    packed, _ = again(new, tmp_path / "packed")
    plain_git("-C", packed.site.path / "library.git", "repack", "-adq")
    plain_git("-C", packed.site.path / "library.git", "pack-refs", "--all")
    packed.close()
    once_more, _ = again(packed, tmp_path / "once-more")
    assert {f.where for f in check_site(once_more.site).findings} == {tag}
    once_more.close()


@pytest.mark.postgres
def test_a_rebuild_that_fails_leaves_the_servers_database_empty(
    sqlite_world: World, tmp_path: Path, postgres_database: URL, monkeypatch: pytest.MonkeyPatch
) -> None:
    issue(sqlite_world, procedure())
    environ = {DATABASE_VARIABLE: postgres_database.render_as_string(hide_password=False)}

    def fails(_: object) -> object:
        raise WrongState("for this test")

    with monkeypatch.context() as patched:
        patched.setattr(rebuilding, "rotate_key", fails)
        with pytest.raises(WrongState, match="for this test"):
            again(sqlite_world, tmp_path, environ)
    assert not (tmp_path / "new").exists()
    new, _ = again(sqlite_world, tmp_path, environ)
    assert check_site(new.site).findings == ()
    with pytest.raises(WrongState, match="holds a site already"):
        again(sqlite_world, tmp_path / "other", environ)
    assert check_site(new.site).findings == ()
    new.close()


def test_a_rebuild_that_fails_leaves_no_folder(
    sqlite_world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tables, "index_texts", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        again(sqlite_world, tmp_path / "x")
    assert list((tmp_path / "x").iterdir()) == []


def test_a_ledger_of_another_schema_is_left_to_the_program_that_wrote_it(
    sqlite_world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    checkpoint_ledger(sqlite_world.as_("admin"))
    monkeypatch.setattr(past, "SCHEMA", upcast.SCHEMA + 1)
    with pytest.raises(WrongState, match=f"ends in schema {upcast.SCHEMA}"):
        again(sqlite_world, tmp_path)
