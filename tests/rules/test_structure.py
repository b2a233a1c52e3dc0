"""Blocks of a text, and the signs that they begin with."""

from __future__ import annotations

import pytest

from docctl.rules.documents import signs, structure
from docctl.rules.documents.enumerations import stands_alone
from docctl.rules.documents.spans import code_spans, without_code, without_comments
from docctl.rules.documents.structure import DEEPEST, Block


def kinds(text: str) -> list[str]:
    return [block.kind for block in structure.blocks(structure.lines_of(text))]


def depth(blocks: tuple[Block, ...]) -> int:
    return max((1 + depth(part.blocks) for block in blocks for part in block.parts), default=0)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("甲\n乙", ["text"]),
        ("甲\n一、乙", ["text", "text"]),
        ("- 甲\n\n      码\n不续", ["list", "text"]),
        ("`a|b`\n|-|-|", ["text"]),
        ("|a|b|\n|-|", ["text"]),
        ("|a|b|\n|-|-|\n|c|\n\n甲", ["table", "text"]),
        ("|a|\n|-|\n|b|\n甲", ["table", "text"]),
        ("[TOC]", ["unseen"]),
        ("<!-- a -->\n甲", ["unseen", "text"]),
        ("<!-- a --> 甲", ["text"]),
        ("::: a\n::: b\n甲\n:::\n:::\n乙", ["notice", "text"]),
        ("!!! note", ["notice"]),
        ("!!! note\n甲", ["notice", "text"]),
        ("[^1]: 注\n\n    - 项", ["text"]),
        ("甲\r\n- 乙\r- 丙", ["text", "list"]),
    ],
)
def test_a_text_is_divided_into_its_blocks(text: str, expected: list[str]) -> None:
    assert kinds(text) == expected


def test_each_line_is_in_one_block() -> None:
    lines = structure.lines_of("甲\n- 乙\n\n> 丙\n```\n丁\n```\n\n    戊\n|a|b|\n|-|-|\n::: x\n:::\n")
    found = structure.blocks(lines)
    assert [n for block in found for n in range(block.at, block.end)] == list(range(len(lines)))


def test_blocks_within_each_other_have_a_bound() -> None:
    assert depth(structure.blocks([">" * 1000])) == DEEPEST + 1


@pytest.mark.parametrize(
    ("line", "sign", "number", "width"),
    [
        ("- 甲", "-", None, 2),
        ("  10.  甲", ".", 10, 7),
        ("1)     码", ")", 1, 3),
        ("+", "+", None, 2),
    ],
)
def test_the_mark_of_an_item(line: str, sign: str, number: int | None, width: int) -> None:
    found = signs.marker(line)
    assert found is not None
    assert (found.sign, found.number, found.width) == (sign, number, width)


@pytest.mark.parametrize("line", ["-甲", "1.5 mg", "    - 甲", "* * *", "---", "1234567890. 甲", "甲 - 乙"])
def test_what_is_no_mark_of_an_item(line: str) -> None:
    assert signs.marker(line) is None


@pytest.mark.parametrize(
    "line",
    [
        "一、甲",
        "（十二）甲",
        "(3) 甲",
        "(b) x",
        "(iv) x",
        "2、甲",
        "a) x",
        "①甲",
        "⑿ 甲",
        "第三条 甲",
        "第4款 甲",
        "1.甲",
        "2)乙",
        "3．丙",
        "•甲",
        "□合格",
        "第一步 甲",
        "步骤2：甲",
        "——甲；",
        "– name",
        "A、甲",
        "Ⅱ、乙",
        "㈡ 乙",
        "[2] Smith",
        "iii) x",
        "★ 甲",
        "注：甲",
        "示例2：甲",
        "答：不能",
        "Step 2: x",
        "w——质量",
    ],
)
def test_an_enumeration_keeps_its_lines(line: str) -> None:
    assert stands_alone(line, "前")
    assert not stands_alone(line, "")


@pytest.mark.parametrize(
    "line",
    [
        "甲、乙",
        "（甲）乙",
        "第三人称",
        "a 甲",
        "一",
        "（一）",
        "1.5 mg",
        "1.x 版",
        "3)x",
        "-5 ℃",
        "–5 ℃",
        "A. x",
        "4.5 mg",
        "时间：甲",
    ],
)
def test_what_is_no_enumeration_goes_on(line: str) -> None:
    assert not stands_alone(line, "前")


def test_code_and_comments_within_a_line() -> None:
    assert list(code_spans("a `b` ``c`d`` \\`e ` `")) == [(2, 5), (6, 13), (18, 21)]
    assert without_code("a `b` c") == "a     c"
    assert without_comments("`<!-- a -->` b<!-- c --> d<!-- e") == "`<!-- a -->` b d<!-- e"
    assert without_comments("a <!-- b\nc --> d\n\n<!-- e\n\nf -->") == "a  d\n\n<!-- e\n\nf -->"
