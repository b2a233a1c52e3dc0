"""What people type to pick a name out: any part, either writing, any width, initials."""

from __future__ import annotations

import pytest

from docctl.queries.picking import picks
from docctl.rules.search_words import fold, tokens
from docctl.rules.simplified import SIMPLIFIED
from docctl.store.initials import initials

NAME = "焊接作业指导书"


@pytest.mark.parametrize("typed", ["", " ", "焊接", "作业", "作業指導書", "hjzyzds", "HJZY", "zyzd", "ｈｊ"])
def test_a_name_is_picked_by_what_people_type(typed: str) -> None:
    assert picks(typed, [NAME])


@pytest.mark.parametrize("typed", ["焊工", "h", "hz", "hjzyzdsx", "h1", "12"])
def test_another_name_is_not(typed: str) -> None:
    assert not picks(typed, [NAME])


def test_a_latin_name_is_picked_by_its_letters_and_not_by_initials_it_has_not() -> None:
    assert picks("train", ["Training control"])
    assert not picks("tc", ["Training control"])


@pytest.mark.parametrize(
    ("one", "other"),
    [("說明書", "说明书"), ("説明書", "说明书"), ("產品", "产品"), ("産品", "产品"), ("裏", "里"), ("裡", "里"), ("臺", "台"), ("羣", "群"), ("峯", "峰"), ("證", "证"), ("證據", "证据"), ("⾦", "金"), ("檢驗規程", "检验规程")],
)  # fmt: skip
def test_either_writing_is_one(one: str, other: str) -> None:
    assert fold(one) == fold(other)
    assert tokens(one) == tokens(other)


def test_a_character_becomes_one_character_in_one_step() -> None:
    assert len(SIMPLIFIED) > 2900
    assert all(len(one) == len(other) == 1 for one, other in SIMPLIFIED.items())
    assert [other for other in SIMPLIFIED.values() if other in SIMPLIFIED] == []


def test_initials_go_by_the_word_where_a_character_has_two_readings() -> None:
    assert initials("重庆") == "cq"
    assert initials("重要") == "zy"
    assert initials("ISO 9001 培训管理办法（试行）") == "pxglbfsx"
