"""Nothing leaves the page without a word (P-2), measured with another reader than what laid it out."""

from __future__ import annotations

import re

import pypdfium2
import pytest

from docctl.errors import Invalid
from docctl.render import printed, renderer
from docctl.render.pdf import Attached, Job
from docctl.render.sheets import Field, Form, FormStep
from docctl.rules.words import Words
from tests.support.paper import DAY, job, plain, sheet, text
from tests.support.said import said

HEADS = [
    "Identifier", "Description", "Responsible", "Occurrence", "Evaluation", "Correction", "Prevention",
    "Verification", "Effective", "Completed", "Deadline", "Approved", "Remarks",
]  # fmt: skip
ADDRESS = "https://files.example.com/quality/2026/" + "procedures-and-forms/" * 6 + "list.html"
EDGE = 5 / 25.4 * 72


def table(columns: int, cell: str = "") -> str:
    """A table of so many columns, each with a head of 8 to 12 letters."""
    heads = [HEADS[n % len(HEADS)] for n in range(columns)]
    cells = [cell or f"v{n}" for n in range(columns)]
    return f"|{'|'.join(heads)}|\n|{'---|' * columns}\n|{'|'.join(cells)}|\n"


def laid_out(source: str) -> bytes:
    """A procedure with this body, as a site prints it."""
    html = printed.to_html(sheet(languages=("zh",), texts=(text(source, "zh"),)))
    return renderer.render(Job(html, DAY, {}, (Attached("source.md", "", source.encode()),)))


def on_paper(made: bytes) -> str:
    """What stands within the edges of the pages, without blanks; letters in the edge are left out."""
    found = []
    for page in pypdfium2.PdfDocument(made):
        width, height = page.get_size()
        whole = page.get_textpage()
        found.append(whole.get_text_bounded(EDGE, EDGE, width - EDGE, height - EDGE))
    # The reader's own sign for a hyphen at the end of a line.
    return plain("".join(found).replace("\x02", "-").replace("\ufffe", "-"))


def across(made: bytes) -> list[bool]:
    """Of each page whether it lies across."""
    return [width > height for width, height in (page.get_size() for page in pypdfium2.PdfDocument(made))]


def test_a_table_that_fits_is_left_as_it_is() -> None:
    made = laid_out(f"# 1 表\n\n{table(7)}")
    assert not any(across(made))
    assert all(head in on_paper(made) for head in HEADS[:7])


