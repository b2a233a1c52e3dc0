"""Redline: to the character, to the cell, and exact in both directions."""

from __future__ import annotations

from html.parser import HTMLParser
from itertools import groupby

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docctl.render import redline as module
from docctl.render.place import Place
from docctl.render.redline import redline
from docctl.render.sanitiser import BLOCKS, clean


class Reader(HTMLParser):
    """What a reader sees without one kind of mark: all words in order, blanks between blocks left out."""

    def __init__(self, dropped: str) -> None:
        super().__init__()
        self.dropped, self.depth, self.gap, self.seen = dropped, 0, "", ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.depth += tag == self.dropped
        if tag == "img" and not self.depth:
            self.say(f"<{dict(attrs)['src']}>")
        if tag == "br" and not self.depth:
            self.say("<br>")
        self.cut(tag)

    def handle_endtag(self, tag: str) -> None:
        self.depth -= tag == self.dropped
        self.cut(tag)

    def handle_data(self, data: str) -> None:
        if not self.depth:
            self.say(data)

    def say(self, text: str) -> None:
        self.gap += text

    def cut(self, tag: str) -> None:
        if tag in BLOCKS - {"br"}:
            self.seen += self.gap if self.gap.strip() else ""
            self.gap = ""


def without(dropped: str, html: str) -> str:
    reader = Reader(dropped)
    reader.feed(f"{html}<p></p>")
    return reader.seen


@pytest.mark.parametrize(
    ("old", "new", "marked", "changes"),
    [
        ("<p>每班检查</p>", "<p>每两小时检查</p>", "<p>每<del>班</del><ins>两小时</ins>检查</p>", 1),
        ("<p>电流 120 A</p>", "<p>电流 125 A</p>", "<p>电流 <del>120</del><ins>125</ins> A</p>", 1),
        ("<p>取 9.5 克</p>", "<p>取 10.5 克</p>", "<p>取 <del>9.5</del><ins>10.5</ins> 克</p>", 1),
        ("<p>24小时内答复</p>", "<p>48小时内回复</p>",
         "<p><del>24</del><ins>48</ins>小时内<del>答</del><ins>回</ins>复</p>", 2),
        ("<p>检查</p>", "<p>检查记录</p>", "<p>检查<ins>记录</ins></p>", 1),
        ("<p>检查记录</p>", "<p>记录</p>", "<p><del>检查</del>记录</p>", 1),
        ("<p>甲乙丙丁戊</p>", "<p>一二三四五</p>", "<p><del>甲乙丙丁戊</del><ins>一二三四五</ins></p>", 1),
        ("<p>答复顾客</p>", "<p>答复<strong>顾客</strong></p>",
         "<p>答复<del>顾客</del><ins><strong>顾客</strong></ins></p>", 1),
        ("<p><strong>每班检查</strong>后</p>", "<p><strong>每日检查</strong>后</p>",
         ("<p><strong>每</strong><del><strong>班</strong></del><ins><strong>日</strong></ins>"
         "<strong>检查</strong>后</p>"), 1),
        ('<p><img src="a.png" alt="图"></p>', '<p><img src="b.png" alt="图"></p>',
         '<p><del><img src="a.png" alt="图"></del><ins><img src="b.png" alt="图"></ins></p>', 1),
        ("<p>a</p><hr>", "<p>a</p>", "<p>a</p><del><hr></del>", 1),
        ("<hr><p>a</p>", "<hr><p>b</p>", "<hr><p><del>a</del><ins>b</ins></p>", 1),
        ("<p>检查<br>记录</p>", "<p>检查记录</p>", "<p>检查<del><br></del>记录</p>", 1),
        ("", "<p>新</p>", "<p><ins>新</ins></p>", 1),
        ("<p>旧</p>", "", "<p><del>旧</del></p>", 1),
        ("", "", "", 0),
        ("<h1>目的</h1>", "<h2>目的</h2>", "<h1><del>目的</del></h1><h2><ins>目的</ins></h2>", 1),
        ("<p>a &amp; b &lt;c&gt;</p>", "<p>a &amp; d &lt;c&gt;</p>",
         "<p>a &amp; <del>b</del><ins>d</ins> &lt;c&gt;</p>", 1),
    ],
)  # fmt: skip
def test_what_changed_is_marked_to_the_character(old: str, new: str, marked: str, changes: int) -> None:
    result = redline(old, new)
    assert (result.html.replace("\n", ""), result.changes) == (marked, changes)


