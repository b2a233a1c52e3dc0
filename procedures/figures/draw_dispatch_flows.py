"""Draws the flow figures of the procedures on dispatch and purchase, one a language. Run by hand.

Knows nothing of docctl; draws with draw_service_flows.py, which lies beside it.
"""

from __future__ import annotations

from pathlib import Path

from draw_service_flows import Flow, Step, draw

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
)


if __name__ == "__main__":
    for flow in FLOWS:
        folder = Path(__file__).resolve().parents[1] / flow.folder
        folder.mkdir(exist_ok=True)
        draw(flow, folder / f"flow.{flow.language}.png")
