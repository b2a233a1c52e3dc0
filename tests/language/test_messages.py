"""A message is told in the language of its reader, and is the same after it was stored."""

from __future__ import annotations

import json
from datetime import date

import pytest

from docctl.errors import see
from docctl.errors.message import (
    ENGLISH,
    Bracketed,
    Foreign,
    Level,
    Message,
    Named,
    Post,
    Typed,
    either,
)
from docctl.errors.stored import from_data, to_data
from docctl.language.catalogues import reader
from docctl.rules.actions import Action
from docctl.rules.copies import Status
from docctl.rules.roles import Role

CHINESE = reader(
    "zh", named=lambda of: {"quality": "质量部", "form": "记录表单模板"}.get(of.key), on_page=True
)
ENGLISH_PAGE = reader("en", on_page=True)


@pytest.mark.parametrize(
    ("value", "english", "chinese"),
    [
        (Status.KEPT, "kept for reference", "留用"),
        (Action.COPY_RECALL, "recall this copy", "回收此副本"),
        (Role.AUDITOR, "auditor", "审核员"),
        (date(2026, 3, 12), "2026-03-12", "2026-03-12"),
        (("a", 2), "a, 2", "a、2"),
        (either((Status.ISSUED, Status.LOST)), "issued or lost", "已发放或丢失失效"),
        (Bracketed((Post("quality"),)), " (quality)", "（质量部）"),
        (Bracketed(()), "", ""),
        (Level("form"), "form", "记录表单模板"),
        (Named("solve", {"zh": "处理", "en": "Solve"}), "solve", "处理"),
        (Named("solve", {"zh": "", "en": ""}), "solve", "solve"),
        (see.COPIES, "docctl copy list", "副本台账"),
        (Typed("a\0b"), r"'a\x00b'", r"“a\x00b”"),
        (Foreign("no such thing"), "no such thing", "原因见运行日志"),
        (Message("clause {clause}", clause="5.2"), "clause 5.2", "第 5.2 条"),
    ],
)
def test_a_value_is_told_in_words_and_is_the_same_after_it_was_stored(
    value: object, english: str, chinese: str
) -> None:
    said = Message("{value}", value=value)  # type: ignore[arg-type]  # every kind of value
    again = from_data(json.loads(json.dumps(to_data(said))))
    for one in (said, again):
        assert str(one) == english
        assert one.told(CHINESE) == chinese


def test_a_page_in_english_names_pages_and_titles_instead_of_commands_and_keys() -> None:
    assert see.COPIES.told(ENGLISH_PAGE) == "the list of copies"
    assert Named("solve", {"zh": "处理", "en": ""}).told(ENGLISH_PAGE) == "处理"
    assert see.COPIES.told(ENGLISH) == "docctl copy list"
