"""Where pages end: no heading alone, heads of tables again, no half page empty before a figure."""

from __future__ import annotations

import hashlib
import io

import pypdfium2
import pytest
from PIL import Image

from docctl.render import printed, renderer
from docctl.render.figures import Asset
from docctl.render.pdf import Job
from docctl.render.sheets import ASSET, Field, Form, FormStep
from docctl.rules.words import Words
from tests.support.paper import ADMINISTRATION, DAY, pages, sheet, text

FOOT = 32 / 25.4 * 72
HEAD = 36 / 25.4 * 72


def laid_out(source: str, after: str = "", assets: dict[str, Asset] | None = None) -> bytes:
    body = text(source, "zh")
    whole = sheet(languages=("zh",), texts=(type(body)("zh", body.html + after, ()),), records=())
    return renderer.render(Job(printed.to_html(whole), DAY, assets or {}))


def bodies(made: bytes) -> list[list[str]]:
    """The lines of the text on each page, without cover and records of changes."""
    found = []
    for page in list(pypdfium2.PdfDocument(made))[2:]:
        width, height = page.get_size()
        found.append(page.get_textpage().get_text_bounded(0, FOOT, width, height - HEAD).split("\r\n"))
    return found


@pytest.mark.parametrize("below", ["一段文字。" * 40, "|甲|乙|\n|-|-|\n" + "|一|二|\n" * 9, "- 甲\n- 乙"])
def test_a_heading_never_stands_alone_at_the_foot_of_a_page(below: str) -> None:
    chapters = (
        f"# {n} 章\n\n" + "一行。\n\n" * n + f"# {n + 1} 末章\n\n## {n + 1}.1 末节\n\n{below}\n\n"
        for n in range(20, 60, 2)
    )
    found = bodies(laid_out("".join(chapters)))
    assert len(found) > 20
    for page in found[:-1]:
        assert not page[-1].endswith(("章", "末节")), page


def test_the_head_of_a_table_is_on_each_of_its_pages() -> None:
    made = laid_out("# 1 表\n\n|栏目甲|栏目乙|\n|-|-|\n" + "|一|二|\n" * 120)
    table = [page for page in pages(made)[2:] if "一" in page]
    assert len(table) >= 3
    assert all(page.count("栏目甲") == 1 for page in table)


@pytest.mark.parametrize("lines", [3, 8, 12, 16, 20])
@pytest.mark.parametrize("heading", ["", "<h2>1.1 图</h2>"])
def test_no_page_is_two_fifths_empty_before_a_figure(lines: int, heading: str) -> None:
    kept = io.BytesIO()
    Image.new("RGB", (600, 700), (0, 90, 0)).save(kept, "PNG")
    digest = hashlib.sha256(kept.getvalue()).hexdigest()
    figure = (
        f'{heading}<figure><img src="{ASSET}{digest}"><figcaption>流程</figcaption></figure><p>后文。</p>'
    )
    assets = {digest: Asset("X/flow.png", "image/png", kept.getvalue())}
    made = laid_out("# 1 章\n\n" + "一行。\n\n" * lines, figure, assets)
    (page,) = (page for page in pypdfium2.PdfDocument(made) if any(o.type == 3 for o in page.get_objects()))
    number = [
        n for n, one in enumerate(pypdfium2.PdfDocument(made)) if any(o.type == 3 for o in one.get_objects())
    ]
    (drawn,) = (o for o in page.get_objects() if o.type == 3)
    assert drawn.get_bounds()[1] > FOOT
    assert drawn.get_bounds()[3] - drawn.get_bounds()[1] > 70 / 25.4 * 72
    if number != [2]:
        lowest = min(box[1] for box in _words(pypdfium2.PdfDocument(made)[number[0] - 1]))
        assert lowest - FOOT <= 0.4 * (page.get_height() - HEAD - FOOT)


def test_the_contents_of_a_language_stand_on_one_page() -> None:
    for n in (17, 18, 19):
        source = "".join(f"# {chapter} 章\n\n一行。\n\n" for chapter in range(1, n))
        made = renderer.render(
            Job(printed.to_html(sheet(texts=(text(source, "zh"), text(source, "en")))), DAY, {})
        )
        front = pages(made)[1:4]
        (page,) = (page for page in front if "Contents" in page)
        assert page.partition("Contents")[2].count(" 章") == n - 1, n


def test_a_form_has_no_page_with_its_foot_alone() -> None:
    for n in (17, 18):
        step = FormStep(
            Words(zh="填写"), (ADMINISTRATION,), "", (Field(Words(zh="内容"), "file", False),) * n
        )
        form = Form("LX-CX-2019-101", ("4.5",), ADMINISTRATION, 3, (step,))
        made = pages(renderer.render(Job(printed.to_html(sheet(texts=(), records=(), form=form)), DAY, {})))
        assert "日期" in made[-1].partition("带 *")[0], n


def _words(page: pypdfium2.PdfPage) -> list[tuple[float, ...]]:
    read = page.get_textpage()
    boxes = [read.get_charbox(n) for n in range(read.count_chars())]
    return [box for box in boxes if FOOT < box[1] < page.get_height() - HEAD and box[2] > box[0]]


def test_the_last_line_of_a_text_gets_no_page_to_itself() -> None:
    def lines(many: int) -> list[int]:
        return [sum("一行" in line for line in page) for page in bodies(laid_out("一行。\n\n" * many))]

    first, second, *_ = lines(150)
    assert len(lines(first + second)) == 2
    assert len(lines(first + second + 1)) == 2
    # What fills more of a page than a few lines is set as ever.
    assert lines(first + second + 12) == [first, second, 12]


def test_a_table_that_goes_on_says_on_each_page_which_it_is() -> None:
    rows = [f"|{n:03}|" + "说明" * (n % 40) + "|" for n in range(90)]
    found = pages(laid_out("# 1 章\n\n表1 限值\n\n|编号|说明|\n|-|-|\n" + "\n".join(rows) + "\n\n后文"))
    of = [page for page in found[2:] if "限值" in page]
    assert len(of) >= 3
    assert ["续表1 限值" in page for page in of] == [False, *[True] * (len(of) - 1)]
    assert all(page.count("编号") - page.count("文件编号") == 1 for page in of)
    numbers = [word for page in of for word in page.split() if word.isdecimal() and len(word) == 3]
    assert numbers == [f"{n:03}" for n in range(90)]


@pytest.mark.parametrize(
    "table",
    ["|编号|说明|\n|-|-|\n", "表1 限值\n\n|编号|<<|\n|-|-|\n", "表1 限值\n\n|编号|说明|\n|-|-|\n|甲|乙|\n"],
)
def test_a_table_without_caption_or_of_one_page_is_not_divided(table: str) -> None:
    many = 0 if "甲" in table else 60
    assert "续表" not in "".join(pages(laid_out("# 1 章\n\n" + table + "|一|二|\n" * many)))


def test_one_row_of_a_table_is_not_left_behind_where_a_page_has_room_for_all() -> None:
    table = "\n\n表1 限值\n\n|编号|说明|\n|-|-|\n" + "|一|二|\n" * 12
    many = next(n for n in range(20, 40) if _rows_left("一行。\n\n" * n, table) in {1, 2, 3})
    for more in range(3):
        assert _rows_left("一行。\n\n" * (many + more), table) != 1


def _rows_left(above: str, table: str) -> int:
    """How many rows stand on the page on which the lines above the table end."""
    [first, *_] = bodies(laid_out(above + table))
    return sum(line == "一 二" for line in first)
