"""A site on media that cannot be written: read, served and checked, and every act refused with a sentence."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from docctl.cli.kit import serving
from docctl.door import accounts, aside, transaction
from docctl.door.site import Site
from docctl.errors import DocctlError, Usage, WrongState
from docctl.ledger import journal
from docctl.usecases.copies import handing
from docctl.usecases.people import signing_in
from docctl.usecases.people.attempts import LOCKED_AT
from docctl.usecases.site import backing_up
from tests.support.pages import app_of, reader, text_of
from tests.support.sites import World, issue, procedure
from tests.support.terminal import Terminal

NUMBER = "LX-CX-2019-101"
REFUSED = "can be read and checked"


def every_byte(folder: Path) -> dict[str, str]:
    files = (file for file in folder.rglob("*") if file.is_file())
    return {str(f.relative_to(folder)): hashlib.sha256(f.read_bytes()).hexdigest() for f in files}


def changed(before: dict[str, str], after: dict[str, str]) -> list[str]:
    return sorted(name for name in {*before, *after} if before.get(name) != after.get(name))


def events_of(site: Site) -> int:
    with site.reading() as session:
        return journal.head(session.connection()).seq


@dataclass
class Burnt:
    """A world on a disc: its site is opened again as one that cannot be written."""

    world: World
    token: str

    def terminal(self) -> Terminal:
        return Terminal(self.world)


@pytest.fixture
def burnt(sqlite_world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[Burnt]:
    issue(sqlite_world, procedure(NUMBER))
    (copy,) = handing.issue_copies(sqlite_world.as_("controller"), NUMBER, holders=["staff"])
    monkeypatch.setattr(aside, "is_read_only", lambda _: True)
    site = Site.open(sqlite_world.site.path, clock=sqlite_world.clock, environ={})
    yield Burnt(replace(sqlite_world, site=site), copy.token)
    site.close()
    assert site.apart is not None
    assert not site.apart.exists()


def test_a_site_that_cannot_be_written_is_served_and_checked_and_not_a_byte_of_it_changes(
    burnt: Burnt,
) -> None:
    world, terminal = burnt.world, burnt.terminal()
    before = every_byte(world.site.path)
    assert terminal.ok("auditor", "check")["ok"] is True
    assert terminal.ok("staff", "document list")["documents"][0]["number"] == NUMBER

    stranger = app_of(world.site).test_client(use_cookies=False)
    said = {"Accept-Language": "en"}
    for address in ("/", f"/c/{burnt.token}"):
        assert "cannot be written" in stranger.get(address, headers=said).text
    desk = reader(world, "controller")
    page = f"/documents/{NUMBER}"
    assert "cannot be written" in desk.get("/inbox").text
    assert "反馈控制" in reader(world, "staff", "zh").get(page).text
    answer = desk.send(f"{page}/withdraw", page, reason="test")
    assert (answer.status_code, REFUSED in text_of(answer.text)) == (409, True)

    for words in (["document", "withdraw", NUMBER, "--reason", "x"], ["ledger", "checkpoint"]):
        refused = terminal("admin", words, human=True)
        assert (refused.code, REFUSED in refused.err) == (4, True)
    # The wall behind them: whatever calls the door directly.
    with (
        closing(accounts.reader(world.site, "controller", proved=True)) as ctx,
        pytest.raises(WrongState, match=REFUSED),
    ):
        handing.issue_copies(ctx, NUMBER, holders=["sales"])
    with pytest.raises(WrongState, match=REFUSED):
        transaction.make_checkpoint(world.site, world.site.clock())
    with pytest.raises(WrongState, match=REFUSED):
        backing_up.back_up(world.site, world.site.path.parent / "backups", lambda *_: None)
    assert changed(before, every_byte(world.site.path)) == []


def test_wrong_passwords_are_counted_there_too_and_leave_no_event(burnt: Burnt) -> None:
    site = burnt.world.site
    before, events = every_byte(site.path), events_of(site)
    for _ in range(LOCKED_AT + 1):
        with pytest.raises(DocctlError):
            signing_in.sign_in(site, "staff", "wrong", source="192.0.2.1")
        burnt.world.clock.advance(hours=1)
    assert events_of(site) == events
    assert changed(before, every_byte(site.path)) == []


def test_one_process_serves_it(burnt: Burnt) -> None:
    serving.require_one(burnt.world.site, 1)
    with pytest.raises(Usage, match="--processes 1"):
        serving.require_one(burnt.world.site, 2)


def test_a_disk_that_can_be_written_is_none_of_these(tmp_path: Path) -> None:
    assert aside.is_read_only(tmp_path) is False
    (tmp_path / "docctl.db").write_bytes(b"a")
    (tmp_path / "docctl.db-wal").write_bytes(b"b")
    made = aside.put(tmp_path / "docctl.db")
    assert {f.name: f.read_bytes() for f in made.iterdir()} == {"docctl.db": b"a", "docctl.db-wal": b"b"}
    assert made.stat().st_mode & 0o777 == 0o700