@pytest.mark.parametrize("columns", [9, 13, 20, 30])
def test_all_columns_of_a_wide_table_are_on_the_paper(columns: int) -> None:
    made = laid_out(f"# 1 表\n\n前文。\n\n{table(columns)}\n后文。\n")
    words = on_paper(made)
    assert all(f"v{n}" in words for n in range(columns))
    assert words.count("Identifier") == -(-columns // len(HEADS))
    assert "前文。" in words
    assert "后文。" in words


def test_heading_and_caption_lie_across_with_their_table() -> None:
    made = laid_out(f"# 1 前\n\n前文。\n\n# 2 宽表\n\n表1 纠正措施\n\n{table(13)}")
    pages = [plain(page.get_textpage().get_text_bounded()) for page in pypdfium2.PdfDocument(made)]
    wide = next(n for n, turned in enumerate(across(made)) if turned)
    assert "2宽表" in pages[wide]
    assert "表1纠正措施" in pages[wide]
    assert "前文" in pages[wide - 1]


@pytest.mark.parametrize(
    "source", [f"|名称|地址|\n|-|-|\n|甲|{ADDRESS}|\n", f"    {ADDRESS * 3}\n", f"见 {ADDRESS}。\n"]
)
def test_an_address_is_broken_and_whole(source: str) -> None:
    made = laid_out(f"# 1 地址\n\n{source}")
    assert ADDRESS in on_paper(made)
    assert not any(across(made))


def test_the_deepest_lists_and_quotations_have_room_for_their_words() -> None:
    lists = "".join(f"{'    ' * n}- 第{n}层的文字\n" for n in range(30))
    quotations = "".join(f"{'>' * n} 引{n}处的文字\n\n" for n in range(1, 30))
    words = on_paper(laid_out(f"# 1 深\n\n{lists}\n{quotations}"))
    assert all(f"第{n}层的文字" in words for n in range(30))
    assert all(f"引{n}处的文字" in words for n in range(1, 30))


def test_a_long_title_leaves_neither_the_cover_nor_the_head() -> None:
    title = "Pneumonoultramicroscopicsilicovolcanoconiosis" * 2 + "控制程序" * 10
    long = sheet(languages=("zh",), title=Words(zh=title), texts=(text("# 1 目的\n\n文。\n", "zh"),))
    made = renderer.render(job(printed.to_html(long), source=b"# 1"))
    assert on_paper(made).count(title) == 1 + 1 + len(across(made))  # cover, text, and each head


def test_a_table_that_fits_in_no_form_is_refused_with_its_line() -> None:
    with pytest.raises(Invalid) as refused:
        laid_out(f"# 1 表\n\n前文。\n\n{table(31)}")
    ((place, why),) = said(refused.value.problems).items()
    assert place == "line 5"
    assert re.match(r"the table that begins with “Identifier Description .*” is too wide for a page", why)


def test_what_is_wide_and_no_table_is_refused_too() -> None:
    html = '<p style="white-space: nowrap">' + "文字" * 100 + "</p>"
    with pytest.raises(Invalid, match=r"“文字.*” leaves the page"):
        renderer.render(job(html, source=b"x"))


def test_a_list_of_evidence_is_printed_as_well_as_it_can_be() -> None:
    assert renderer.render(job('<p style="white-space: nowrap">' + "文字" * 100 + "</p>")).startswith(b"%PDF")


@pytest.mark.parametrize("columns", [6, 12, 25])
def test_a_list_of_many_columns_has_room_on_a_blank_form(columns: int) -> None:
    made = blank_form(columns)
    words = on_paper(made)
    assert all(f"第{n}栏检测结果" in words and f"Measurement{n}" in words for n in range(columns))
    assert _overlaps(made) == []
    assert across(made)[0] is (columns > 10)


def test_a_list_of_more_columns_than_a_pen_can_fill_in_is_refused() -> None:
    with pytest.raises(Invalid, match="too wide for a page"):
        blank_form(31)


def blank_form(columns: int) -> bytes:
    """A form with a list of so many columns, in two languages."""
    heads = tuple(Words(zh=f"第{n}栏检测结果", en=f"Measurement{n}") for n in range(columns))
    form = Form(
        "LX-CX-1", (), Words(zh="质量部"), None, (_step(Field(Words(zh="检测"), "array", True, (), heads)),)
    )
    return renderer.render(job(printed.to_html(sheet(texts=(), form=form)), source=b"x"))


def _step(field: Field) -> FormStep:
    return FormStep(Words(zh="检测", en="Test"), (Words(zh="检验员"),), "5", (field,))


def _overlaps(made: bytes) -> list[str]:
    """Letters that stand on other letters; those of a ligature share their place."""
    found = []
    for page in pypdfium2.PdfDocument(made):
        read = page.get_textpage()
        boxes = [(read.get_text_range(n, 1), read.get_charbox(n)) for n in range(read.count_chars())]
        seen = [(c, box) for c, box in boxes if c.strip() and box[2] > box[0]]
        for n, (c, (left, bottom, right, top)) in enumerate(seen):
            for other, (l2, b2, r2, t2) in seen[n + 1 :]:
                wide, high = min(right, r2) - max(left, l2), min(top, t2) - max(bottom, b2)
                if (
                    c + other != "ff"
                    and wide > 0.4 * min(right - left, r2 - l2)
                    and high > 0.4 * min(top - bottom, t2 - b2)
                ):
                    found.append(c + other)
    return found
