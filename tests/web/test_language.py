"""Which language a request gets, and how it is kept."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from docctl.web.kit import language
from tests.support.pages import reader
from tests.support.sites import World


@pytest.mark.parametrize(
    ("accepted", "asked", "given"),
    [
        (None, "", "zh"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "", "zh"),
        ("zh-TW", "", "zh"),
        ("zh-Hans-CN", "", "zh"),
        ("en-US,en;q=0.9,zh;q=0.1", "", "en"),
        ("de-DE,de;q=0.9", "", "en"),
        ("de,zh;q=0.2", "", "zh"),
        ("*", "", "zh"),
        ("zh", "?lang=en", "en"),
        ("en", "?lang=zh", "zh"),
        ("en", "?lang=fr", "en"),
        ("zh", "?lang=%3Cscript%3E", "zh"),
    ],
)
def test_the_address_decides_before_the_browser(
    visitor: FlaskClient, accepted: str | None, asked: str, given: str
) -> None:
    headers = {} if accepted is None else {"Accept-Language": accepted}
    page = visitor.get(f"/c/x{asked}", headers=headers).text
    assert f'<html lang="{language.TAGS[given]}">' in page
    other = "zh" if given == "en" else "en"
    assert f'href="?lang={other}"' in page
    assert "script" not in page


def test_a_chosen_language_stays_in_the_links(visitor: FlaskClient) -> None:
    assert 'href="/?lang=en"' in visitor.get("/c/x?lang=en").text
    assert '<input type="hidden" name="lang" value="en">' in visitor.get("/?lang=en").text
    assert 'name="lang"' not in visitor.get("/").text


def test_only_a_page_number_is_kept_in_the_link_to_the_other_language(visitor: FlaskClient) -> None:
    assert 'href="?page=3&amp;lang=en"' in visitor.get("/nope?page=3&x=1").text
    assert 'href="?lang=en"' in visitor.get(f"/nope?page={'9' * 400}&x={'y' * 400}").text


def test_a_language_that_was_chosen_is_kept_where_people_are_signed_in(sqlite_world: World) -> None:
    person = reader(sqlite_world, "rep", "en")
    assert '<html lang="en">' in person.get("/inbox").text
    assert '<html lang="zh-CN">' in person.get("/inbox", lang="zh").text
    assert '<html lang="zh-CN">' in person.get("/inbox").text
    assert 'href="?q=%E5%8F%8D%E9%A6%88&amp;lang=en"' in person.get("/documents", q="反馈", lang="zh").text
    person.client.set_cookie("lang", "<script>")
    assert '<html lang="en">' in person.get("/inbox").text
