"""A text put in a place: beside others on a page or a print."""

from __future__ import annotations

import pytest

from docctl.render.markdown import to_html
from docctl.render.place import ALONE, Place


@pytest.mark.parametrize(
    ("lower", "tag", "there"),
    [(0, "h1", "h1"), (1, "h1", "h2"), (1, "h6", "h6"), (2, "h5", "h6"), (2, "hr", "hr"), (2, "p", "p")],
)
def test_a_heading_stands_lower_and_nothing_else_does(lower: int, tag: str, there: str) -> None:
    assert Place(lower).tag(tag) == there


def test_each_language_has_anchors_of_its_own_and_a_text_without_one_keeps_them() -> None:
    assert Place(2, "redline-").of("zh") == Place(2, "redline-zh-")
    assert Place(2, "redline-").of("") == Place(2, "redline-")
    assert ALONE.of("en").anchor("clause-1") == "en-clause-1"


@pytest.mark.parametrize(
    ("address", "there"), [("#clause-1", "#zh-clause-1"), ("clause-1", "clause-1"), ("/x#y", "/x#y")]
)
def test_a_link_within_the_text_stays_within_it(address: str, there: str) -> None:
    assert ALONE.of("zh").target(address) == there


def test_a_text_in_its_place_has_lower_headings_and_anchors_of_its_own() -> None:
    body = "# 1 甲\n\n###### 乙\n\n1.1 见[1](#1)和[别处](https://a.example/#1)。 {#1.1}"
    put = to_html(
        body,
        language="zh",
        limits={},
        figure_url=lambda _: None,
        number="LX-CX-2019-001",
        place=Place(lower=2, prefix="zh-"),
    )
    alone = to_html(body, language="zh", limits={}, figure_url=lambda _: None, number="LX-CX-2019-001")
    for lowered in (
        '<h3 id="zh-clause-1">',
        '<h6 id="zh-heading-2">',
        '<p id="zh-clause-1.1">',
        'href="#zh-clause-1"',
        'href="https://a.example/#1"',
    ):
        assert lowered in put.html
    assert put.sections == alone.sections
    assert [(h.clause, h.title) for h in put.contents] == [(h.clause, h.title) for h in alone.contents]
    assert put.contents[0].level == alone.contents[0].level == 1
