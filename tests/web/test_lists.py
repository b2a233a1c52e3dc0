"""A list has one set of columns: its page, its workbook and the terminal show them under the same words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from docctl.language import catalogues
from docctl.queries.columns import Listed, Surface
from docctl.queries.copies.columns import COPIES
from docctl.queries.desk.columns import INBOX, PARTS
from docctl.queries.desk.inbox import Inbox
from docctl.queries.documents.columns import MASTER_LIST
from docctl.queries.ledger.columns import TRAIL
from docctl.queries.people.columns import ACCOUNTS
from docctl.queries.records.columns import RECORDS
from docctl.usecases.copies import handing
from docctl.usecases.documents import drafting
from tests.support.lists import headings_of, rows_in
from tests.support.pages import reader
from tests.support.sites import World, procedure
from tests.support.terminal import run
from tests.support.written_records import forms_in_force, reported

LANGUAGES = ("en", "zh")


@dataclass(frozen=True)
class Shown:
    """A list, and where somebody sees it."""

    listed: Listed
    login: str
    page: str
    command: str


LISTS = [
    Shown(MASTER_LIST, "controller", "/documents", "document list"),
    Shown(RECORDS, "controller", "/records", "record list"),
    Shown(COPIES, "controller", "/copies", "copy list"),
    Shown(INBOX, "head", "/inbox", "inbox"),
    Shown(ACCOUNTS, "admin", "/people", "user list"),
    Shown(TRAIL, "auditor", "/ledger", "ledger list"),
]
"""A new list with a page of its own belongs here; a report is found by itself (test_reports.py)."""

each_list = pytest.mark.parametrize("shown", LISTS, ids=lambda shown: shown.page[1:])
each_language = pytest.mark.parametrize("language", LANGUAGES)


def busy(world: World) -> None:
    """Something in each of the lists: a copy, a record, and a revision that waits for the head to sign."""
    forms_in_force(world)
    reported(world)
    handing.issue_copies(world.as_("controller"), "LX-CX-2019-101", holders=["sales", "staff"])
    drafting.register_document(
        world.as_("author"),
        lambda: procedure("LX-CX-2019-109"),
        chain="author,department-head,management-representative",
    )
    drafting.submit_revision(world.as_("author"), "LX-CX-2019-109", reason="新程序")


def typed(world: World, shown: Shown, language: str, *options: str) -> str:
    said = ["--site", str(world.site.path), "--as", shown.login, "--lang", language]
    answer = run(*said, *shown.command.split(), *options, clock=world.clock)
    assert answer.code == 0, answer.err
    return answer.out


@each_language
@each_list
def test_a_list_has_the_same_headings_on_its_page_in_its_workbook_and_on_the_terminal(
    sqlite_world: World, shown: Shown, language: str
) -> None:
    busy(sqlite_world)
    told = catalogues.reader(language)
    desk = reader(sqlite_world, shown.login, language)
    on_page = headings_of(desk.get(shown.page).text)
    wanted = shown.listed.headings(Surface.PAGE, told)
    if shown.listed is INBOX:  # only copies are due on a day
        wanted = [heading for heading in wanted if heading != told.say("Due")]
    assert on_page == wanted
    book = desk.get(shown.page, **{"as": "xlsx"})
    assert rows_in(book.data)[0] == shown.listed.headings(Surface.WORKBOOK, told)
    terminal = typed(sqlite_world, shown, language)
    on_terminal = next(
        line for line in terminal.splitlines() if shown.listed.headings(Surface.TERMINAL, told)[-1] in line
    )
    assert re.split(r" {2,}", on_terminal.strip()) == shown.listed.headings(Surface.TERMINAL, told)


@each_language
@each_list
def test_the_workbook_of_a_list_is_the_same_by_command_as_from_its_page(
    sqlite_world: World, shown: Shown, language: str, tmp_path: Path
) -> None:
    busy(sqlite_world)
    saved = reader(sqlite_world, shown.login, language).get(shown.page, **{"as": "xlsx"})
    typed(sqlite_world, shown, language, "--xlsx", str(tmp_path / "list.xlsx"))
    by_page, by_command = rows_in(saved.data), rows_in((tmp_path / "list.xlsx").read_bytes())
    assert len(by_page) > 1
    assert sorted(map(str, by_command)) == sorted(map(str, by_page))


@pytest.mark.parametrize("shown", LISTS, ids=lambda shown: shown.page[1:])
def test_every_column_is_somewhere_and_the_workbook_leaves_out_nothing_but_what_it_says_in_parts(
    shown: Shown,
) -> None:
    columns = shown.listed.columns
    assert all(column.on for column in columns)
    assert len({column.key for column in columns}) == len(columns)
    left_out = {column.key for column in columns if Surface.WORKBOOK not in column.on}
    assert left_out <= {"under_way"}


def test_every_part_of_an_inbox_has_a_heading() -> None:
    assert set(PARTS) == set(vars(Inbox())) - {"counts"}
