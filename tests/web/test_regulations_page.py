"""The page of standards: every clause in both languages, by standard and state, and as a workbook."""

from __future__ import annotations

import pytest

from docctl.language import catalogues
from docctl.queries.columns import Surface
from docctl.queries.site.regulations import REGULATIONS, State, clauses, standards
from tests.support.lists import headings_of, rows_in
from tests.support.pages import reader, rows_of, text_of
from tests.support.sites import World

LANGUAGES = ("en", "zh")


@pytest.mark.parametrize("language", LANGUAGES)
def test_everybody_reads_all_clauses_in_their_language(sqlite_world: World, language: str) -> None:
    told = catalogues.reader(language)
    desk = reader(sqlite_world, "staff", language)
    whole = desk.get("/regulations").text
    assert all(title.told(language) in text_of(whole) for title in standards().values())
    rows = []
    for standard in standards():
        page = desk.get("/regulations", standard=standard).text
        assert headings_of(page) == REGULATIONS.headings(Surface.PAGE, told)
        rows += rows_of(page)
    assert [row[0] for row in rows] == [one.id for one in clauses()]
    for one, row in zip(clauses(), rows, strict=True):
        said = " ".join(row)
        assert one.text.told(language) in said
        assert one.state.words.told(language) in said
        for beside in (one.missing, one.supplies):
            assert beside is None or beside.told(language) in said
        assert all(who.words.told(language) in said for who in one.acts)


def test_clauses_are_filtered_by_standard_and_state_and_counted_by_both(sqlite_world: World) -> None:
    desk = reader(sqlite_world, "auditor")
    for standard in standards():
        for state in State:
            page = desk.get("/regulations", standard=standard, state=state.value).text
            wanted = [c.id for c in clauses() if c.standard == standard and c.state is state]
            assert [row[0] for row in rows_of(page)] == wanted if wanted else "Nothing agrees" in page
    held = sum(one.standard == "Q9" and one.state is State.HOLDS for one in clauses())
    first = desk.get("/regulations").text
    assert f"GB/T 19001-2016 : holds {held}" in text_of(first)
    assert rows_of(first) == []
    assert desk.get("/regulations", standard="<b>").status_code == 200


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_workbook_holds_what_the_page_shows_and_who_can_meet_each_clause(
    sqlite_world: World, language: str
) -> None:
    desk = reader(sqlite_world, "auditor", language)
    rows = rows_in(desk.get("/regulations", **{"as": "xlsx", "standard": "Q9"}).data)
    assert rows[0] == REGULATIONS.headings(Surface.WORKBOOK, catalogues.reader(language))
    assert [row[0] for row in rows[1:]] == [one.id for one in clauses() if one.standard == "Q9"]


def test_the_menu_of_an_auditor_leads_there(sqlite_world: World) -> None:
    for login, there in (("auditor", True), ("staff", False)):
        menu = reader(sqlite_world, login).get("/inbox").text.partition("<main")[0]
        assert ('href="/regulations"' in menu) is there
    assert 'href="/regulations"' in reader(sqlite_world, "auditor").get("/ledger").text.partition("<main")[2]
