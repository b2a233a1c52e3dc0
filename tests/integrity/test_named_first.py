"""Whatever one thing is changed: the first that a check says is that thing, and it says so without a traceback."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from docctl.errors.message import Message
from docctl.ledger.finding import Finding, What
from docctl.models.guards import controlled_tables
from docctl.queries.integrity import Check, check_site
from docctl.queries.integrity.causes import flat, groups
from docctl.usecases.copies import handing
from docctl.usecases.records import sealing
from docctl.usecases.site.checkpointing import checkpoint_ledger
from tests.support.shell import shell
from tests.support.sites import World, issue, procedure
from tests.support.written_records import completed, forms_in_force, reported

NUMBER = "LX-CX-2019-101"


@pytest.fixture
def lived(world: World) -> World:
    """Documents in force, copies out, records open and closed, all under checkpoints."""
    forms_in_force(world)
    record = completed(world)
    sealing.verify_record(world.as_("verifier"), record)
    sealing.close_record(world.as_("controller"), record)
    reported(world)
    handing.issue_copies(world.as_("controller"), NUMBER, holders=["sales"])
    issue(world, procedure(extra="改。"), save=True)
    checkpoint_ledger(world.as_("admin"))
    return world


def checked(world: World) -> Check:
    """The check, which is whole: all findings stand in one group each."""
    done = check_site(world.site, fsck=False)
    assert len(done.findings) == len(set(done.findings))
    return done


def first(world: World) -> str:
    """The place of the first finding."""
    return checked(world).groups[0].first.where


def test_each_row_that_is_deleted_is_the_first_thing_named(lived: World) -> None:
    tried = 0
    with shell(lived) as run:
        if not lived.environ:
            run("PRAGMA foreign_keys=OFF")
        for t in controlled_tables():
            names = [c.name for c in t.columns]
            found = run(f"SELECT {quoted(names)} FROM {t.name} ORDER BY id DESC LIMIT 1")
            for row in found:
                key = row[names.index("id")]
                try:
                    run(f"DELETE FROM {t.name} WHERE id = ?", key)
                except Exception:  # noqa: BLE001 - PostgreSQL keeps a row that others name
                    continue
                assert first(lived) == f"{t.name} {key}"
                blanks = ", ".join("?" * len(names))
                run(f"INSERT INTO {t.name} ({quoted(names)}) VALUES ({blanks})", *row)
                tried += 1
    assert tried >= 10


@pytest.mark.parametrize("column", ["body", "prev_hash", "entry_hash", "seq"])
def test_an_event_that_is_changed_is_the_first_thing_named_and_the_rest_goes_with_it(
    lived: World, column: str
) -> None:
    with shell(lived) as run:
        if lived.environ:  # PostgreSQL works the hash out itself, until its owner forbids it
            run("ALTER TABLE ledger_event DROP CONSTRAINT ck_ledger_event_hash")
        for seq in (2, 7, 15):
            (old,) = run(f"SELECT {column} FROM ledger_event WHERE seq = ?", seq)[0]
            new: Any = 40_000 if column == "seq" else changed(bytes(old))
            run(f"UPDATE ledger_event SET {column} = ? WHERE seq = ?", new, seq)
            done = checked(lived)
            assert done.groups[0].first.where == str(seq)
            assert len(done.groups) <= 3, [g.first for g in done.groups]
            key = new if column == "seq" else seq
            run(f"UPDATE ledger_event SET {column} = ? WHERE seq = ?", old, key)


@pytest.mark.regulation("A11-12")
@pytest.mark.one_database
@pytest.mark.parametrize("which", ["seq = 9", "seq > 20", "seq < 3"])
def test_events_that_are_deleted_are_named_by_the_first_of_them(lived: World, which: str) -> None:
    with shell(lived) as run:
        ((lost,),) = run(f"SELECT min(seq) FROM ledger_event WHERE {which}")
        run(f"DELETE FROM ledger_event WHERE {which}")
    assert first(lived) == str(lost)


@pytest.mark.one_database
@pytest.mark.parametrize("column", ["note", "size"])
def test_a_changed_checkpoint_in_the_database_is_the_first_thing_named(lived: World, column: str) -> None:
    with shell(lived) as run:
        ((size, note),) = run("SELECT size, note FROM outbox_checkpoint ORDER BY size LIMIT 1")
        new: Any = changed(bytes(note)) if column == "note" else size + 1_000
        run(f"UPDATE outbox_checkpoint SET {column} = ? WHERE size = ?", new, size)
    assert first(lived) == f"outbox_checkpoint {new if column == 'size' else size}"


@pytest.mark.regulation("Q9-08", "P11-10a", "A11-07")
@pytest.mark.one_database
def test_any_file_of_the_site_with_a_byte_flipped_is_the_first_thing_named(lived: World) -> None:
    lived.site.library.close()
    files = [
        *sorted((lived.site.path / "records").rglob("*.json*")),
        *sorted((lived.site.path / "vault").rglob("*.pdf")),
        lived.site.path / "checkpoint",
    ]
    assert len(files) >= 3
    for file in files:
        whole = file.read_bytes()
        for at in (len(whole) // 3, len(whole) - 12):
            put(file, flipped(whole, at))
            named = first(lived)
            assert named in file.relative_to(lived.site.path).as_posix(), (file, named)
        put(file, whole)
    assert checked(lived).ok


@pytest.mark.one_database
def test_any_object_of_the_library_that_is_damaged_is_the_first_thing_named(lived: World) -> None:
    lived.site.library.close()
    loose = sorted((lived.site.path / "library.git" / "objects").glob("[0-9a-f][0-9a-f]/*"))
    for file in loose[:: max(1, len(loose) // 8)]:
        whole = file.read_bytes()
        put(file, flipped(whole, len(whole) // 2))
        done = check_site(lived.site)
        assert done.groups[0].first.where == file.parent.name + file.name
        lived.site.library.close()
        put(file, whole)
    assert check_site(lived.site).ok


@pytest.mark.one_database
def test_a_log_of_another_name_in_the_settings_is_named_once(lived: World) -> None:
    settings_file = lived.site.path / "docctl.toml"
    text = settings_file.read_text("utf-8")
    put(settings_file, text.replace(lived.site.settings.origin, "other.example/log").encode())
    done = check_site(lived.reopen().site, fsck=False)
    assert done.groups[0].first.where == "docctl.toml"
    assert len(done.groups) <= 2, [g.first for g in done.groups]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_bytes_in_an_event_end_a_check_in_a_traceback(sqlite_world: World, data: st.DataObject) -> None:
    forged = data.draw(st.one_of(st.binary(max_size=60), st.sampled_from(ODD)), "body")
    with shell(sqlite_world) as run:
        ((old,),) = run("SELECT body FROM ledger_event WHERE seq = 4")
        run("UPDATE ledger_event SET body = ? WHERE seq = 4", forged)
        done = checked(sqlite_world)
        run("UPDATE ledger_event SET body = ? WHERE seq = 4", old)
    assert done.groups[0].first.where == "4"


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_bytes_in_a_cell_end_a_check_in_a_traceback(sqlite_world: World, data: st.DataObject) -> None:
    cell = st.one_of(
        st.binary(max_size=20), st.integers(-(2**63), 2**63 - 1), st.text(max_size=20), st.none()
    )
    value = data.draw(cell, "cell")
    column = data.draw(st.sampled_from(["name", "department", "id", "last_seq", "active"]), "column")
    with shell(sqlite_world) as run:
        run("PRAGMA ignore_check_constraints=ON")
        ((key, old),) = run(f"SELECT id, {column} FROM person ORDER BY id LIMIT 1")
        try:
            run(f"UPDATE OR IGNORE person SET {column} = ? WHERE id = ?", value, key)
        except Exception:  # noqa: BLE001 - what the table itself refuses is not there to be found
            return
        ((now,),) = run(f"SELECT {column} FROM person ORDER BY rowid LIMIT 1")
        done = checked(sqlite_world)
        run(f"UPDATE person SET {column} = ? WHERE rowid = (SELECT min(rowid) FROM person)", old)
    assert now == old or done.groups[0].first.where.startswith("person ")


@pytest.mark.parametrize("part", range(12))
def test_no_page_of_the_database_file_ends_a_check_in_a_traceback(sqlite_world: World, part: int) -> None:
    sqlite_world.close()
    file = sqlite_world.site.path / "docctl.db"
    for name in ("docctl.db-wal", "docctl.db-shm"):
        (sqlite_world.site.path / name).unlink(missing_ok=True)
    whole = bytearray(file.read_bytes())
    at = len(whole) * part // 12
    for byte in range(at, min(at + 64, len(whole))):
        whole[byte] ^= 0x55
    file.write_bytes(bytes(whole))
    done = check_site(sqlite_world.site)
    assert all(isinstance(found.said, Message) for found in done.findings)


def test_what_follows_stands_below_what_it_follows_from() -> None:
    said = Message("The body is not the one that was hashed.")
    forks = [Finding(What.FORK, str(size), said) for size in range(1, 300)]
    found = groups([*forks, Finding(What.CHAIN, "7", said), Finding(What.KEY, "docctl.toml", said)])
    assert [group.first.where for group in found] == ["docctl.toml", "7", "1", "2", "3", "4", "5", "6"]
    assert len(found[1].others) == 293
    assert len(list(flat(found))) == 301


ODD = [
    b"{}",
    b"[]",
    b"null",
    b'{"a":1e999}',
    b'{"at":"x","act":"schema.migrate","details":{},"log":"l","rows":[],"schema":3,"seq":4,"v":1}',
    b"[" * 5000,
    b'{"v":' + b"9" * 5000 + b"}",
    b"\xff\xfe",
]


def quoted(names: list[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


def changed(data: bytes) -> bytes:
    return flipped(data, len(data) // 2)


def flipped(data: bytes, at: int) -> bytes:
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


def put(file: Path, data: bytes) -> None:
    file.chmod(0o644)
    file.write_bytes(data)