def table(*rows: str) -> str:
    cells = ("".join(f"<td>{cell}</td>" for cell in row.split("|")) for row in rows)
    return f"<table><tbody>{''.join(f'<tr>{row}</tr>' for row in cells)}</tbody></table>"


@pytest.mark.parametrize(
    ("old", "new", "marked", "changes"),
    [
        (["温度|120"], ["温度|125"], ["温度|<del>120</del><ins>125</ins>"], 1),
        (["温度|120"], ["湿度|125"], ["<del>温</del><ins>湿</ins>度|<del>120</del><ins>125</ins>"], 2),
        (["甲|1", "乙|2"], ["甲|1", "丙|9", "乙|2"], ["甲|1", "<ins>丙</ins>|<ins>9</ins>", "乙|2"], 1),
        (["甲|1", "丙|9", "乙|2"], ["甲|1", "乙|2"], ["甲|1", "<del>丙</del>|<del>9</del>", "乙|2"], 1),
        (["甲设备|1", "乙仪表|2"], ["丙工具|5", "甲设备|3"],
         ["<ins>丙工具</ins>|<ins>5</ins>", "甲设备|<del>1</del><ins>3</ins>", "<del>乙仪表</del>|<del>2</del>"],
         3),
        (["甲|1"], ["甲|乙|1"], ["甲|<ins>乙</ins>|1"], 1),
        (["甲|"], ["甲|1"], ["甲|<ins>1</ins>"], 1),
    ],
)  # fmt: skip
def test_tables_are_compared_by_row_and_cell(
    old: list[str], new: list[str], marked: list[str], changes: int
) -> None:
    result = redline(table(*old), table(*new))
    assert (result.html.replace("\n", ""), result.changes) == (table(*marked), changes)


def test_a_blank_line_between_list_items_is_no_change() -> None:
    result = redline(
        "<ul><li>检查</li><li>记录</li></ul>", "<ul><li><p>检查</p></li><li><p>记录</p></li></ul>"
    )
    assert result.changes == 0
    assert "<ins>" not in result.html


def test_an_item_that_gets_a_list_of_its_own_keeps_its_words() -> None:
    result = redline("<ul><li>检查设备</li></ul>", "<ul><li>检查设备<ul><li>每班</li></ul></li></ul>")
    assert (result.html.replace("\n", ""), result.changes) == (
        "<ul><li>检查设备<ul><li><ins>每班</ins></li></ul></li></ul>",
        1,
    )


def test_two_sentences_with_nothing_in_common_are_two_paragraphs() -> None:
    result = redline("<p>甲乙丙</p><p>检查记录</p>", "<p>检查记录表</p><p>一二三</p>")
    assert result.html.replace("\n", "") == (
        "<p><del>甲乙丙</del></p><p>检查记录<ins>表</ins></p><p><ins>一二三</ins></p>"
    )
    assert result.changes == 3


def test_a_list_put_between_changed_paragraphs_is_new_and_the_paragraphs_are_paired() -> None:
    result = redline(
        "<p>每班检查设备</p><p>记录保存三年</p>",
        "<p>每日检查设备</p><ul><li>检查设备</li></ul><p>记录保存五年</p>",
    )
    assert result.html.replace("\n", "") == (
        "<p>每<del>班</del><ins>日</ins>检查设备</p><ul><li><ins>检查设备</ins></li></ul>"
        "<p>记录保存<del>三</del><ins>五</ins>年</p>"
    )
    assert result.changes == 3


