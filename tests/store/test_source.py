from __future__ import annotations

import pytest

from docctl.errors import Invalid
from docctl.rules.records.limits import Limit
from docctl.rules.words import Words
from docctl.store import source
from docctl.store.source import Written, read_procedure
from tests.support.said import said

ZH = """---
number: DF / ZY-GL 006
title: {zh: 型材服务控制程序, en: Profile service control}
level: procedure
department: sales
scope: [sales, quality]
references:
  - LX-SH-2019
  - GB/T 19001-2016   # dated
records: [LX-R-001, RCDF -02]
limits:
  first-answer: {within: 24, unit: hour, calendar: clock, clause: "5.2.1"}
---
# 1 目的
收到问题后 {limit:first-answer} 内答复。

![流程](DF_2FZY-GL_20006/flow.png)
"""
EN = ZH.replace(
    "# 1 目的\n收到问题后 {limit:first-answer} 内答复。", "# 1 Purpose\nAnswer within {limit:first-answer}."
)
FIGURES = {"DF_2FZY-GL_20006/flow.png": b"\x89PNG"}


def procedure_problems(
    zh: str = ZH, en: str | None = EN, figures: dict[str, bytes] | None = None
) -> dict[str, str]:
    with pytest.raises(Invalid) as refused:
        read_procedure(
            zh.encode(), {"en": en.encode()} if en else {}, FIGURES if figures is None else figures
        )
    return said(refused.value.problems)


def test_a_procedure_is_read_with_all_that_it_says() -> None:
    read = read_procedure(ZH.encode(), {"en": EN.encode()}, FIGURES)
    assert read.number == "DF/ZY-GL 006"
    assert read.title == Words(zh="型材服务控制程序", en="Profile service control")
    assert (read.level, read.department, read.head["scope"]) == ("procedure", "sales", ("sales", "quality"))
    assert read.references == ("LX-SH-2019", "GB/T 19001-2016")
    assert read.records == ("LX-R-001", "RCDF-02")
    assert read.limits == {"first-answer": Limit(within=24, clause="5.2.1")}
    assert list(read.texts) == ["zh", "en"]
    assert read.texts["zh"].body.startswith("# 1 目的\n")
    assert ZH.splitlines()[read.texts["zh"].body_line - 1] == "# 1 目的"
    assert read.texts["en"].body.startswith("# 1 Purpose")
    assert (read.raw, read.texts["en"].raw, read.figures) == (ZH.encode(), EN.encode(), FIGURES)


def test_a_procedure_may_be_chinese_only_and_small() -> None:
    text = (
        "---\r\nnumber: LX-CX-2019-009\r\ntitle: {zh: 甲}\r\nlevel: procedure\r\ndepartment: sales\r\n---\r\n"
    )
    read = read_procedure(text.encode(), {}, {})
    assert (read.title, read.limits) == (Words(zh="甲"), {})
    assert read.texts == {"zh": Written(raw=text.encode(), body="", body_line=7)}


@pytest.mark.parametrize("text", ["# 1 no front matter", "---\nnumber: 1\n", "", " ---\na: 1\n---\n"])
def test_front_matter_stands_first_between_two_lines(text: str) -> None:
    assert "must begin with its front matter" in procedure_problems(zh=text, en=None)[""]


def test_all_problems_of_the_front_matter_are_told_with_their_lines() -> None:
    zh = ZH.replace("level: procedure\n", "").replace("department: sales", "departmnt: Sales")
    zh = zh.replace("[sales, quality]", "[sales, sales]").replace("within: 24", "within: soon")
    assert procedure_problems(zh=zh, en=None) == {
        "level": "line 2: must be filled in",
        "department": "line 2: must be filled in",
        "departmnt": "line 4: is not known here; known are number, title, level, department, records, limits, scope, references, meant, "
        "class, kept_by, interpreted_by, control, uncontrolled_because, cover, aliases, review, annex_review, trial, "
        "taken_over, approved_on_paper, earlier_editions, standard, publisher, received, valid_until, "
        "proposed_by, managed_by, drafted_by, normative_annexes, informative_annexes",
        "scope": "line 5: must not name anything twice",
    }


