from __future__ import annotations

import time
from typing import Any

import pytest

from docctl.rules.documents import clauses, lint
from docctl.rules.documents.clauses import read_lines
from docctl.rules.documents.finding import Finding
from docctl.rules.records import contradictions

GOOD = """# 售后服务文件控制程序

# 1 目的
规定文件的控制。
# 2 范围
## 2.1 适用
2.1.1 本程序按 2.1.2 执行。 {#2.1.1}
2.1.2 收到问题后 {limit:first-answer} 内答复，见《文件发放、回收记录》。 {#2.1.2}
## 2.2 引用
LX-SH-2019《售后服务管理手册》和《售后服务管理手册》（LX-SH-2019）。
# 3 记录
"""


def findings(text: str, **more: Any) -> list[Finding]:
    settings: dict[str, Any] = {
        "title": "售后服务文件控制程序",
        "level": "procedure",
        "records": ["文件发放、回收记录"],
    }
    return lint.lint(text, **settings | more)


def rules(text: str, **more: Any) -> list[tuple[str, int]]:
    return [(f.rule, f.line) for f in findings(text, **more)]


def test_a_sound_procedure_has_no_findings() -> None:
    assert findings(GOOD) == []


@pytest.mark.parametrize(
    ("numbers", "wrong"),
    [
        (["1", "2", "3"], []),
        (["1", "1.1", "1.1.1", "1.1.2", "1.2", "2", "2.1"], []),
        (["1", "2", "3", "3"], [4]),
        (["1", "1.1", "1.3"], [3]),
        (["1", "2", "2.1", "2.2", "2.2"], [5]),
        (["4", "5.1"], [1, 2]),
        (["1", "2", "1.1"], [3]),
        (["1", "3"], [2]),
    ],
)
def test_clause_numbers_are_unique_and_in_order(numbers: list[str], wrong: list[int]) -> None:
    lines = list(read_lines("\n".join(f"# {n} x" for n in numbers)))
    found = list(lint.clause_order(lines))
    assert [f.line for f in found] == wrong
    assert all(f.severity == "error" and f.rule == "DC-114" for f in found)


def test_the_finding_says_what_should_have_come() -> None:
    [skipped] = lint.clause_order(list(read_lines("# 1 a\n# 1.1 b\n# 1.3 c")))
    assert "1.1.1 or 1.2 or 2 should come here" in str(skipped.message)
    [twice] = lint.clause_order(list(read_lines("# 1 a\n# 1 b")))
    assert "the first is in line 1" in str(twice.message)


@pytest.mark.parametrize(
    ("line", "clause"),
    [
        ("# 1 目的", "1"),
        ("## 4.2、文件", "4.2"),
        ("### 4.2.1. Purpose", "4.2.1"),
        ("5.2.1 收到问题后", "5.2.1"),
        ("5.2.1收到问题后", "5.2.1"),
        ("9.5 kg 以下", "9.5"),
        ("1. a list item", ""),
        ("24 小时内", ""),
        ("2019.1", ""),
        ("v1.2 text", ""),
        ("# 目的", ""),
    ],
)
def test_a_clause_begins_with_its_number(line: str, clause: str) -> None:
    [read] = read_lines(line)
    assert (read.clause, read.opens) == (clause, bool(clause))


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("a\n```\nb\n```\nc", [1, 5]),
        ("a\n~~~~\n~~~\nb\n~~~~~\nc", [1, 6]),
        ("a\n```py\nb\n```", [1]),
        ("a\n```\nb", [1, 2, 3]),
        ("``` a ``` b\nc", [1, 2]),
        ("    ```\nb", [2]),
        ("1. a\n   ```\n   b\n   ```\n   c", [1, 5]),
        ("a\n<!-- b\n\nc -->\nd", [1, 5]),
        ("> ```\n> b\n> ```\nc", [4]),
        ("```\n````\nb\n~~~\nc\n~~~", [3]),
    ],
)
def test_code_blocks_are_left_out_and_a_block_without_end_is_none(text: str, lines: list[int]) -> None:
    assert [line.at for line in read_lines(text)] == lines


