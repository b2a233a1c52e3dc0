"""Lists, quotations, code and tables within each other: what a parser of CommonMark and GFM shows is shown."""

from __future__ import annotations

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from docctl.render.markdown import to_html
from docctl.rules.documents import signs, structure
from tests.support import gfm
from tests.support.gfm import Shown, count, judged


def html(text: str) -> str:
    return to_html(text, language="zh", limits={}, figure_url=lambda path: None, number="X").html


def shown(text: str) -> Shown:
    return gfm.shown(html(text))


HABITS = [
    "包括：\n- 甲\n- 乙",
    "包括：\n1. 甲\n2. 乙\n后文",
    "1. 一\n   - 甲\n   - 乙\n2. 二",
    "1. 一\n  - 甲\n2. 二",
    "1. 一\n    - 甲\n        - 深\n2. 二",
    "- 甲\n  - 乙\n    - 丙\n      - 丁\n- 戊",
    "- 甲\n\t- 乙\n\t\t1. 丙\n- 丁",
    "1) 甲\n2) 乙\n   1) 丙",
    "1. 甲\n1) 乙",
    "- 甲\n* 乙\n+ 丙",
    "3. 三\n4. 四\n\n后文\n\n7. 七",
    "0. 零\n1. 一",
    "10. 十\n    - 甲\n11. 十一",
    "1. 一\n\n   段\n\n2. 二\n\n   |a|b|\n   |-|-|\n   |c|d|\n3. 三",
    "1. 一\n   |a|b|\n   |-|-|\n   |c|d|\n2. 二",
    "1. 一\n   ```\n   - 代码\n   ```\n2. 二",
    "1. 一\n```\n- 代码\n```\n2. 二",
    "> - 甲\n>   - 乙\n>\n> 1. 一\n- 外",
    "> 引\n续\n- 甲",
    "- > 引\n- # 题\n- ",
    "-\n  甲\n-\n\n  外",
    "前文\n2. 不是列表\n\n2. 是列表",
    "-     代码\n-    甲",
    "- 甲\n续\n  - 乙\n续",
    "* * *\n- - -\n- 甲",
    "前文\n| a | b |\n|---|---|\n| c | d |\n后文",
    "前文\n\n|a|\n|-|\n|b|\n\n|a|b|\n|-|",
    "- 甲\n| a | b |\n|---|---|\n| c | d |",
    "| a | b |\n|---|---|\n| c | d |\n- 甲\n> 引",
    "    代码\n    - 代码\n\n- 甲\n\n      代码",
    "2019.\n- 甲\n2019. 乙",
]  # fmt: skip


@pytest.mark.parametrize("text", HABITS)
def test_a_text_is_built_as_the_judge_says(text: str) -> None:
    assert shown(text) == judged(text)


