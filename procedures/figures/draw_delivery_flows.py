"""Draws the flow figures of LX-CX-2019-017 and QG/LIFT 15-2008, one a language. Run by hand after a change.

Knows nothing of docctl; draws with draw_service_flows.py, which lies beside it.
"""

from __future__ import annotations

from pathlib import Path

from draw_service_flows import Flow, Loop, Step, draw

FLOWS = (
    Flow(
        "LX-CX-2019-017",
        "zh",
        (
            Step("业务部", "交付前准备", "4.1"),
            Step("业务部、顾客", "共同验收", "4.2.1、4.2.2", "LX-R-181"),
            Step("业务部", "交付文件、培训", "4.2.3、4.2.4", "LX-R-182"),
            Step("交付人员", "记录交付", "4.2.5", "LX-R-183"),
            Step("售后服务部门", "登记、编号", "4.3.1、4.3.2", "LX-R-180"),
            Step("售后服务部门", "分类定级、答复", "4.3.3、4.3.4", "LX-R-180"),
            Step("解决人", "解决", "4.3.5", "LX-R-180"),
            Step("解决人、顾客", "验证", "4.4.1、4.4.2", "LX-R-180"),
            Step("售后服务部门", "关闭", "4.4.3", "LX-R-180"),
            Step("售后服务部门、\n业务部", "调查、改进", "4.5", "LX-R-184"),
        ),
        (Loop(1, 0, "不合格"), Loop(7, 6, "未确认")),
    ),
    Flow(
        "LX-CX-2019-017",
        "en",
        (
            Step("business department", "Prepare", "4.1"),
            Step("business department,\ncustomer", "Accept jointly", "4.2.1, 4.2.2", "LX-R-181"),
            Step("business department", "Hand over, train", "4.2.3, 4.2.4", "LX-R-182"),
            Step("delivery staff", "Record the delivery", "4.2.5", "LX-R-183"),
            Step("after-sales service", "Register, give number", "4.3.1, 4.3.2", "LX-R-180"),
            Step("after-sales service", "Class, rank, answer", "4.3.3, 4.3.4", "LX-R-180"),
            Step("person assigned", "Solve", "4.3.5", "LX-R-180"),
            Step("person assigned,\ncustomer", "Verify", "4.4.1, 4.4.2", "LX-R-180"),
            Step("after-sales service", "Close", "4.4.3", "LX-R-180"),
            Step("after-sales service,\nbusiness department", "Survey, improve", "4.5", "LX-R-184"),
        ),
        (Loop(1, 0, "failed"), Loop(7, 6, "not confirmed")),
    ),
    Flow(
        "QG_2FLIFT_2015-2008",
        "zh",
        (
            Step("工艺技术员、\n科技部经理", "列出评审项目", "4.1.1", "RCDF-01"),
            Step("科技部经理、\n评审组", "工艺评审", "4.1.2至4.1.4", "RCDF-02"),
            Step("工艺制定者、\n科技部经理", "处置意见", "4.1.5", "RCDF-02"),
            Step("试制部门", "自查填单", "4.2.1、4.2.2", "RCDF-03"),
            Step("科技部、质量部、\n制造部", "联合检查", "4.2.3", "RCDF-03"),
            Step("试制部门", "签收、整改", "4.2.4", "RCDF-03"),
            Step("质量部", "复查", "4.2.5", "RCDF-03"),
            Step("科技部、质量部、\n制造部", "首件鉴定", "4.3", "RCDF-07、RCDF-04"),
            Step("项目负责人、\n分管总经理", "申请质量评审", "4.4.1", "RCDF-06"),
            Step("评审组", "产品质量评审", "4.4.2至4.4.5", "RCDF-05"),
            Step("评审组组长、\n科技部", "签署、存档", "4.4.6、6.1", "RCDF-05"),
        ),
        (Loop(6, 5, "不合格"), Loop(5, 7, "可开工")),
    ),
    Flow(
        "QG_2FLIFT_2015-2008",
        "en",
        (
            Step("process technician,\nS&T manager", "List review items", "4.1.1", "RCDF-01"),
            Step("S&T manager,\nreview group", "Review the process", "4.1.2 to 4.1.4", "RCDF-02"),
            Step("process author,\nS&T manager", "Dispose of opinions", "4.1.5", "RCDF-02"),
            Step("trial department", "Self-check", "4.2.1, 4.2.2", "RCDF-03"),
            Step("S&T, quality,\nmanufacturing", "Check jointly", "4.2.3", "RCDF-03"),
            Step("trial department", "Receive, rectify", "4.2.4", "RCDF-03"),
            Step("quality", "Re-check", "4.2.5", "RCDF-03"),
            Step("S&T, quality,\nmanufacturing", "Appraise first article", "4.3", "RCDF-07, RCDF-04"),
            Step("project leader, general\nmanager in charge", "Apply for the review", "4.4.1", "RCDF-06"),
            Step("review group", "Review product quality", "4.4.2 to 4.4.5", "RCDF-05"),
            Step("review leader, S&T", "Sign, keep records", "4.4.6, 6.1", "RCDF-05"),
        ),
        (Loop(6, 5, "failed"), Loop(5, 7, "start")),
    ),
)


if __name__ == "__main__":
    for flow in FLOWS:
        folder = Path(__file__).resolve().parents[1] / flow.folder
        folder.mkdir(exist_ok=True)
        draw(flow, folder / f"flow.{flow.language}.png")
