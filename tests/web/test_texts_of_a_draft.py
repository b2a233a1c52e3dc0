"""The texts of a draft on its page: one field for each language."""

from __future__ import annotations

import re

import pytest

from docctl.rules import languages
from tests.support.pages import reader
from tests.support.sites import World
from tests.web.test_drafting_pages import registered, text


def test_a_draft_has_a_field_for_each_language_of_the_list(sqlite_world: World) -> None:
    registered(sqlite_world)
    page = reader(sqlite_world, "author").get("/documents/LX-CX-2019-101/draft/save").text
    fields = re.findall(r'<textarea[^>]* name="(\w+)"[^>]* lang="([\w-]+)"', page)
    assert fields == [("text", "zh-CN"), ("text_en", "en")]
    assert [tag for _, tag in fields] == [spoken.tag for spoken in languages.LIST.values()]


@pytest.mark.parametrize(("wrong", "field"), [("text", "text"), ("text_en", "text_en")])
def test_what_is_wrong_with_a_text_leads_to_its_own_field(
    sqlite_world: World, wrong: str, field: str
) -> None:
    texts = {"text": text(), "text_en": text()} | {
        wrong: text().replace("hours", "stunden", 1) + "{limit:none}"
    }
    page = reader(sqlite_world, "author").send("/documents/register", **texts).text
    assert re.findall(r'<a href="#(text\w*)">', page) == [field]
