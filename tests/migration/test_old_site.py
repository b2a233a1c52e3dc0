"""A site that the program of commit e98972b wrote, on both databases: upgraded, it says what it said then."""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import URL, select

from docctl.door.site import DATABASE, DATABASE_VARIABLE, Site
from docctl.ledger import journal
from docctl.ledger.upcast import SCHEMA
from docctl.models.copies import Recall
from docctl.models.records import RecordEntry
from docctl.rules.recalls import Cause
from docctl.usecases.site import upgrading
from tests.support.crash import Point, assert_whole, killed_at
from tests.support.library import plain_git
from tests.support.old_sites import OldSite, played
from tests.support.sites import PASSWORD, World

COPY = "before-upgrade/schema-1-event-122"

KILLS = [
    Point("docctl.usecases.site.upgrading.copy_database"),
    Point("docctl.usecases.site.upgrading.write_atomically", when="after"),
    Point("docctl.usecases.site.upgrading.sync_directory"),
    Point("docctl.usecases.site.upgrading.copy_database", when="after"),
    Point("docctl.usecases.site.migrating._make_anew"),
    Point("docctl.usecases.site.tables.fill", when="after"),
    Point("docctl.models.guards.install"),
    Point("docctl.models.guards.install", when="after"),
    Point("docctl.ledger.journal.append"),
    Point("docctl.door.transaction.conclude"),
    Point("docctl.door.transaction.conclude", when="after"),
    Point("docctl.door.transaction.make_checkpoint"),
    Point("docctl.door.checkpoints.keep"),
    Point("docctl.door.checkpoints.show"),
    Point("docctl.door.outbox.carry_out"),
    Point("docctl.door.outbox.mark_done", when="after"),
]
"""Between any two steps of an upgrade."""


def different(site: OldSite) -> dict[str, Any]:
    """Questions that are answered otherwise than by the program that made the site. What is new is no matter."""
    found: dict[str, Any] = {}
    for login, words, data in site.said:
        typed = [w if w != "print.pdf" else str(site.folder.parent / w) for w in words]
        answer = site.ask(login, *typed)
        then, now = (as_compared(words, told) for told in (data, answer.data))
        if answer.code or not holds(now, then):
            found[" ".join(words)] = {k: (then.get(k), now.get(k)) for k in then if then[k] != now.get(k)}
    return found


def holds(now: Any, then: Any) -> bool:
    """Whether an answer says all that an earlier one said; it may say more of each thing."""
    if isinstance(then, dict):
        return isinstance(now, dict) and all(k in now and holds(now[k], then[k]) for k in then)
    if isinstance(then, list):
        return isinstance(now, list) and len(now) == len(then) and all(map(holds, now, then))
    return bool(now == then)


def as_compared(words: list[str], told: dict[str, Any]) -> dict[str, Any]:
    """An answer without what later programs say otherwise on purpose, and without the upgrade's own event."""
    told = {name: value for name, value in told.items() if name != "pdf"}
    if words == ["check"]:
        return told | {"events": None, "root": None}
    if words[:2] == ["trace", words[-1]] and "record" in told:  # copies are those of the governing revision
        own = [copy for copy in told["copies"] if copy["revision"] == told["procedure_revision"]]
        copies = [(copy["copy"], copy["state"]) for copy in own]
        return told | {"copies": copies, "proof": (told["proof"]["events"], told["proof"]["root"])}
    if words[:2] == ["record", "show"] and told["state"] == "void":  # its clocks stand still
        return told | {"clocks": None}
    if words[:2] == ["revision", "diff"]:  # a figure has its caption, a head in Chinese a colon of its width
        bare = re.sub(
            r"<figure>(<img[^>]*>)<figcaption>.*?</figcaption>\s*</figure>", r"<p>\1</p>", told["html"]
        )
        return told | {"html": re.sub(r"(<li>[^<：]{1,12})：", r"\1: ", bare)}
    return told


def opened(site: OldSite) -> World:
    return World(Site.open(site.folder, clock=site.clock, environ=site.environ, any_schema=True), site.clock)


