"""One byte changed, something cut off, an old state put back: the check names each."""

from __future__ import annotations

import shutil
import subprocess
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from docctl.errors import Diverged
from docctl.queries.integrity import check_site
from docctl.standing import find
from docctl.usecases.copies import handing
from docctl.usecases.site.checkpointing import checkpoint_ledger
from tests.support.library import plain_git
from tests.support.shell import shell
from tests.support.sites import World, _sqlite, issue, procedure
from tests.support.written_records import completed, forms_in_force, reported

NUMBER = "LX-CX-2019-101"


@pytest.fixture
def lived(world: World) -> World:
    """Issued documents, copies out, a completed and an open record, all under a checkpoint."""
    forms_in_force(world)
    completed(world)
    reported(world)
    handing.issue_copies(world.as_("controller"), NUMBER, holders=["sales"])
    checkpoint_ledger(world.as_("admin"))
    return world


def named(world: World) -> str:
    """All that a check says, in one text."""
    return " | ".join(f"{f.what}: {f.where}: {f.message}" for f in check_site(world.site).findings)


def flip(file: Path, at: int = -20) -> None:
    """Change one bit of a file."""
    data = bytearray(file.read_bytes())
    data[at] ^= 1
    file.chmod(0o644)
    file.write_bytes(bytes(data))


def test_one_byte_of_the_body_of_an_event(lived: World) -> None:
    with shell(lived) as run:
        if lived.environ:  # PostgreSQL works the hash out itself, until its owner forbids it
            run("ALTER TABLE ledger_event DROP CONSTRAINT ck_ledger_event_hash")
        (body,) = run("SELECT body FROM ledger_event WHERE seq = 7")[0]
        run("UPDATE ledger_event SET body = ? WHERE seq = 7", bytes(body).replace(b'"v":1', b'"v":2'))
    assert ": 7:" in named(lived)


@pytest.mark.regulation("DI-09")
@pytest.mark.parametrize("seqs", ["seq = 9", "seq > 20", "seq < 3"])
def test_events_deleted_in_the_middle_at_the_end_and_at_the_beginning(lived: World, seqs: str) -> None:
    with shell(lived) as run:
        run(f"DELETE FROM ledger_event WHERE {seqs}")
    said = named(lived)
    assert "gap" in said or "rollback" in said


def test_an_older_database_put_back(sqlite_template: Path, tmp_path: Path) -> None:
    world = next(_sqlite(sqlite_template, tmp_path))
    issue(world, procedure())
    world.close()
    shutil.copy(world.site.path / "docctl.db", tmp_path / "older.db")
    world = world.reopen()
    handing.issue_copies(world.as_("controller"), NUMBER, holders=["sales"])
    checkpoint_ledger(world.as_("admin"))
    world.close()
    for leftover in world.site.path.glob("docctl.db-*"):
        leftover.unlink()
    shutil.copy(tmp_path / "older.db", world.site.path / "docctl.db")
    world = world.reopen()
    assert "rollback" in named(world)
    with pytest.raises(Diverged):
        handing.issue_copies(world.as_("controller"), NUMBER, holders=["sales"])
    assert find.document(world.as_("staff").session, NUMBER).number == NUMBER
    world.close()


def test_one_byte_of_a_text_in_the_library(lived: World) -> None:
    session = lived.as_("auditor").session
    blob = find.revisions(session, find.document(session, NUMBER).id)[0].blob
    file = lived.site.path / "library.git" / "objects" / blob[:2] / blob[2:]
    forged = zlib.decompress(file.read_bytes()).replace("小时".encode(), "小事".encode())
    file.chmod(0o644)
    file.write_bytes(zlib.compress(forged.replace("目的".encode(), "目地".encode())))
    lived.site.library.close()
    assert blob in named(lived)


