"""Which language a request gets, and that every sentence is there in both."""

from __future__ import annotations

import re
import string
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from docctl.rules.copies import Verdict
from docctl.web import language

PAGES = Path(language.__file__).with_name("pages")


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
    assert f'<html lang="{language.TAGS[given]}">' in page  # type: ignore[index]
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


def test_every_sentence_is_in_both_languages_with_the_same_blanks() -> None:
    def blanks(text: str) -> set[str]:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name}

    for key, text in language.TEXTS.items():
        assert text.zh.strip(), key
        assert text.en.strip(), key
        assert blanks(text.zh) == blanks(text.en), key
        assert re.search(r"[\u4e00-\u9fff]", text.zh), key
        assert not re.search(r"[\u4e00-\u9fff]", text.en), key


def test_pages_say_no_sentence_of_their_own_and_none_is_left_over() -> None:
    sources = [file.read_text("utf-8") for file in sorted(PAGES.glob("*.html"))]
    for source in sources:
        assert not re.search(r"[\u4e00-\u9fff]", source)
    keys = {key for source in sources for key in re.findall(r"'([a-z]+(?:[.-][a-z]+)*)'", source)}
    made = {f"scan.{verdict.value}" for verdict in Verdict}
    made |= {f"error.{code}{part}" for code in (400, 404, 405, 500, 503) for part in ("", ".next")}
    assert set(language.TEXTS) - keys - made == set()
    assert made <= language.TEXTS.keys()


def test_a_key_that_is_not_there_is_an_error(visitor: FlaskClient) -> None:
    app: Flask = visitor.application
    with app.test_request_context("/"), pytest.raises(KeyError):
        language.say("nothing")
