"""A history that was written anew, an older state that was put back: who is asked, and what they say."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from docctl.door import checkpoints
from docctl.door.site import Settings
from docctl.errors import Diverged, DocctlError, Tampered
from docctl.ledger import checkpoint, keys, segments
from docctl.ledger.entry import Entry, dumps, entry_hash
from docctl.ledger.finding import What
from docctl.ledger.merkle import Frontier
from docctl.queries.integrity import Kept, Paper, check_site
from docctl.usecases.copies import handing
from docctl.usecases.site.checkpointing import checkpoint_ledger
from tests.support.library import plain_git
from tests.support.shell import shell
from tests.support.sites import World, issue, procedure

NUMBER = "LX-CX-2019-101"
MAIN = "refs/heads/main"


def found(world: World, *kept: Kept | Paper) -> set[tuple[str, str]]:
    return {(f.what, f.where) for f in check_site(world.site, against=kept).findings}


def kept(world: World, name: str = "kept.txt") -> Kept:
    """The checkpoint of now, as an auditor takes it home."""
    return Kept(name, (world.site.path / "checkpoint").read_bytes())


def written_anew(world: World, change: Callable[[dict[str, Any]], None]) -> None:
    """Somebody with the key: one event is another one, all after it are hashed and signed again, and a commit
    on main carries it. Everything that stands there today agrees.
    """
    with shell(world) as run:
        rows = run("SELECT seq, body FROM ledger_event ORDER BY seq")
        entries, prev, frontier, notes = [], bytes(32), Frontier(), {}
        sizes = {size for (size,) in run("SELECT size FROM outbox_checkpoint")}
        for seq, body in rows:
            event = json.loads(bytes(body))
            change(event)
            data = dumps(event)
            entries.append(Entry(seq, data, prev, entry_hash(prev, data)))
            prev = entries[-1].entry_hash
            frontier.append(prev)
            if seq in sizes:
                notes[seq] = checkpoint.sign(world.site.settings.origin, seq, frontier.root(), world.site.key)
        for entry in entries:
            run(
                "UPDATE ledger_event SET body = ?, prev_hash = ?, entry_hash = ? WHERE seq = ?",
                *(entry.body, entry.prev_hash, entry.entry_hash, entry.seq),
            )
        for size, note in notes.items():
            run("UPDATE outbox_checkpoint SET note = ? WHERE size = ?", note, size)
        run("DELETE FROM cache_frontier")
        main = commit_segments(world, entries, notes)
        run("UPDATE outbox_move SET main = ? WHERE main IS NOT NULL", main)
    (world.site.path / "checkpoint").write_bytes(notes[max(notes)])


def commit_segments(world: World, entries: list[Entry], notes: dict[int, bytes]) -> str:
    repository, work = world.site.path / "library.git", world.site.path.parent / "work"
    plain_git("clone", "-q", repository, work)
    size = 0
    for file in work.glob("ledger/**/*.jsonl"):
        first, count = int(file.stem), len(file.read_bytes().splitlines())
        file.write_bytes(segments.encode(entries[first - 1 : first - 1 + count]))
        size = max(size, first - 1 + count)
    (work / "ledger/checkpoint").write_bytes(notes[max(n for n in notes if n <= size)])
    plain_git("-C", work, "commit", "-qam", "Checkpoint")
    plain_git("-C", work, "push", "-q", "origin", "HEAD:main")
    return plain_git("-C", repository, "rev-parse", MAIN).strip()


@pytest.fixture
def grown(world: World) -> World:
    issue(world, procedure())
    checkpoint_ledger(world.as_("admin"))
    handing.issue_copies(world.as_("controller"), NUMBER, holders=["sales"])
    checkpoint_ledger(world.as_("admin"))
    return world


def another_name(event: dict[str, Any]) -> None:
    if event["act"] == "revision.sign":
        event["actor"]["name"] = "另一个人"


def test_a_history_written_anew_and_signed_again_is_contradicted_by_older_commits(grown: World) -> None:
    assert found(grown) == set()
    written_anew(grown, another_name)
    said = found(grown)
    assert "fork" in {what for what, _ in said}  # a checkpoint of an older commit is genuine, and of others
    assert any(what == What.SEGMENT for what, _ in said)  # and a segment of an older commit was rewritten


def test_a_kept_checkpoint_says_that_the_first_events_are_others(grown: World) -> None:
    mine = kept(grown)
    assert found(grown, mine) == set()
    written_anew(grown, another_name)
    assert (What.FORK, "kept.txt") in found(grown, mine)


def test_a_kept_checkpoint_of_more_events_says_that_an_older_state_is_back(
    sqlite_world: World, tmp_path: Path
) -> None:
    world = sqlite_world
    issue(world, procedure())
    world.close()
    shutil.copytree(world.site.path, tmp_path / "older")
    world = world.reopen()
    handing.issue_copies(world.as_("controller"), NUMBER, holders=["sales"])
    checkpoint_ledger(world.as_("admin"))
    mine = kept(world)
    world.close()
    shutil.rmtree(world.site.path)
    (tmp_path / "older").rename(world.site.path)
    world = world.reopen()
    assert found(world) == set()  # nothing of the machine itself knows better
    assert found(world, mine) == {(What.ROLLBACK, "kept.txt")}
    handing.issue_copies(world.as_("controller"), NUMBER, holders=["production"])
    for _ in range(3):
        checkpoint_ledger(world.as_("admin"))
    assert (What.FORK, "kept.txt") in found(world, mine)  # and later it knows other events
    world.close()


def test_a_controlled_copy_is_a_witness_of_what_was_signed_when_it_was_printed(world: World) -> None:
    issue(world, procedure())
    (copy,) = handing.issue_copies(world.as_("controller"), NUMBER, holders=["sales"])
    assert copy.signed_size
    paper = Paper(copy.signed_size, str(copy.signed_root))
    assert found(world, paper) == set()
    misread = str(copy.signed_root).translate(str.maketrans("lIO", "1l0"))
    assert found(world, Paper(paper.size, f" {misread}")) == set(), "nobody tells l from I on paper"
    other = Paper(paper.size, str(copy.signed_root)[::-1])
    assert found(world, other) == {(What.FORK, f"paper {paper.size}")}
    written_anew(world, another_name)
    assert (What.FORK, f"paper {paper.size}") in found(world, paper)
    assert (What.ROLLBACK, "paper 9999") in found(world, Paper(9999, paper.root))


def test_a_kept_note_that_no_key_of_the_site_signed(sqlite_world: World) -> None:
    origin = sqlite_world.site.settings.origin
    forged = Kept("a.txt", checkpoint.sign(origin, 2, bytes(32), keys.generate()))
    assert found(sqlite_world, forged, Kept("b.txt", b"a letter")) == {
        (What.NOT_GENUINE, "a.txt"),
        (What.NOT_GENUINE, "b.txt"),
    }


def test_a_key_of_a_file_counts_only_where_the_ledger_names_it(sqlite_world: World) -> None:
    settings, foreign = sqlite_world.site.settings, keys.generate()
    vkey = checkpoint.vkey(settings.origin, keys.public_bytes(foreign))
    file = sqlite_world.site.path / "docctl.toml"
    earlier = Settings(**{**settings.__dict__, "earlier_keys": (vkey,)})
    file.write_text(earlier.to_toml(), encoding="utf-8")
    assert (What.KEY, "docctl.toml") in found(sqlite_world.reopen())


def test_an_older_database_is_not_written_to_although_the_library_fits(
    sqlite_world: World, tmp_path: Path
) -> None:
    """Two drafts later nothing of the library's main has moved; only the file beside knows of a signature."""
    world = sqlite_world
    issue(world, procedure())
    world.close()
    shutil.copy(world.site.path / "docctl.db", tmp_path / "older.db")
    world = world.reopen()
    handing.issue_copies(world.as_("controller"), NUMBER, holders=["sales"])
    with world.site.lock:
        note = checkpoints.prepare(world.site, world.clock(), commit=False).note
    world.close()
    for leftover in world.site.path.glob("docctl.db-*"):
        leftover.unlink()
    shutil.copy(tmp_path / "older.db", world.site.path / "docctl.db")
    (world.site.path / "checkpoint").write_bytes(note)
    world = world.reopen()
    with pytest.raises(Diverged, match="ends with event"):
        handing.issue_copies(world.as_("controller"), NUMBER, holders=["sales"])
    with pytest.raises(Diverged), world.site.lock:
        checkpoints.prepare(world.site, world.clock(), commit=False)
    assert any(what == What.ROLLBACK for what, _ in found(world))
    world.close()


