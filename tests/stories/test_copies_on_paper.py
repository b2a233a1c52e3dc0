"""Copies on paper from before the site began: entered from a register, acknowledged by whoever holds them."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

from werkzeug.test import TestResponse

from docctl.queries.copies.register import copy_list, copy_reconcile
from docctl.queries.copies.scan import copy_check
from docctl.queries.integrity import check_site
from docctl.rules import incoming
from docctl.usecases.copies import handing
from tests.support.lists import rows_in
from tests.support.on_paper import NUMBER, book, taken_over
from tests.support.pages import Reader, reader, text_of
from tests.support.sites import World, issue, procedure
from tests.support.terminal import Terminal

TABLE = incoming.COPIES
DAY = date(2020, 3, 1)
ROWS: list[list[Any]] = [
    ["例 LX-CX-2019-001", "7"],
    [NUMBER, "第12号", "staff", "", "2021/4/5"],
    [NUMBER, "7", "销售部", "展厅", DAY],
]
SEVEN: list[tuple[list[Any], str]] = [
    (["LX-CX-2019-999", "1", "sales", "", DAY], "文件编号"),
    (["LX-CX-2019-101", "1", "sales", "", DAY], "文件编号"),
    ([NUMBER, "", "sales", "", DAY], "纸质发放编号"),
    ([NUMBER, "7", "sales", "", DAY], "纸质发放编号"),
    ([NUMBER, "8", "没有的人", "", DAY], "持有人"),
    ([NUMBER, "9", "sales", "", "2018-01-01"], "发放日期"),
    ([NUMBER, "10", "sales", "", "2026-03-02"], "发放日期"),
]


def entered(office: Reader) -> TestResponse:
    """The register is sent."""
    return office.send("/copies/take-over", file=(BytesIO(book(TABLE, ROWS)), "c.xlsx"), reason="台账")


def test_a_register_on_paper_names_seven_errors_by_row_and_then_is_entered(
    sqlite_world: World, tmp_path: Path
) -> None:
    world = sqlite_world
    taken_over(world)
    issue(world, procedure())
    office = reader(world, "controller", "zh")
    assert office.get("/documents").text.count("接收自纸质") == 1
    assert rows_in(office.get("/copies/take-over/table").data)[0] == [*incoming.heads(TABLE)]
    assert reader(world, "staff").get("/copies/take-over").status_code == 403
    bad = BytesIO(book(TABLE, [*ROWS, *(row for row, _ in SEVEN)]))
    refused = office.send("/copies/take-over", file=(bad, "copies.xlsx"), reason="台账")
    assert refused.status_code == 422
    said = text_of(refused.text)
    for n, (_, column) in enumerate(SEVEN, 5):
        assert f"第 {n} 行，{column}" in said, (n, said[:2000])
    world.forget()
    assert copy_list(world.as_("controller"))["copies"] == []

    assert entered(office).status_code == 302
    world.forget()
    lines = copy_list(world.as_("controller"))["copies"]
    assert [(one["copy"], one["holder"], one["issued"], one["state"]) for one in lines] == [
        (f"{NUMBER}#001", "sales", "2020-03-01", "issued"),
        (f"{NUMBER}#002", "staff", "2021-04-05", "issued"),
    ]
    assert len(copy_list(world.as_("controller"), on=date(2020, 6, 1))["copies"]) == 1
    assert copy_list(world.as_("controller"), overdue=True)["copies"] == []
    handing.acknowledge_copy(world.as_("staff"), f"{NUMBER}#002")
    later = handing.issue_copies(world.as_("controller"), NUMBER, holders=["quality"])
    assert [one.number for one in later] == [f"{NUMBER}#003"]
    assert copy_reconcile(world.as_("controller"), NUMBER)["issued"] == 3
    assert copy_check(world.site, f"{NUMBER}#001")["verdict"] == "current"
    assert check_site(world.site).findings == ()
    assert "纸质发放编号 number on paper 7. 台账" in office.get(f"/copies/{NUMBER}%23001").text
    assert f"已录入为 {NUMBER}#001" in text_of(entered(office).text)
    (tmp_path / "c.xlsx").write_bytes(book(TABLE, [[NUMBER, "20", "gm", "", DAY]]))
    made = Terminal(world).ok("controller", f"copy take-over {tmp_path / 'c.xlsx'} --reason 台账")["copies"]
    assert made == [f"{NUMBER}#004"]
