"""A revision is made known: who is asked to read it, who has confirmed, who is late."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.support.lists import rows_in
from tests.support.pages import Reader, reader, rows_of, text_of
from tests.support.sites import PEOPLE, World, issue, procedure
from tests.support.terminal import Terminal

NUMBER = "LX-CX-2019-101"
TODAY = date(2026, 3, 2)
DUE = (TODAY + timedelta(days=5)).isoformat()
READERS = f"/documents/{NUMBER}/readers"


def called(world: World, *concerned: str, due: str = DUE) -> Reader:
    """Document control makes it known, on the page."""
    desk = reader(world, "controller")
    assert desk.send(f"{READERS}/call", concerned=list(concerned), due=due).status_code == 302
    return desk


def to_read(world: World, login: str) -> list[str]:
    page = reader(world, login).get("/inbox").text
    _, found, rest = page.partition('<section id="to_read"')
    return [row[0] for row in rows_of(rest.partition("</section>")[0])] if found else []


@pytest.mark.regulation("Q9-22", "P11-10j")
@pytest.mark.rule("DC-60")
def test_all_staff_are_asked_and_confirm_in_two_taps_and_who_has_not_is_named(world: World) -> None:
    issue(world, procedure())
    desk = called(world, "*")
    works = [login for login, (_, _, roles) in PEOPLE.items() if "auditor" not in roles] + ["admin"]
    page = desk.get(READERS).text
    assert sorted(row[0].partition("(")[2].rstrip(")") for row in rows_of(page)) == sorted(works)
    assert f"0 of {len(works)}" in text_of(page)
    staff = reader(world, "staff")
    assert to_read(world, "staff") == [f"{NUMBER} A/0"]
    assert to_read(world, "auditor") == []
    # One tap on the page of the document leads to the button, the second is the button.
    assert f"{READERS}/confirm" in staff.get(f"/documents/{NUMBER}").text
    done = staff.send(f"{READERS}/confirm", form=f"{READERS}/confirm?label=A/0")
    assert done.status_code == 302
    assert to_read(world, "staff") == []
    assert f"{READERS}/confirm" not in staff.get(f"/documents/{NUMBER}").text
    assert staff.send(f"{READERS}/confirm", form="/inbox", label="A/0").status_code == 409
    assert [row[0] for row in rows_of(staff.get(READERS).text)] == ["员工周 (staff)"], (
        "others are not staff's concern"
    )
    world.clock.go_to(TODAY + timedelta(days=8))
    desk = reader(world, "controller")
    late = rows_of(desk.get("/reports/unread", before=(TODAY + timedelta(days=8)).isoformat()).text)
    assert len(late) == len(works) - 1
    assert "员工周" not in [row[3] for row in late]
    assert "late by 3 days" in text_of(desk.get(READERS).text)
    book = rows_in(desk.get(READERS, **{"as": "xlsx"}).data)
    assert len(book) == len(works) + 1
    # The next revision is read anew; what was superseded nobody has to read any more.
    issue(world, procedure(extra="改。"), save=True)
    assert rows_of(desk.get("/reports/unread").text) == []
    assert to_read(world, "gm") == []
    called(world, "sales", due="2026-04-01")
    assert to_read(world, "staff") == [f"{NUMBER} A/1"]
    assert [row[2].split()[1] for row in rows_of(desk.get(READERS, label="A/0").text)].count("read") == 1


def test_whom_it_concerns_is_proposed_and_what_cannot_be_is_refused_in_words(
    sqlite_terminal: Terminal,
) -> None:
    world = sqlite_terminal.world
    issue(world, procedure())
    sqlite_terminal.ok("controller", f"copy issue {NUMBER} --holder technical --holder staff")
    form = reader(world, "head").get(f"{READERS}/call").text
    assert 'value="technical" checked' in form
    assert 'name="people" type="text" value="staff"' in form
    call = f"reading call {NUMBER} --due {DUE}"
    assert sqlite_terminal("staff", f"{call} --concerned sales").code == 3
    assert sqlite_terminal("quality-head", f"{call} --concerned sales").code == 3
    assert sqlite_terminal("head", f"{call} --concerned nobody").code == 2
    assert sqlite_terminal("head", f"reading call {NUMBER} --due 2026-01-01 --concerned sales").code == 2
    assert sqlite_terminal("head", f"{call} --concerned sales --revision B/7").code == 5
    made = sqlite_terminal.ok("head", f"{call} --concerned sales --concerned staff2 --concerned staff2")
    assert made["concerned"] == ["sales", "staff2"]
    assert [line["login"] for line in made["readers"]] == ["staff", "verifier2", "staff2"]
    told = sqlite_terminal.ok("staff2", f"reading confirm {NUMBER}")
    assert [line["login"] for line in told["readers"]] == ["staff2"]
    assert sqlite_terminal("staff2", f"reading confirm {NUMBER}").code == 4
    assert sqlite_terminal("auditor", f"reading confirm {NUMBER}").code == 3
    # Whoever is not asked may confirm all the same, and stands in the list.
    sqlite_terminal.ok("gm", f"reading confirm {NUMBER}")
    lines = sqlite_terminal.ok("auditor", f"reading list {NUMBER}")["readers"]
    assert [line["login"] for line in lines if line["read_at"]] == ["gm", "staff2"]
    issue(world, procedure(extra="改。"), save=True)
    assert sqlite_terminal("staff", f"reading confirm {NUMBER} --revision A/0").code == 4