@pytest.mark.parametrize("how", ["missing", "no note", "of others"])
def test_nothing_is_written_where_the_newest_checkpoint_is_not_what_was_signed(
    sqlite_world: World, how: str
) -> None:
    issue(sqlite_world, procedure())
    file = sqlite_world.site.path / "checkpoint"
    before = file.read_bytes()
    if how == "missing":
        file.unlink()
    elif how == "no note":
        file.write_bytes(before[:-3])
    else:
        origin = sqlite_world.site.settings.origin
        file.write_bytes(checkpoint.sign(origin, 3, bytes(32), sqlite_world.site.key))
    with pytest.raises(Diverged, match="does not go on from the file checkpoint"):
        handing.issue_copies(sqlite_world.as_("controller"), NUMBER, holders=["sales"])
    file.write_bytes(before)
    handing.issue_copies(sqlite_world.as_("controller"), NUMBER, holders=["sales"])


def test_a_note_of_before_the_power_cut_is_a_good_one(sqlite_world: World) -> None:
    before = (sqlite_world.site.path / "checkpoint").read_bytes()
    issue(sqlite_world, procedure())
    with closing(sqlite3.connect(sqlite_world.site.path / "docctl.db")) as connection, connection:
        connection.execute("DELETE FROM outbox_checkpoint WHERE size < 20")
    (sqlite_world.site.path / "checkpoint").write_bytes(before)
    made = handing.issue_copies(sqlite_world.as_("controller"), NUMBER, holders=["sales"])
    assert [copy.running for copy in made] == [1]