def schema(site: OldSite) -> int:
    """That of the newest event."""
    world = opened(site)
    try:
        return upgrading.plan(world.site).schema
    finally:
        world.close()


def test_an_old_site_says_in_one_sentence_what_to_do_with_it(old_site: OldSite) -> None:
    answer = old_site.ask("auditor", "document", "list")
    assert answer.code == 1
    assert answer.message == (
        f"the site was made by an earlier docctl (schema 1, this one works with {SCHEMA});"
        f" upgrade it with: docctl --site {old_site.folder} site upgrade"
    )


def test_an_upgrade_is_told_before_it_is_done_and_changes_nothing_until_then(old_site: OldSite) -> None:
    told = old_site.ask("", "site", "upgrade").data
    assert told == {
        "site": str(old_site.folder),
        "schema": 1,
        "to": SCHEMA,
        "events": 122,
        "tables": told["tables"],
        "rows": told["rows"],
        "copy": str(old_site.folder / COPY),
        "done": False,
    }
    assert {"department", "revision"} <= set(told["tables"])
    assert told["rows"] > 0
    assert schema(old_site) == 1
    assert not (old_site.folder / "before-upgrade").exists()


@pytest.mark.regulation("P11-10c", "A11-04", "A11-21", "DI-03", "RM-13")
def test_an_upgraded_site_answers_every_question_as_its_own_program_did(old_site: OldSite) -> None:
    done = old_site.ask("", "site", "upgrade", "--apply")
    assert (done.code, done["done"]) == (0, True)
    assert different(old_site) == {}
    again = old_site.ask("", "site", "upgrade", "--apply")
    assert (again.code, again.kind) == (4, "state")
    assert old_site.ask("", "site", "upgrade")["done"] is True


def test_an_upgraded_site_has_its_segments_in_folders_and_its_old_commits_as_they_were(
    old_site: OldSite,
) -> None:
    repository, segments = old_site.folder / "library.git", "refs/heads/main:ledger"
    before = plain_git("-C", repository, "rev-parse", "refs/heads/main").strip()
    flat = plain_git("-C", repository, "ls-tree", f"{before}:ledger")
    assert old_site.ask("", "site", "upgrade", "--apply").code == 0
    assert plain_git("-C", repository, "ls-tree", "--name-only", segments).split() == ["000", "checkpoint"]
    assert plain_git("-C", repository, "ls-tree", f"{before}:ledger") == flat
    kept = plain_git("-C", repository, "ls-tree", "-r", segments)
    blobs = [line.split()[2] for line in flat.splitlines() if line.endswith(".jsonl")]
    assert len(blobs) > 1
    assert all(blob in kept for blob in blobs)


def test_an_upgraded_site_has_the_cause_of_each_recall_as_a_word(old_site: OldSite) -> None:
    assert old_site.ask("", "site", "upgrade", "--apply").code == 0
    world = opened(old_site)
    with world.site.reading() as session:
        recalls = session.scalars(select(Recall)).all()
        entries = session.scalars(select(RecordEntry).where(RecordEntry.reason.is_not(None))).all()
    world.close()
    assert {recall.cause for recall in recalls} >= {Cause.SUPERSEDED, Cause.WITHDRAWN}
    for recall in recalls:
        assert (recall.reason is None) == (recall.cause is Cause.SUPERSEDED)
        assert not (recall.reason or "").startswith("withdrawn: ")
    assert all(
        entry.cause is not None and not str(entry.reason).startswith("sent back: ") for entry in entries
    )


def test_an_upgraded_site_goes_on_and_can_be_made_again_from_its_library(
    old_sqlite_site: OldSite, tmp_path: Path
) -> None:
    old_site = old_sqlite_site
    assert old_site.ask("", "site", "upgrade", "--apply").code == 0
    hand_out = ("controller", "copy", "issue", "LX-CX-2019-101", "--holder", "sales")
    assert old_site.ask(*hand_out)["error"]["kind"] == "password", "it is not bound to anything yet"
    for login in ("controller", "admin"):
        assert old_site.ask(login, "user", "password", login, new_password=PASSWORD).code == 0
    assert old_site.ask(*hand_out).code == 0
    assert old_site.ask("admin", "ledger", "checkpoint").code == 0
    made = old_site.ask("", "rebuild", str(tmp_path / "new"), "--from", str(old_site.folder))
    assert (made["ok"], made["findings"]) == (True, [])


