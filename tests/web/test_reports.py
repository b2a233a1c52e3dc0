"""A report is declared once, and is there as a page, a workbook and a command, in every language."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from docctl.errors import Forbidden
from docctl.errors.message import Message
from docctl.language import catalogues
from docctl.models.copies import Copy
from docctl.queries import all_reports
from docctl.queries.columns import Column, Listed, Surface
from docctl.queries.copies.recalls import RECALLS
from docctl.queries.report import Filter, Report, part_of, read_report
from docctl.rules.actions import Action
from docctl.rules.copies import State
from docctl.usecases.copies import disposing, handing
from tests.support.lists import headings_of, rows_in
from tests.support.pages import Reader, reader, rows_of, text_of
from tests.support.sites import World, issue, procedure
from tests.support.terminal import run

NUMBER = "LX-CX-2019-101"
LANGUAGES = ("en", "zh")
BY_HOLDER = Report(
    name="copies-by-holder",
    about=Message("Copies that were handed out, the newest first."),
    action=Action.COPY_READ,
    rows=lambda _: select(Copy.number.label("copy"), Copy.holder_name.label("holder"), Copy.issued_day),
    key=Copy.id,
    newest_first=True,
    filters=(
        Filter(name="holder", label=Message("Holder"), where=part_of(Copy.holder, Copy.holder_name)),
        Filter(name="state", label=Message("State"), where=Copy.state.__eq__, takes=State),
        Filter(name="before", label=Message("Due"), where=Copy.issued_day.__lt__, takes=date),
    ),
    listed=Listed(
        title=Message("Copies"),
        columns=(
            Column(key="copy", heading=Message("Copy number"), leads_to="copy"),
            Column(key="holder", heading=Message("Holder")),
            Column(key="issued_day", heading=Message("Handed out"), shape="day"),
        ),
    ),
)
"""All that a stranger writes for a report; its words are in the catalogues already."""


@pytest.fixture
def declared(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """A site with five copies, and a docctl with one report more."""
    monkeypatch.setattr(all_reports, "REPORTS", (*all_reports.REPORTS, BY_HOLDER))
    issue(world, procedure())
    holders = ["staff", "sales", "technical", "staff2", "quality"]
    handing.issue_copies(world.as_("controller"), NUMBER, holders=holders)
    return world


def typed(world: World, language: str, *words: str) -> str:
    said = ["--site", str(world.site.path), "--as", "controller", "--lang", language]
    answer = run(*said, "report", *words, clock=world.clock, env={**world.environ})
    assert answer.code == 0, answer.err
    return answer.out


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_report_is_a_page_a_workbook_and_a_table_by_being_declared(
    declared: World, language: str, tmp_path: Path
) -> None:
    told = catalogues.reader(language)
    wanted = [told.say(name) for name in ("Copy number", "Holder", "Handed out")]
    numbers = [f"{NUMBER}#00{n}" for n in (5, 4, 3, 2, 1)]
    desk = reader(declared, "controller", language)
    page = desk.get("/reports/copies-by-holder").text
    assert headings_of(page) == wanted
    assert [row[0] for row in rows_of(page)] == numbers
    assert f"<h1>{told.say('Copies')}</h1>" in page
    assert '/copies/LX-CX-2019-101%23005">' in page
    assert '"/reports/copies-by-holder"' in desk.get("/copies").text
    book = rows_in(desk.get("/reports/copies-by-holder", **{"as": "xlsx"}).data)
    assert book[0] == wanted
    assert [row[0] for row in book[1:]] == numbers
    table = typed(declared, language, "copies-by-holder").splitlines()
    assert re.split(r" {2,}", table[0].strip()) == wanted
    assert [line.split()[0] for line in table[1:]] == numbers
    typed(declared, language, "copies-by-holder", "--xlsx", str(tmp_path / "list.xlsx"))
    assert rows_in((tmp_path / "list.xlsx").read_bytes()) == book


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"holder": "STAFF"}, [4, 1]),
        ({"holder": "员工"}, [4, 1]),
        ({"holder": "%"}, []),
        ({"state": "returned"}, [2]),
        ({"state": "no such state"}, []),
        ({"state": "issued", "holder": "staff"}, [4, 1]),
        ({"before": "2026-03-02"}, []),
        ({"before": "2026-03-03", "holder": "quality"}, [5]),
        ({"nothing": "x"}, [5, 4, 3, 2, 1]),
    ],
)
def test_the_database_filters_a_report_and_page_and_command_ask_it_the_same(
    declared: World, asked: dict[str, str], found: list[int]
) -> None:
    handing.return_copy(declared.as_("controller"), f"{NUMBER}#002")
    numbers = [f"{NUMBER}#00{n}" for n in found]
    page = reader(declared, "controller").get("/reports/copies-by-holder", **asked).text
    assert [row[0] for row in rows_of(page)] == numbers
    assert found or "Nothing agrees with this." in page
    if asked.keys() & {"nothing"} or "no such state" in asked.values():
        return  # no command takes these
    options = [word for name, value in asked.items() for word in (f"--{name}", value)]
    assert re.findall(rf"{NUMBER}#\d+", typed(declared, "en", "copies-by-holder", *options)) == numbers


@pytest.mark.parametrize("most", [1, 2, 4, 5, 6])
def test_the_parts_of_a_report_are_all_of_it_each_line_once(declared: World, most: int) -> None:
    ctx, parts, after = declared.as_("controller"), [], ""
    while True:
        part = read_report(ctx, BY_HOLDER, after=after, most=most)
        parts += [line["copy"] for line in part.lines]
        if part.following is None:
            break
        after = part.following
    assert parts == [line["copy"] for line in read_report(ctx, BY_HOLDER).lines]
    assert len(parts) == 5


@pytest.mark.parametrize("after", ["x", "-1", "9" * 40, "１", ""])
def test_behind_what_is_no_line_a_report_begins_anew(declared: World, after: str) -> None:
    part = read_report(declared.as_("controller"), BY_HOLDER, after=after)
    assert len(part.lines) == 5


def test_who_may_not_read_a_report_is_refused_and_shown_no_way_to_it(declared: World) -> None:
    staff = reader(declared, "staff")
    assert staff.get("/reports/copies-by-holder").status_code == 403
    assert staff.get("/reports/copies-by-holder", **{"as": "xlsx"}).status_code == 403
    assert "/reports/" not in staff.get("/copies").text
    with pytest.raises(Forbidden):
        read_report(declared.as_("staff"), BY_HOLDER)


def test_a_report_that_is_not_there_is_not_found(sqlite_world: World) -> None:
    assert reader(sqlite_world, "controller").get("/reports/none").status_code == 404
    said = ["--site", str(sqlite_world.site.path), "--as", "controller", "report", "none"]
    assert run(*said, clock=sqlite_world.clock).code == 2


TAKEN = {"after", "as", "lang", "xlsx", "json", "op", "site", "name"}
"""What addresses and commands ask already."""


@pytest.mark.parametrize("report", all_reports.REPORTS, ids=lambda report: report.name)
def test_each_report_is_declared_whole(sqlite_world: World, report: Report) -> None:
    assert [one.name for one in all_reports.REPORTS].count(report.name) == 1
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", report.name)
    assert report.about.template.endswith(".")
    assert not report.action.changes
    names = [one.name for one in report.filters]
    assert len(set(names)) == len(names)
    assert TAKEN.isdisjoint(names)
    columns = report.listed.columns
    assert len({column.key for column in columns}) == len(columns)
    assert all(Surface.WORKBOOK in column.on for column in columns)
    given = report.rows(sqlite_world.as_("controller")).selected_columns.keys()
    assert {column.key for column in columns if column.value is None} <= set(given)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("report", all_reports.REPORTS, ids=lambda report: report.name)
def test_each_report_can_be_asked_everything_in_each_language(
    sqlite_world: World, report: Report, language: str
) -> None:
    asked = {
        one.name: one.choices[0].value if one.choices else "2026-03-02" if one.is_day else "x"
        for one in report.filters
    }
    desk = Reader(sqlite_world.site, language).sign_in("admin")
    page = desk.get(f"/reports/{report.name}", **asked)
    assert page.status_code == 200
    assert catalogues.reader(language).say(report.about.template) in text_of(page.text)
    book = desk.get(f"/reports/{report.name}", **asked, **{"as": "xlsx"})
    assert rows_in(book.data)[0] == report.listed.headings(Surface.WORKBOOK, catalogues.reader(language))


def test_open_recalls_are_those_that_have_begun_of_copies_that_are_out(world: World) -> None:
    issue(world, procedure())
    controller = world.as_("controller")
    handing.issue_copies(controller, NUMBER, holders=["staff", "sales", "technical", "quality"])
    handing.recall_copy(controller, f"{NUMBER}#001", reason="moved")
    handing.recall_copy(controller, f"{NUMBER}#002", reason="moved")
    handing.recall_copy(controller, f"{NUMBER}#003", reason="moved")
    disposing.keep_copy(controller, f"{NUMBER}#002", reason="case 88")
    handing.return_copy(controller, f"{NUMBER}#003")
    effective = date(2026, 3, 9)
    issue(world, procedure(extra="修改。"), effective=effective, save=True)

    def found() -> list[tuple[str, str]]:
        return [(line["copy"], line["cause"]) for line in read_report(controller, RECALLS).lines]

    assert found() == [(f"{NUMBER}#001", "by-hand")]
    world.clock.go_to(effective - timedelta(days=1))
    assert len(found()) == 1
    world.clock.go_to(effective)
    assert found() == [
        (f"{NUMBER}#001", "by-hand"),
        (f"{NUMBER}#004", "superseded"),
    ]


@pytest.mark.one_database
def test_the_menu_shows_where_one_is_also_on_a_report_and_on_the_page_of_an_act(world: World) -> None:
    issue(world, procedure())
    desk = reader(world, "controller")
    for page, place in (
        ("/reports/loans", "Copies"),
        ("/reports/unread", "Documents"),
        (f"/documents/{NUMBER}/chain/change", "Documents"),
        (f"/documents/{NUMBER}/distribution", "Copies"),
        ("/reviews", "Documents"),
        ("/trace", "Trace"),
        ("/ledger", "Audit trail"),
        ("/evidence", "Trace"),
    ):
        menu = desk.get(page).text.partition("<main")[0]
        assert set(re.findall(r'aria-current="page">([^<]*)', menu)) == {place}, (
            page
        )  # menu, and that of a phone