def test_one_byte_of_a_packed_text(lived: World) -> None:
    repository = lived.site.path / "library.git"
    plain_git("-C", repository, "repack", "-adq")
    pack = next((repository / "objects" / "pack").glob("*.pack"))
    lived.site.library.close()
    flip(pack, at=len(pack.read_bytes()) // 2)
    assert named(lived) != ""


@pytest.mark.parametrize("name", ["LX-R-101-2026-0001.values.jsonl", "LX-R-101-2026-0002.values.jsonl"])
def test_one_byte_of_the_working_file_of_a_record(lived: World, name: str) -> None:
    file = lived.site.path / "records" / "2026" / name
    file.write_bytes(file.read_bytes().replace("甲".encode(), "乙".encode(), 1))
    flip(file, at=-10)
    assert name.partition(".")[0] in named(lived)


def test_a_file_of_the_vault_that_is_not_what_it_is_called(lived: World) -> None:
    digest = lived.site.vault.keep(b"%PDF-1.7 a sheet")
    assert named(lived) == ""
    file = next(p for p in (lived.site.path / "vault").rglob("*") if p.is_file())
    flip(file, at=3)
    assert digest in named(lived)


def test_the_checkpoint_file_beside_the_database(lived: World) -> None:
    flip(lived.site.path / "checkpoint", at=-6)
    assert "checkpoint" in named(lived)


def move_main(world: World) -> str:
    """Somebody forces main back by one commit."""
    repository = world.site.path / "library.git"
    plain_git("-C", repository, "update-ref", "refs/heads/main", "refs/heads/main~1")
    return "refs/heads/main"


def drop_tag(world: World) -> str:
    """Somebody deletes the tag of an issue."""
    name = f"refs/tags/{NUMBER}/A-0"
    plain_git("-C", world.site.path / "library.git", "update-ref", "-d", name)
    return name


def move_draft(world: World) -> str:
    """Somebody lets a draft point at something else."""
    name = f"refs/drafts/{NUMBER}"
    plain_git("-C", world.site.path / "library.git", "update-ref", name, "refs/heads/main")
    return name


def plant_replacement(world: World) -> str:
    """Somebody lets git show another text in the place of one."""
    repository = world.site.path / "library.git"
    other = plain_git("-C", repository, "hash-object", "-w", "--stdin", stdin=b"another text").strip()
    session = world.as_("auditor").session
    blob = find.revisions(session, find.document(session, NUMBER).id)[0].blob
    plain_git("-C", repository, "update-ref", f"refs/replace/{blob}", other)
    return "refs/replace/"


def plant_hook(world: World) -> str:
    """Somebody has git run a program of theirs."""
    hook = world.site.path / "library.git" / "hooks" / "reference-transaction"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\n")
    return "hooks/reference-transaction"


@pytest.mark.parametrize("attack", [move_main, drop_tag, move_draft, plant_replacement, plant_hook])
def test_the_library_was_tampered_with(lived: World, attack: Callable[[World], str]) -> None:
    assert attack(lived) in named(lived)


@pytest.mark.regulation("A11-12")
def test_a_trigger_that_was_dropped_or_has_another_text(lived: World) -> None:
    with shell(lived):
        pass  # opening the shell took them away
    said = named(lived)
    assert "copy_guard" in said
    assert "ledger_event" in said


def test_a_dropped_unique_index_is_missed(lived: World) -> None:
    with shell(lived) as run:
        run("DROP INDEX one_open_revision")
    assert "one_open_revision" in named(lived)


@pytest.mark.regulation("P11-10a")
def test_the_check_leaves_with_one_and_prints_what_it_found(lived: World) -> None:
    flip(lived.site.path / "checkpoint", at=-6)
    environ = {"DOCCTL_SITE": str(lived.site.path), "PATH": "/usr/bin:/bin", **lived.environ}
    done = subprocess.run(
        ["python3", "-m", "docctl", "--as", "auditor", "--json", "check"],
        env=environ,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert '"ok": false' in done.stdout
