"""Draws the flow figures of LX-CX-2019-001, one a language. Run by hand after a change of the text.

Knows nothing of docctl. The same words and versions give the same bytes.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pen import (
    ACCENT,
    BOX_LEFT,
    BOX_RIGHT,
    CENTRE,
    FILL,
    INK,
    MUTED,
    RECORD_LEFT,
    TOP,
    WHO_LEFT,
    arrow,
    font,
    sheet,
)
from PIL import ImageDraw

HEIGHT, BOX_HEIGHT, PITCH = 1290, 104, 172
FOLDER = Path(__file__).resolve().parents[1] / "LX-CX-2019-001"


@dataclass(frozen=True)
class Words:
    """One language of the figure: column heads, the steps from the top, the two ends, the two loops."""

    heads: tuple[str, str, str]
    steps: tuple[tuple[str, str, str, str], ...]  # who, what, clause, record
    ends: tuple[tuple[str, str], tuple[str, str]]
    last_who: str
    rejected: str
    change: str


CHINESE = Words(
    heads=("负责", "步骤（条款）", "记录"),
    steps=(
        ("业务部、\n归口管理部门", "编制", "4.2", ""),
        ("表2所列签署人", "审批", "4.2", ""),
        ("文控员", "发布", "4.2.7", "LX-R-004"),
        ("发放部门", "发放", "4.3、4.5.1", "LX-R-001"),
        ("持有人", "签收、使用", "4.5.2、4.6.1", "LX-R-001、LX-R-003"),
        ("原发放部门", "回收", "4.4.3、4.5.4", "LX-R-001"),
    ),
    ends=(("作废留存", "4.6.2 b）"), ("销毁", "4.6.2 c）")),
    last_who="归口管理部门\n负责人批准",
    rejected="退回",
    change="更改申请\nLX-R-002",
)
ENGLISH = Words(
    heads=("Who", "Step (clause)", "Record"),
    steps=(
        ("business department,\nowner department", "Draft", "4.2", ""),
        ("signatories of Table 2", "Approve", "4.2", ""),
        ("document controller", "Issue the revision", "4.2.7", "LX-R-004"),
        ("issuing department", "Issue copies", "4.3, 4.5.1", "LX-R-001"),
        ("holder", "Acknowledge, use", "4.5.2, 4.6.1", "LX-R-001, LX-R-003"),
        ("department that\nissued the copy", "Recall", "4.4.3, 4.5.4", "LX-R-001"),
    ),
    ends=(("Keep for reference", "4.6.2 b)"), ("Destroy", "4.6.2 c)")),
    last_who="approval by head of\nowner department",
    rejected="rejected",
    change="change request\nLX-R-002",
)


def draw(words: Words, target: Path) -> None:
    """Write one figure as a PNG of few colours."""
    image, pen = sheet(words.heads, HEIGHT)
    for row, (who, what, clause, record) in enumerate(words.steps):
        middle = _middle(row)
        _box(pen, (BOX_LEFT, BOX_RIGHT), middle, what, clause)
        pen.text((WHO_LEFT, middle), who, INK, font(28), anchor="lm", spacing=10)
        pen.text((RECORD_LEFT, middle), record, INK, font(28), anchor="lm")
        if row:
            arrow(pen, [(CENTRE, _middle(row - 1) + BOX_HEIGHT // 2), (CENTRE, middle - BOX_HEIGHT // 2)])
    _ends(pen, words)
    _loops(pen, words)
    image.quantize(32).save(target, optimize=True)


def _ends(pen: ImageDraw.ImageDraw, words: Words) -> None:
    """The recalled copy has two ways to go; both leave the same box."""
    middle, split = _middle(6), _middle(5) + BOX_HEIGHT // 2 + 34
    pen.line([(CENTRE, _middle(5) + BOX_HEIGHT // 2), (CENTRE, split)], ACCENT, 4)
    for (what, clause), (left, right) in zip(words.ends, ((440, 765), (795, 1120)), strict=True):
        _box(pen, (left, right), middle, what, clause)
        arrow(
            pen,
            [(CENTRE, split), ((left + right) // 2, split), ((left + right) // 2, middle - BOX_HEIGHT // 2)],
        )
    pen.text((WHO_LEFT, middle), words.last_who, INK, font(28), anchor="lm", spacing=10)


def _loops(pen: ImageDraw.ImageDraw, words: Words) -> None:
    """A rejection returns on the left, a change request on the right."""
    arrow(pen, [(BOX_LEFT, _middle(1)), (480, _middle(1)), (480, _middle(0)), (BOX_LEFT, _middle(0))])
    pen.text((470, (_middle(0) + _middle(1)) // 2), words.rejected, ACCENT, font(26), anchor="rm")
    arrow(pen, [(BOX_RIGHT, _middle(4)), (1100, _middle(4)), (1100, _middle(0)), (BOX_RIGHT, _middle(0))])
    pen.text((1116, (_middle(0) + _middle(1)) // 2), words.change, ACCENT, font(26), anchor="lm", spacing=10)


def _box(pen: ImageDraw.ImageDraw, sides: tuple[int, int], middle: int, what: str, clause: str) -> None:
    left, right = sides
    half = BOX_HEIGHT // 2
    pen.rounded_rectangle((left, middle - half, right, middle + half), 14, FILL, ACCENT, 3)
    pen.text(((left + right) // 2, middle - 18), what, INK, font(34), anchor="mm")
    pen.text(((left + right) // 2, middle + 26), clause, MUTED, font(24), anchor="mm")


def _middle(row: int) -> int:
    return TOP + BOX_HEIGHT // 2 + row * PITCH


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    draw(CHINESE, FOLDER / "flow.zh.png")
    draw(ENGLISH, FOLDER / "flow.en.png")
