"""Who signed takes a receipt home: it shows the event without the site, and contradicts a history written anew."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from docctl.errors import Forbidden, Invalid, NotFound, Tampered
from docctl.ledger import receipt
from docctl.ledger.finding import What
from docctl.queries.integrity import Kept, check_site
from docctl.queries.ledger.receipts import receipt_of
from tests.support.pages import reader, text_of
from tests.support.sites import World, issue, procedure
from tests.support.terminal import Terminal

NUMBER = "LX-CX-2019-101"


def signed_by(world: World, login: str) -> int:
    """The event of the newest revision.sign of somebody, by the address of the receipt on the page."""
    page = reader(world, login).get(f"/documents/{NUMBER}/revisions").text
    return int(page.partition('href="/ledger/')[2].partition("/receipt")[0])


@pytest.mark.regulation("P11-10e1")
def test_who_signed_takes_home_what_shows_it_without_the_site(world: World) -> None:
    issue(world, procedure(NUMBER))
    seq = signed_by(world, "rep")
    answer = reader(world, "rep").get(f"/ledger/{seq}/receipt")
    assert answer.headers["Content-Disposition"] == f"attachment; filename=receipt-{seq}.txt"
    kept, signed = receipt.verify(answer.data, [world.site.settings.public_key])
    event = json.loads(kept.body)
    assert (event["act"], event["actor"]["login"], event["seq"]) == ("revision.sign", "rep", seq)
    assert signed.size >= seq
    assert receipt_of(world.as_("auditor"), seq) == answer.data
    with pytest.raises(Forbidden):
        receipt_of(world.as_("staff"), seq)
    with pytest.raises(NotFound):
        receipt_of(world.as_("auditor"), 9_999)
    assert "Receipt" not in text_of(reader(world, "staff").get(f"/documents/{NUMBER}/revisions").text)


def test_any_changed_byte_of_a_receipt_is_noticed(sqlite_world: World) -> None:
    issue(sqlite_world, procedure(NUMBER))
    whole = receipt_of(sqlite_world.as_("auditor"), 7)
    key = [sqlite_world.site.settings.public_key]
    for place in range(len(whole)):
        changed = whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :]
        with pytest.raises((Invalid, Tampered)):
            receipt.verify(changed, key)
    for part in (b"", whole[:-1], whole[: len(whole) // 2], whole + b"\n", whole.replace(b"\n", b"\r\n")):
        with pytest.raises((Invalid, Tampered)):
            receipt.verify(part, key)


@pytest.mark.regulation("P11-10c")
def test_a_receipt_contradicts_an_older_state_that_was_put_back(sqlite_world: World, tmp_path: Path) -> None:
    issue(sqlite_world, procedure(NUMBER))
    sqlite_world.site.engine.dispose()
    shutil.copytree(sqlite_world.site.path, tmp_path / "before")
    issue(sqlite_world, procedure(NUMBER, extra="改。"), save=True)
    terminal, file = Terminal(sqlite_world), tmp_path / "receipt.txt"
    seq = signed_by(sqlite_world, "rep")
    assert terminal.ok("rep", f"ledger receipt {seq} --output {file}") == {"event": seq, "file": str(file)}
    assert terminal.ok("auditor", f"check --against {file}")["ok"]
    kept = Kept("receipt.txt", file.read_bytes())
    older = sqlite_world.site.open(tmp_path / "before", clock=sqlite_world.clock, environ={})
    (found,) = check_site(older, against=[kept]).findings
    older.close()
    assert (found.what, found.where) == (What.ROLLBACK, "receipt.txt")
    file.write_bytes(file.read_bytes().replace(b"index ", b"index 1", 1))
    (found,) = check_site(sqlite_world.site, against=[Kept("receipt.txt", file.read_bytes())]).findings
    assert found.what == What.NOT_GENUINE
