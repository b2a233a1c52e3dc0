"""Pictures of what is printed, for people to look at: build/contact-sheet/paper-*.png."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from PIL import Image

from docctl.queries.copies import printing
from docctl.render import stamp
from docctl.render.marks import Mark, Obsolete, Uncontrolled
from tests.house.trees import ROOT
from tests.support.paper import FORM, NUMBER, pages, picture
from tests.support.sites import World

FOLDER = ROOT / "build" / "contact-sheet"
ACROSS = 4
_GAP = 8


def laid_side_by_side(pictures: list[Image.Image], file: Path) -> Image.Image:
    """Up to ACROSS in a row, on grey, written into `file`."""
    width, height = pictures[0].size
    columns = min(ACROSS, len(pictures))
    rows = math.ceil(len(pictures) / columns)
    whole = Image.new("RGB", (columns * (width + _GAP) + _GAP, rows * (height + _GAP) + _GAP), "#888")
    for n, one in enumerate(pictures):
        whole.paste(one, (_GAP + n % columns * (width + _GAP), _GAP + n // columns * (height + _GAP)))
    file.parent.mkdir(parents=True, exist_ok=True)
    whole.save(file)
    return whole


def ink(image: Image.Image) -> float:
    """The part of a picture that is not white."""
    histogram = image.convert("L").histogram()
    return sum(histogram[:200]) / sum(histogram)


@pytest.mark.parametrize("copy", [f"{NUMBER}#002", f"{FORM}#001"])
def test_each_page_of_a_copy_has_something_on_it_and_nothing_in_its_binding(
    paper_world: World, copy: str
) -> None:
    made = printing.copy_print(paper_world.as_("controller"), copy)
    pictures = [picture(made.data, n, 80) for n in range(len(pages(made.data)))]
    laid_side_by_side(pictures, FOLDER / f"paper-{copy.replace('#', '-')}.png")
    for page in pictures:
        width, height = page.size
        assert 0.004 < ink(page) < 0.3
        assert ink(page.crop((0, 0, width * 25 // 210, height))) == 0
        assert ink(page.crop((width * 196 // 210, 0, width, height))) == 0


def test_the_marks_of_other_prints_side_by_side(base: bytes) -> None:
    why, at = "自 2026-05-01 起被 A/2 替代 superseded by A/2", "2026-05-04 09:00 +08:00"
    marks: list[Mark] = [
        Uncontrolled("2026-03-02 10:15 +08:00", "2026-03-09 10:15 +08:00", "李晓燕"),
        Obsolete(why, at),
        Obsolete(why, at, "LX-CX-2019-101#003"),
    ]
    pictures = [picture(stamp.stamp(base, mark), 0, 80) for mark in marks]
    laid_side_by_side(pictures, FOLDER / "paper-marks.png")
    assert len({one.tobytes() for one in pictures}) == len(marks)
