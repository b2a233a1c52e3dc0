"""Each kind of finding once, by what would cause it; the causes that take a forged ledger are given as rows."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from docctl.door import transaction
from docctl.door.site import Site
from docctl.errors import Forbidden, Tampered, WrongState
from docctl.ledger import checkpoint, journal, keys
from docctl.ledger.finding import What
from docctl.ledger.replay import Replay
from docctl.queries.integrity import check, check_site, files, library
from docctl.queries.integrity.moment import Moment, take
from docctl.usecases.site import upgrading
from docctl.usecases.site.checkpointing import checkpoint_ledger
from tests.support.library import plain_git
from tests.support.shell import shell
from tests.support.sites import World, issue, procedure
from tests.support.written_records import completed, forms_in_force, reported, row_of

NUMBER = "LX-CX-2019-101"
RECORD = "LX-R-101-2026-0001"

Rows = dict[str, dict[int, dict[str, Any]]]


def found(world: World) -> set[tuple[str, str]]:
    """What a check finds, and where."""
    return {(f.what, f.where) for f in check_site(world.site).findings}


def told(world: World) -> tuple[Rows, Moment]:
    """The rows by the ledger, and the moment at which a check would look."""
    with world.site.reading() as session, world.site.lock:
        connection = session.connection()
        replay = Replay()
        replay.run(journal.events(connection))
        rows: Rows = {t: {k: dict(r) for k, r in rs.items()} for t, rs in replay.rows().items()}
        return rows, take(world.site, connection)


def in_library(world: World, rows: Rows, moment: Moment) -> set[tuple[str, str]]:
    every = {t: rows.get(t, {}) for t in ("document", "revision", "submission")}
    return {(f.what, f.where) for f in library.examine(world.site, moment, every, fsck=False)}


FILE_TABLES = ("organisation", "public_address", "revision", "record", "record_entry", "record_attachment")


def in_files(world: World, rows: Rows, moment: Moment) -> set[tuple[str, str]]:
    every = {t: rows.get(t, {}) for t in FILE_TABLES}
    return {(f.what, f.where) for f in files.examine(world.site, moment, every)}


def test_a_check_is_for_those_who_read_everything(sqlite_world: World) -> None:
    assert check(sqlite_world.as_("auditor")).ok
    with pytest.raises(Forbidden):
        check(sqlite_world.as_("staff"))


# The database


def test_a_missing_table_and_a_missing_column_end_the_check_with_their_names(world: World) -> None:
    with shell(world) as run:
        run("ALTER TABLE copy_step DROP COLUMN reason")
        run("DROP TABLE record_clock")
    said = found(world)
    assert {("schema differs", "copy_step column reason"), ("schema differs", "record_clock")} <= said


def test_a_column_a_table_and_a_constraint_that_are_not_docctls(world: World) -> None:
    with shell(world) as run:
        run("ALTER TABLE person ADD COLUMN nickname TEXT DEFAULT 'x'")
        run("CREATE TABLE planted (id INTEGER)")
        run("DROP INDEX ix_copy_state")
        run("CREATE INDEX ix_copy_state ON copy (holder)")
        run("DROP TABLE search_title")
    named = {where for what, where in found(world) if what == "schema differs"}
    assert named >= {"person column nickname", "planted", "copy index ix_copy_state", "search_title"}


def test_a_weakened_check_of_the_same_name(world: World) -> None:
    name, whole = "ck_copy_state_word", "'acknowledged',"
    with shell(world) as run:
        if world.environ:
            (said,) = run("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = ?", name)[0]
            run(f"ALTER TABLE copy DROP CONSTRAINT {name}")
            wider = said.replace("'acknowledged'::text", "'acknowledged'::text, 'lent'::text")
            run(f"ALTER TABLE copy ADD CONSTRAINT {name} {wider}")
        else:
            run("PRAGMA writable_schema=ON")
            wider = f"{whole} 'lent',"
            run("UPDATE sqlite_master SET sql = replace(sql, ?, ?) WHERE name = 'copy'", whole, wider)
    differs = [f for f in check_site(world.reopen().site).findings if f.what == "schema differs"]
    assert [f.where for f in differs] == [f"copy check {name}"]
    assert "lent" in differs[0].message


def test_a_key_that_leads_nowhere(world: World) -> None:
    with shell(world) as run:
        if not world.environ:
            run("PRAGMA foreign_keys=OFF")
        (key,) = run("SELECT id FROM person_role ORDER BY id LIMIT 1")[0]
        run("UPDATE person_role SET person_id = 5 WHERE id = ?", key)
    assert ("foreign key", f"person_role {key}") in found(world)


def test_a_file_that_is_no_database(sqlite_world: World) -> None:
    issue(sqlite_world, procedure())
    sqlite_world.close()
    file = sqlite_world.site.path / "docctl.db"
    for name in ("docctl.db-wal", "docctl.db-shm"):
        (sqlite_world.site.path / name).unlink(missing_ok=True)
    data = bytearray(file.read_bytes())
    data[4096:] = b"\xff" * (len(data) - 4096)
    file.write_bytes(bytes(data))
    assert ("database damaged", "docctl.db") in found(sqlite_world)


def test_a_cell_that_is_no_text(sqlite_world: World) -> None:
    with shell(sqlite_world) as run:
        (key,) = run("SELECT max(id) FROM person")[0]
        run("UPDATE person SET name = CAST(x'ff41' AS TEXT) WHERE id = ?", key)
        run("UPDATE person SET department = x'00' WHERE id = (SELECT min(id) FROM person)")
    said = check_site(sqlite_world.site).findings
    assert any(
        f.what == What.ROW_DIFFERS and f.where == f"person {key}" and "\\xffA" in f.message for f in said
    )
    assert len([f for f in said if f.where.startswith("person ")]) == 2


def test_an_event_that_is_stored_as_text(sqlite_world: World) -> None:
    with shell(sqlite_world) as run:
        run("UPDATE ledger_event SET body = CAST(body AS TEXT) WHERE seq = 3")
    assert (What.UNREADABLE, "3") in found(sqlite_world)


# What follows from rows and values


def test_a_turn_that_does_not_follow_from_its_record_is_found_and_mended(world: World) -> None:
    forms_in_force(world)
    reported(world)
    record = row_of(world, RECORD).id
    world.forget()
    assert check_site(world.site).ok
    with transaction.note(world.site) as session:
        session.execute(text("UPDATE cache_record_turn SET turn = 'close'"))
        session.execute(text("INSERT INTO cache_record_performer VALUES (77, 1, 0)"))
    assert found(world) == {(What.TURN, f"cache_record_turn {key}") for key in (record, 77)}
    upgrading.upgrade_site(world.site, system_user="tester")
    assert check_site(world.site).ok
    with pytest.raises(WrongState):
        upgrading.upgrade_site(world.site, system_user="tester")


# The ledger and its copies


@pytest.mark.regulation("DI-09")
def test_time_that_runs_backwards(sqlite_world: World) -> None:
    with shell(sqlite_world) as run:
        (body,) = run("SELECT body FROM ledger_event WHERE seq = 5")[0]
        earlier = json.loads(body)["at"].replace("2026", "2025")
        run(
            "UPDATE ledger_event SET body = ? WHERE seq = 5",
            bytes(body).replace(json.loads(body)["at"].encode(), earlier.encode(), 1),
        )
    assert (What.BACKWARDS, "5") in found(sqlite_world)


def test_checkpoints_that_are_not_the_sites(sqlite_world: World) -> None:
    (sqlite_world.site.path / "checkpoint").unlink()
    origin, key = sqlite_world.site.settings.origin, keys.generate()
    with shell(sqlite_world) as run:
        (size, note) = run("SELECT size, note FROM outbox_checkpoint ORDER BY size LIMIT 1")[0]
        run("DELETE FROM outbox_checkpoint WHERE size IN (3, 4, 5)")
        run("INSERT INTO outbox_checkpoint (size, note, made_at) VALUES (3, ?, 'x')", bytes(note))
        forged = checkpoint.sign(origin, 4, bytes(32), key)
        run("INSERT INTO outbox_checkpoint (size, note, made_at) VALUES (4, ?, 'x')", forged)
        run("INSERT INTO outbox_checkpoint (size, note, made_at) VALUES (5, 'text', 'x')")
        run("UPDATE cache_frontier SET hashes = '[]'")
    assert size != 3
    said = found(sqlite_world)
    assert {("checkpoint not genuine", f"outbox_checkpoint {n}") for n in (3, 4, 5)} <= said
    assert ("file missing", "checkpoint") in said
    assert "frontier differs" in {what for what, _ in said}


def test_a_checkpoint_of_other_events_is_a_fork(sqlite_world: World) -> None:
    site = sqlite_world.site
    (site.path / "checkpoint").write_bytes(checkpoint.sign(site.settings.origin, 2, bytes(32), site.key))
    assert (What.FORK, "2") in found(sqlite_world)


def rewrite(world: World, change: Callable[[Path], None]) -> None:
    """Somebody commits to main what no act did."""
    repository = world.site.path / "library.git"
    work = world.site.path.parent / "work"
    shutil.rmtree(work, ignore_errors=True)
    plain_git("clone", "-q", repository, work)
    change(work)
    plain_git("-C", work, "add", "-A")
    plain_git("-C", work, "commit", "-qm", "x")
    plain_git("-C", work, "push", "-q", "origin", "HEAD:main")


def test_segments_that_are_not_the_ledger(sqlite_world: World) -> None:
    checkpoint_ledger(sqlite_world.as_("admin"))
    checkpoint_ledger(sqlite_world.as_("admin"))
    issued = sqlite_world.site.library.tree(str(sqlite_world.site.library.ref("refs/heads/main")))
    first, second, *_ = sorted(p for p in issued if p.endswith(".jsonl"))

    def change(work: Path) -> None:
        line = (work / first).read_bytes()
        (work / first).write_bytes(line.replace(b"site.init", b"site.xnit", 1) + b"torn")
        (work / second).unlink()
        (work / "ledger" / "other.txt").write_text("x")

    rewrite(sqlite_world, change)
    said = found(sqlite_world)
    assert {("segment differs", p) for p in (first, second, "ledger/other.txt")} <= said
    assert ("library diverged", "refs/heads/main") in said
    assert ("content differs", "main:ledger/other.txt") not in said  # main as the database has it is whole


def test_a_library_without_its_checkpoint(sqlite_world: World) -> None:
    rewrite(sqlite_world, lambda work: shutil.rmtree(work / "ledger"))
    assert ("file missing", "ledger/checkpoint") in found(sqlite_world)


def test_a_segment_whose_object_is_gone(sqlite_world: World) -> None:
    tree = sqlite_world.site.library.tree(str(sqlite_world.site.library.ref("refs/heads/main")))
    path = min(p for p in tree if p.endswith(".jsonl"))
    sqlite_world.site.library.close()
    (sqlite_world.site.path / "library.git" / "objects" / tree[path][:2] / tree[path][2:]).unlink()
    said = found(sqlite_world)
    assert ("segment differs", path) in said
    assert ("object damaged", tree[path]) in said


# The library


def test_a_library_that_is_gone(sqlite_world: World) -> None:
    issue(sqlite_world, procedure())
    sqlite_world.site.library.close()
    shutil.rmtree(sqlite_world.site.path / "library.git")
    assert ("object damaged", "library.git") in found(sqlite_world)


def test_a_move_that_cannot_be_finished(sqlite_world: World) -> None:
    issue(sqlite_world, procedure())
    with shell(sqlite_world) as run:
        moves = json.dumps([{"ref": f"refs/drafts/{NUMBER}", "old": "1" * 40, "new": "2" * 40}])
        run(
            "INSERT INTO outbox_move (moves, objects, state) VALUES (?, '[]', 'pending')",
            moves.replace(" ", ""),
        )
        (key,) = run("SELECT max(id) FROM outbox_move")[0]
    assert ("move pending", f"outbox_move {key}") in found(sqlite_world)


def test_rows_that_the_library_does_not_bear_out(sqlite_world: World) -> None:
    issue(sqlite_world, procedure())
    rows, moment = told(sqlite_world)
    assert in_library(sqlite_world, rows, moment) == set()
    revision = next(iter(rows["revision"].values()))
    manifest, root = json.loads(revision["manifest"]), str(moment.main)

    revision["manifest"] = json.dumps([manifest[0] | {"sha256": "0" * 64}])
    assert ("content differs", manifest[0]["blob"]) in in_library(sqlite_world, rows, moment)
    revision["manifest"] = json.dumps([manifest[0] | {"path": "procedures/X.md"}])
    assert ("content differs", revision["commit_id"]) in in_library(sqlite_world, rows, moment)
    other = sqlite_world.site.library.tree(root)[".gitattributes"]
    revision["manifest"] = json.dumps([manifest[0] | {"blob": other}])
    assert ("content differs", revision["commit_id"]) in in_library(sqlite_world, rows, moment)
    revision["manifest"] = json.dumps(manifest)
    commit, revision["commit_id"] = revision["commit_id"], revision["draft_commit"]
    assert ("content differs", revision["draft_commit"]) in in_library(sqlite_world, rows, moment)
    revision["commit_id"], revision["manifest"] = commit, "no JSON"
    assert ("content differs", "ledger") in in_library(sqlite_world, rows, moment)


def test_a_tag_that_is_none_and_a_history_that_breaks_off(sqlite_world: World) -> None:
    issue(sqlite_world, procedure())
    rows, moment = told(sqlite_world)
    tag, main = f"refs/tags/{NUMBER}/A-0", str(moment.main)
    light = replace(moment, refs={**moment.refs, tag: main})
    assert ("object damaged", main) in in_library(sqlite_world, rows, light)
    gone = replace(moment, main="1" * 40)
    assert ("object damaged", "1" * 40) in in_library(sqlite_world, rows, gone)
    nowhere = replace(moment, main=None)
    assert ("library diverged", "refs/heads/main") in in_library(sqlite_world, rows, nowhere)
    document = next(iter(rows["document"].values()))
    document["withdrawn_day"] = "2026-03-02"
    assert ("content differs", f"main:procedures/{NUMBER}.md") in in_library(sqlite_world, rows, moment)


def test_a_tag_without_a_commit(sqlite_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    issue(sqlite_world, procedure())
    rows, moment = told(sqlite_world)
    monkeypatch.setattr(sqlite_world.site.library, "read", lambda oid, kind="blob": b"object nothing\n")
    with pytest.raises(Tampered, match="names no commit"):
        library._target(sqlite_world.site.library, "refs/tags/x", "1" * 40)
    assert rows["revision"]
    assert moment.broken is None


# The files


def test_files_that_no_row_knows_or_that_a_row_misses(sqlite_world: World) -> None:
    forms_in_force(sqlite_world)
    reported(sqlite_world)
    folder = sqlite_world.site.path / "records" / "2026"
    (folder / ".tmp-x").write_text("left by a killed writer")
    (folder / f"{RECORD}.json").write_text("left by a close that did not come about")
    assert found(sqlite_world) == set()
    (folder / "note.txt").write_text("x")
    (folder / "link").symlink_to(folder / "nowhere")
    (folder / f"{RECORD}.values.jsonl").unlink()
    said = found(sqlite_world)
    assert {("file unknown", "records/2026/note.txt"), ("file unknown", "records/2026/link")} <= said
    assert ("file missing", f"records/2026/{RECORD}.values.jsonl") in said


def test_sealed_records_and_sheets_that_are_gone_or_changed(sqlite_world: World) -> None:
    forms_in_force(sqlite_world)
    reported(sqlite_world)
    rows, moment = told(sqlite_world)
    where = f"records/2026/{RECORD}.json"
    next(iter(rows["record"].values()))["sealed_sha256"] = "0" * 64
    next(iter(rows["revision"].values()))["pdf_sha256"] = "1" * 64
    assert in_files(sqlite_world, rows, moment) == {
        ("file missing", where),
        ("file missing", f"vault/{'1' * 64}"),
    }
    (sqlite_world.site.path / where).write_text("{}")
    assert ("file damaged", where) in in_files(sqlite_world, rows, moment)


def test_values_under_another_seal_and_a_record_that_moved_on_meanwhile(sqlite_world: World) -> None:
    forms_in_force(sqlite_world)
    completed(sqlite_world)
    rows, moment = told(sqlite_world)
    for entry in rows["record_entry"].values():
        entry["seal"] = "0" * 64
    where = f"records/2026/{RECORD}.values.jsonl"
    assert in_files(sqlite_world, rows, moment) == {("value differs", where)}
    next(iter(rows["record"].values()))["last_seq"] -= 1
    assert in_files(sqlite_world, rows, moment) == set()


def test_keys_that_are_not_the_ledgers(sqlite_world: World) -> None:
    rows, moment = told(sqlite_world)
    next(iter(rows["organisation"].values()))["public_key"] = "another"
    assert ("key differs", "docctl.toml") in in_files(sqlite_world, rows, moment)
    pem = sqlite_world.site.path / "keys" / "site.pem"
    pem.unlink()
    keys.save(keys.generate(), pem)
    assert ("key differs", "keys/site.pem") in found(sqlite_world.reopen())
    pem.unlink()
    again = Site.open(sqlite_world.site.path, clock=sqlite_world.clock, environ={})
    assert ("key differs", "keys/site.pem") in {(f.what, f.where) for f in check_site(again).findings}
    again.close()
