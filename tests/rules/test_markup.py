"""What is not read is told before anybody signs; what is read is not."""

from __future__ import annotations

import time

import pytest

from docctl.render.markdown import to_html
from docctl.rules.documents import lint


def told(text: str, *meant: str) -> list[tuple[int, str]]:
    """Line and words of each finding that stops a submission."""
    values = [(f.line, f.message.values) for f in lint.unfinished(text, meant)]
    return [(line, str(next(iter(said.values())))) for line, said in values]


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("甲 <font color=red>切记</font>", 1, "<font color=red>"),
        ("甲 <b>乙", 1, "<b>"),
        ("<b>甲\n\n乙</b>", 1, "<b>"),
        ("甲\n\n<p align='center'>乙</p>", 3, "<p align='center'>"),
        ("- 甲\n  <div>乙</div>", 2, "<div>"),
        ("<details>\n<summary>甲</summary>\n</details>", 1, "<details>"),
        ("|a|b|\n|-|-|\n|<br>c|<center>d</center>|", 3, "<center>"),
        ("<procedure><step>甲</step></procedure>", 1, "<procedure>"),
        ("<!-- 没有结束\n\n甲", 1, "<!--"),
        ("::: tip\n甲", 1, "::: tip"),
        ("甲\n\n:::", 3, ":::"),
        ("见 [[SOP-02 文件控制]]", 1, "[[SOP-02 文件控制]]"),
        ("{% include x %}", 1, "{% include x %}"),
        ("甲 {align=\"center\"}", 1, '{align="center"}'),
        ("==重点==", 1, "==重点=="),
        ("半截 ~~删去", 1, "~~"),
        (":warning: 小心", 1, ":warning:"),
        ("$\\frac{a}{b}$", 1, "$\\frac{a}{b}$"),
        ("\\clearpage", 1, "\\clearpage"),
        ("@startuml\n甲\n@enduml", 1, "@startuml"),
        ("答复[^1]。", 1, "[^1]"),
        ("见[甲][x]", 1, "[x]"),
        ("| a | b |\n| c | d |", 1, "| a | b |"),
        ("- 甲\n|a|b|\n|-|-|\n|c|d|", 2, "|a|b|"),
        ("# 目的 {试行}", 1, "{试行}"),
        ("+---+---+\n| a | b |\n+---+---+", 1, "+---+---+"),
        ("甲  乙\n\n  ---  -----", 3, "---  -----"),
        ("甲^[注释]乙", 1, "^[注释]"),
        ("见 [@smith2019, p. 3]", 1, "[@smith2019, p. 3]"),
        ("[签字]{.underline}", 1, "[签字]{.underline}"),
        ("/// warning\n甲\n///", 1, "/// warning"),
        (".. note:: 甲", 1, ".. note:: 甲"),
        ('=== "Windows"', 1, '=== "Windows"'),
        ("|a|\n|-|\n|b|\n\n\\newpage\n\n|a|b|\n|-|-|\n|c|d|\n\\newpage", 10, "\\newpage"),
        ("##目的", 1, "##目的"),
        ("#目的", 1, "#目的"),
        ("甲\n\n```mermaid\ngraph TD\n```", 3, "mermaid"),
        ("1. 甲\n   ```plantuml\n   @startuml\n   ```", 2, "plantuml"),
    ],
)  # fmt: skip
def test_what_will_be_printed_as_it_stands_is_told_with_its_line(text: str, line: int, words: str) -> None:
    assert told(text)[0] == (line, words)


@pytest.mark.parametrize(
    "text",
    [
        "H<sub>2</sub>O，x<sup>2</sup>，<b>粗 <i>斜</i></b>，甲<br>乙<BR/>丙，<u>线</u>",
        "<b>甲\n乙</b>",
        "~~删~~，H~2~O，10^3^",
        "10~20 ℃，30~40 ℃；43<Ct≤45；a < b > c",
        "`<div>` 和 ``[[x]]``",
        "```html\n<div>\n```\n\n    <div>",
        "1. 甲\n   ```html\n   <div>\n   ```",
        "<!-- 备注 <div> {{X}} -->\n甲 <!-- XX -->",
        "::: tip\n甲\n:::\n\n> [!NOTE]\n> 甲\n\n!!! note\n    甲",
        "# 目的 {#9}\n\n## 范围 {.unnumbered}\n\n2.1 甲 {#2.1}\n\n乙\n{: #5}",
        "[^1]\n\n[^1]: 注\n\n[甲][x]\n\n[x]: https://a.example",
        "|a|b|\n|-|-|\n|c|d|\n\n甲 | 乙",
        "<https://a.example> <a@b.example> 10:30:00 a:b:c",
        "- [ ] 甲\n- [x] 乙\n\n[[toc]]",
        "#1 釜，#2\n\n--- \n\n10^[2]",
        "[甲][x]{.y} 和 [乙](https://a.example){.y}\n\n[x]: https://a.example",
        "\\<b> 和 a == b，c==d",
    ],
)  # fmt: skip
def test_what_is_read_or_is_text_is_not_told(text: str) -> None:
    assert told(text) == []


