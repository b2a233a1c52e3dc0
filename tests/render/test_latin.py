"""English within a Chinese text has marks of its own width on paper, and Chinese has its own (P-16)."""

from __future__ import annotations

import pypdfium2
import pytest

from docctl.render import printed, renderer
from tests.support.paper import job, sheet, text


@pytest.mark.parametrize(
    ("said", "marked"),
    [
        ("It’s done", ["’"]),
        ("the manufacturer’s “quality” mark", ["’", "“quality”"]),
        ("所有者‘s 与 don’t", ["’"]),
        ("按照“ISO 9001”要求", []),
        ("“质量”与“quality”并列", []),
        ("见 “ISO 9001” 的要求", ["“ISO 9001”"]),
        ("one — two", [" — "]),
        ("结束——另一句", []),
        ("`it’s`", []),
    ],
)
def test_the_marks_of_english_are_told_from_those_of_chinese(said: str, marked: list[str]) -> None:
    html = text(f"# 1 目的\n\n{said}\n", "zh").html
    found = [part.partition("</span>")[0] for part in html.split('<span class="latin">')[1:]]
    assert found == marked


def test_an_apostrophe_takes_no_more_room_on_paper_than_in_an_english_text() -> None:
    of = text("# 1 目的\n\nwordI’Mword 甲“乙”丙\n", "zh")
    made = renderer.render(job(printed.to_html(sheet(languages=("zh",), texts=(of,)))))
    for page in pypdfium2.PdfDocument(made):
        read = page.get_textpage()
        said = read.get_text_bounded()
        if "wordI" not in said:
            continue
        begin = said.index("wordI") + len("word")
        left, _, right = (read.get_charbox(begin + n) for n in range(3))
        assert right[0] - left[2] < 5, "an apostrophe of Chinese takes 10 points"
        quoted = said.index("“乙")
        assert read.get_charbox(quoted + 1)[0] - read.get_charbox(quoted - 1)[2] > 8
        return
    raise AssertionError("the words are on no page")
