"""QR codes, read back by a reader that is not ours."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from PIL import Image

from docctl.render import qr
from tests.support.paper import codes

URL = "https://docs.lixin.example/c/7K3MZQ2T5VXB4N6PYRSD8WH1QA"


@pytest.mark.parametrize("text", [URL, "/c/ABC", "http://[::1]:8080/c/7K3M", "中文 " * 40])
def test_what_was_written_is_read(text: str) -> None:
    assert codes(drawn(qr.modules(text))) == [text]


def drawn(modules: Sequence[Sequence[bool]]) -> Image.Image:
    """The dark modules as a printer would show them, with the quiet zone around."""
    side = len(modules) + 2 * qr.QUIET
    picture = Image.new("L", (side, side), 255)
    for y, row in enumerate(modules, qr.QUIET):
        for x, dark in enumerate(row, qr.QUIET):
            picture.putpixel((x, y), 0 if dark else 255)
    return picture.resize((side * 6, side * 6), Image.Resampling.NEAREST)


def test_the_lines_of_a_stamp_are_the_dark_modules() -> None:
    lines = [[False] * len(qr.modules(URL)) for _ in qr.modules(URL)]
    for y, x, length in qr.runs(URL):
        assert not any(lines[y][x : x + length])
        lines[y][x : x + length] = [True] * length
    assert tuple(map(tuple, lines)) == qr.modules(URL)


def test_a_code_is_the_same_each_time() -> None:
    assert qr.svg(URL) == qr.svg(URL)


def test_an_svg_holds_no_script_and_no_text_of_the_url() -> None:
    made = qr.svg("https://x.example/c/<script>alert(1)</script>")
    assert made.startswith("<svg")
    assert "script" not in made
