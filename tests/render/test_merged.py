"""Merged cells and new pages: on the page, on paper, in a redline."""

from __future__ import annotations

import pypdfium2
import pytest

from docctl.render import markdown, printed, renderer
from docctl.render.redline import redline
from tests.support.paper import job, pages, sheet, text

TABLE = """| 项目 | 要求 | 备注 |
|---|---|---|
| 外观 | 无裂纹 | 目视 |
| ^^ | 无锈蚀 | << |
| 合计 | << | 二 |
"""


def html(source: str) -> str:
    return markdown.to_html(source, language="zh", limits={}, figure_url=lambda _: None, number="X").html


def test_a_cell_stands_over_those_that_belong_to_it() -> None:
    made = html(TABLE)
    assert '<td rowspan="2">外观</td>' in made
    assert '<td colspan="2">无锈蚀</td>' in made
    assert '<td colspan="2">合计</td>' in made
    assert "^^" not in made
    assert "&lt;&lt;" not in made


def test_merged_cells_are_merged_on_paper_too() -> None:
    made = renderer.render(job(printed.to_html(sheet(languages=("zh",), texts=(text(TABLE, "zh"),)))))
    (page,) = [p for p in pypdfium2.PdfDocument(made) if "无锈蚀" in p.get_textpage().get_text_bounded()]
    read = page.get_textpage()
    said = read.get_text_bounded()
    first, over, second = (read.get_charbox(said.index(word)) for word in ("无裂纹", "外观", "无锈蚀"))
    assert second[1] < over[1] < first[1], "it stands between the two rows"
    assert "^^" not in said


@pytest.mark.parametrize("source", ["甲段\n\n\\newpage\n\n乙段\n", "- 甲段\n\n\\newpage\n\n乙段\n"])
def test_a_new_page_begins_where_it_is_asked_for(source: str) -> None:
    made = renderer.render(job(printed.to_html(sheet(languages=("zh",), texts=(text(source, "zh"),)))))
    on = [next(n for n, page in enumerate(pages(made)) if word in page) for word in ("甲段", "乙段")]
    assert on[1] == on[0] + 1
    assert "newpage" not in "".join(pages(made))
    assert "newpage" not in html(source)


def test_a_redline_keeps_what_is_merged() -> None:
    made = redline(html(TABLE), html(TABLE.replace("无锈蚀", "无锈迹"))).html
    assert 'rowspan="2"' in made
    assert "<del>蚀</del>" in made
