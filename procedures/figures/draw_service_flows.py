"""Draws the flow figures of the service procedures, one a language. Run by hand after a change.

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

PITCH, BOX_HEIGHT = 150, 96
HALF = BOX_HEIGHT // 2
HEADS = {"zh": ("负责", "步骤（条款）", "记录"), "en": ("Who", "Step (clause)", "Record")}


@dataclass(frozen=True)
class Step:
    """One box, from left to right: who, what with its clause, record."""

    who: str
    what: str
    clause: str
    record: str = ""


@dataclass(frozen=True)
class Loop:
    """An arrow that leaves the column: from one box to another, with its reason. Upwards left, down right."""

    start: int
    end: int
    reason: str


@dataclass(frozen=True)
class Flow:
    """The figure of one procedure in one language."""

    folder: str
    language: str
    steps: tuple[Step, ...]
    loops: tuple[Loop, ...]


FLOWS = (
    Flow(
        "DF_2FZY-GL_20006",
        "zh",
        (
            Step("销售部", "受理、登记", "4.3.1", "DF-R-001、DF-R-002"),
            Step("技术质量部", "查记录、分析", "4.3.2", "DF-R-001"),
            Step("主管经理", "批准措施", "4.3.3", "DF-R-001"),
            Step("服务人员", "实施服务", "4.3.4", "DF-R-001"),
            Step("销售部", "验证效果", "4.5.1", "DF-R-005"),
            Step("顾客", "评价、签名、盖公章", "4.5.2", "DF-R-005"),
            Step("销售部", "归档", "6.2"),
        ),
        (Loop(4, 1, "措施无效"),),
    ),
    Flow(
        "DF_2FZY-GL_20006",
        "en",
        (
            Step("sales", "Receive, register", "4.3.1", "DF-R-001, DF-R-002"),
            Step("technical quality", "Analyse from records", "4.3.2", "DF-R-001"),
            Step("manager in charge", "Approve the action", "4.3.3", "DF-R-001"),
            Step("service staff", "Serve", "4.3.4", "DF-R-001"),
            Step("sales", "Verify the effect", "4.5.1", "DF-R-005"),
            Step("customer", "Evaluate, sign, stamp", "4.5.2", "DF-R-005"),
            Step("sales", "File", "6.2"),
        ),
        (Loop(4, 1, "no effect"),),
    ),
    Flow(
        "CASC_2FCX_2001.07-2001",
        "zh",
        (
            Step("招标部", "准备、立标卷", "4.6.1", "CASC-R-013"),
            Step("招标部", "出售标书", "4.6.2", "CASC-R-007"),
            Step("招标部、\n主管副总经理", "澄清、标前会", "4.6.3", "CASC-R-008、\nCASC-R-016"),
            Step("招标部", "接标、开标", "4.6.4、4.6.5", "CASC-R-009至\nCASC-R-011"),
            Step("招标部、委托人、\n部门经理", "评标", "4.6.6", "CASC-R-012"),
            Step("总经理", "审查初评结果", "4.6.7", "CASC-R-012"),
            Step("主管副总经理", "签署方案、上报", "4.6.8", "CASC-R-012"),
            Step("招标部", "发中标通知书", "4.6.8", "CASC-R-017"),
            Step("招标部", "归档", "4.6.9", "CASC-R-013"),
        ),
        (Loop(4, 6, "不超过500万\n美元且非特殊"),),
    ),
    Flow(
        "CASC_2FCX_2001.07-2001",
        "en",
        (
            Step("tender department", "Prepare, open case file", "4.6.1", "CASC-R-013"),
            Step("tender department", "Sell tender documents", "4.6.2", "CASC-R-007"),
            Step(
                "tender department,\ndeputy general manager",
                "Clarify, meet",
                "4.6.3",
                "CASC-R-008,\nCASC-R-016",
            ),
            Step("tender department", "Receive and open bids", "4.6.4, 4.6.5", "CASC-R-009 to\nCASC-R-011"),
            Step("tender department,\nclient, manager", "Evaluate", "4.6.6", "CASC-R-012"),
            Step("general manager", "Review the evaluation", "4.6.7", "CASC-R-012"),
            Step("deputy general manager", "Sign and report the plan", "4.6.8", "CASC-R-012"),
            Step("tender department", "Notify the award", "4.6.8", "CASC-R-017"),
            Step("tender department", "File", "4.6.9", "CASC-R-013"),
        ),
        (Loop(4, 6, "to USD 5 million,\nnot special"),),
    ),
    Flow(
        "LX-CX-2019-013",
        "zh",
        (
            Step("服务中心", "划分责任", "4.1"),
            Step("服务中心", "制定计划", "4.2.1", "LX-R-141"),
            Step("生产部", "备齐备件", "4.2.2", "LX-R-141"),
            Step("服务中心、\n承担单位", "实施服务", "4.2.3、4.2.4"),
            Step("参加服务的人员", "填写信息记录", "4.3.1", "LX-R-140"),
            Step("管理信息部", "汇总、分析", "4.3.2", "LX-R-140"),
            Step("服务中心", "与顾客沟通", "4.4", "LX-R-142"),
            Step("质量部", "跟踪反馈", "4.3.3、4.4.3", "LX-R-142"),
        ),
        (Loop(6, 1, "新的需求"),),
    ),
    Flow(
        "LX-CX-2019-013",
        "en",
        (
            Step("service centre", "Assign", "4.1"),
            Step("service centre", "Plan", "4.2.1", "LX-R-141"),
            Step("production", "Provide spares", "4.2.2", "LX-R-141"),
            Step("service centre,\nresponsible unit", "Serve", "4.2.3, 4.2.4"),
            Step("those who served", "Record the information", "4.3.1", "LX-R-140"),
            Step("information section", "Sum up, analyse", "4.3.2", "LX-R-140"),
            Step("service centre", "Talk with the customer", "4.4", "LX-R-142"),
            Step("quality", "Follow up", "4.3.3, 4.4.3", "LX-R-142"),
        ),
        (Loop(6, 1, "new needs"),),
    ),
    Flow(
        "LX-CX-2019-028",
        "zh",
        (
            Step("出差人", "事前请示", "4.1.2", "LX-R-305"),
            Step("出差人", "出差", "4.1.1"),
            Step("出差人", "填写报销单", "4.2.1", "LX-R-300"),
            Step("出差人", "附齐材料", "4.2.2", "LX-R-300"),
            Step("主管经理", "审批", "4.4.1", "LX-R-300"),
            Step("财务部", "付款", "4.4.2"),
            Step("主管经理", "处理责任人", "4.5.1", "LX-R-306"),
        ),
        (Loop(5, 2, "退回"),),
    ),
    Flow(
        "LX-CX-2019-028",
        "en",
        (
            Step("traveller", "Ask for consent", "4.1.2", "LX-R-305"),
            Step("traveller", "Travel", "4.1.1"),
            Step("traveller", "Fill in the claim", "4.2.1", "LX-R-300"),
            Step("traveller", "Attach the papers", "4.2.2", "LX-R-300"),
            Step("manager in charge", "Approve", "4.4.1", "LX-R-300"),
            Step("finance", "Pay", "4.4.2"),
            Step("manager in charge", "Decide on responsibility", "4.5.1", "LX-R-306"),
        ),
        (Loop(5, 2, "returned"),),
    ),
)


def draw(flow: Flow, target: Path) -> None:
    """Write one figure as a PNG of few colours."""
    image, pen = sheet(HEADS[flow.language], _middle(len(flow.steps) - 1) + BOX_HEIGHT)
    for row, step in enumerate(flow.steps):
        _step(pen, step, _middle(row))
        if row:
            arrow(pen, [(CENTRE, _middle(row - 1) + HALF), (CENTRE, _middle(row) - HALF)])
    for loop in flow.loops:
        _loop(pen, loop)
    image.quantize(32).save(target, optimize=True)


def _step(pen: ImageDraw.ImageDraw, step: Step, middle: int) -> None:
    pen.rounded_rectangle((BOX_LEFT, middle - HALF, BOX_RIGHT, middle + HALF), 14, FILL, ACCENT, 3)
    pen.text((CENTRE, middle - 17), step.what, INK, font(34), anchor="mm")
    pen.text((CENTRE, middle + 25), step.clause, MUTED, font(24), anchor="mm")
    pen.text((WHO_LEFT, middle), step.who, INK, font(28), anchor="lm", spacing=8)
    pen.text((RECORD_LEFT, middle), step.record, INK, font(28), anchor="lm", spacing=8)


def _loop(pen: ImageDraw.ImageDraw, loop: Loop) -> None:
    upwards = loop.end < loop.start
    side, aside = (BOX_LEFT, BOX_LEFT - 50) if upwards else (BOX_RIGHT, BOX_RIGHT + 40)
    start, end = _middle(loop.start), _middle(loop.end)
    arrow(pen, [(side, start), (aside, start), (aside, end), (side, end)])
    # Half a row away from the middle of a box, where the name of who does it stands.
    between = (_middle(loop.start - 1) + start) // 2 if upwards else (start + _middle(loop.start + 1)) // 2
    place, anchor = (aside - 12, "rm") if upwards else (aside + 14, "lm")
    pen.text((place, between), loop.reason, ACCENT, font(26), anchor=anchor, spacing=8)


def _middle(row: int) -> int:
    return TOP + HALF + row * PITCH


if __name__ == "__main__":
    for flow in FLOWS:
        folder = Path(__file__).resolve().parents[1] / flow.folder
        folder.mkdir(exist_ok=True)
        draw(flow, folder / f"flow.{flow.language}.png")
