"""Markdown of a procedure: its dialect, its clauses, its limits, and nothing that acts on the page."""

from __future__ import annotations

from collections.abc import Mapping
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docctl.errors import Invalid
from docctl.render.markdown import Rendered, to_html
from docctl.render.outline import Heading, Section
from docctl.render.sanitiser import clean
from docctl.rules.records.limits import Limit

LIMITS = {
    "first-answer": Limit.parse({"within": "24", "unit": "hour", "clause": "5.2.1"}),
    "report": Limit.parse({"within": "3", "unit": "day", "calendar": "working"}),
    "visit": Limit.parse({"by": "km", "cases": [{"when": "<= 300", "within": "24"}], "unit": "hour"}),
}
FIGURES = {"figure.png": "/f/1", "LX/图 2.png": "/f/2", "pdf.png": "figure:3"}


def render(text: str, language: str = "zh", limits: Mapping[str, Limit] = LIMITS) -> Rendered:
    return to_html(text, language=language, limits=limits, figure_url=FIGURES.get, number="LX-CX-2019-001")


def html(text: str, language: str = "zh") -> str:
    return render(text, language).html


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("中文**加粗：**后文", "<p>中文<strong>加粗：</strong>后文</p>"),
        ("**“引号”**后", "<p><strong>“引号”</strong>后</p>"),
        ("前*（斜）*后", "<p>前<em>（斜）</em>后</p>"),
        ("3. 甲\n4. 乙", '<ol start="3">\n<li>甲</li>\n<li>乙</li>\n</ol>'),
        ("甲\n:   乙", "<dl>\n<dt>甲</dt>\n<dd>乙</dd>\n</dl>"),
        ("QMS\n\n*[QMS]: 质量管理体系", '<p><abbr title="质量管理体系">QMS</abbr></p>'),
        ("```py\na < {limit:x}\n```",
         '<pre><code class="language-py">a &lt; {limit:x}\n</code></pre>'),
        ("甲<br>乙<br />丙", "<p>甲<br>\n乙<br>\n丙</p>"),
        ("售后\n服务", "<p>售后服务</p>"),
        ("售后，\n服务", "<p>售后，服务</p>"),
        ("**售后**\nservice\nrecords", "<p><strong>售后</strong>\nservice\nrecords</p>"),
        ("`a\nb`\n\n    一\n    二", "<p><code>a\nb</code></p>\n<pre><code>一\n二\n</code></pre>"),
        ("[链接](https://a.example/x)", '<p><a href="https://a.example/x" rel="noopener noreferrer">链接</a></p>'),
        ("尺寸 200*300*400，**24**48", "<p>尺寸 200*300*400，<strong>24</strong>48</p>"),
        ("a &copy; \\* b", "<p>a © * b</p>"),
    ],
)  # fmt: skip
def test_the_dialect_reads_as_chinese_procedures_are_written(text: str, expected: str) -> None:
    assert html(text) == expected


def test_a_table_keeps_its_alignment_without_a_style() -> None:
    table = html("|项|值|\n|:-|-:|\n|甲|1|")
    assert '<th align="left">项</th>' in table
    assert '<td align="right">1</td>' in table
    assert "style" not in table


def test_footnotes_lead_there_and_back() -> None:
    note = html("答复[^注]\n\n[^注]: 以邮戳为准")
    assert 'id="fnref:注"' in note
    assert 'href="#fn:%E6%B3%A8"' in note or 'href="#fn:注"' in note
    assert 'title="返回正文注 1"' in note
    assert 'title="Back to note 1 in the text"' in html("a[^1]\n\n[^1]: b", "en")


@pytest.mark.parametrize(
    ("text", "zh", "en"),
    [
        ("{limit:first-answer}", "24 小时", "24 hours"),
        ("{limit: report }", "3 个工作日", "3 working days"),
        ("{limit:visit}", "24 小时（≤ 300）", "24 hours (≤ 300)"),
        ("**于**{limit:report}", "<strong>于</strong>3 个工作日", "<strong>于</strong>3 working days"),
        ("`{limit:first-answer}`", "<code>{limit:first-answer}</code>", "<code>{limit:first-answer}</code>"),
        ("\\{limit:first-answer}", "{limit:first-answer}", "{limit:first-answer}"),
    ],
)
def test_a_limit_is_printed_with_its_unit_in_the_language_of_the_page(text: str, zh: str, en: str) -> None:
    assert (html(text, "zh"), html(text, "en")) == (f"<p>{zh}</p>", f"<p>{en}</p>")