def test_words_that_are_meant_are_not_told_and_others_still_are() -> None:
    assert told("报告“xx有扩增”。\n由 XX 部负责。", "xx有扩增") == [(2, "XX")]
    assert told("显示 [[x]] 和 [[y]]", "[[x]]") == [(1, "[[y]]")]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("前文\n2. 甲", 2),
        ("前文\n-甲", 2),
        ("- 甲\n      - 乙", 2),
        ("前文\n    - 甲", 2),
        ("> 引\n    # 题", 2),
        ("- 甲\n*[AB]: 乙", 2),
        ("甲\n\n\u00a0\u00a0- 乙", 3),
        ("甲\n\n\u3000- 乙", 3),
        ("-\u00a0甲", 1),
        ("-\u3000甲", 1),
        ("- 甲\n[^1]: 注", 2),
    ],
)
def test_an_item_that_is_in_the_paragraph_above_it_is_told(text: str, line: int) -> None:
    found = [
        f
        for f in lint.lint(text, title="T", level="manual", records=[])
        if "within the paragraph" in str(f.message)
    ]
    assert [(f.line, f.severity) for f in found] == [(line, "warning")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("H~2~O 和 10^-3^", "<p>H<sub>2</sub>O 和 10<sup>-3</sup></p>"),
        ("**H<sub>2</sub>O**", "<p><strong>H<sub>2</sub>O</strong></p>"),
        ("10~20℃，30~40℃", "<p>10~20℃，30~40℃</p>"),
        ("A1~A5、B~ 1 ~", "<p>A1~A5、B~ 1 ~</p>"),
        ("~~删**去**~~", "<p><s>删<strong>去</strong></s></p>"),
        ("<b>甲 <i>乙</i></b><br>丙", "<p><strong>甲 <em>乙</em></strong><br>\n丙</p>"),
        ("`<b>x</b>` \\<b>y</b>", "<p><code>&lt;b&gt;x&lt;/b&gt;</code> &lt;b&gt;y&lt;/b&gt;</p>"),
        ("<b>甲", "<p>&lt;b&gt;甲</p>"),
        ("<b onclick=x>甲</b>", "<p><strong>甲</strong></p>"),
        ("<b><i>甲</b></i>", "<p>&lt;b&gt;<em>甲&lt;/b&gt;</em></p>"),
        ("\\[甲\\]\\~乙\\~", "<p>[甲]~乙~</p>"),
        ("甲\\\n乙", "<p>甲<br>\n乙</p>"),
    ],
)
def test_signs_and_tags_within_a_line(text: str, expected: str) -> None:
    made = to_html(text, language="zh", limits={}, figure_url=lambda path: None, number="X")
    assert made.html == expected


@pytest.mark.parametrize(
    "text",
    [
        "`" * 150_000,
        "|`a``b" * 50_000,
        "::: a" + " " * 150_000 + "x",
        "# a {" + " " * 150_000,
        "# a" + " " * 150_000 + "{",
        "~~a " * 38_000,
        "<p>" * 50_000,
        "<b>" * 50_000,
        "`a` " * 38_000,
        "[a" * 75_000,
        "{{" * 75_000,
        "<!-- " * 30_000,
        ">" * 150_000,
        "- " * 75_000,
        "$\\a" * 50_000,
        "\n".join(["::: a"] * 8_500),
        "\n".join("  " * n + "- a" for n in range(900)),
        "| a " * 35_000 + "\n" + "|-" * 35_000,
    ],
    ids=lambda text: text[:5],
)
def test_a_text_that_never_closes_what_it_opens_takes_no_time(text: str) -> None:
    began = time.process_time()
    lint.lint(text, title="T", level="manual", records=[])
    # What grows with the square of such a text takes minutes; on a shared core two seconds become six.
    assert time.process_time() - began < 20


@pytest.mark.parametrize(
    ("row", "lost"),
    [
        ("|1|2|3|", "3"),
        ("1 | 2 | 3 | 4", "3 4"),
        ("|1|2|`c`|", "`c`"),
        ("|`a|b`|2|", ""),
        ("|1|2||", ""),
        ("|1\\|1|2|", ""),
        ("|1|", ""),
    ],
)
def test_a_cell_beyond_the_head_of_its_table_is_told_before_it_is_lost(row: str, lost: str) -> None:
    found = list(lint.unfinished(f"甲\n\n|a|b|\n|-|-|\n|c|d|\n{row}\n"))
    assert [(f.line, f.message.values["words"]) for f in found] == ([(6, lost)] if lost else [])
