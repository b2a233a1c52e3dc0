"""The start page: what is kept and how it stands, for anybody; no name and no draft."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from html import unescape

import pytest
from flask.testing import FlaskClient

from docctl.door.site import Settings
from docctl.queries.desk import overview as query
from docctl.usecases.copies import handing
from docctl.usecases.documents import drafting, issuing
from docctl.web.app import create_app
from tests.support.pages import app_of
from tests.support.sites import PEOPLE, World, issue, procedure, template

EN = {"Accept-Language": "en"}


def client(world: World) -> FlaskClient:
    return app_of(world.site).test_client(use_cookies=False)


def figures(page: str) -> dict[str, int]:
    found = re.findall(r"<dd>(\d+)</dd><dt>(.*?)</dt>", page)
    return {term: int(number) for number, term in found}


def lines(page: str) -> list[list[str]]:
    """The cells of the list, as text."""
    body = re.search(r"<tbody>(.*)</tbody>", page, re.DOTALL)
    if body is None:
        return []
    rows = re.findall(r"<tr>(.*?)</tr>", body[1], re.DOTALL)
    cells = [re.findall(r"<td[^>]*>(.*?)</td>", row, re.DOTALL) for row in rows]
    return [[" ".join(unescape(re.sub(r"<[^>]*>", " ", cell)).split()) for cell in row] for row in cells]


def test_an_empty_site_says_what_to_do(visitor: FlaskClient) -> None:
    page = visitor.get("/")
    assert page.status_code == 200
    assert "还没有发布任何文件" in page.text
    assert "登录后继续建立公司" in page.text
    assert "<pre>" not in page.text  # no command: whoever reads it may have no terminal
    assert set(figures(page.text).values()) == {0}
    assert "No document has been issued yet." in visitor.get("/?lang=en").text


def test_a_site_that_does_not_say_so_lists_nothing_to_strangers(sqlite_world: World) -> None:
    issue(sqlite_world, procedure("LX-CX-2019-101"))
    site = replace(sqlite_world.site, settings=replace(sqlite_world.site.settings, public_list=False))
    assert site.settings.to_toml().count("public_list = false") == 1
    assert Settings.from_toml(site.settings.to_toml(), site.path) == site.settings
    pages = create_app(site).test_client(use_cookies=False)
    for page in (pages.get("/", headers=EN).text, pages.get("/?page=2", headers=EN).text):
        assert figures(page) == {}
        assert lines(page) == []
        assert "LX-CX-2019-101" not in page.replace("LX-CX-2019-001#001", "")
        assert 'name="copy"' in page
        assert "/sign-in" in page
        assert "示范公司" in page


def test_the_start_page_shows_what_was_issued_and_counts_the_rest(world: World) -> None:
    issue(world, procedure("LX-CX-2019-102"), effective=date(2026, 4, 1))
    issue(world, procedure("LX-CX-2019-101"))
    issue(world, procedure("LX-CX-2019-103"))
    issue(world, template())
    drafting.register_document(world.as_("author"), lambda: procedure("LX-CX-2019-104", title="秘密草稿"))
    drafting.submit_revision(world.as_("author"), "LX-CX-2019-104", reason="首次发布")
    handing.issue_copies(world.as_("controller"), "LX-CX-2019-101", holders=["staff", "sales"])
    handing.recall_copy(world.as_("controller"), "LX-CX-2019-101#001", reason="换发")
    issuing.withdraw_document(world.as_("controller"), "LX-CX-2019-103", reason="不再适用")
    page = client(world).get("/", headers=EN).text
    assert figures(page) == {
        "documents in force": 2,
        "in review": 1,
        "copies out": 2,
        "recalled, not returned": 1,
        "records open": 0,
    }
    title = "Feedback control 质量反馈控制程序"
    assert lines(page) == [
        ["LX-CX-2019-101", title, "A/0", "effective", "2026-03-02"],
        ["LX-CX-2019-102", title, "A/0", "issued, not yet effective", "2026-04-01"],
        ["LX-CX-2019-103", title, "A/0", "withdrawn", "2026-03-02"],
        ["LX-R-101", "Quality information feedback form 质量信息反馈单", "A/0", "effective", "2026-03-02"],
    ]
    assert "As of 2026-03-02 10:00 (Asia/Shanghai)" in page
    assert "示范公司" in page
    chinese = client(world).get("/").text
    assert lines(chinese)[0][1:4] == ["质量反馈控制程序 Feedback control", "A/0", "现行有效"]
    for secret in ["秘密草稿", "LX-CX-2019-104", *(name for name, _, _ in PEOPLE.values())]:
        assert secret not in page + chinese


def test_a_long_list_is_turned_page_by_page(sqlite_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(query, "LINES_OF_A_PAGE", 2)
    monkeypatch.setattr(query, "_PAGE", query._PAGE.limit(2))
    for number in ("LX-CX-2019-101", "LX-CX-2019-102", "LX-CX-2019-103", "LX-CX-2019-104", "LX-CX-2019-105"):
        issue(sqlite_world, procedure(number))
    visitor = client(sqlite_world)
    first, second, third = (visitor.get(f"/?page={n}&lang=en").text for n in (1, 2, 3))
    shown = [[line[0][-3:] for line in lines(page)] for page in (first, second, third)]
    assert shown == [["101", "102"], ["103", "104"], ["105"]]
    assert "Page 2 of 3" in second
    assert 'rel="next" href="/?page=2&amp;lang=en"' in first
    assert ('rel="prev"' in first, 'rel="prev"' in second, 'rel="next"' in third) == (False, True, False)
    assert 'href="?page=2&amp;lang=zh"' in second
    assert lines(visitor.get("/?page=99&lang=en").text) == lines(third)
    for nonsense in ("0", "-1", "x", "", "9" * 500, "²"):
        page = visitor.get("/", query_string={"page": nonsense, "lang": "en"}).text
        assert lines(page) == lines(first)
