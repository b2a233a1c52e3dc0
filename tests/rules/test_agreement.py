"""Places of a text that ought to agree: contents and headings, duties, names; as the sources have them."""

from __future__ import annotations

import pytest

from docctl.rules.documents import agreement, lint
from docctl.rules.documents.clauses import read_lines
from docctl.rules.documents.finding import Finding

MANUAL = "## 一、颁布令\n\n令。\n\n## 2.2 手册控制要求\n\n控。\n\n## 7.5文件和记录控制\n\n记。\n"
SECTIONS = (("颁布令", "发布令"), ("手册控制",), ("文件和记录控制", "文件与记录控制"))


def told(found: list[Finding]) -> list[tuple[str, int]]:
    return [(each.rule, each.line) for each in found]


def contents(text: str) -> list[str]:
    return [str(each.message) for each in agreement.contents_agree(list(read_lines(text)))]


@pytest.mark.parametrize("title", ["# 目录", "[目录]", "目 录", "## Contents", "Table of contents"])
def test_a_list_of_contents_is_compared_with_the_headings_both_ways(title: str) -> None:
    text = f"{title}\n1 目的 ……… 1\n- [2 范围](#2)\n3. 职责\t3\n\n# 1 目的\n\n甲。\n\n# 2　范围 {{#2}}\n\n# 4 程序\n\n乙。\n"
    assert contents(text) == [
        "The contents list 3. 职责, and the text has no such heading.",
        "The heading 4 程序 is not in the list of contents.",
        "The contents list 2　范围, and nothing stands below it.",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "# 1 目的\n\n甲。\n",
        "[TOC]\n\n# 1 目的\n\n甲。\n",
        "# 目录\n\n[TOC]\n\n# 1 目的\n\n甲。\n",
        "# 目录\n1 目的\n\n# 1 目的\n\n## 1.1 总则\n\n甲。\n",
    ],
)
def test_without_a_list_or_with_one_that_agrees_nothing_is_told(text: str) -> None:
    assert contents(text) == []


def test_the_sections_of_a_level_are_looked_for_in_the_headings_whatever_they_are_called() -> None:
    def missing(text: str) -> list[str]:
        found = lint.lacking(text, level="manual", records=[], sections=SECTIONS)
        return [str(each.message) for each in found]

    assert missing(MANUAL) == []
    assert missing(MANUAL.replace("颁布令", "前言").replace("控制要求", "说明")) == [
        "Documents of this level have these sections too: 颁布令 or 发布令, 手册控制."
    ]
    assert len(missing("颁布令、手册控制、文件和记录控制\n")) == 1


def test_a_duty_of_two_departments_is_told_where_the_second_is_named() -> None:
    text = (
        "3.1营销部负责产品和服务向顾客交付。负责组织对从事产品和服务售后服务人员进行技能培训和考核。\n"
        "3.2技术部负责对产品和服务交付后的活动提供技术支持和服务。\n"
        "3.3行政部负责对售后服务人员进行技能培训、考核。\n"
    )
    found = list(agreement.one_department_each(list(read_lines(text))))
    assert told(found) == [("DC-112", 3)]
    assert {"行政部", "营销部"} <= {str(value) for value in found[0].message.values.values()}


@pytest.mark.parametrize(
    "text",
    [
        "3.1 营销部负责培训。\n3.2 营销部负责售后服务人员的技能培训。\n3.3 营销部负责售后服务人员的技能培训。\n",
        "3.1 营销部负责合同评审的组织。\n3.2 质量部负责检验记录的保存。\n",
        "3.1 营销部负责培训。\n3.2 质量部负责培训。\n",
    ],
)
def test_other_duties_and_those_of_one_department_are_no_conflict(text: str) -> None:
    assert list(agreement.one_department_each(list(read_lines(text)))) == []


def test_it_is_found_in_english_too() -> None:
    text = (
        "- The Sales department is responsible for skill training and examination of service staff.\n"
        "- The Quality department is responsible for training skill and examination of service staff.\n"
    )
    assert told(list(agreement.one_department_each(list(read_lines(text))))) == [("DC-112", 2)]


ALIASES = {
    "顾客要求表": "顾客要求表",
    "顾客需求表": "顾客要求表",
    "服务管理手册": "售后服务管理手册",
    "售后服务管理手册": "售后服务管理手册",
}


def test_an_alias_of_a_form_or_of_a_document_is_told_with_its_name() -> None:
    lines = list(
        read_lines("见《顾客需求表》。\n\n见《服务管理手册》。\n\n见《售后服务管理手册》和《顾客要求表》。\n")
    )
    found = list(agreement.one_name_alone(lines, ALIASES, ["顾客要求表"]))
    assert told(found) == [("DC-90", 1), ("DC-118", 3)]
    assert "《顾客需求表》 is called 《顾客要求表》" in str(found[0].message)


def test_names_that_nobody_knows_and_that_end_alike_may_be_one_document() -> None:
    lines = list(
        read_lines("《服务管理手册》由业务部编写。\n\n《售后服务管理手册》由行政部保存。\n\n《程序文件》。\n")
    )
    assert told(list(agreement.one_name_alone(lines, {}))) == [("DC-118", 3)]
    both = {"服务管理手册": "服务管理手册", "售后服务管理手册": "售后服务管理手册"}
    assert list(agreement.one_name_alone(lines, both)) == []
