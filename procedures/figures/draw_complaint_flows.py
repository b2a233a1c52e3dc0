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
    Flow(
        "LX-CX-2019-023",
        "zh",
        (
            Step("售后服务部", "受理、沟通", "4.4.1、4.4.2", "LX-R-249"),
            Step("投诉处理小组", "核实原因", "4.4.3", "LX-R-249"),
            Step("投诉处理小组", "制定方案", "4.4.3", "LX-R-249"),
            Step("责任人", "处理", "4.4.4", "LX-R-251"),
            Step("售后服务部", "回访", "4.4.5", "LX-R-251"),
            Step("售后服务部", "报告、总结", "4.4.6", "LX-R-251"),
        ),
        (Loop(4, 3, "不满意"),),
    ),
    Flow(
        "LX-CX-2019-023",
        "en",
        (
            Step("after-sales", "Accept and talk", "4.4.1, 4.4.2", "LX-R-249"),
            Step("complaint group", "Verify the cause", "4.4.3", "LX-R-249"),
            Step("complaint group", "Plan", "4.4.3", "LX-R-249"),
            Step("person responsible", "Handle", "4.4.4", "LX-R-251"),
            Step("after-sales", "Call back", "4.4.5", "LX-R-251"),
            Step("after-sales", "Report and learn", "4.4.6", "LX-R-251"),
        ),
        (Loop(4, 3, "not satisfied"),),
    ),
    Flow(
        "LX-CX-2019-012",
        "zh",
        (
            Step("售后服务部", "受理申请", "4.2.1", "LX-R-131"),
            Step("售后服务部\n或研制单位", "按数量分责", "4.2.2", "LX-R-131"),
            Step("质量部", "鉴定", "4.2.3", "LX-R-131"),
            Step("制造商", "判定疑难", "4.2.4", "LX-R-131"),
            Step("售后服务部", "判断三个条件", "4.2.5", "LX-R-131"),
            Step("制造商、生产部\n或采购部", "按部件分送", "4.2.6", "LX-R-131"),
            Step("采购部", "跟踪供方", "4.2.7、4.2.8", "LX-R-131"),
        ),
        (Loop(2, 4, "原因确定"),),
    ),
    Flow(
        "LX-CX-2019-012",
        "en",
        (
            Step("after-sales", "Receive the claim", "4.2.1", "LX-R-131"),
            Step("after-sales or\ndeveloping unit", "Divide by number", "4.2.2", "LX-R-131"),
            Step("quality", "Appraise", "4.2.3", "LX-R-131"),
            Step("maker", "Decide if unclear", "4.2.4", "LX-R-131"),
            Step("after-sales", "Judge three conditions", "4.2.5", "LX-R-131"),
            Step("maker, production\nor purchasing", "Pass on by the part", "4.2.6", "LX-R-131"),
            Step("purchasing", "Follow up the supplier", "4.2.7, 4.2.8", "LX-R-131"),
        ),
        (Loop(2, 4, "cause is clear"),),
    ),
)

if __name__ == "__main__":
    for flow in FLOWS:
        folder = Path(__file__).resolve().parents[1] / flow.folder
        folder.mkdir(exist_ok=True)
        draw(flow, folder / f"flow.{flow.language}.png")
