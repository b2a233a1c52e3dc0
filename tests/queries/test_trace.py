"""The trace works everything out again: what was altered behind its back is named."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from docctl.door import transaction
from docctl.errors import Forbidden, NotFound
from docctl.ledger.entry import entry_hash
from docctl.models import guards
from docctl.queries.ledger import trace as trace_module
from docctl.queries.ledger.trace import trace
from docctl.usecases.documents import drafting
from docctl.usecases.records import opening, sealing
from tests.support.sites import World, issue, procedure
from tests.support.written_records import FIRST, completed, forms_in_force, reported

NUMBER = "LX-CX-2019-101"


def traced(world: World, number: str = FIRST, login: str = "auditor") -> dict[str, Any]:
    ctx = world.as_(login)
    ctx.session.rollback()
    ctx.session.expunge_all()
    return trace(ctx, number)


def closed(world: World) -> World:
    forms_in_force(world)
    number = completed(world)
    sealing.verify_record(world.as_("verifier"), number)
    sealing.close_record(world.as_("controller"), number)
    return world


def found(world: World, number: str = FIRST) -> list[tuple[str, str]]:
    told = traced(world, number)
    assert told["verified"] is (not told["findings"])
    return [(f["what"], f["where"].split()[0]) for f in told["findings"]]


def behind_the_back(world: World, *statements: str) -> None:
    """Change the tables as somebody with a database shell would: without guards and foreign keys."""
    if world.site.engine.dialect.name == "sqlite":
        with closing(sqlite3.connect(world.site.path / "docctl.db")) as shell:
            for (name,) in shell.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
                shell.execute(f"DROP TRIGGER {name}")
            for statement in statements:
                shell.execute(statement)
            shell.commit()
        return
    tables = [*(t.name for t in guards.controlled_tables()), "ledger_event"]
    off = [f"ALTER TABLE {name} DISABLE TRIGGER USER" for name in tables]
    with world.site.engine.begin() as connection:
        for statement in ("SET LOCAL session_replication_role = replica", *off, *statements):
            connection.execute(text(statement))


@pytest.mark.regulation("Q9-16", "C4-08")
@pytest.mark.rule("DC-107")
def test_a_sealed_record_is_proved_down_to_the_signed_root(world: World) -> None:
    told = traced(closed(world))
    assert told["verified"] is True, told["findings"]
    assert told["proof"]["waiting"] == []
    assert told["proof"]["events"] >= max(step["event"] for step in told["proof"]["inclusion"])
    assert [a["meaning"] for a in told["template_approvals"]] == ["prepare", "approve"]
    assert {a["content"] for a in told["approvals"]} == {procedure_content(world)}


def procedure_content(world: World) -> str:
    return str(traced(world, NUMBER)["revisions"][0]["content"])


def test_events_after_the_newest_checkpoint_are_waiting(world: World) -> None:
    forms_in_force(world)
    number = reported(world)
    drafting.register_document(world.as_("author"), lambda: procedure("LX-CX-2019-102"))
    told = traced(world, number)
    assert told["verified"] is True, told["findings"]
    assert all(seq > told["proof"]["events"] for seq in told["proof"]["waiting"])
    transaction.make_checkpoint(world.site, world.clock())
    assert traced(world, number)["proof"]["waiting"] == []


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        ("UPDATE record_entry SET field = 'x'", "row differs"),
        ("UPDATE record SET keeper = 'nobody'", "row differs"),
        ("UPDATE signature SET person_name = 'x'", "row differs"),
        ("UPDATE signature SET content = 'x'", "signature of other content"),
        ("UPDATE revision SET content = 'x'", "file differs"),
        ("UPDATE record SET procedure_blob = 'x'", "values differ"),
        ("UPDATE document SET department = 'x'", "row differs"),
        ("UPDATE outbox_checkpoint SET note = CAST('x' AS BLOB)", "checkpoint not genuine"),
        ("UPDATE outbox_checkpoint SET note = {forged}", "checkpoint not genuine"),
        ("DELETE FROM ledger_event WHERE seq = (SELECT max(seq) FROM ledger_event)", "event gap"),
        ("DELETE FROM ledger_event WHERE seq = (SELECT max(seq) FROM ledger_event)", "rollback"),
        ("UPDATE ledger_event SET body = CAST('{{\"rows\":[]}}' AS BLOB)", "chain broken"),
    ],
)
def test_what_was_altered_is_named(sqlite_world: World, statement: str, what: str) -> None:
    closed(sqlite_world)
    forged = "CAST(replace(CAST(note AS TEXT), 'docctl-', 'docctl_') AS BLOB)"
    behind_the_back(sqlite_world, statement.format(forged=forged))
    assert what in {name for name, _ in found(sqlite_world)}


def test_an_altered_row_is_named_on_either_database(world: World) -> None:
    closed(world)
    behind_the_back(world, "UPDATE record SET keeper = 'nobody'")
    assert found(world) == [("row differs", "record")]


def test_an_event_exchanged_with_its_hash_is_not_under_the_signed_root(sqlite_world: World) -> None:
    closed(sqlite_world)
    body = b'{"rows":[]}'
    hashed = entry_hash(bytes(32), body)
    new = f"body = x'{body.hex()}', prev_hash = x'{bytes(32).hex()}', entry_hash = x'{hashed.hex()}'"
    last = max(step["event"] for step in traced(sqlite_world)["proof"]["inclusion"])
    behind_the_back(sqlite_world, f"UPDATE ledger_event SET {new} WHERE seq = {last}")
    assert {name for name, _ in found(sqlite_world)} >= {"fork", "row differs"}


def test_an_altered_file_of_values_is_named(world: World) -> None:
    closed(world)
    [file] = (world.site.path / "records").rglob("*.json")
    file.chmod(0o644)
    file.write_bytes(file.read_bytes().replace("某厂".encode(), "他厂".encode()))
    assert found(world) == [("values differ", FIRST)]


def test_a_lost_file_of_values_is_named(world: World) -> None:
    closed(world)
    [file] = (world.site.path / "records").rglob("*.json")
    file.unlink()
    assert found(world) == [("values differ", FIRST)]


def test_an_altered_text_of_the_library_is_named(sqlite_world: World) -> None:
    closed(sqlite_world)
    blob = traced(sqlite_world)["procedure_blob"]
    sqlite_world.site.library.close()
    path: Path = sqlite_world.site.library.path / "objects" / blob[:2] / blob[2:]
    path.chmod(0o644)
    path.write_bytes(b"\x78\x9c\x03\x00\x00\x00\x00\x01")
    assert "file differs" in {name for name, _ in found(sqlite_world, NUMBER)}


def test_a_site_without_a_checkpoint_has_everything_waiting(sqlite_world: World) -> None:
    closed(sqlite_world)
    behind_the_back(sqlite_world, "DELETE FROM outbox_checkpoint")
    told = traced(sqlite_world)
    assert told["proof"]["inclusion"] == []
    assert told["proof"]["waiting"] != []


def test_drafts_are_traced_for_those_who_may_read_them(world: World) -> None:
    issue(world, procedure())
    drafting.save_draft(world.as_("author"), NUMBER, lambda: procedure(hours=12))
    assert [r["revision"] for r in traced(world, NUMBER, "controller")["revisions"]] == ["A/0", "A/1"]
    assert [r["revision"] for r in traced(world, NUMBER, "verifier")["revisions"]] == ["A/0"]
    drafting.register_document(world.as_("author"), lambda: procedure("LX-CX-2019-102"))
    assert traced(world, "LX-CX-2019-102", "verifier")["revisions"] == []


def test_a_trace_is_for_those_who_may_read_records(sqlite_world: World) -> None:
    forms_in_force(sqlite_world)
    number = reported(sqlite_world)
    assert traced(sqlite_world, number, "staff")["copies"] == []
    with pytest.raises(Forbidden):
        traced(sqlite_world, number, "author2")
    with pytest.raises(Forbidden):
        traced(sqlite_world, NUMBER, "author2")
    with pytest.raises(NotFound, match="no record and no document"):
        traced(sqlite_world, "LX-CX-2019-999")


@pytest.mark.parametrize("number", [NUMBER, "LX-R-101"])
def test_the_records_of_a_document_come_a_page_at_a_time(
    world: World, number: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trace_module, "MOST_RECORDS", 2)
    forms_in_force(world)
    made = [opening.open_record(world.as_("staff"), "LX-R-101").number for _ in range(5)]
    pages: list[list[str]] = []
    after = None
    while not pages or after is not None:
        told = trace(world.as_("auditor"), number, after)
        pages.append([line["record"] for line in told["records"]])
        after = told["next"]
    assert pages == [made[:2], made[2:4], made[4:]]
    assert trace(world.as_("auditor"), number, made[2])["next"] is None, "a full page may be the last one"
    with pytest.raises(NotFound):
        trace(world.as_("auditor"), number, "LX-R-101-2026-0099")