def test_all_problems_of_content_are_told_at_once() -> None:
    zh = (
        ZH.replace("within: 24", "within: soon")
        .replace("RCDF -02", "RCDF\u30002\u3000 ")
        .replace("LX-R-001", '" "')
    )
    zh = zh.replace("{limit:first-answer}", "{limit:other} {limit:first-answer}").replace(
        "DF_2FZY-GL_20006/flow", "flow"
    )
    assert procedure_problems(zh=zh, en=None) == {
        "limits.first-answer.within": "must be a whole number of at most five digits",
        "records: number": "is empty; give the document a number.",
        "flow.png": "line 17: a figure lies beside the text, as DF-ZY-GL-006/name.png (jpg, gif, svg, webp; pdf)",
        "limit:other": "line 15: the front matter has no limit of this name",
    }


@pytest.mark.parametrize("number", ["NUL", "..", "-A", "A" * 65])
def test_a_number_that_cannot_be_a_name_is_refused(number: str) -> None:
    assert "number" in procedure_problems(zh=ZH.replace("DF / ZY-GL 006", number), en=None)


def test_a_missing_figure_is_named_with_its_line() -> None:
    problems = procedure_problems(figures={})
    assert problems == {
        "DF_2FZY-GL_20006/flow.png": "line 17: this figure is missing; put the file there",
        "en: DF_2FZY-GL_20006/flow.png": "line 17: this figure is missing; put the file there",
    }


@pytest.mark.parametrize(
    ("old", "new", "name"),
    [
        ("DF / ZY-GL 006", "DF / ZY-GL 007", "number"),
        ("level: procedure", "level: regulation", "level"),
        ("department: sales", "department: quality", "department"),
        ("within: 24", "within: 48", "limits"),
        ("[LX-R-001, RCDF -02]", "[LX-R-001]", "records"),
        ("en: Profile service control", "en: Profile control", "title"),
        ("scope: [sales, quality]", "scope: [sales]", "scope"),
        ("  - LX-SH-2019\n", "", "references"),
    ],
)
def test_the_two_languages_are_one_document(old: str, new: str, name: str) -> None:
    english = EN.replace(old, new).replace("_20006/", "_20007/" if "007" in new else "_20006/")
    figures = FIGURES | {"DF_2FZY-GL_20007/flow.png": b"x"}
    assert procedure_problems(en=english, figures=figures) == {
        f"en: {name}": "differs from the main file; the texts in all languages are one document"
    }


def test_another_spelling_of_the_same_facts_is_no_difference() -> None:
    english = (
        EN.replace("DF / ZY-GL 006", "df/zy-gl  006")
        .replace("RCDF -02", "RCDF-02")
        .replace('"5.2.1"', "5.2.1")
    )
    assert read_procedure(ZH.encode(), {"en": english.encode()}, FIGURES).texts["en"].raw == english.encode()


def test_problems_of_both_languages_are_told_together() -> None:
    assert set(procedure_problems(zh="x", en="y")) == {"", "en"}


@pytest.mark.rule("SE-48")
@pytest.mark.parametrize("hidden", ["\u202e", "\u2066", "\u200b", "\u200d", "\u00ad", "\x08", "\ufeff"])
def test_hidden_characters_are_refused_outside_code_blocks(hidden: str) -> None:
    [sentence] = procedure_problems(zh=ZH.replace("目的", f"目{hidden}的"), en=None).values()
    assert f"line 14: U+{ord(hidden):04X}" in sentence
    code = ZH + f"\n```\na{hidden}b\n```\n"
    assert hidden in read_procedure(code.encode(), {}, FIGURES).main.body
    open_end = ZH + f"\n```\na{hidden}b\n"
    assert "U+" in procedure_problems(zh=open_end, en=None)[""]


def test_nul_is_refused_even_in_a_code_block() -> None:
    assert procedure_problems(zh=ZH + "\n```\n\0\n```\n", en=None) == {
        "": "line 20: NUL is no text; remove it."
    }


@pytest.mark.rule("SE-24")
def test_template_languages_in_a_procedure_are_only_text() -> None:
    evil = "{{7*7}} ${x} {% x %} {0.__class__}"
    assert evil in read_procedure((ZH + evil).encode(), {}, FIGURES).main.body


def test_the_figures_that_a_file_names_are_listed_before_it_is_read() -> None:
    text = ZH + "![again](DF_2FZY-GL_20006/flow.png) ![b](../b%20c.png)\n"
    assert [*source.figure_paths(text.encode())] == ["DF_2FZY-GL_20006/flow.png", "../b c.png"]
