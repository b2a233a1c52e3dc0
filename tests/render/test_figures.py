"""A figure comes out on paper as it is on the page, or is refused (P-5)."""

from __future__ import annotations

import array
import io

import pypdfium2
import pytest
from PIL import Image

from docctl.errors import Invalid
from docctl.render import figures, pdf
from docctl.render.figures import Asset
from tests.support.paper import job, pages, picture
from tests.support.said import said

pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 50">{}</svg>'
HTML = '<foreignObject width="99" height="50"><div xmlns="http://www.w3.org/1999/xhtml"><b>Check</b> valve</div></foreignObject>'


def vector(inside: str) -> Asset:
    return Asset("X/flow.svg", "image/svg+xml", SVG.format(inside).encode())


def png(drawn: Image.Image, **how: int) -> Asset:
    kept = io.BytesIO()
    drawn.save(kept, "PNG", **how)
    return Asset("X/photo.png", "image/png", kept.getvalue())


def refusal(figure: Asset) -> dict[str, str]:
    with pytest.raises(Invalid) as refused:
        pdf.lay_out(job('<img src="{0}">', figure))
    return said(refused.value.problems)


@pytest.mark.parametrize(
    "inside",
    [HTML, f"<g><g>{HTML}</g></g>", f"<switch>{HTML}<text>Text is not SVG - cannot display</text></switch>"],
    ids=["alone", "deep", "with a note instead"],
)
def test_text_that_only_browsers_draw_is_refused_with_what_to_do(inside: str) -> None:
    found = refusal(vector(inside))
    assert found.keys() == {"X/flow.svg"}
    assert found["X/flow.svg"].startswith("its text “Check valve” is HTML within the drawing")
    assert "export it with its text as SVG text" in found["X/flow.svg"]


def test_text_that_is_drawn_in_its_place_is_on_the_paper() -> None:
    drawing = vector(f'<switch>{HTML}<text x="9" y="30">Check valve</text></switch>')
    assert "Check valve" in pages(pdf.lay_out(job('<img src="{0}">', drawing)))[0]


def test_a_drawing_says_which_characters_no_font_has() -> None:
    assert refusal(vector("<text>阀\U00020001</text>")) == {
        "X/flow.svg": "no font has \U00020001; write it otherwise"
    }


def test_a_drawing_with_an_error_is_named() -> None:
    broken = Asset("X/flow.svg", "image/svg+xml", b"<svg><text>half")
    assert refusal(broken)["X/flow.svg"].startswith("cannot be read as a picture (")


def test_a_picture_of_sixteen_bits_keeps_its_greys() -> None:
    ramp = array.array("H", [x * 257 for _ in range(64) for x in range(256)]).tobytes()
    made = pdf.lay_out(
        job('<img src="{0}" style="width: 256px">', png(Image.frombytes("I;16", (256, 64), ramp)))
    )
    assert sum(n > 0 for n in picture(made, 0, 96).convert("L").histogram()) > 200


@pytest.mark.parametrize("mode", ["RGBA", "LA"])
def test_what_is_transparent_is_white_on_paper(mode: str) -> None:
    clear = Image.new(mode, (90, 90))
    clear.putpixel((45, 45), (0,) * (len(mode) - 1) + (255,))
    page = pypdfium2.PdfDocument(pdf.lay_out(job('<img src="{0}">', png(clear))))[0]
    shown = page.render().to_pil().convert("L").histogram()
    light, dark = sum(shown[250:]), sum(shown[:250])
    assert dark < 40 < light


def test_other_pictures_are_drawn_from_their_own_bytes() -> None:
    plain = png(Image.new("RGB", (9, 9)))
    assert figures.drawable({"a": plain}) == {"a": plain}