def test_nothing_is_built_on_a_library_in_which_something_was_planted(sqlite_world: World) -> None:
    hook = sqlite_world.site.path / "library.git" / "hooks" / "post-update"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\n")
    with pytest.raises(DocctlError, match="hooks/post-update"):
        issue(sqlite_world, procedure())
    hook.unlink()


@pytest.mark.parametrize("part", ["tagger", "message", "name"])
def test_a_tag_that_says_something_else_than_its_commit(sqlite_world: World, part: str) -> None:
    issue(sqlite_world, procedure())
    repository, ref = sqlite_world.site.path / "library.git", f"refs/tags/{NUMBER}/A-0"
    text = plain_git("-C", repository, "cat-file", "tag", ref)
    forged = {
        "tagger": text.replace("tagger ", "tagger x", 1),
        "message": text.rstrip("\n") + " and more\n",
        "name": text.replace("A-0", "A-1", 1),
    }[part]
    oid = plain_git("-C", repository, "hash-object", "-t", "tag", "-w", "--stdin", stdin=forged.encode())
    plain_git("-C", repository, "update-ref", ref, oid.strip())
    assert oid.strip() in {where for _, where in found(sqlite_world)}


def test_a_commit_that_changes_nothing_but_an_old_segment_is_named_by_the_segment(grown: World) -> None:
    with pytest.raises(Tampered):
        segments.first("ledger/other.txt")
    repository, work = grown.site.path / "library.git", grown.site.path.parent / "work"
    plain_git("clone", "-q", repository, work)
    old = min(work.glob("ledger/**/*.jsonl"))
    before = old.read_bytes()
    old.write_bytes(before.replace(b"site.init", b"site.xnit", 1))
    plain_git("-C", work, "commit", "-qam", "x")
    old.write_bytes(before)
    plain_git("-C", work, "commit", "-qam", "y")
    plain_git("-C", work, "push", "-q", "origin", "HEAD:main")
    main = plain_git("-C", repository, "rev-parse", MAIN).strip()
    with shell(grown) as run:
        run("UPDATE outbox_move SET main = ? WHERE main IS NOT NULL", main)
    said = found(grown)
    assert (What.SEGMENT, old.relative_to(work).as_posix()) in said
