"""Whoever is refused reads why in their own language: on Chinese pages no English sentence, and the reverse."""

from __future__ import annotations

import re

import pytest

from docctl.errors import Forbidden
from docctl.rules.documents.approval import Meaning
from docctl.usecases.documents import issuing
from tests.support.pages import reader, text_of
from tests.support.refused import Refused, furnished, refused, requests
from tests.support.sites import World, issue, procedure

LEAST = 150
ENGLISH = re.compile(r"(?:[A-Za-z][a-z']+[ ,;]+){2,}[A-Za-z][a-z']+")
"""Three Latin words in a row are a sentence; a number, a login or a name of a field is none."""
CHINESE = re.compile(r"[\u4e00-\u9fff]")
DATA = re.compile(
    "质量反馈控制程序|质量信息反馈单|品质部|甲|试行|A版|作废留存|中文|"
    + "|".join(meaning.words["zh"] for meaning in Meaning)
)
"""Titles, names and stamps, which are as they are in both languages."""


def crawled(world: World, language: str) -> list[Refused]:
    copies, records = furnished(world)
    found = refused(world, language, list(requests(copies, records)))
    assert len(found) >= LEAST
    assert {one.status for one in found} >= {403, 404, 409, 422}
    assert all(one.sentences for one in found), [one.request for one in found if not one.sentences]
    return found


@pytest.mark.long
def test_on_chinese_pages_nobody_is_refused_in_english(sqlite_world: World) -> None:
    found = crawled(sqlite_world, "zh")
    english = {
        sentence: one.request.address
        for one in found
        for sentence in one.sentences
        if ENGLISH.search(sentence) or not CHINESE.search(sentence)
    }
    assert english == {}


@pytest.mark.long
def test_on_english_pages_nobody_is_refused_in_chinese(sqlite_world: World) -> None:
    found = crawled(sqlite_world, "en")
    chinese = {
        sentence: one.request.address
        for one in found
        for sentence in one.sentences
        if CHINESE.search(DATA.sub("", sentence))
    }
    assert chinese == {}


def test_the_audit_trail_says_why_an_attempt_was_refused_in_the_language_of_its_reader(
    sqlite_world: World,
) -> None:
    issue(sqlite_world, procedure())
    with pytest.raises(Forbidden):
        issuing.withdraw_document(sqlite_world.as_("staff"), "LX-CX-2019-101", reason="x")
    for language, said in (
        ("zh", "staff 无权撤销本文件。可以办理的人：担任文控员的人。"),
        ("en", "staff may not withdraw this document. Needed is someone with the role document controller."),
    ):
        controller = reader(sqlite_world, "controller", language)
        event = max(map(int, re.findall(r'href="/ledger/(\d+)"', controller.get("/ledger").text)))
        assert said in text_of(controller.get("/ledger").text)
        assert said in text_of(controller.get(f"/ledger/{event}").text)