def test_a_limit_is_printed_in_headings_cells_and_lists() -> None:
    shown = render("# 1 在 {limit:report} 内\n\n|a|\n|-|\n|{limit:report}|\n\n- {limit:report}")
    assert shown.html.count("3 个工作日") == 3
    assert shown.contents[0].title == "在 3 个工作日 内"


def test_limits_that_are_not_defined_are_all_refused_with_their_lines() -> None:
    text = "`{limit:lost}`\n甲\n{limit:lost} {limit:other}\n\n> {limit:third}\n"
    with pytest.raises(Invalid) as refused:
        render(text)
    assert set(refused.value.problems) == {"line 3", "line 5"}
    assert "LX-CX-2019-001 has no limit lost" in str(refused.value.problems["line 3"])
    assert "other" in str(refused.value.problems["line 3"])


@pytest.mark.parametrize(
    "text", ["甲\r\n\r\n" + "乙 " * 3000 + "{limit:lost}", "a\n\n``{limit:lost} `{limit:lost}"]
)
def test_the_line_of_an_unknown_limit_is_found_in_any_text(text: str) -> None:
    with pytest.raises(Invalid, match="line 3"):
        render(text)


@pytest.mark.parametrize(
    ("heading", "clause", "title"),
    [
        ("# 1 目的", "1", "目的"),
        ("## 5.2 职责", "5.2", "职责"),
        ("## 5.2职责", "5.2", "职责"),
        ("# 1. 目的", "1", "目的"),
        ("# 1、目的", "1", "目的"),
        ("# 7", "7", ""),
        ("# 一、总则", "一", "总则"),
        ("## （二）范围", "（二）", "范围"),
        ("# 第三章 罚则", "第三章", "罚则"),
        ("# 附录 A 表格", "附录A", "表格"),
        ("# Annex B Forms", "AnnexB", "Forms"),
        ("## A.1 Forms", "A.1", "Forms"),
        ("# 目的 {#9}", "9", "目的"),
        ("# 3 目的 {#9}", "9", "3 目的"),
        ("# **4** *目的*", "4", "目的"),
    ],
)
def test_the_number_of_a_heading_is_its_anchor(heading: str, clause: str, title: str) -> None:
    shown = render(heading)
    (entry,) = shown.contents
    assert (entry.clause, entry.title, entry.anchor) == (clause, title, f"clause-{clause}")
    assert f'id="{entry.anchor}"' in shown.html


@pytest.mark.parametrize("heading", ["# 目的", "# 2019 年计划", "# 24小时热线", "# 三包规定"])
def test_a_heading_without_a_number_has_an_anchor_by_its_place(heading: str) -> None:
    title = heading[2:]
    assert render(heading).contents == (Heading(1, "", title, "heading-1"),)
    assert render(f"# 1 甲\n\n{heading}").contents[1].anchor == "heading-2"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("5.2.1 收到。 {#5.2.1}", '<p id="clause-5.2.1">5.2.1 收到。</p>'),
        ("5.2.1 **收到** {#5.2.1}", '<p id="clause-5.2.1">5.2.1 <strong>收到</strong></p>'),
        ("收到。\n{: #5.2.1}", '<p id="clause-5.2.1">收到。</p>'),
        ("- 甲 {#6.1a}\n- 乙", '<ul>\n<li id="clause-6.1a">甲</li>\n<li>乙</li>\n</ul>'),
        ("- 甲 {#6.1}\n    - 乙",
         '<ul>\n<li id="clause-6.1">甲<ul>\n<li>乙</li>\n</ul>\n</li>\n</ul>'),
        ("四.4 答复 {#四.4}", '<p id="clause-四.4">四.4 答复</p>'),
        ("5.1 甲 {#5.1}\n5.2 乙 {#5.2}", '<p id="clause-5.1">5.1 甲</p>\n<p id="clause-5.2">5.2 乙</p>'),
        ("前文\n5.1 甲 {#5.1}\n后文", '<p>前文</p>\n<p id="clause-5.1">5.1 甲</p>\n<p>后文</p>'),
        ("甲 {#a} 乙", "<p>甲 {#a} 乙</p>"),
        ("5.1 `x` {#5.1", "<p>5.1 <code>x</code> {#5.1</p>"),
        ("甲<br>乙 {#5.1}", '<p id="clause-5.1">甲<br>\n乙</p>'),
    ],
)  # fmt: skip
def test_a_paragraph_or_item_takes_the_anchor_at_its_end(text: str, expected: str) -> None:
    assert html(text) == expected