def test_many_fences_without_end_take_no_time() -> None:
    began = time.process_time()
    assert len(list(read_lines("\n".join(["```a"] * 50_000)))) == 50_000
    assert time.process_time() - began < 3


@pytest.mark.rule("SE-48")
def test_hidden_characters_are_found_outside_code_blocks() -> None:
    text = "a\u202eb\n```\n\u200b\n```\n⚠️ ok\tok\r\n\x07"
    assert list(clauses.hidden_characters(read_lines(text))) == [(1, "\u202e"), (6, "\x07")]


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("![plan](N/plan.png)", [(1, "N/plan.png")]),
        ("a\n![plan\nof it](<N/plan.png>)", [(3, "N/plan.png")]),
        ('![a [b] c](N/a%20b.png "title") ![d](N/d.svg)', [(1, "N/a b.png"), (1, "N/d.svg")]),
        ('<img alt="x" src="N/x.png">', [(1, "N/x.png")]),
        ("<IMG SRC=http://evil/x.png>", [(1, "http://evil/x.png")]),
        ("![x][1]\n\n[1]: N/y.jpg", [(3, "N/y.jpg")]),
        ("[a link](N/x.md) and [2]: no", []),
        ("```\n![x](N/x.png)\n```", []),
    ],
)
def test_the_figures_that_a_text_names(text: str, named: list[tuple[int, str]]) -> None:
    assert list(clauses.figures_named(list(read_lines(text)))) == named


@pytest.mark.rule("SE-20")
@pytest.mark.parametrize(
    "path",
    [
        "../plan.png",
        "N/../plan.png",
        "N/..%2fplan.png",
        "/etc/plan.png",
        "N\\plan.png",
        "plan.png",
        "M/plan.png",
        "N/sub/plan.png",
        "http://evil/plan.png",
        "N/.git.png",
        "N/plan.exe",
        "N/plan",
        "N/a%00.png",
    ],
)
def test_a_figure_outside_its_folder_is_refused(path: str) -> None:
    [(_, sentence)] = clauses.misplaced_figures(list(read_lines(f"![x]({path})")), "N", str, {}).items()
    assert str(sentence).startswith("line 1: a figure lies beside the text, as N/name.png")


def test_a_figure_must_be_there_and_not_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clauses, "LARGEST_FIGURE", 3)
    lines = list(read_lines("\n![x](N/图1.png)\n![y](N/y.PNG)\n![z](N/z.svg)"))
    found = clauses.misplaced_figures(lines, "N", str, {"N/图1.png": b"123", "N/z.svg": b"1234"})
    assert str(found["N/y.PNG"]) == "line 3: this figure is missing; put the file there"
    assert "make it smaller" in str(found["N/z.svg"])
    assert "N/图1.png" not in found


def test_the_limits_that_a_text_names() -> None:
    text = "within {limit:first-answer} or\n{limit: second } {limit:}\n```\n{limit:x}\n```"
    assert list(clauses.limits_named(read_lines(text))) == [(1, "first-answer"), (2, "second"), (2, "")]


def test_one_document_has_one_title() -> None:
    assert rules(GOOD, title="另一个名称") == [("DC-115", 1)]
    assert rules(GOOD.replace("# 售后服务文件控制程序\n", "# 售后服务文件控制程序 {#top}\n")) == []


@pytest.mark.parametrize(
    ("sentence", "cited"),
    [
        ("见5.2.1", "5.2.1"),
        ("按 4.2.1.5 执行", "4.2.1.5"),
        ("see clause 3.1", "3.1"),
        ("See 3.1.", "3.1"),
        ("符合第7.1条", "7.1"),
        ("见2.1", None),
        ("在 9.5 kg 以下", None),
        ("see 1.5 h later", None),
        ("按 2.5 元计", None),
        ("见《质量手册》3.1.4", None),
        ("符合 GB/T 19001 8.5.5", None),
    ],
)
def test_a_cross_reference_leads_to_a_clause(sentence: str, cited: str | None) -> None:
    lines = list(read_lines(f"# 1 a\n# 2 b\n## 2.1 c\n{sentence}"))
    found = [str(f.message) for f in lint.cross_references(lines)]
    assert found == ([f"Clause {cited} is cited, and there is no such clause."] if cited else [])


