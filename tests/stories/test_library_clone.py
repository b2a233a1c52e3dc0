"""The library taken along: a plain mirror clone holds every draft, submission and issue, and reads as issued."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from docctl.models.documents import Revision, Submission
from docctl.store.material import read_files
from docctl.usecases.documents import approving, drafting, issuing
from tests.support.library import plain_git
from tests.support.sites import World, issue, procedure, template

NUMBER = "LX-CX-2019-101"


@pytest.fixture
def lived(sqlite_world: World) -> World:
    """A library with an issue, a rejected and a resubmitted revision, a later issue, a draft and a withdrawal."""
    world = sqlite_world
    issue(world, procedure())
    issue(world, template())
    issue(world, procedure("LX-CX-2019-102"))
    drafting.save_draft(world.as_("author"), NUMBER, lambda: procedure(extra="改一。"))
    drafting.submit_revision(world.as_("author"), NUMBER, reason="改")
    approving.reject_revision(world.as_("rep"), NUMBER, reason="不清楚")
    drafting.save_draft(world.as_("author"), NUMBER, lambda: procedure(extra="改二。"))
    drafting.submit_revision(world.as_("author"), NUMBER, reason="再改")
    approving.sign_revision(world.as_("rep"), NUMBER)
    issuing.issue_revision(world.as_("controller"), NUMBER)
    drafting.save_draft(world.as_("author"), NUMBER, lambda: procedure(extra="改三。"))
    issuing.withdraw_document(world.as_("controller"), "LX-CX-2019-102", reason="停用")
    return world


@pytest.fixture
def clone(lived: World, tmp_path: Path) -> Path:
    plain_git(
        "-C",
        tmp_path,
        "clone",
        "-q",
        "--no-local",
        "--mirror",
        str(lived.site.path / "library.git"),
        "copy.git",
    )
    return tmp_path / "copy.git"


@pytest.mark.regulation("DI-10")
def test_a_mirror_clone_has_every_draft_submission_and_issue(lived: World, clone: Path) -> None:
    session = lived.as_("auditor").session
    commits = set(session.scalars(select(Submission.commit_id)))
    for revised in session.scalars(select(Revision)):
        commits |= {revised.draft_commit, *filter(None, [revised.commit_id])}
        for entry in revised.manifest:
            data = plain_git("-C", clone, "cat-file", "blob", entry["blob"])
            assert len(data.encode()) == entry["size"]
    reachable = set(plain_git("-C", clone, "rev-list", "--all").split())
    assert commits <= reachable
    assert plain_git("-C", clone, "show-ref") == plain_git("-C", lived.site.path / "library.git", "show-ref")


@pytest.mark.regulation("MD-10")
def test_every_submission_is_kept_the_rejected_one_too(clone: Path) -> None:
    names = plain_git("-C", clone, "for-each-ref", "--format=%(refname)", "refs/submitted").split()
    assert f"refs/submitted/{NUMBER}/A-1/1" in names
    assert f"refs/submitted/{NUMBER}/A-1/2" in names


def test_main_reads_as_the_issued_library(lived: World, clone: Path, tmp_path: Path) -> None:
    plain_git("-C", tmp_path, "clone", "-q", str(clone), "read")
    read = tmp_path / "read"
    files = {p.relative_to(read).as_posix() for p in read.rglob("*") if p.is_file() and ".git/" not in str(p)}
    issued = {f"procedures/{NUMBER}.md", "templates/LX-R-101.yaml"}
    assert {f for f in files if not f.startswith("ledger/")} == issued | {".gitattributes"}
    session = lived.as_("auditor").session
    latest = session.scalars(select(Revision).where(Revision.label == "A/1")).one()
    expected = read_files(lived.site.library, latest.manifest)
    assert (read / f"procedures/{NUMBER}.md").read_bytes() == expected[f"procedures/{NUMBER}.md"]


def test_each_issue_has_an_annotated_tag_that_says_who_and_when(clone: Path) -> None:
    assert plain_git("-C", clone, "cat-file", "-t", f"refs/tags/{NUMBER}/A-1").strip() == "tag"
    form = "--format=%(taggername) %(contents:subject)"
    shown = plain_git("-C", clone, "for-each-ref", form, f"refs/tags/{NUMBER}/A-1")
    assert shown.strip() == f"文控李 Issue {NUMBER} A/1"


def test_the_clone_is_clean_to_a_strict_check(clone: Path) -> None:
    assert plain_git("-C", clone, "fsck", "--full", "--strict", "--no-progress") == ""