def test_a_number_given_twice_keeps_its_first_place() -> None:
    shown = render("# 1 甲\n\n# 1 乙\n\n丙 {#1}")
    assert [entry.anchor for entry in shown.contents] == ["clause-1", "clause-1--2"]
    assert [entry.clause for entry in shown.contents] == ["1", "1"]
    assert 'id="clause-1--3"' in shown.html


def test_a_link_to_a_clause_finds_it() -> None:
    shown = html("见 [5.2.1](#5.2.1)、[别处](#9)\n\n5.2.1 甲 {#5.2.1}")
    assert 'href="#clause-5.2.1"' in shown
    assert 'href="#9"' in shown


PROCEDURE = """前言

# 1 目的
规定受控文件的
回收。

# 5 程序

## 5.2 答复
5.2.1 收到问题[^1]后 {limit:first-answer} 内答复顾客。 {#5.2.1}

- 记录
- 归档

|项|限|
|-|-|
|甲|乙|

```
a
  b
```

[^1]: 以邮戳为准
"""


def test_the_contents_are_the_headings_in_order() -> None:
    assert render(PROCEDURE).contents == (
        Heading(1, "1", "目的", "clause-1"),
        Heading(1, "5", "程序", "clause-5"),
        Heading(2, "5.2", "答复", "clause-5.2"),
    )


def test_sections_run_from_anchor_to_anchor_and_hold_what_the_page_shows() -> None:
    assert render(PROCEDURE).sections == (
        Section("", "", "前言"),
        Section("1", "目的", "1 目的\n规定受控文件的回收。"),
        Section("5", "程序", "5 程序"),
        Section("5.2", "答复", "5.2 答复"),
        Section("5.2.1", "答复", "5.2.1 收到问题后 24 小时 内答复顾客。\n记录\n归档\n项\n限\n甲\n乙\na\nb"),
        Section("", "", "以邮戳为准"),
    )


@pytest.mark.parametrize("text", ["", " \n\n", "\ufeff"])
def test_an_empty_text_has_no_sections(text: str) -> None:
    assert render(text) == Rendered("", (), ())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("![图](figure.png)", '<figure><img alt="图" src="/f/1"><figcaption>图1 图</figcaption></figure>'),
        ("![](figure.png)", '<p><img alt="" src="/f/1"></p>'),
        ("见![图](figure.png)", '<p>见<img alt="图" src="/f/1"></p>'),
        ("![图](figure.png)后", '<p><img alt="图" src="/f/1">后</p>'),
        ("![看不见的](figure.png)\n\n图1 流程", '<p><img alt="看不见的" src="/f/1"></p>\n<p>图1 流程</p>'),
        (
            "![unseen](figure.png)\n\nFigure 2 Flow",
            '<p><img alt="unseen" src="/f/1"></p>\n<p>Figure 2 Flow</p>',
        ),
        ("![图](none.png)", '<p><span class="missing-figure">［缺图：none.png］</span></p>'),
        (
            '![图](<LX/图 2.png> "题")',
            '<figure><img alt="图" src="/f/2" title="题"><figcaption>图1 图</figcaption></figure>',
        ),
        (
            "![图](LX/%E5%9B%BE%202.png)",
            '<figure><img alt="图" src="/f/2"><figcaption>图1 图</figcaption></figure>',
        ),
        ("![图](pdf.png)", '<figure><img alt="图" src="figure:3"><figcaption>图1 图</figcaption></figure>'),
        ("![](other.png)后", '<p><span class="missing-figure">［缺图：other.png］</span>后</p>'),
    ],
)
def test_a_figure_comes_from_the_document_or_is_said_to_be_missing(text: str, expected: str) -> None:
    assert html(text) == expected


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example/p.png",
        "//evil.example/p.png",
        "data:image/svg+xml,x",
        "javascript:x",
        "/etc/passwd",
        "../figure.png",
        "a/../../figure.png",
        "a%2f..%2f..%2fb",
        "\\\\evil\\p",
        "%5Cevil",
        "file:///etc/passwd",
    ],
)
@pytest.mark.rule("SE-15")
def test_an_image_from_elsewhere_is_never_fetched_nor_looked_up(address: str) -> None:
    asked: list[str] = []

    def figure_url(path: str) -> str:
        asked.append(path)
        return "/f"

    shown = to_html(f"![x]({address})", language="en", limits={}, figure_url=figure_url, number="X")
    assert asked == []
    assert "<img" not in shown.html
    assert "[missing figure: " in shown.html