NOTE = (
    '<p>甲<sup id="fnref:1"><a class="footnote-ref" href="#fn:1" rel="noopener noreferrer">1</a></sup></p>\n'
    '<div class="footnote">\n<hr>\n<ol>\n<li id="fn:1">\n<p>注</p>\n<ul>\n<li>项</li>\n</ul>\n<p>'
    '<a class="footnote-backref" href="#fnref:1" title="返回正文注 1" rel="noopener noreferrer">↩</a></p>\n'
    "</li>\n</ol>\n</div>"
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("包括：\n- 甲\n- 乙", "<p>包括：</p>\n<ul>\n<li>甲</li>\n<li>乙</li>\n</ul>"),
        ("1. 甲\n\n   乙", "<ol>\n<li>\n<p>甲</p>\n<p>乙</p>\n</li>\n</ol>"),
        ("- [ ] 甲\n- [x] 乙\n- [] 丙", "<ul>\n<li>☐ 甲</li>\n<li>☑ 乙</li>\n<li>[] 丙</li>\n</ul>"),
        ("1. [X] 甲\n\n2. [ ] 乙", "<ol>\n<li>\n<p>☑ 甲</p>\n</li>\n<li>\n<p>☐ 乙</p>\n</li>\n</ol>"),
        ("> [!NOTE]\n> 甲", "<blockquote>\n<p><strong>说明</strong></p>\n<p>甲</p>\n</blockquote>"),
        ("::: warning\n甲\n:::", "<blockquote>\n<p><strong>警告</strong></p>\n<p>甲</p>\n</blockquote>"),
        ("::: tip 小窍门\n甲\n:::", "<blockquote>\n<p><strong>小窍门</strong></p>\n<p>甲</p>\n</blockquote>"),
        (
            '!!! note "看"\n    - 甲\n\n外',
            "<blockquote>\n<p><strong>看</strong></p>\n<ul>\n<li>甲</li>\n</ul>\n</blockquote>\n<p>外</p>",
        ),
        ("::: 注意\n甲\n:::", "<blockquote>\n<p><strong>注意</strong></p>\n<p>甲</p>\n</blockquote>"),
        ("::: tip\n没有结束", "<p>::: tip\n没有结束</p>"),
        ("[[toc]]\n\n[TOC]\n\n甲", "<p>甲</p>"),
        ("职责：\n（一）甲；\n（二）乙。", "<p>职责：</p>\n<p>（一）甲；</p>\n<p>（二）乙。</p>"),
        ("一、甲\n二、乙", "<p>一、甲</p>\n<p>二、乙</p>"),
        ("a) 甲\nb) 乙", "<p>a) 甲</p>\n<p>b) 乙</p>"),
        ("① 甲\n② 乙", "<p>① 甲</p>\n<p>② 乙</p>"),
        ("第一条 甲\n第二条 乙", "<p>第一条 甲</p>\n<p>第二条 乙</p>"),
        (
            "1. 一：\n   （1）甲\n   （2）乙",
            "<ol>\n<li>一：<p>（1）甲</p>\n<p>（2）乙</p>\n</li>\n</ol>",
        ),
        ("甲\n<!-- 内部\n备注 -->\n乙", "<p>甲</p>\n<p>乙</p>"),
        ("甲<!-- 备注 -->乙 `<!-- x -->`", "<p>甲乙 <code>&lt;!-- x --&gt;</code></p>"),
        ("# 题 <!-- x -->", '<h1 id="heading-1">题</h1>'),
        ("- 甲 <!-- 备注 -->\n- 乙", "<ul>\n<li>甲</li>\n<li>乙</li>\n</ul>"),
        ("<!-- 没有结束\n\n甲", "<p>&lt;!-- 没有结束</p>\n<p>甲</p>"),
        ("甲[^1]\n\n[^1]: 注\n\n    - 项", NOTE),
        ("词\n: 释\n\n    - 项", "<dl>\n<dt>词</dt>\n<dd>\n<p>释</p>\n<ul>\n<li>项</li>\n</ul>\n</dd>\n</dl>"),
    ],
)  # fmt: skip
def test_what_people_write_comes_out(text: str, expected: str) -> None:
    assert html(text) == expected


INDENTS = st.sampled_from(["", "", "", "  ", "   ", "    ", "      ", "\t", " ", "> ", "> > ", "        "])
MARKS = st.sampled_from(["- ", "* ", "+ ", "1. ", "2. ", "10. ", "1) ", "3) ", "-   ", "1.  ", "", "", "# "])
LINES = st.one_of(
    st.just([""]),
    st.tuples(INDENTS, MARKS, st.sampled_from(["alpha", "beta", "gamma"])).map(lambda said: ["".join(said)]),
    st.just(["| a | b |", "|---|---|", "| c | d |"]),
    st.just(["```", "- x", "", "```"]),
)


@given(st.lists(LINES, max_size=9).map(lambda parts: "\n".join(line for part in parts for line in part)))
@example("- a\n\n      - b")
def test_a_list_has_the_items_and_numbers_of_the_judge_or_its_line_is_told(text: str) -> None:
    ours, theirs = shown(text), judged(text)
    # Of a line that is not in its list any more, a finding tells (tests/rules/test_markup.py).
    told = (line.text for line in structure.each_line(structure.lines_of(text)))
    assume(ours == theirs or not any(signs.is_misplaced(line) for line in told))
    assert ours == theirs
    assert count(ours, "li") == count(theirs, "li")


def test_a_comment_in_a_table_divides_no_cell() -> None:
    assert [row.words for row in shown("|a|b|\n|-|-|\n|c<!-- x|y -->|d|").inside[0].inside] == ["ab", "cd"]


def test_a_list_of_ten_thousand_lines_and_a_deep_one_take_no_time() -> None:
    assert count(shown("\n".join(["- a", "  b"] * 5_000)), "li") == 5_000
    deep = "\n".join("  " * n + "- a" for n in range(29))
    assert count(shown(deep), "li") == 29
