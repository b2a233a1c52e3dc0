"""Draws the flow figures of the procedures of complaints and guarantees. Run by hand after a change.

Knows nothing of docctl. The same words and versions give the same bytes.
"""

from __future__ import annotations

from pathlib import Path

from draw_service_flows import Flow, Loop, Step, draw

FLOWS = (
    Flow(
        "LX-CX-2019-024",
        "zh",
        (
            Step("售后服务部", "1 记录投诉", "4.2.1", "LX-R-260"),
            Step("售后服务部", "2 判断性质", "4.2.2", "LX-R-260"),
            Step("售后服务部", "3 派出责任", "4.2.3、4.2.4", "LX-R-260"),
            Step("总经理、物流部、\n质量部或售后服务部", "4 调查原因", "4.2.5", "LX-R-260"),
            Step("受理单位", "5 提出办法", "4.2.6", "LX-R-260"),
            Step("主管领导、\n售后服务部", "6 批复并通知", "4.2.6", "LX-R-260"),
            Step("主管领导", "7 责任处罚", "4.2.7、4.2.8", "LX-R-260"),
            Step("售后服务部", "8 改善对策", "4.2.9", "LX-R-260"),
        ),
        (Loop(5, 4, "不同意"),),
    ),
    Flow(
        "LX-CX-2019-024",
        "en",
        (
            Step("after-sales", "1 Record", "4.2.1", "LX-R-260"),
            Step("after-sales", "2 Judge", "4.2.2", "LX-R-260"),
            Step("after-sales", "3 Assign", "4.2.3, 4.2.4", "LX-R-260"),
            Step(
                "general manager, freight,\nquality or after-sales", "4 Find the cause", "4.2.5", "LX-R-260"
            ),
            Step("those in charge", "5 Propose", "4.2.6", "LX-R-260"),
            Step("manager in charge,\nafter-sales", "6 Approve and tell", "4.2.6", "LX-R-260"),
            Step("manager in charge", "7 Penalise", "4.2.7, 4.2.8", "LX-R-260"),
            Step("after-sales", "8 Improve", "4.2.9", "LX-R-260"),
        ),
        (Loop(5, 4, "not approved"),),
    ),
)

if __name__ == "__main__":
    for flow in FLOWS:
        folder = Path(__file__).resolve().parents[1] / flow.folder
        folder.mkdir(exist_ok=True)
        draw(flow, folder / f"flow.{flow.language}.png")