def test_another_document_has_one_name() -> None:
    text = "LX-SH-2019《服务管理手册》\n《售后服务管理手册》（LX-SH-2019）\nLX-SH-2019《服务管理手册》\n《甲》(LX-SH-2018)"
    found = list(lint.one_name_each(list(read_lines(text))))
    assert [(f.rule, f.severity, f.line) for f in found] == [("DC-118", "warning", 2)]
    assert "售后服务管理手册 here and 服务管理手册 before" in str(found[0].message)


def test_a_form_named_in_the_text_is_listed_under_the_same_name() -> None:
    text = "填写《信息登记表》，另填《信息登记薄》。\n再填《信息登记薄》，见《质量手册》。"
    found = list(lint.unlisted_forms(list(read_lines(text)), ["信息登记表"]))
    assert [(f.severity, f.line, "信息登记薄" in str(f.message)) for f in found] == [("warning", 1, True)]


def test_a_procedure_lists_its_records() -> None:
    text = GOOD.replace("，见《文件发放、回收记录》", "")
    assert rules(text, records=[]) == [("DC-88", 1)]
    assert rules(text, records=[], level="work-instruction") == []


@pytest.mark.parametrize(
    ("sentence", "rule"),
    [
        ("由 XX 部负责", "DC-36"),
        ("由XX部门负责", "DC-36"),
        ("时限____天", "DC-36"),
        ("编号Q/XX的手册", "DC-36"),
        ("温度 xxx ℃", "DC-36"),
        ("编号 Q/XX", "DC-36"),
        ("日期: ____", "DC-36"),
        ("2008 年 月 日", "DC-36"),
        ("批准 __年__月__日", "DC-36"),
        ("[此处填写部门]", "DC-119"),
        ("【填写公司名称】", "DC-119"),
        ("[insert the name]", "DC-119"),
        ("[TODO]", "DC-119"),
        ("2019 年 3 月 5 日", None),
        ("注明年月日", None),
        ("编号 XX-XX-022", None),
        ("XXXX/B-12-2018", None),
        ("___", None),
        ("- [请](https://example.org)", None),
        ("[完成] 的", None),
        ("snake_case__name", None),
        ("由 {{ORGANISATION_NAME}} 负责", "DC-119"),
        ("${COMPANY}", "DC-36"),
        ("<<name of the device>>", "DC-119"),
        ("由<公司名称>负责", "DC-119"),
        ("Date: [DD/MM/YYYY]", "DC-36"),
        ("日期：YYYY-MM-DD", "DC-36"),
        ("Revision [number] of the manual", "DC-119"),
        ("\\[enter device name\\]", "DC-36"),
        ("[State the manual's purpose.]", "DC-119"),
        ("[COMPANY NAME]", "DC-119"),
        ("[公司名称]", "DC-119"),
        ("【部门】", "DC-119"),
        ("[    ]", "DC-119"),
        ("20XX年", "DC-36"),
        ("201X 年", "DC-36"),
        ("○○部门负责", "DC-36"),
        ("××公司", "DC-36"),
        ("签字：＿＿＿", "DC-36"),
        ("第 页 共 页", "DC-36"),
        ("TBD", "DC-36"),
        ("`XX`、`{{NAME}}` 和 ``[number]``", None),
        ("见 [1]、[GB/T 19001]、[ISO 9001:2015]", None),
        ("[text][ref], [text](https://a.example) and ![seen](X/a.png)\n\n[ref]: https://a.example", None),
        ("- [ ] 合格\n- [x] 不合格", None),
        ("二〇〇八年，第 3 页", None),
        ("2020x1080", None),
    ],
)
def test_nothing_is_left_to_be_filled_in(sentence: str, rule: str | None) -> None:
    found = [f.rule for f in lint.unfinished(sentence)]
    assert found == ([rule] if rule else [])


