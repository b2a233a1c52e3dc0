"""A running site is copied, and comes back: whole, clean, on either database, and never behind what others know."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from docctl.door import accounts
from docctl.door.site import Site
from docctl.errors import DocctlError, Invalid, Tampered, Usage, WrongState
from docctl.queries.integrity import Kept, check_site
from docctl.rules.actions import Action
from docctl.usecases.copies import handing
from docctl.usecases.people import accounts as people
from docctl.usecases.records import opening
from docctl.usecases.site import backing_up, manifest, restoring
from docctl.usecases.site.manifest import Manifest
from tests.support.record_files import PDF, attach
from tests.support.sites import PASSWORD, World, issue, procedure
from tests.support.terminal import run
from tests.support.written_records import completed, fill, forms_in_force, reported

NUMBER = "LX-CX-2019-101"


READS = [
    "document list",
    f"document show {NUMBER}",
    "copy list",
    "record list",
    "record show LX-R-101-2026-0001",
    "search 顾客",
]


def asked(world: World, site: Site, words: str) -> dict[str, Any]:
    """What a command answers about a site, for programs."""
    environ: dict[str, str | None] = {**world.environ} if site is world.site else {}
    told = run(
        "--site", str(site.path), "--as", "auditor", "--json", *words.split(), env=environ, clock=world.clock
    )
    assert told.code == 0, words
    return told.data


def quietly(_done: int, _total: int, _what: str) -> None:
    """Nobody watches."""


def back_up(world: World, folder: Path) -> Manifest:
    world.clock.advance(minutes=1)
    return backing_up.back_up(world.site, folder, quietly).manifest


def restore(world: World, folder: Path, target: Path, **more: Any) -> Site:
    """On SQLite, whatever the site itself is on."""
    found = restoring.chosen(folder, more.pop("name", None))
    lost = restoring.known_beyond(folder, found, more.pop("against", ()))
    made = restoring.restore_site(
        target, folder, found, lost=lost, clock=world.clock, environ={}, progress=quietly, **more
    )
    return made.site


@pytest.fixture
def lived(world: World) -> World:
    forms_in_force(world)
    attach(world, "staff", completed(world), "scan.pdf", PDF)
    reported(world)
    handing.issue_copies(world.as_("controller"), NUMBER, holders=["sales"])
    return world


@pytest.mark.regulation("Q9-06", "MD-07", "A11-08", "DI-10")
def test_what_comes_back_is_clean_and_goes_on(lived: World, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    told = [asked(lived, lived.site, words) for words in READS]
    made = back_up(lived, folder)
    site = restore(lived, folder, tmp_path / "again")
    try:
        assert check_site(site).findings == ()
        assert [asked(lived, site, words) for words in READS] == told
        assert asked(lived, site, "trace LX-R-101-2026-0001")["verified"] is True
        ctx = accounts.writer(site, "controller", PASSWORD, Action.COPY_ISSUE)
        (copy,) = handing.issue_copies(ctx, NUMBER, holders=["production"])
        assert copy.running == 2
        ctx.close()
        assert check_site(site).findings == ()
        assert made.events > 0
    finally:
        site.close()


def test_the_second_backup_costs_what_changed(sqlite_world: World, tmp_path: Path) -> None:
    forms_in_force(sqlite_world)
    completed(sqlite_world)
    folder = tmp_path / "backups"
    first = backing_up.back_up(sqlite_world.site, folder, quietly)
    sqlite_world.clock.advance(minutes=1)
    again = backing_up.back_up(sqlite_world.site, folder, quietly)
    assert again.added < first.added / 3
    assert manifest.names(folder) == [first.manifest.name, again.manifest.name]
    for name in manifest.names(folder):
        restoring.verify(folder, restoring.chosen(folder, name), quietly)


def test_many_backups_one_on_another_come_back_whole(sqlite_world: World, tmp_path: Path) -> None:
    """Each adds a pack to those before. They are named by what they hold, and come back in any order."""
    folder = tmp_path / "backups"
    made: list[Manifest] = []
    for n in range(101, 107):
        issue(sqlite_world, procedure(f"LX-CX-2019-{n}"))
        made.append(back_up(sqlite_world, folder))
    packs = [path for path in made[-1].files if path.startswith("library/")]
    assert len(packs) == 6
    back = restore(sqlite_world, folder, tmp_path / "back")
    assert check_site(back).findings == ()
    back.close()


def test_a_backup_without_one_of_its_packs_is_refused_whole(sqlite_world: World, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    issue(sqlite_world, procedure(NUMBER))
    back_up(sqlite_world, folder)
    people.lock_user(sqlite_world.as_("admin"), "verifier2", reason="离职")
    back_up(sqlite_world, folder)  # its pack has a checkpoint, to which no reference leads any more
    issue(sqlite_world, procedure(NUMBER, extra="改。"), save=True)
    newest = back_up(sqlite_world, folder)
    said = []
    for gone in [path for path in newest.files if path.startswith("library/")]:
        files = {path: kept for path, kept in newest.files.items() if path != gone}
        manifest.write(folder, replace(newest, files=files), sqlite_world.site.key)
        with pytest.raises(DocctlError) as refused:
            restore(sqlite_world, folder, tmp_path / "back")
        assert not (tmp_path / "back").exists()
        said.append("is not whole" in refused.value.message)
    assert any(said), "all references can be made, and the history between is not there"


def test_a_record_that_is_filled_while_the_backup_is_copied_comes_back_as_it_was(
    sqlite_world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The instant is fixed first: what people do during the copying belongs to the next backup."""
    forms_in_force(sqlite_world)
    number = opening.open_record(sqlite_world.as_("staff"), "LX-R-101").number
    fill(sqlite_world, "staff", number, reported_at="2026-03-02 09:00", customer="某厂")
    copied = backing_up._copied

    def meanwhile(*given: object) -> Manifest:
        fill(sqlite_world, "staff", number, customer="另一厂")
        handing.issue_copies(sqlite_world.as_("controller"), NUMBER, holders=["sales"])
        issue(sqlite_world, procedure("LX-CX-2019-150"))
        return copied(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(backing_up, "_copied", meanwhile)
    made = back_up(sqlite_world, tmp_path / "backups")
    lost = restoring.Known(made.events, "")
    site = restoring.restore_site(
        tmp_path / "again",
        tmp_path / "backups",
        made,
        clock=sqlite_world.clock,
        environ={},
        progress=quietly,
    ).site
    try:
        assert check_site(site).findings == ()
        assert lost.events == made.events
        values = (site.path / "records").rglob("*.values.jsonl")
        assert all("另一厂" not in file.read_text() for file in values)
    finally:
        site.close()


@pytest.mark.regulation("MD-07", "A11-05", "A11-08", "DI-10")
def test_every_damaged_piece_is_found_and_nothing_is_restored_of_it(
    sqlite_world: World, tmp_path: Path
) -> None:
    issue(sqlite_world, procedure())
    folder = tmp_path / "backups"
    found = back_up(sqlite_world, folder)
    pieces = sorted((folder / "pieces").rglob("*/*"))
    for piece in pieces[:: max(1, len(pieces) // 8)]:
        data = piece.read_bytes()
        piece.chmod(0o600)
        piece.write_bytes(bytes([data[0] ^ 1]) + data[1:])
        with pytest.raises(Tampered, match="of the backup"):
            restoring.verify(folder, found, quietly)
        with pytest.raises(DocctlError):
            restore(sqlite_world, folder, tmp_path / "again")
        assert not (tmp_path / "again").exists()
        piece.write_bytes(data)


@pytest.mark.parametrize("what", ["json", "note"])
def test_a_list_that_the_site_did_not_sign_is_refused(sqlite_world: World, tmp_path: Path, what: str) -> None:
    folder = tmp_path / "backups"
    made = back_up(sqlite_world, folder)
    file = folder / "backups" / f"{made.name}.{what}"
    file.chmod(0o600)
    file.write_bytes(file.read_bytes().replace(b"docctl-", b"docctl_", 1))
    with pytest.raises(Tampered):
        restoring.chosen(folder)


@pytest.mark.parametrize("path", ["../outside", "/tmp/outside", "records/../../outside"])
def test_a_list_that_leads_elsewhere_is_not_read(sqlite_world: World, tmp_path: Path, path: str) -> None:
    folder = tmp_path / "backups"
    made = back_up(sqlite_world, folder)
    file = folder / "backups" / f"{made.name}.json"
    file.chmod(0o600)
    file.write_bytes(file.read_bytes().replace(b'"path":"docctl.toml"', f'"path":"{path}"'.encode(), 1))
    with pytest.raises(Tampered, match="cannot be read"):
        manifest.read(folder, made.name)


@pytest.mark.regulation("DI-21")
def test_a_backup_behind_a_later_one_takes_two_people(world: World, tmp_path: Path) -> None:
    issue(world, procedure())
    folder = tmp_path / "backups"
    early = back_up(world, folder)
    handing.issue_copies(world.as_("controller"), NUMBER, holders=["sales"])
    back_up(world, folder)
    with pytest.raises(WrongState, match="would be lost"):
        restore(world, folder, tmp_path / "again", name=early.name)
    for given in (
        {"admin": PASSWORD},
        {"admin": PASSWORD, "rep": PASSWORD},
        {"admin": "x", "controller": "y"},
    ):
        with pytest.raises(Invalid):
            restore(world, folder, tmp_path / "again", name=early.name, accepted=given)
        assert not (tmp_path / "again").exists()
    both = {"admin": PASSWORD, "controller": PASSWORD}
    site = restore(world, folder, tmp_path / "again", name=early.name, accepted=both)
    try:
        assert check_site(site).findings == ()
        kept = Kept("kept", (world.site.path / "checkpoint").read_bytes())
        (finding,) = check_site(site, against=[kept]).findings
        assert finding.what == "rollback"
        assert "lost with the restore" in finding.message
    finally:
        site.close()


def test_the_sites_own_folder_and_a_kept_checkpoint_know_more(sqlite_world: World, tmp_path: Path) -> None:
    issue(sqlite_world, procedure())
    folder = tmp_path / "backups"
    made = back_up(sqlite_world, folder)
    assert restoring.known_beyond(folder, made, []) is None
    issue(sqlite_world, procedure("LX-CX-2019-150"))
    by_folder = restoring.known_beyond(folder, made, [])
    assert by_folder is not None
    assert by_folder.where == str(sqlite_world.site.path / "checkpoint")
    kept = tmp_path / "kept.txt"
    shutil.copy(sqlite_world.site.path / "checkpoint", kept)
    (sqlite_world.site.path / "checkpoint").rename(tmp_path / "away")
    by_note = restoring.known_beyond(folder, made, [kept])
    assert by_note is not None
    assert (by_note.events, by_note.where) == (by_folder.events, str(kept))


def test_a_folder_of_another_site_and_one_inside_the_site_are_refused(
    sqlite_world: World, tmp_path: Path
) -> None:
    folder = tmp_path / "backups"
    back_up(sqlite_world, folder)
    list_ = next((folder / "backups").glob("*.json"))
    list_.chmod(0o600)
    list_.write_bytes(list_.read_bytes().replace(sqlite_world.site.settings.origin.encode(), b"docctl-other"))
    with pytest.raises(Usage, match="another site"):
        back_up(sqlite_world, folder)
    with pytest.raises(Usage, match="lies in the site itself"):
        back_up(sqlite_world, sqlite_world.site.path / "backups")


def test_whoever_is_locked_stays_so_and_sessions_are_over(sqlite_world: World, tmp_path: Path) -> None:
    people.lock_user(sqlite_world.as_("admin"), "staff", reason="离职")
    folder = tmp_path / "backups"
    back_up(sqlite_world, folder)
    site = restore(sqlite_world, folder, tmp_path / "again")
    try:
        assert accounts.prove(site, "staff", PASSWORD) is None
        assert accounts.prove(site, "rep", PASSWORD) is not None
    finally:
        site.close()


@pytest.mark.regulation("A11-08")
def test_by_command(sqlite_world: World, tmp_path: Path) -> None:
    issue(sqlite_world, procedure())
    at, folder, clock = str(sqlite_world.site.path), str(tmp_path / "backups"), sqlite_world.clock
    made = run("--json", "--site", at, "backup", "make", folder, clock=clock)
    assert made.code == 0
    assert made["files"] > 10
    assert run("--json", "backup", "list", folder)["backups"][0]["events"] > 3
    assert run("--json", "backup", "verify", folder)["ok"] is True
    watched = ("--json", "backup", "verify", folder, "--within", "26")
    assert run(*watched, clock=clock).code == 0
    late = run(*watched, clock=lambda: clock() + timedelta(hours=27))
    assert (late.code, late["ok"], late["too_old"]) == (1, False, True)
    drill = run("--json", "backup", "drill", folder, clock=clock)
    assert (drill.code, drill["findings"]) == (0, [])
    again = run("--json", "restore", str(tmp_path / "again"), "--from", folder, clock=clock)
    assert (again.code, again["ok"]) == (0, True)
    assert run("restore", str(tmp_path / "again"), "--from", folder, clock=clock).code == 4
    sqlite_world.clock.advance(minutes=1)
    issue(sqlite_world, procedure("LX-CX-2019-150"))
    behind = run("restore", str(tmp_path / "b"), "--from", folder, clock=clock)
    assert behind.code == 4
    assert "would be lost" in behind.err
    accounts_of = {"DOCCTL_PASSWORD_ADMIN": PASSWORD, "DOCCTL_PASSWORD_CONTROLLER": PASSWORD}
    taken: dict[str, str | None] = {**accounts_of, "DOCCTL_PASSWORD": "of neither"}
    words = ("--json", "restore", str(tmp_path / "b"), "--from", folder)
    both = run(*words, "--accept-loss", "admin", "controller", env=taken, clock=clock)
    assert (both.code, both["ok"]) == (0, True)
