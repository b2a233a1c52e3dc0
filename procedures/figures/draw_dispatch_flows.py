"""Draws the flow figures of dispatch, purchase, the store and returns, one a language. Run by hand.

Knows nothing of docctl; draws with draw_service_flows.py, which lies beside it.
"""

from __future__ import annotations

from pathlib import Path

from draw_service_flows import Flow, Loop, Step, draw

FLOWS = (
    Flow(
        "LX-CX-2019-009",
        "zh",
        (
            Step("质量部、生产部", "检验、入库", "4.1", "LX-R-105"),
            Step("业务部、分管领导", "通知发货、签发", "4.2", "LX-R-104"),
            Step("生产部、业务部", "出库验证", "4.3", "LX-R-101"),
            Step("业务部", "开具代用票", "4.4", "LX-R-100"),
            Step("业务部、财务部", "安排车辆", "4.5", "LX-R-108、\nLX-R-109"),
            Step("生产部", "装车搬运", "4.6.1", "LX-R-102"),
            Step("生产部、门卫", "货物出厂", "4.6.2、4.6.3", "LX-R-102"),
            Step("业务部、顾客", "确认按期到货", "4.7", "LX-R-107"),
            Step("行政部、责任部门", "统计分析、改进", "4.8", "LX-R-103、\nLX-R-106"),
        ),
        (),
    ),
    Flow(
        "LX-CX-2019-009",
        "en",
        (
            Step("quality, production", "Inspect, store", "4.1", "LX-R-105"),
            Step("business,\nleader in charge", "Notify, release", "4.2", "LX-R-104"),
            Step("production, business", "Check at store exit", "4.3", "LX-R-101"),
            Step("business", "Issue substitute note", "4.4", "LX-R-100"),
            Step("business, finance", "Arrange the vehicle", "4.5", "LX-R-108,\nLX-R-109"),
            Step("production", "Load", "4.6.1", "LX-R-102"),
            Step("production, gate", "Leave the works", "4.6.2, 4.6.3", "LX-R-102"),
            Step("business, customer", "Confirm arrival", "4.7", "LX-R-107"),
            Step("administration,\nresponsible departments", "Count, improve", "4.8", "LX-R-103,\nLX-R-106"),
        ),
        (),
    ),
    Flow(
        "LX-CX-2019-014",
        "zh",
        (
            Step("采购部", "调查、初选", "4.1.1", "LX-R-150"),
            Step("采购部、有关部门", "组织评定", "4.1.2、4.1.3", "LX-R-150"),
            Step("行政部、总经理", "审核、批准名单", "4.1.4", "LX-R-151"),
            Step("采购部", "分析需求和库存", "4.3.1、4.3.2", "LX-R-153"),
            Step("行政部、总经理", "审核、批准计划", "4.3.3", "LX-R-153"),
            Step("采购部", "下采购单", "4.3.4至4.3.6", "LX-R-154"),
            Step("行政部、质量部", "年度复评", "4.2", "LX-R-152"),
            Step("财务部、各部门", "修订价格、定目标", "4.4", "LX-R-157、\nLX-R-158"),
        ),
        (),
    ),
    Flow(
        "LX-CX-2019-014",
        "en",
        (
            Step("purchasing", "Survey, choose", "4.1.1", "LX-R-150"),
            Step("purchasing,\ndepartments concerned", "Evaluate", "4.1.2, 4.1.3", "LX-R-150"),
            Step("administration,\ngeneral manager", "Review, approve the list", "4.1.4", "LX-R-151"),
            Step("purchasing", "Analyse needs and stock", "4.3.1, 4.3.2", "LX-R-153"),
            Step("administration,\ngeneral manager", "Review, approve the plan", "4.3.3", "LX-R-153"),
            Step("purchasing", "Order", "4.3.4 to 4.3.6", "LX-R-154"),
            Step("administration, quality", "Re-evaluate every year", "4.2", "LX-R-152"),
            Step("finance, departments", "Revise prices, set aims", "4.4", "LX-R-157,\nLX-R-158"),
        ),
        (),
    ),
    Flow(
        "LX-CX-2019-032",
        "zh",
        (
            Step("行政部", "培训、考核", "4.1", "LX-R-318"),
            Step("验货人员", "进货验收", "4.2.1至4.2.3", "LX-R-313"),
            Step("物流部", "限时入库", "4.2.4", "LX-R-313"),
            Step("检查人员", "检查温度", "4.3.1至4.3.4", "LX-R-317"),
            Step("检查人员、质量部", "处理超限", "4.3.5", "LX-R-317"),
            Step("业务部", "到期预警", "4.4.1、4.4.2", "LX-R-315"),
            Step("业务部", "撤柜", "4.4.3、4.4.4", "LX-R-315"),
        ),
        (Loop(4, 3, "仍超限"),),
    ),
    Flow(
        "LX-CX-2019-032",
        "en",
        (
            Step("administration", "Train, examine", "4.1", "LX-R-318"),
            Step("inspectors", "Accept", "4.2.1 to 4.2.3", "LX-R-313"),
            Step("warehouse", "Store in time", "4.2.4", "LX-R-313"),
            Step("who checks", "Check temperatures", "4.3.1 to 4.3.4", "LX-R-317"),
            Step("who checks, quality", "Act on what is out", "4.3.5", "LX-R-317"),
            Step("business", "Warn", "4.4.1, 4.4.2", "LX-R-315"),
            Step("business", "Withdraw", "4.4.3, 4.4.4", "LX-R-315"),
        ),
        (Loop(4, 3, "still out"),),
    ),
    Flow(
        "LX-CX-2019-040",
        "zh",
        (
            Step("业务部", "受理、登记", "4.1", "LX-R-401"),
            Step("质量部", "验证", "4.2", "LX-R-401"),
            Step("业务部", "提出处理意见", "4.3.1", "LX-R-400"),
            Step("总经理办公会", "审议", "4.3.3", "LX-R-400"),
            Step("总经理", "批准", "4.3.2", "LX-R-400"),
            Step("业务部、财务部", "办理", "4.4", "LX-R-400"),
        ),
        (Loop(2, 4, "权限以内"),),
    ),
    Flow(
        "LX-CX-2019-040",
        "en",
        (
            Step("business", "Receive, register", "4.1", "LX-R-401"),
            Step("quality", "Check", "4.2", "LX-R-401"),
            Step("business", "Propose", "4.3.1", "LX-R-400"),
            Step("manager's meeting", "Decide", "4.3.3", "LX-R-400"),
            Step("general manager", "Approve", "4.3.2", "LX-R-400"),
            Step("business, finance", "Carry out", "4.4", "LX-R-400"),
        ),
        (Loop(2, 4, "within authority"),),
    ),
)


if __name__ == "__main__":
    for flow in FLOWS:
        folder = Path(__file__).resolve().parents[1] / flow.folder
        folder.mkdir(exist_ok=True)
        draw(flow, folder / f"flow.{flow.language}.png")
