"""The audit trail as a page: what it says, who may read it, and what a check shows."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from sqlalchemy import text

from docctl.queries.ledger import events
from docctl.usecases.copies import handing
from docctl.usecases.demonstration.starter import CHANNEL
from docctl.usecases.people import accounts
from docctl.web.kit import here
from docctl.web.ledger import told
from tests.support.lists import rows_in
from tests.support.pages import hidden_fields, reader, rows_of, text_of
from tests.support.sites import PEOPLE, World, issue, procedure
from tests.support.terminal import run

NUMBER = "LX-CX-2019-101"
READERS = {"controller", "auditor", "admin"}
CHECKERS = {"auditor", "admin"}


def busy(world: World) -> None:
    """A document in force, a copy of it, and a refused attempt."""
    issue(world, procedure())
    handing.issue_copies(world.as_("controller"), NUMBER, holders=["sales"])


@pytest.mark.rule("SE-31")
@pytest.mark.parametrize("login", [*PEOPLE, "admin"])
def test_who_may_read_the_trail_and_who_may_check(sqlite_world: World, login: str) -> None:
    somebody = reader(sqlite_world, login)
    for address in ("/ledger", "/ledger/1", "/ledger/99999", "/ledger/checkpoint"):
        expected = 404 if address.endswith("99999") else 200
        assert somebody.get(address).status_code == (expected if login in READERS else 403), address
    assert somebody.get("/ledger/check").status_code == (200 if login in CHECKERS else 403)
    keys = hidden_fields(somebody.get("/inbox").text)
    asked = somebody.post("/ledger/check", csrf_token=keys["csrf_token"])
    assert asked.status_code == (200 if login in CHECKERS else 403)
    signed = somebody.post("/ledger/checkpoint", csrf_token=keys["csrf_token"])
    assert signed.status_code == (302 if login == "admin" else 403)


@pytest.mark.regulation("A11-11", "A11-16")
def test_events_are_told_newest_first_in_words(world: World) -> None:
    busy(world)
    english = rows_of(reader(world, "auditor").get("/ledger").text)
    chinese = rows_of(reader(world, "auditor", "zh").get("/ledger").text)
    assert [row[2] for row in english[:3]] == ["copies handed out", "issued", "signed"]
    assert [row[2] for row in chinese[:3]] == ["发放副本", "发布", "签名"]
    assert english[0][3:5] == [NUMBER, "文控李 (controller)"]
    numbers = [int(row[0]) for row in english]
    assert numbers == sorted(numbers, reverse=True)


@pytest.mark.regulation("P11-10e3")
@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"login": "author"}, ["submitted for approval", "document registered"]),
        ({"act": "revision.issue"}, ["issued"]),
        ({"key": "lx-cx-2019-101", "login": "controller"}, ["copies handed out", "issued"]),
        ({"act": "user.add", "key": "auditor"}, ["account added"]),
        ({"login": "nobody"}, []),
        ({"key": "'; DROP TABLE ledger_event; --"}, []),
        ({"key": '"}\\'}, []),
        ({"key": "<script>alert(1)</script>"}, []),
        ({"login": "a\0b"}, []),
    ],
)
def test_the_trail_is_filtered(world: World, asked: dict[str, str], found: list[str]) -> None:
    busy(world)
    answer = reader(world, "auditor").get("/ledger", **asked)
    assert answer.status_code == 200
    assert [row[2] for row in rows_of(answer.text)] == found
    assert "<script>alert" not in answer.text


def test_a_refused_attempt_stands_in_the_trail(sqlite_world: World) -> None:
    busy(sqlite_world)
    staff = reader(sqlite_world, "staff")
    keys = hidden_fields(staff.get("/inbox").text)
    staff.post(f"/copies/{NUMBER}%23001/recall", csrf_token=keys["csrf_token"], reason="我要")
    rows = rows_of(reader(sqlite_world, "auditor").get("/ledger", act="copy.recall").text)
    assert [(row[2], row[4]) for row in rows] == [("! refused: copy recalled", "员工周 (staff)")]
    seen = reader(sqlite_world, "auditor").get(f"/ledger/{rows[0][0]}")
    assert "It changed no row of the tables." in text_of(seen.text)


def test_the_trail_goes_on_behind_its_last_event(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "MOST", 7)
    monkeypatch.setattr(events, "_BATCH", 3)
    busy(world)
    auditor, address, seen = reader(world, "auditor"), "/ledger", []
    while address:
        page = auditor.get(address).text
        seen += [int(row[0]) for row in rows_of(page)]
        following = re.search(r'rel="next" href="([^"]+)"', page)
        address = "/ledger" + following[1] if following else ""
    assert seen == list(range(max(seen), 0, -1))


def test_a_filter_that_finds_nothing_for_long_says_how_far_it_looked(
    sqlite_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(events, "LOOKED_AT", 6)
    monkeypatch.setattr(events, "_BATCH", 3)
    busy(sqlite_world)
    auditor = reader(sqlite_world, "auditor")
    page = auditor.get("/ledger", act="site.init").text
    assert "Looked through the newest events down to event" in text_of(page)
    assert rows_of(page) == []
    found = []
    while following := re.search(r'rel="next" href="([^"]+)"', page):
        page = auditor.get("/ledger" + following[1].replace("&amp;", "&")).text
        found += [row[2] for row in rows_of(page)]
    assert found == ["site founded"]


def test_a_workbook_of_the_trail_says_what_it_leaves_out(
    sqlite_world: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(events, "_BATCH", 3)
    busy(sqlite_world)
    auditor = reader(sqlite_world, "auditor")
    whole = auditor.get("/ledger", **{"as": "xlsx"}).data
    assert "Left out" not in dict(rows_in(whole, sheet_number=2))
    monkeypatch.setattr(events, "LOOKED_AT", 6)
    part = auditor.get("/ledger", **{"as": "xlsx"}).data
    last = int(float(rows_in(part)[-1][0]))
    left_out = dict(rows_in(part, sheet_number=2))["Left out"]
    assert (
        left_out
        == f"events before {last}; export once more with {last} under “Before event” (--before {last})"
    )
    assert 'name="before"' in auditor.get("/ledger").text
    older = rows_in(auditor.get("/ledger", before=str(last), **{"as": "xlsx"}).data)
    assert int(float(older[1][0])) == last - 1
    assert int(rows_of(auditor.get("/ledger", before=str(last)).text)[0][0]) == last - 1
    asked = ["--site", str(sqlite_world.site.path), "--as", "auditor", "ledger", "list"]
    said = run(*asked, "--xlsx", str(tmp_path / "trail.xlsx"), clock=sqlite_world.clock).out
    assert left_out in said
    rest = run(*asked, "--before", str(last), "--json", clock=sqlite_world.clock).out
    assert json.loads(rest)["events"][0]["seq"] == last - 1


@pytest.mark.regulation("P11-10e2")
def test_an_event_shows_the_rows_that_it_changed(world: World) -> None:
    busy(world)
    handing.acknowledge_copy(world.as_("staff"), f"{NUMBER}#001")
    auditor = reader(world, "auditor")
    newest = rows_of(auditor.get("/ledger").text)[0][0]
    page = auditor.get(f"/ledger/{newest}").text
    assert ["state", "issued", "acknowledged"] in rows_of(page)
    assert "Hash of this event" in text_of(page)


def test_a_check_in_order_says_so_with_events_and_root(sqlite_world: World) -> None:
    busy(sqlite_world)
    page = text_of(reader(sqlite_world, "auditor").send("/ledger/check").text)
    assert "All in order" in page
    checked = events.checkpoint_list(sqlite_world.as_("auditor"))[0]
    assert re.search(r"Events \d+ Root [A-Za-z0-9+/]{43}=", page)
    assert len(checked.root) == 44


def test_a_check_names_what_was_altered_behind_the_back(sqlite_world: World) -> None:
    busy(sqlite_world)
    with sqlite_world.site.engine.begin() as connection:
        triggers = connection.execute(
            text("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'copy'")
        )
        for (name,) in triggers.all():
            connection.execute(text(f'DROP TRIGGER "{name}"'))
        connection.execute(text("UPDATE copy SET holder = 'gm'"))
    page = reader(sqlite_world, "auditor").send("/ledger/check").text
    assert "Something differs from the ledger" in text_of(page)
    assert any(row[0] == "row differs" and row[1].startswith("copy ") for row in rows_of(page))


def test_an_administrator_makes_a_checkpoint(world: World) -> None:
    busy(world)
    admin = reader(world, "admin")
    answer = admin.send("/ledger/checkpoint")
    assert answer.status_code == 302
    page = admin.get("/ledger/checkpoint").text
    newest = events.checkpoint_list(world.as_("auditor"))[0]
    assert rows_of(page)[0][0] == str(newest.size)
    assert rows_of(page)[0][2:] == ["✓ yes", newest.root]


def test_a_damaged_event_does_not_hide_the_others(sqlite_world: World) -> None:
    busy(sqlite_world)
    with sqlite_world.site.engine.begin() as connection:
        triggers = connection.execute(
            text("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'ledger_event'")
        )
        for (name,) in triggers.all():
            connection.execute(text(f'DROP TRIGGER "{name}"'))
        connection.execute(text("UPDATE ledger_event SET body = x'7b' WHERE seq = 3"))
    auditor = reader(sqlite_world, "auditor")
    assert "This event cannot be read." in text_of(auditor.get("/ledger").text)
    assert auditor.get("/ledger/3").status_code == 200


def test_an_event_says_ways_roles_and_departments_in_words(sqlite_world: World) -> None:
    accounts.add_user(sqlite_world.as_("admin"), "new", name="新人", department="sales", roles=["auditor"])
    chinese = reader(sqlite_world, "auditor", "zh")
    newest = rows_of(chinese.get("/ledger").text)[0][0]
    page = chinese.get(f"/ledger/{newest}").text
    assert ["department", "–", "销售部 (sales)"] in rows_of(page)
    assert ["role", "–", "审核员 (auditor)"] in rows_of(page)
    assert "命令行" in text_of(page)


@pytest.mark.parametrize("channel", [CHANNEL, here.CHANNEL, "cli"])
def test_every_way_by_which_somebody_comes_has_a_word(channel: str) -> None:
    assert channel in told._CHANNELS


@pytest.mark.regulation("P11-50a", "A11-18", "GD-04")
def test_a_signature_is_told_with_its_meaning(sqlite_world: World) -> None:
    issue(sqlite_world, procedure())
    auditor = reader(sqlite_world, "auditor", "zh")
    signed = next(row[0] for row in rows_of(auditor.get("/ledger").text) if row[2] == "签名")
    said = text_of(auditor.get(f"/ledger/{signed}").text)
    assert "含义" in said
    assert "批准" in said


@pytest.mark.regulation("P11-10e3")
def test_the_trail_of_a_document_goes_to_excel_whole(sqlite_world: World) -> None:
    busy(sqlite_world)
    auditor = reader(sqlite_world, "auditor")
    assert "as=xlsx" in auditor.get(f"/documents/{NUMBER}/trail").text
    answer = auditor.get(f"/documents/{NUMBER}/trail?as=xlsx")
    assert "spreadsheetml" in str(answer.mimetype)
    assert answer.data.startswith(b"PK")
    assert reader(sqlite_world, "staff").get(f"/documents/{NUMBER}/trail?as=xlsx").status_code == 403
