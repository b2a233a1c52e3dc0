"""Draws the flow figures of the procedures on service in the field. Run by hand after a change.

Knows nothing of docctl. The same words and versions give the same bytes.
"""

from __future__ import annotations

from pathlib import Path

from draw_service_flows import Flow, Loop, Step, draw

FLOWS = (
    Flow(
        "LX-CX-2019-030",
        "zh",
        (
            Step("接收人", "接收并传递", "4.1.4", "LX-R-330"),
            Step("服务部", "联系顾客", "4.1.5", "LX-R-330"),
            Step("服务部", "答复或确定方案", "4.2", "LX-R-330"),
            Step("服务部、顾客、\n总经理", "报价、确认", "4.3", "LX-R-330"),
            Step("服务部", "派人", "4.4.2", "LX-R-331"),
            Step("服务人员", "到达、维修", "4.4.4、4.5", "LX-R-331"),
            Step("服务部负责人", "同意返回", "4.5.4", "LX-R-331"),
            Step("服务人员、\n服务管理人员", "报告、审核", "4.6.1、4.6.2", "LX-R-332"),
            Step("服务人员、财务部", "报销、存档", "4.6.4、4.6.6", "LX-R-333"),
        ),
        (Loop(2, 4, "质保期内\n免费"),),
    ),
    Flow(
        "LX-CX-2019-030",
        "en",
        (
            Step("receiver", "Receive, pass on", "4.1.4", "LX-R-330"),
            Step("service department", "Contact the customer", "4.1.5", "LX-R-330"),
            Step("service department", "Answer or solution", "4.2", "LX-R-330"),
            Step("service department,\ncustomer, general manager", "Quote, confirm", "4.3", "LX-R-330"),
            Step("service department", "Dispatch", "4.4.2", "LX-R-331"),
            Step("technician", "Arrive, repair", "4.4.4, 4.5", "LX-R-331"),
            Step("head of service", "Agree to the return", "4.5.4", "LX-R-331"),
            Step("technician,\nadministrator", "Report, check", "4.6.1, 4.6.2", "LX-R-332"),
            Step("technician, finance", "Claim, file", "4.6.4, 4.6.6", "LX-R-333"),
        ),
        (Loop(2, 4, "in warranty,\nfree"),),
    ),
    Flow(
        "LX-CX-2019-005",
        "zh",
        (
            Step("技术部", "保修登记", "4.2.1", "LX-R-051"),
            Step("接待人员、技术部", "受理报修", "4.1.1、4.4.1", "LX-R-050、\nLX-R-054"),
            Step("技术部", "派给合格人员", "4.1.3、4.1.4", "LX-R-056、\nLX-R-054"),
            Step("维修人员", "到达", "4.4.1", "LX-R-054"),
            Step("维修人员", "维修", "4.4.3", "LX-R-054"),
            Step("技术部", "免费提供备用机", "4.4.4", "LX-R-054"),
            Step("技术部", "回访", "4.5", "LX-R-053、\nLX-R-055"),
        ),
        (Loop(4, 6, "12小时内\n修复"),),
    ),
    Flow(
        "LX-CX-2019-005",
        "en",
        (
            Step("technical department", "Register the warranty", "4.2.1", "LX-R-051"),
            Step(
                "reception staff,\ntechnical department",
                "Take the fault call",
                "4.1.1, 4.4.1",
                "LX-R-050,\nLX-R-054",
            ),
            Step("technical department", "Dispatch the qualified", "4.1.3, 4.1.4", "LX-R-056,\nLX-R-054"),
            Step("repair staff", "Arrive", "4.4.1", "LX-R-054"),
            Step("repair staff", "Repair", "4.4.3", "LX-R-054"),
            Step("technical department", "Supply a free spare unit", "4.4.4", "LX-R-054"),
            Step("technical department", "Visit", "4.5", "LX-R-053,\nLX-R-055"),
        ),
        (Loop(4, 6, "repaired\nin 12 hours"),),
    ),
    Flow(
        "LX-CX-2019-026",
        "zh",
        (
            Step("业务员", "登记叫修", "4.1.1", "LX-R-280"),
            Step("主任", "派工", "4.1.2", "LX-R-280"),
            Step("技术员", "抵达、服务", "4.1.4、4.2.2", "LX-R-280"),
            Step("技术员、会计人员", "收费或记工时", "4.2.1、4.2.3", "LX-R-280"),
            Step("顾客", "签章", "4.2.2", "LX-R-280"),
            Step("业务员、服务部", "注销、寄卡", "4.5.1", "LX-R-280、\nLX-R-288"),
            Step("顾客", "勾填调查卡", "4.5.2", "LX-R-288"),
            Step("服务部、副总经理", "处理抱怨", "4.6", "LX-R-289"),
        ),
        (Loop(3, 5, "内部工作"),),
    ),
    Flow(
        "LX-CX-2019-026",
        "en",
        (
            Step("clerk", "Register the call", "4.1.1", "LX-R-280"),
            Step("chief", "Dispatch", "4.1.2", "LX-R-280"),
            Step("technician", "Arrive, serve", "4.1.4, 4.2.2", "LX-R-280"),
            Step("technician, accountant", "Charge, or enter hours", "4.2.1, 4.2.3", "LX-R-280"),
            Step("customer", "Sign", "4.2.2", "LX-R-280"),
            Step("clerk,\nservice department", "Cross off, post the card", "4.5.1", "LX-R-280,\nLX-R-288"),
            Step("customer", "Tick the card", "4.5.2", "LX-R-288"),
            Step("service department,\ndeputy general manager", "Deal with complaints", "4.6", "LX-R-289"),
        ),
        (Loop(3, 5, "internal\nwork"),),
    ),
)

if __name__ == "__main__":
    for flow in FLOWS:
        folder = Path(__file__).resolve().parents[1] / flow.folder
        folder.mkdir(exist_ok=True)
        draw(flow, folder / f"flow.{flow.language}.png")