def test_an_anchor_stands_once_even_when_its_clause_was_replaced() -> None:
    result = redline('<h1 id="clause-1">目的</h1><p>x</p>', '<h2 id="clause-1">范围</h2><p>x</p>')
    assert result.html.count('id="clause-1"') == 1
    assert '<h2 id="clause-1">' in result.html
    sup = '<p>答复{}<sup id="fnref:1"><a href="#fn:1">1</a></sup></p>'
    assert redline(sup.format("甲") + "<p>b</p>", "<p>b</p>").html.count("fnref:1") == 0


def test_a_larger_comparison_is_coarser_and_still_exact(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_MOST_PAIRS", 3)
    monkeypatch.setattr(module, "_MOST_STEPS", 1)
    monkeypatch.setattr(module, "_MOST_COARSE_STEPS", 3)
    old = "<p>检查甲记录乙</p><h1>目的</h1><p>x</p>"
    new = "<p>检查丙记录丁</p><p>目标</p>"
    result = redline(old, new)
    assert without("ins", result.html) == without("", old)
    assert without("del", result.html) == without("", new)
    assert "<p>检查<del>甲记录乙</del><ins>丙记录丁</ins></p>" in result.html


def test_a_changed_caption_is_a_change_of_its_own() -> None:
    old = '<figure><img alt="流程" src="f.png"><figcaption>流程</figcaption></figure>'
    result = redline(old, old.replace("流程</", "过程</"))
    assert (
        '<figure><img alt="流程" src="f.png"><figcaption><del>流</del><ins>过</ins>程</figcaption>\n</figure>'
        in result.html
    )
    assert result.changes == 1


def test_no_mark_and_no_figure_that_was_not_there_gets_in() -> None:
    hostile = '<p onclick="x">a</p></p><script>alert(1)</script><img src="javascript:x"><svg><style>'
    result = redline(hostile, hostile + "<p>b</p>")
    assert "onclick" not in result.html
    assert "<script" not in result.html
    assert "<svg" not in result.html


WORD = st.text("检查记录每班 ab12.，<&\u200b", min_size=0, max_size=8).map(
    lambda text: text.replace("&", "&amp;").replace("<", "&lt;")
)
INLINE = st.lists(
    st.one_of(
        WORD,
        WORD.map("<strong>{}</strong>".format),
        WORD.map('<a href="#clause-1">{}</a>'.format),
        st.sampled_from(["<br>", '<img src="f.png">', "<code>x  y</code>"]),
    ),
    max_size=3,
).map("".join)
PLAIN = st.one_of(
    INLINE.map("<p>{}</p>".format),
    INLINE.map('<h2 id="clause-1">{}</h2>'.format),
    WORD.map("<pre><code>{}</code></pre>".format),
    st.just("<hr>"),
)
ROW = st.lists(INLINE.map("<td>{}</td>".format), min_size=1, max_size=3).map(
    lambda c: f"<tr>{''.join(c)}</tr>"
)
ITEM = st.builds("<li>{}{}</li>".format, INLINE, st.one_of(st.just(""), PLAIN))
BLOCK = st.one_of(
    PLAIN,
    st.lists(ROW, min_size=1, max_size=3).map(lambda r: f"<table><tbody>\n{''.join(r)}</tbody></table>"),
    st.lists(ITEM, min_size=1, max_size=3).map(lambda i: f"<ul>\n{''.join(i)}</ul>"),
    PLAIN.map("<blockquote>{}</blockquote>".format),
)
BLOCKS_OF_PAGE = st.lists(BLOCK, max_size=5)


@st.composite
def revisions(draw: st.DrawFn) -> tuple[str, str]:
    """Two pages that have most blocks in common, as two revisions have."""
    old = draw(BLOCKS_OF_PAGE)
    new = list(old)
    for _ in range(draw(st.integers(0, 3))):
        place = draw(st.integers(0, len(new)))
        new[place : place + draw(st.integers(0, 1))] = draw(st.lists(BLOCK, max_size=1))
    figures = {"f.png"}
    return clean("\n".join(old), figures=figures), clean("\n".join(new), figures=figures)


@given(revisions())
def test_without_the_insertions_it_is_the_old_text_and_without_the_deletions_the_new(
    pages: tuple[str, str],
) -> None:
    old, new = pages
    result = redline(old, new)
    assert without("ins", result.html) == without("", old)
    assert without("del", result.html) == without("", new)
    assert clean(result.html, figures={"f.png"}) == result.html


@given(BLOCKS_OF_PAGE)
def test_equal_texts_have_no_changes(blocks: list[str]) -> None:
    html = clean("\n".join(blocks), figures={"f.png"})
    result = redline(html, html)
    assert result.changes == 0
    assert "<ins>" not in result.html
    assert "<del>" not in result.html
    assert without("", result.html) == without("", html)


@given(st.text("甲乙丙丁", max_size=12), st.text("甲乙丙丁", max_size=12))
def test_changes_are_the_stretches_between_unchanged_words(old: str, new: str) -> None:
    result = redline(f"<p>{old}</p>", f"<p>{new}</p>")
    inside = result.html.replace("<p>", "").replace("</p>", "").strip()
    marks = [piece[:1] == "<" for piece in _pieces(inside)]
    assert result.changes == sum(is_change for is_change, _ in groupby(marks))


def _pieces(html: str) -> list[str]:
    pieces, rest = [], html
    while rest:
        end = rest.index(">", rest.index("</")) + 1 if rest[0] == "<" else (rest + "<").index("<")
        pieces.append(rest[:end])
        rest = rest[end:]
    return pieces


def test_below_a_heading_of_a_page_a_redline_marks_what_it_marks_alone() -> None:
    old = '<h4 id="clause-1">甲</h4><p><a href="#clause-1">见</a></p>'
    new = '<h5 id="clause-1">甲</h5><p><a href="#clause-1">见</a></p>'
    put = redline(old, new, Place(lower=2, prefix="redline-zh-"))
    assert put.changes == redline(old, new).changes == 1
    assert put.html == (
        "<h6><del>甲</del></h6>\n"
        '<h6 id="redline-zh-clause-1"><ins>甲</ins></h6>\n'
        '<p><a href="#redline-zh-clause-1" rel="noopener noreferrer">见</a></p>\n'
    )


@pytest.mark.parametrize(
    ("old", "new", "language", "marked"),
    [
        ('<td rowspan="2">甲</td>', "<td>甲</td>", "zh",
         "<td><del>［1列×2行］</del><ins>［1列×1行］</ins>甲</td>"),
        ("<td>甲</td>", '<td colspan="3">甲</td>', "en",
         '<td colspan="3"><del>[1 columns × 1 rows]</del><ins>[3 columns × 1 rows]</ins>甲</td>'),
        ("<th>甲</th>", '<th align="right">甲</th>', "zh",
         '<th align="right"><del>［不指定对齐］</del><ins>［右对齐］</ins>甲</th>'),
        ('<td align="left">甲</td>', '<td align="right">甲</td>', "zh", '<td align="right">甲</td>'),
    ],
)  # fmt: skip
def test_merged_cells_and_the_alignment_of_a_column_are_told(
    old: str, new: str, language: str, marked: str
) -> None:
    put = "<table><tbody><tr>{}</tr></tbody></table>"
    result = redline(put.format(old), put.format(new), language=language)
    assert (result.html.replace("\n", ""), result.changes) == (put.format(marked), int("<del>" in marked))


def test_a_list_that_begins_with_another_number_is_told_and_its_items_stay() -> None:
    result = redline("<ol><li>甲</li></ol>", '<ol start="3"><li>甲</li></ol>')
    assert result.html.replace("\n", "") == (
        '<p><del>［从1起编号］</del><ins>［从3起编号］</ins></p><ol start="3"><li>甲</li></ol>'
    )
    assert result.changes == 1