HOSTILE = [
    "<script>alert(1)</script>",
    "<div onclick=x>\n\n**a**\n\n</div>",
    "<!-- a -->",
    "<svg/onload=alert(1)>",
    "a <b>b</b> <img src=x onerror=alert(1)>",
    "[x](javascript:alert(1))",
    "[x](java&#115;cript:alert(1))",
    "[x](//evil.example)",
    "[x](/\\evil.example)",
    "[x]: javascript:alert(1)\n\n[x]",
    "<javascript:alert(1)>",
    "a\n{: onclick=alert(1) style=x id=login class=btn}",
    "# a {onmouseover=alert(1) .btn #x<y}",
    "[x](https://a.example){target=_top onclick=alert(1)}",
    "*[a]: \" onmouseover=alert(1) x=\"\n\na",
    "```js onload=x\n</code><script>alert(1)</script>\n```",
    "``` {.a onclick=x #evil}\nx\n```",
    "[^\"><script>]\n\n[^\"><script>]: x",
    "|<script>|\n|-|\n|</td><script>x</script>|",
    "![\"><script>alert(1)</script>](figure.png)",
    "\x02klzzwxh:0000\x03 \x02wzxhzdk:0\x03",
    "&lt;script&gt; &#60;script&#62;",
    "{limit:<script>}",
]  # fmt: skip


@pytest.mark.rule("SE-15")
@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
@pytest.mark.parametrize("language", ["zh", "en"])
def test_html_in_a_text_is_shown_and_never_obeyed(text: str, language: str) -> None:
    names = {"<script>": Limit(within=1)}
    shown = to_html(text, language=language, limits=names, figure_url=FIGURES.get, number="X").html
    tags = clean(shown, figures={"/f/1"})
    assert tags == shown
    for bad in ("<script", "<svg", "<div onclick", "<b>", 'href="java', 'href="//', 'href="/\\', "<!--"):
        assert bad not in shown
    reader = Attributes()
    reader.feed(shown)
    assert reader.names <= {"id", "class", "href", "title", "src", "alt", "align", "rel"}
    assert all(name.startswith(("clause-", "heading-", "fn")) for name in reader.ids)


class Attributes(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.ids: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names |= {name for name, _ in attrs}
        self.ids |= {value or "" for name, value in attrs if name == "id"}


def test_html_in_a_text_stays_readable() -> None:
    assert html("a <font>b</font>") == "<p>a &lt;font&gt;b&lt;/font&gt;</p>"


@pytest.mark.rule("SE-24")
def test_templates_in_a_text_are_shown_literally() -> None:
    text = "{{7*7}} ${7*7} {% x %} {0.class}"
    assert html(text) == f"<p>{text}</p>"


@pytest.mark.rule("SE-48")
@pytest.mark.parametrize(
    "character", "\u202e\u2066\u200b\u200d\ufeff\u00ad\u2028\x00\x07\x85\u3164\ue000\ud800"
)
def test_an_unseen_character_is_shown_by_its_code_point(character: str) -> None:
    shown = f"⟦U+{ord(character):04X}⟧"
    assert html(f"QP{character}001 `a{character}b`") == f"<p>QP{shown}001 <code>a{shown}b</code></p>"


def test_a_text_out_of_bounds_is_refused() -> None:
    with pytest.raises(Invalid, match="divide it"):
        render("a" * 1_000_001)


@pytest.mark.rule("SE-15")
@given(
    st.lists(
        st.sampled_from([*HOSTILE, "**", "`", "[", "](", ")", "\n", "\n\n", "    ", "> ", "- ", "|", "{#1}"])
    )
)
def test_what_is_rendered_is_clean_and_the_same_each_time(pieces: list[str]) -> None:
    text = " ".join(pieces)
    names = {"<script>": Limit(within=1)}
    shown = to_html(text, language="zh", limits=names, figure_url=FIGURES.get, number="X")
    assert clean(shown.html, figures={"/f/1"}) == shown.html
    assert to_html(text, language="zh", limits=names, figure_url=FIGURES.get, number="X") == shown
