"""The master list as a page: filter, day, the next part, and the same list as a workbook."""

from __future__ import annotations

import re
import zipfile
from datetime import date
from io import BytesIO

import pytest

from docctl.usecases.documents import drafting
from docctl.usecases.people import accounts
from docctl.web.documents import master_list
from tests.support.browser import Desk
from tests.support.pages import reader, rows_of, text_of
from tests.support.sites import World, issue, procedure, template


def listed(world: World, login: str = "staff", **asked: str) -> list[str]:
    """The numbers on the page."""
    return [row[0] for row in rows_of(reader(world, login).get("/documents", **asked).text)]


def library(world: World) -> None:
    """A procedure in force, one to come, a template and a draft."""
    issue(world, procedure("LX-CX-2019-101"))
    issue(world, procedure("LX-CX-2019-102", title="另一程序"), effective=date(2026, 4, 1))
    issue(world, template("LX-R-101"))
    drafting.register_document(world.as_("author"), lambda: procedure("LX-CX-2019-103", title="秘密草稿"))


def test_the_list_shows_what_its_reader_may_see(world: World) -> None:
    library(world)
    assert listed(world) == ["LX-CX-2019-101", "LX-CX-2019-102", "LX-R-101"]
    assert listed(world, "author") == ["LX-CX-2019-101", "LX-CX-2019-102", "LX-CX-2019-103", "LX-R-101"]
    page = reader(world, "staff", "zh").get("/documents").text
    assert rows_of(page)[0] == [
        "LX-CX-2019-101",
        "质量反馈控制程序",
        "A/0",
        "✓ 现行有效",
        "2026-03-02",
        "",
        "行政部",
        "体系文件",
    ]


@pytest.mark.rule("DC-75")
@pytest.mark.parametrize(
    ("asked", "numbers"),
    [
        ({"q": "另一"}, ["LX-CX-2019-102"]),
        ({"q": "lx-r"}, ["LX-R-101"]),
        ({"status": "issued"}, ["LX-CX-2019-102"]),
        ({"level": "form"}, ["LX-R-101"]),
        ({"department": "sales"}, ["LX-R-101"]),
        ({"department": "sales", "level": "procedure"}, []),
        ({"on": "2026-05-01", "status": "effective"}, ["LX-CX-2019-101", "LX-CX-2019-102", "LX-R-101"]),
        ({"on": "2026-01-01"}, []),
        ({"q": "' OR 1=1 --"}, []),
        ({"level": "<script>alert(1)</script>"}, []),
    ],
)
def test_a_filter_leaves_what_agrees_with_it(
    sqlite_world: World, asked: dict[str, str], numbers: list[str]
) -> None:
    library(sqlite_world)
    assert listed(sqlite_world, **asked) == numbers
    assert "<script>" not in reader(sqlite_world, "staff").get("/documents", **asked).text


def test_each_number_leads_to_its_document_as_it_stood_on_the_day_of_the_list(sqlite_world: World) -> None:
    library(sqlite_world)
    staff = reader(sqlite_world, "staff")
    page = staff.get("/documents", on="2026-05-01").text
    addresses = re.findall(r'<td[^>]* class="number"><a href="([^"]+)"', page)
    assert len(addresses) == 3
    shown = text_of(staff.get(addresses[1]).text)
    assert "LX-CX-2019-102" in shown
    assert "effective effective from 2026-04-01" in shown


def test_a_day_that_is_none_is_refused_with_a_sentence(sqlite_world: World) -> None:
    answer = reader(sqlite_world, "staff").get("/documents", on="yesterday")
    assert answer.status_code == 422
    assert "write the day like 2026-03-12" in text_of(answer.text)


