"""What is printed otherwise than its writer sees it is told; page breaks, sections across, counted captions."""

from __future__ import annotations

import pypdfium2
import pytest

from docctl.render import printed, renderer
from docctl.render.markdown import to_html
from docctl.render.pdf import Job
from docctl.rules.documents import lint, otherwise
from tests.support.gfm import read_aloud
from tests.support.paper import DAY, sheet
from tests.support.paper import text as on_paper


def html(text: str, language: str = "zh", *, for_paper: bool = False) -> str:
    return to_html(
        text,
        language=language,
        limits={},
        figure_url=lambda path: f"/{path}",
        number="X",
        for_paper=for_paper,
    ).html


def told(text: str) -> list[tuple[int, str]]:
    """Line and beginning of each warning."""
    return [(each.line, str(each.message)[:24]) for each in otherwise.findings(text, 1)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1. 甲\n3. 乙\n4. 丙", [(2, "Item 3 will be printed a")]),
        ("1. 甲\n   1. 子\n   2. 子\n   2. 子\n2. 乙", [(4, "Item 2 will be printed a")]),
        ("> 5. 五\n> 6. 六\n>\n> 8. 八", [(4, "Item 8 will be printed a")]),
        ("1. 甲\n1. 乙\n1. 丙", []),
        ("0. 零\n1. 一\n\n后文\n\n7. 七", []),
        ("一、总则\n1. 子项\n（二）乙\n1. 子项", [(3, "（二）乙 ends the list above")]),
        ("4.1 总则\n- 甲\n- 乙\n4.2 流转", [(4, "4.2 流转 ends the list ab")]),
        ("- 甲\n\n（二）乙", []),
        ("- 甲\n续行", []),
        ("    为保证质量，特制定本程序。", [(1, "为保证质量，特制定本程序。 will be p")]),
        ("    make all\n", []),
        ("```\n中文代码\n```", []),
        ("![图](x/a.png){width=50%}", [(1, "{width=50%} changes noth")]),
        ("![图](x/a.png)\n\n`![图](x/a.png){width=50%}`", []),
    ],
)
def test_what_is_printed_otherwise_than_it_is_written_is_told(
    text: str, expected: list[tuple[int, str]]
) -> None:
    assert [line for line, _ in told(text)] == [line for line, _ in expected]
    for (_, said), (_, begin) in zip(told(text), expected, strict=True):
        assert said.startswith(begin[:20])


def test_it_is_a_warning_of_the_lint_and_stops_no_submission() -> None:
    text = "1. 甲\n3. 乙"
    found = lint.lint(text, title="T", level="manual", records=[], first_line=7)
    assert [(each.line, each.severity, each.rule) for each in found] == [(8, "warning", "DC-119")]
    assert list(lint.unfinished(text)) == []


@pytest.mark.parametrize(
    "lines",
    [
        ["（一）甲", "1. 子项", "2. 子项", "（二）乙", "1. 子项"],
        ["1、开机；", "   - 预热", "2、测量。"],
        ["4.1 总则", "- 甲", "- 乙", "4.2 流转", "4.2.1 收样"],
        ["a. one", "b. two", "   i. sub", "   ii. sub", "c. three"],
        ["第一条 甲", "> 引文", "第二条 乙"],
    ],
)
def test_an_enumeration_is_not_drawn_into_the_item_above_it(lines: list[str]) -> None:
    made = html("\n".join(lines))
    for line in lines:
        said = line.strip().lstrip("->12. ") if line.strip()[:2] in {"1.", "2.", "- ", "> "} else line.strip()
        assert f">{said}<" in made, line
    assert "<li>子项<p>" not in made


@pytest.mark.parametrize(
    "written",
    [
        r"\newpage",
        r"\pagebreak",
        '<div style="page-break-after: always;"></div>',
        '<div style="page-break-after: always; break-after: page;"></div>',
        '<div class="pagebreak"> </div>',
        '<p style="page-break-before:always">&nbsp;</p>',
        '<br style="page-break-after: always">',
    ],
)
def test_a_new_page_is_asked_for_as_editors_write_it(written: str) -> None:
    text = f"甲\n\n{written}\n\n乙"
    assert html(text) == '<p>甲</p>\n<div class="new-page"></div>\n<p>乙</p>'
    assert list(lint.unfinished(text)) == []
    within = [each.line for each in lint.unfinished(f"甲 {written} 乙") if not written.startswith("\\")]
    assert within == ([] if written.startswith("\\") else [1])


