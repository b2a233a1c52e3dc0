"""Draws the papers that the examples attach, as a scanner gives them: black and white, a little askew.

.venv/bin/python records/files/draw_scans.py
"""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

HERE = Path(__file__).parent
FACE = files("pylopdf_fonts_zh_cn").joinpath("NotoSerifSC-Regular.otf")
HAND_OVER = (
    "文件交付清单",
    ["产品说明书　　　1 份　　√", "安装指南　　　　1 份　　√", "维修手册　　　　1 份　　√"],
    "顾客签名：",
)
REPLY = (
    "关于中标商的批复（示例）",
    ["招标部：", "你部上报的评标结果收悉。", "同意按上报的中标商发出中标通知书。"],
    "行业主管部门（章）：",
)


def draw(name: str, title: str, lines: list[str], signs: str) -> None:
    """One page of a paper, with a stroke where somebody signed."""
    page = Image.new("L", (720, 520), 255)
    pen = ImageDraw.Draw(page)
    with FACE.open("rb") as face:
        large = ImageFont.truetype(face, 34)
    with FACE.open("rb") as face:
        plain = ImageFont.truetype(face, 24)
    pen.text((360, 60), title, font=large, fill=0, anchor="mm")
    for n, line in enumerate(lines):
        pen.text((80, 130 + 60 * n), line, font=plain, fill=0)
    pen.text((80, 400), signs, font=plain, fill=0)
    stroke = [(330, 430), (360, 390), (380, 435), (410, 395), (430, 432), (470, 400), (500, 425), (560, 405)]
    pen.line(stroke, fill=0, width=4, joint="curve")
    turned = page.rotate(0.6, fillcolor=255, resample=Image.Resampling.BICUBIC)
    turned.convert("1").save(HERE / name, optimize=True)


if __name__ == "__main__":
    draw("LX-R-182-signed.png", *HAND_OVER)
    draw("CASC-R-017-reply.png", *REPLY)