def test_a_long_list_is_cut_and_goes_on_behind_its_last_number(
    sqlite_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(master_list, "LINES", 2)
    library(sqlite_world)
    staff = reader(sqlite_world, "staff")
    first = staff.get("/documents", level="").text
    assert [row[0] for row in rows_of(first)] == ["LX-CX-2019-101", "LX-CX-2019-102"]
    following = re.search(r'rel="next" href="([^"]+)"', first)
    assert following is not None
    assert following[1] == "?level=&amp;after=LX-CX-2019-102"
    second = staff.get("/documents?level=&after=LX-CX-2019-102").text
    assert [row[0] for row in rows_of(second)] == ["LX-R-101"]
    assert 'rel="next"' not in second
    assert "3 documents" in text_of(first)


@pytest.mark.rule("SE-30")
def test_the_workbook_holds_the_filtered_list_and_no_formula(sqlite_world: World) -> None:
    library(sqlite_world)
    issue(sqlite_world, procedure("LX-CX-2019-104", title="=SUM(1+1)"))
    answer = reader(sqlite_world, "staff", "zh").get("/documents", level="procedure", **{"as": "xlsx"})
    assert answer.content_type.startswith("application/vnd.openxmlformats-officedocument.spreadsheetml")
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    with zipfile.ZipFile(BytesIO(answer.data)) as book:
        sheets = (
            book.read("xl/worksheets/sheet1.xml").decode() + book.read("xl/worksheets/sheet2.xml").decode()
        )
    assert "<f>" not in sheets
    assert "=SUM(1+1)" in sheets
    assert "LX-CX-2019-101" in sheets
    assert "LX-R-101" not in sheets
    assert "level=procedure" in sheets
    assert "员工周 (staff)" in sheets


def test_a_list_is_told_anew_once_something_has_happened(world: World) -> None:
    library(world)
    staff = reader(world, "staff")
    first, again = staff.get("/documents"), staff.get("/documents")
    assert rows_of(first.text) == rows_of(again.text)
    assert first.headers["ETag"] == again.headers["ETag"]
    assert first.headers["Cache-Control"] == "no-cache, private"
    kept = {**staff.headers, "If-None-Match": first.headers["ETag"]}
    assert staff.client.get("/documents", headers=kept).status_code == 304
    issue(world, procedure("LX-CX-2019-105"))
    answer = staff.client.get("/documents", headers=kept)
    assert (answer.status_code, "LX-CX-2019-105" in answer.text) == (200, True)


def test_a_list_is_told_anew_on_another_day(sqlite_world: World) -> None:
    library(sqlite_world)
    before = reader(sqlite_world, "staff").get("/documents")
    assert rows_of(before.text)[1][3:5] == ["◷ issued, not yet effective", "2026-04-01"]
    sqlite_world.clock.go_to(date(2026, 4, 1))
    staff = reader(sqlite_world, "staff")
    kept = {**staff.headers, "If-None-Match": before.headers["ETag"]}
    answer = staff.client.get("/documents", headers=kept)
    assert (answer.status_code, rows_of(answer.text)[1][3]) == (200, "✓ effective")


def test_a_list_is_nobody_elses_and_in_no_other_language(sqlite_world: World) -> None:
    library(sqlite_world)
    author, staff = reader(sqlite_world, "author"), reader(sqlite_world, "staff")
    assert "LX-CX-2019-103" in author.get("/documents").text
    shown = staff.get("/documents")
    assert "LX-CX-2019-103" not in shown.text
    assert "Master list" in shown.text
    kept = {"If-None-Match": shown.headers["ETag"]}
    chinese = staff.client.get("/documents", headers={"Accept-Language": "zh", **kept})
    assert (chinese.status_code, "Master list" in chinese.text) == (200, False)
    other = reader(sqlite_world, "staff2")
    assert other.client.get("/documents", headers={**other.headers, **kept}).status_code == 200
    assert staff.client.get("/documents?q=R", headers={**staff.headers, **kept}).status_code == 200


def test_a_right_that_was_taken_away_ends_what_was_remembered(sqlite_world: World) -> None:
    library(sqlite_world)
    author = reader(sqlite_world, "author")
    assert "LX-CX-2019-103" in author.get("/documents").text
    accounts.change_user_roles(sqlite_world.as_("admin"), "author", revoke=["author"])
    again = reader(sqlite_world, "author").get("/documents")
    assert "LX-CX-2019-103" not in again.text


def test_no_browser_keeps_a_list_on_which_a_draft_stands(sqlite_world: World) -> None:
    library(sqlite_world)
    author = reader(sqlite_world, "author")
    for _ in range(2):
        answer = author.get("/documents")
        assert "ETag" not in answer.headers
        assert answer.headers["Cache-Control"] == "no-store"
        assert "LX-CX-2019-103" in answer.text


def test_a_list_that_was_remembered_names_its_scripts_by_a_new_number(sqlite_world: World) -> None:
    staff = reader(sqlite_world, "staff")
    numbers = set()
    for _ in range(2):
        answer = staff.get("/documents")
        (number,) = set(re.findall(r'nonce="([^"]+)"', answer.text))
        assert f"'nonce-{number}'" in answer.headers["Content-Security-Policy"]
        numbers.add(number)
    assert len(numbers) == 2


def test_what_was_done_just_now_is_told_on_the_list_once(sqlite_world: World) -> None:
    staff = reader(sqlite_world, "staff")
    staff.get("/documents")
    with staff.client.session_transaction() as session:
        session["_flashes"] = [("message", "It is done.")]
    told = staff.get("/documents")
    assert ("It is done." in told.text, "ETag" in told.headers) == (True, False)
    assert "It is done." not in staff.get("/documents").text


@pytest.mark.parametrize("state", ["full", "empty"])
def test_the_list_is_sound_in_a_browser(desk: Desk, sqlite_world: World, state: str) -> None:
    if state == "full":
        library(sqlite_world)
    desk.look("documents", "/documents", "controller", state=state)
    assert desk.faults == []
