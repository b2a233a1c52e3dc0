"""What people write in the habits of other editors, and what comes of it: the smallest input of each kind."""

from __future__ import annotations

import re

import pytest

from docctl.render.markdown import to_html
from docctl.rules.documents import lint
from docctl.rules.documents.clauses import read_lines
from tests.support.gfm import html_of, read_aloud


def html(text: str) -> str:
    return to_html(text, language="zh", limits={}, figure_url=lambda path: f"/{path}", number="X").html


def paragraphs(text: str) -> list[str]:
    return re.findall(r"(?s)<p\b[^>]*>(.*?)</p>", html(text))


def bare(made: str) -> str:
    """HTML without anchors and the ends of lines, which the judge sets elsewhere."""
    return re.sub(r' id="[^"]*"|\n', "", made).replace("<hr />", "<hr>")


@pytest.mark.parametrize(
    "text",
    [
        "#1 boiler\n\n#甲\n\n#2",
        "# C#",
        "# A #",
        "## A ## ##",
        "### \n\nx",
        "甲\n\\# 乙",
        "words\n# A\nwords",
        "A\nB\n===\nC",
        "A\nB\n---\nC",
        "A\n---\n\n---",
        "A\n\n---\nB: c\n---",
        "a\n\n*   *   *\n\n- - -\n\n_  _  _",
        "a\n***\nb",
        "# A\nB\n===",
        "> A\n> ===\n>\n> ***",
    ],
)
def test_headings_and_rules_are_those_of_the_judge(text: str) -> None:
    assert bare(html(text)) == bare(html_of(text))


@pytest.mark.parametrize(
    "lines",
    [
        ["4.1 总则", "4.1.1 样品应编号。", "4.2 流转"],
        ["职责", "4.1 质量部", "4.2 生产部"],
        ["应符合：", "——甲；", "——乙。"],
        ["注1：甲", "注2：乙"],
        ["编制：王", "审核：李", "批准：张"],
        ["Prepared by: A", "Reviewed by: B"],
        ["GB/T 6682 用水", "GB/T 27025 实验室"],
        ["the purpose:", "a. one", "b. two"],
        ["式中：", "w——质量分数；", "m1——质量。"],
        ["文。", "表1 限值"],
        ["甲。", "\u3000\u3000乙。"],
        ["甲。", "\u2003\u2003乙。"],
        ["1.\u3000甲", "2.\u3000乙"],
    ],
)
def test_lines_that_are_enumerated_are_printed_on_lines_of_their_own(lines: list[str]) -> None:
    assert paragraphs("\n".join(lines)) == [line.strip() for line in lines]


def test_an_enumeration_goes_on_below_a_list_within_it_on_a_line_of_its_own() -> None:
    assert paragraphs("1、甲\n   - 乙\n2、丙") == ["1、甲", "2、丙"]


@pytest.mark.parametrize(
    "text",
    [
        "It drifts by\n4.5 mg an hour.",
        "see\nTable 1 for it",
        "by\nJ. Smith",
        "甲：乙\n丙",
        "超过上年平均值，达到\n4.5 倍的",
    ],
)
def test_a_sentence_that_is_wrapped_stays_one(text: str) -> None:
    assert len(paragraphs(text)) == 1


def test_a_caption_right_below_its_figure_is_the_caption_of_it() -> None:
    made = html("![前面板](x/a.png)\n图2 前面板")
    assert "<p>图2 前面板</p>" in made
    assert "<figcaption>" not in made


def test_a_line_that_ends_in_an_anchor_ends_its_paragraph() -> None:
    assert html("甲 {#a}\n乙") == '<p id="clause-a">甲</p>\n<p>乙</p>'


SLUGS = [
    ("## 1. Purpose", "#1-purpose", "clause-1"),
    ("## 2.1 质量部", "#21-质量部", "clause-2.1"),
    ("## Roles & duties", "#roles--duties", "heading-1"),
    ("## What's `next`?", "#whats-next", "heading-1"),
    ("## 一、目的", "#一目的", "clause-一"),
    ("Who does it\n---", "#who-does-it", "heading-1"),
    ("Who\ndoes it\n===", "#who-does-it", "heading-1"),
    ("# A\n\n## A", "#a-1", "heading-2"),
    ("# [A b](https://a.example) <b>c</b>", "#a-b-c", "heading-1"),
    ("> # A b", "#a-b", "heading-1"),
]  # fmt: skip


@pytest.mark.parametrize(("heading", "target", "anchor"), SLUGS)
def test_a_link_to_a_heading_as_other_editors_call_it_leads_there(
    heading: str, target: str, anchor: str
) -> None:
    text = f"{heading}\n\n[x]({target})\n"
    assert list(lint.unfinished(text)) == []
    made = html(text)
    assert f'href="#{anchor}"' in made
    assert f'id="{anchor}"' in made


def test_a_link_to_a_heading_that_is_not_there_is_told() -> None:
    (found,) = lint.unfinished("# A\n\n[x](#b)\n")
    assert (found.rule, found.line) == ("DC-116", 3)


def test_a_bar_in_code_in_a_cell_is_printed_without_its_backslash() -> None:
    made = html("|a|b|\n|-|-|\n|`x\\|y`|u \\| v|")
    assert "<code>x|y</code>" in made
    assert "<td>u | v</td>" in made


@pytest.mark.parametrize(
    ("text", "head"),
    [
        (":::tip[Before you start]\nx\n:::", "Before you start"),
        (':::note{title="Read"}\nx\n:::', "Read"),
        (":::{warning}\nx\n:::", "警告"),
        ("> [!note]- Folded\n> x", "Folded"),
        ("> [!TIP]+\n> x", "提示"),
    ],
)
def test_a_notice_has_the_title_that_it_was_given(text: str, head: str) -> None:
    assert f"<blockquote>\n<p><strong>{head}</strong></p>\n<p>x</p>" in html(text)


def test_a_comment_over_two_lines_of_a_sentence_is_neither_printed_nor_told() -> None:
    text = "甲<!-- 内部\n{{X}} -->乙\n丙"
    assert list(lint.unfinished(text)) == []
    assert read_aloud(html(text)) == "甲乙丙"
    (found,) = lint.unfinished("甲<!-- 内部\n备注 -->乙\n{{X}}")
    assert found.line == 3


@pytest.mark.parametrize(
    "text",
    [
        "*注意*：甲",
        "甲\n\n* * *",
        "词\n: 释\n\n    - 项",
        "甲[^1]\n\n[^1]: 注\n\n    - 项",
        "CAPA\n\n*[CAPA]: corrective action",
    ],
)
def test_what_is_read_is_not_told_as_misplaced_or_left_open(text: str) -> None:
    assert list(lint.misplaced_items(list(read_lines(text)))) == []
    assert list(lint.unfinished(text)) == []