def test_a_number_of_our_own_is_no_placeholder() -> None:
    text = "见 Q/XX 质量手册"
    assert list(lint.unfinished(text, ["Q/XX"])) == []
    assert len(list(lint.unfinished(text))) == 1


@pytest.mark.parametrize(
    ("sentence", "found"),
    [
        ("罚款 元", True),
        ("冷藏不超过 xxx ℃", True),
        ("within ___ hours", True),
        ("扣款元", True),
        ("罚款 50 元", False),
        ("不超过 24 小时", False),
        ("within 24 hours", False),
        ("低于天津", False),
        ("within {limit:first-answer}", False),
    ],
)
def test_a_unit_has_a_figure(sentence: str, found: bool) -> None:
    assert bool(list(lint.units_without_figure(list(read_lines(sentence))))) == found


def test_findings_name_clause_and_line_of_the_file_in_order() -> None:
    found = findings("# 1 目的\n见 9.9\n# 3 x\n罚款 元", first_line=10)
    assert [(f.rule, f.clause, f.line) for f in found] == [
        ("DC-116", "1", 11),
        ("DC-114", "3", 12),
        ("DC-120", "3", 13),
    ]


def template(**parts: Any) -> dict[str, Any]:
    fields = {"at": {"format": "date-time"}, "day": {"format": "date"}, "text": {"type": "string"}}
    step = {"name": "fill", "role": "sales", "fields": ["at", "day", "text"]}
    return {"schema": {"properties": fields, "required": ["text"]}, "steps": [step]} | parts


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ({}, []),
        ({"steps": [{"name": "a", "fields": ["text"]}]}, [("steps", 0)]),
        ({"steps": [{"name": "a", "role": "r", "by": "c", "fields": ["text"]}]}, [("steps", 0)]),
        ({"steps": [{"name": "a", "role": "r", "fields": ["text", "lost"]}]}, [("steps", 0, "fields")]),
        (
            {
                "steps": [
                    {"name": "a", "role": "r", "fields": ["text"]},
                    {"name": "b", "by": "c", "fields": ["text"]},
                ]
            },
            [("steps", 1, "fields")],
        ),
        ({"steps": [{"name": "a", "role": "r", "fields": ["at"]}]}, [("schema", "required")]),
        (
            {
                "steps": [
                    {"name": "a", "role": "r", "fields": ["text"]},
                    {"name": "a", "by": "c", "fields": []},
                ]
            },
            [("steps",)],
        ),
        ({"clocks": [{"name": "c", "from": "at", "to": "day", "limit": "l"}]}, []),
        (
            {"clocks": [{"name": "c", "from": "text", "to": "lost", "limit": "l"}]},
            [("clocks", 0, "from"), ("clocks", 0, "to")],
        ),
        (
            {
                "clocks": [
                    {
                        "name": "c",
                        "from": "at",
                        "to": "at",
                        "limit": "l",
                        "agreed": "text",
                        "excuse": "lost",
                        "agreed_if": "gone",
                    }
                ]
            },
            [("clocks", 0, "agreed"), ("clocks", 0, "excuse"), ("clocks", 0, "agreed_if")],
        ),
        ({"indicators": [{"name": "i"}, {"name": "i"}]}, [("indicators",)]),
        (
            {
                "steps": [
                    {"name": "a", "role": "r", "fields": ["text"], "other_than": ["a"]},
                    {"name": "b", "role": "r", "fields": [], "other_than": "a"},
                    {"name": "c", "role": "r", "fields": [], "other_than": ["d", "b"]},
                ]
            },
            [("steps", 0, "other_than"), ("steps", 2, "other_than")],
        ),
    ],
)
def test_the_parts_of_a_template_agree(parts: dict[str, Any], expected: list[tuple[object, ...]]) -> None:
    assert [path for path, _ in contradictions.template_contradictions(template(**parts))] == expected