@pytest.mark.regulation("A11-04", "RM-13")
@pytest.mark.long
@pytest.mark.rule("CP-40")
@pytest.mark.parametrize("point", KILLS, ids=str)
def test_an_upgrade_killed_between_any_two_steps_leaves_the_old_site_or_the_new_one(
    old_site: OldSite, point: Point
) -> None:
    world = opened(old_site)
    world.reopen = lambda: _again(world, old_site)  # type: ignore[method-assign]
    killed_at(world, point, lambda again: upgrading.upgrade_site(again.site, system_user="tester"))
    world.close()
    left = schema(old_site)
    assert left in (1, SCHEMA)
    finished = old_site.ask("", "site", "upgrade")
    if not finished["done"]:
        assert old_site.ask("", "site", "upgrade", "--apply").code == 0
    world = opened(old_site)
    assert_whole(world)
    world.close()
    assert (old_site.folder / COPY / "READ-ME.txt").is_file()


def _again(world: World, site: OldSite) -> World:
    world.close()
    world.site, world.contexts = opened(site).site, {}
    return world


def test_the_copy_of_an_upgrade_leads_back_to_the_old_site(old_sqlite_site: OldSite) -> None:
    old_site = old_sqlite_site
    before = _dumped(old_site.folder / DATABASE)
    assert old_site.ask("", "site", "upgrade", "--apply").code == 0
    copy = old_site.folder / COPY
    commands = [line for line in (copy / "READ-ME.txt").read_text().splitlines() if line.startswith("    ")]
    subprocess.run(["sh", "-e", "-c", "\n".join(commands)], cwd=copy, check=True)
    assert _dumped(old_site.folder / DATABASE) == before
    shutil.rmtree(copy.parent)
    assert old_site.ask("", "site", "upgrade", "--apply").code == 0
    assert old_site.ask("auditor", "check").data["findings"] == []


def _dumped(database: Path) -> list[str]:
    with closing(sqlite3.connect(database)) as connection:
        return list(connection.iterdump())


@pytest.mark.postgres
def test_a_server_s_database_is_dumped_before_it_is_upgraded(
    old_postgres_site: OldSite, postgres_database: URL
) -> None:
    site = old_postgres_site
    assert site.ask("", "site", "upgrade", "--apply").code == 0
    dump = (site.folder / COPY / "database.sql").read_text(encoding="utf-8")
    played(dump, postgres_database)
    again = OldSite(site.folder, site.packed, {DATABASE_VARIABLE: postgres_database.render_as_string(False)})
    assert schema(again) == 1
    assert schema(site) == SCHEMA


@pytest.mark.postgres
def test_without_the_program_for_a_copy_nothing_is_upgraded_until_somebody_says_there_is_one(
    old_postgres_site: OldSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = old_postgres_site
    which = shutil.which
    monkeypatch.setattr(shutil, "which", lambda name: None if name == "pg_dump" else which(name))
    refused = site.ask("", "site", "upgrade", "--apply")
    assert (refused.code, "--copied" in refused.message) == (4, True)
    assert schema(site) == 1
    assert site.ask("", "site", "upgrade", "--apply", "--copied")["copy"] is None
    assert schema(site) == SCHEMA


@pytest.mark.regulation("DI-21", "RM-13")
def test_the_upgrade_is_an_event_of_the_operator(old_sqlite_site: OldSite) -> None:
    assert old_sqlite_site.ask("", "site", "upgrade", "--apply").code == 0
    world = opened(old_sqlite_site)
    with world.site.reading() as session:
        head = json.loads(journal.head(session.connection()).body)
    world.close()
    assert (head["seq"], head["act"], head["actor"]["login"]) == (123, "schema.migrate", "operator")
    assert (head["details"]["from"], head["details"]["to"]) == (1, SCHEMA)