def test_a_section_lies_across_on_paper_with_all_that_stands_in_it() -> None:
    text = "前\n\n::: landscape\n## 表\n\n|a|b|\n|-|-|\n|1|2|\n:::\n\n后"
    assert '<div class="across">' in html(text, for_paper=True)
    # A page has no paper, and what is called so there is something else.
    assert "across" not in html(text)
    assert "<blockquote>" not in html(text)
    assert "landscape" not in read_aloud(html(text))
    assert html(text.replace("landscape", "横向")) == html(text)
    assert list(lint.unfinished(text)) == []


def test_the_pages_of_a_section_lie_across_and_those_around_it_stand_upright() -> None:
    body = on_paper("前文\n\n::: landscape\n# 1 表\n\n" + "一段。\n\n" * 40 + ":::\n\n后文", "zh")
    whole = sheet(languages=("zh",), texts=(body,), records=())
    made = pypdfium2.PdfDocument(renderer.render(Job(printed.to_html(whole), DAY, {})))
    across = [page.get_width() > page.get_height() for page in made]
    assert across == [False] * (across.index(True)) + [True] * sum(across) + [False]
    assert sum(across) >= 2


@pytest.mark.parametrize(
    ("text", "captions"),
    [
        ("- ![甲](x/a.png)\n\n![乙](x/b.png)\n\n![](x/c.png)", ["图1 甲", "图2 乙"]),
        ("![甲](x/a.png)\n\n![文件](x/d.pdf)\n\n![乙](x/b.png)", ["图1 甲", "图2 乙"]),
        ("![甲](x/a.png)\n\n![看](x/b.png)\n\n图3 乙", ["甲"]),
        ("![图2-1 甲](x/a.png)\n\n![乙](x/b.png)", ["图2-1 甲", "乙"]),
    ],
)
def test_captions_of_figures_are_counted_unless_the_text_numbers_them(text: str, captions: list[str]) -> None:
    for for_paper in (False, True):
        made = html(text, for_paper=for_paper)
        found = [part.partition("</figcaption>")[0] for part in made.split("<figcaption>")[1:]]
        assert [each for each in found if each != "文件"] == captions


TABLE = "|a|b|\n|-|-|\n|1|2|"


def test_captions_of_tables_are_counted_alike_above_and_below_them() -> None:
    text = f"表：甲\n\n{TABLE}\n\n后文\n\n{TABLE}\n\n表: 乙\n\n表：不在表旁"
    made = html(text)
    assert "<p>表1 甲</p>" in made
    assert "<p>表2 乙</p>" in made
    assert "<p>表：不在表旁</p>" in made
    assert '<p class="caption of-table">表1 甲</p>' in html(text, for_paper=True)
    assert "<p>Table 1 Items</p>" in html(f"Table: Items\n\n{TABLE}", "en")
    assert "<p>表：甲</p>" in html(f"{text}\n\n{TABLE}\n\n表 7 丙")


@pytest.mark.parametrize(
    ("written", "shown"),
    [("&alpha;", "α"), ("&#x2611;", "☑"), ("&notes;", "&amp;notes;"), ("R&D;", "R&amp;D;")],
)
def test_an_entity_that_is_none_stays_as_it_is_written(written: str, shown: str) -> None:
    assert html(written) == f"<p>{shown}</p>"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("由$E=mc^2$可知", "$E=mc^2$"),
        ("设 $x$ 为", "$x$"),
        ("单价$5 与 $10，$A 和 B$", ""),
        ("++下划++", "++下划++"),
        ("C++ 与 C++，i++", ""),
        ("~单~", "~单~"),
        ("10~20 ℃，30~40 ℃，~5 mg 和 ~6 mg", ""),
        ("甲 %%隐藏%% 乙", "%%隐藏%%"),
        ("100%、50%%", ""),
        ("- [ ] ", "[ ]"),
        ("|甲|乙|\n|-|-|\n|[ ]|丙|", "[ ]"),
        ("[x] 甲", "[x]"),
        ("- [ ] 甲\n- [x] 乙，见[1]、[](x)、a[ ]", ""),
        ("`[ ]`", ""),
        ("`甲`\n\\newpage", "\\newpage"),
        ("\\newpage\n\n: 甲", "\\newpage"),
    ],
)
def test_signs_of_other_editors_are_told_and_prices_and_ranges_are_not(text: str, found: str) -> None:
    told = [str(each.message.values.get("markup")) for each in lint.unfinished(text)]
    assert told == ([found] if found else [])
