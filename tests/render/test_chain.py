"""Pictures of chains: well formed whatever the boxes say, and nothing leaves its box."""

from __future__ import annotations

from itertools import pairwise
from xml.etree.ElementTree import Element, fromstring

from hypothesis import given
from hypothesis import strategies as st

from docctl.render.chain import WIDTH, Box, draw

SVG = "{http://www.w3.org/2000/svg}"
LINES = st.lists(
    st.text(st.characters(blacklist_categories=("Cc", "Cs", "Cn", "Co"))), min_size=1, max_size=5
)


def parsed(boxes: list[Box], title: str = "t") -> Element:
    return fromstring(draw(boxes, title))


@given(LINES, st.text(st.characters(blacklist_categories=("Cc", "Cs", "Cn", "Co"))))
def test_whatever_is_typed_is_text_in_the_picture(lines: list[str], said: str) -> None:
    picture = parsed([Box(("a",)), Box(tuple(lines), said)], said)
    tags = {element.tag for element in picture.iter()}
    assert tags == {SVG + name for name in ("svg", "rect", "text", "path")}
    assert picture.get("aria-label") == said


def test_boxes_stand_one_below_the_other_with_an_arrow_between() -> None:
    picture = parsed([Box(("LX-R-101", "b", "c"), colour="green"), Box(("d",), "governed by"), Box(("e",))])
    rects = picture.findall(SVG + "rect")
    assert [r.get("class") for r in rects] == ["box green", "box grey", "box grey"]
    edges = [(int(r.get("y", "")), int(r.get("y", "")) + int(r.get("height", ""))) for r in rects]
    assert all(above[1] < below[0] for above, below in pairwise(edges))
    assert len(picture.findall(SVG + "path")) == 4
    bottom = int((picture.get("viewBox") or "").split()[3])
    assert edges[-1][1] < bottom


def test_a_long_line_is_cut_where_its_box_ends() -> None:
    shown = [t.text or "" for t in parsed([Box(("质" * 80, "x" * 200))]).iter(SVG + "text")]
    assert all(line.endswith("…") for line in shown)
    assert len(shown[0]) * 15 < WIDTH
    assert len(shown[1]) * 13 * 0.6 < WIDTH


def test_the_picture_asks_for_nothing_from_outside_and_styles_nothing_itself() -> None:
    picture = parsed([Box(('"><script>alert(1)</script>',))], '" onload="x')
    names = {name for element in picture.iter() for name in element.attrib}
    assert names == {"viewBox", "role", "aria-label", "class", "x", "y", "width", "height", "rx"}
