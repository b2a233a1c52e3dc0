"""What the flow figures share: colours, columns, boxes, arrows. Needs Pillow and pylopdf-fonts-zh-cn."""

from __future__ import annotations

from importlib.resources import files

from PIL import Image, ImageDraw, ImageFont

INK, MUTED, LINE, FILL, ACCENT = "#1f2933", "#5b6770", "#8a97a3", "#eef3f7", "#1d5d8c"
WIDTH, TOP = 1560, 120
BOX_LEFT, BOX_RIGHT, WHO_LEFT, RECORD_LEFT = 540, 1020, 20, 1190
CENTRE = (BOX_LEFT + BOX_RIGHT) // 2


def sheet(heads: tuple[str, str, str], height: int) -> tuple[Image.Image, ImageDraw.ImageDraw]:
    """A white picture with the heads of its three columns."""
    image = Image.new("RGB", (WIDTH, height), "white")
    pen = ImageDraw.Draw(image)
    who, what, record = heads
    pen.text((WHO_LEFT, 44), who, MUTED, font(26), anchor="lm")
    pen.text((CENTRE, 44), what, MUTED, font(26), anchor="mm")
    pen.text((RECORD_LEFT, 44), record, MUTED, font(26), anchor="lm")
    pen.line([(20, 78), (WIDTH - 20, 78)], LINE, 2)
    return image, pen


def arrow(pen: ImageDraw.ImageDraw, points: list[tuple[int, int]]) -> None:
    """A line through the points, with a head at the last one."""
    pen.line(points, ACCENT, 4, joint="curve")
    (x0, _), (x1, y1) = points[-2:]
    if x0 == x1:
        pen.polygon([(x1, y1), (x1 - 11, y1 - 22), (x1 + 11, y1 - 22)], ACCENT)
    else:
        back = 22 if x0 > x1 else -22
        pen.polygon([(x1, y1), (x1 + back, y1 - 11), (x1 + back, y1 + 11)], ACCENT)


def font(size: int) -> ImageFont.FreeTypeFont:
    """The font of the prints, so that each character of a text is there."""
    return ImageFont.truetype(str(files("pylopdf_fonts_zh_cn") / "NotoSansSC-Regular.otf"), size)
