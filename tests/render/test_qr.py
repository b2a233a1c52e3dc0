"""QR codes, read back by a reader that is not ours."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from docctl.render import qr
from tests.support.paper import codes

URL = "https://docs.lixin.example/c/7K3MZQ2T5VXB4N6PYRSD8WH1QA"


@pytest.mark.parametrize("text", [URL, "/c/ABC", "http://[::1]:8080/c/7K3M", "中文 " * 40])
def test_what_was_written_is_read(text: str) -> None:
    assert codes(Image.open(io.BytesIO(qr.png(text)))) == [text]


def test_the_lines_of_a_stamp_are_the_dark_modules() -> None:
    drawn = [[False] * len(qr.modules(URL)) for _ in qr.modules(URL)]
    for y, x, length in qr.runs(URL):
        assert not any(drawn[y][x : x + length])
        drawn[y][x : x + length] = [True] * length
    assert tuple(map(tuple, drawn)) == qr.modules(URL)


def test_a_code_is_the_same_each_time() -> None:
    assert qr.png(URL) == qr.png(URL)
    assert qr.svg(URL) == qr.svg(URL)


def test_an_svg_holds_no_script_and_no_text_of_the_url() -> None:
    made = qr.svg("https://x.example/c/<script>alert(1)</script>")
    assert made.startswith("<svg")
    assert "script" not in made
