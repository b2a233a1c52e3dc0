"""Paper numbers the items of a list as the page does (P-1)."""

from __future__ import annotations

import re

import pypdfium2
import pytest

from docctl.render import pdf
from tests.support.paper import job, pages

pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")


@pytest.mark.parametrize(
    ("html", "numbers"),
    [
        ("<ol><li>x<li>x</ol>", "1. 2."),
        ('<ol start="3"><li>x<li>x</ol>', "3. 4."),
        ('<ol start="0"><li>x<li>x</ol>', "0. 1."),
        ('<ol start="99"><li>x<li>x</ol>', "99. 100."),
        ('<ol start="3"><li>x<ol><li>x<li>x</ol><li>x</ol>', "3. 1. 2. 4."),
        ('<ol><li>x<ol start="7"><li>x</ol><li>x</ol>', "1. 7. 2."),
        ('<ol><li value="5">x<li>x<li value="2">x</ol>', "5. 6. 2."),
        ("<ol reversed><li>x<li>x<li>x</ol>", "3. 2. 1."),
        ('<ol reversed start="9"><li>x<li>x</ol>', "9. 8."),
        ('<ol type="a" start="3"><li>x<li>x</ol>', "c. d."),
        ('<ol type="I"><li>x<li>x<li>x<li>x</ol>', "I. II. III. IV."),
        ('<ol start="x"><li>x<li value="">x</ol>', "1. 2."),
        ('<ol start="3"><li>x</ol><ol><li>x</ol>', "3. 1."),
    ],
)
def test_a_list_counts_as_its_attributes_say(html: str, numbers: str) -> None:
    (page,) = pages(pdf.lay_out(job(f"<style>li {{ margin-left: 3em }}</style>{html}")))
    assert re.findall(r"\w+\.", page) == numbers.split()


def test_cells_stand_over_as_many_columns_and_rows_as_they_say() -> None:
    html = '<table><tr><td rowspan="2">a</td><td>b</td></tr><tr><td>c</td></tr><tr><td colspan="2">dd</td></tr></table>'
    page = pypdfium2.PdfDocument(pdf.lay_out(job(html)))[0].get_textpage()
    left, bottom = zip(*(page.get_charbox(page.search(c).get_next()[0])[:2] for c in "abcd"), strict=True)
    assert left[1] == pytest.approx(left[2], abs=2)
    assert bottom[2] < bottom[0] < bottom[1]
    assert left[3] < left[1]
