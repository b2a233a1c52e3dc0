"""Documents as they were in force on paper, and tables of them as somebody fills them in."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

import xlsxwriter

from docctl.rules import incoming
from docctl.rules.copies_on_paper import Held
from docctl.rules.incoming import Table
from docctl.rules.words import Words
from docctl.store.paper import Paper
from docctl.store.sniffing import Upload
from docctl.usecases.copies.taking_over import take_over_copies as take_over_copies
from docctl.usecases.documents import approving, issuing
from docctl.usecases.documents.taking_over import take_over_document
from tests.support.sites import World

NUMBER = "LX-CX-2019-301"
SINCE = date(2019, 5, 1)
TEXT = "# 1 目的\n\n收集顾客反馈。\n"
PAPER = Paper(
    number=NUMBER,
    title=Words(zh="质量反馈程序", en="Feedback"),
    level="procedure",
    department="administration",
    label="第3版",
    effective=SINCE,
    approver="前任总经理刘",
    editions=("第1版 2008-01-01 2012-12-31", "第2版 2013-01-01 2019-04-30"),
    text=Upload("a.md", TEXT.encode()),
)


HELD = Held(row=2, document=NUMBER, copy="7", holder="sales", place="展厅", day=date(2020, 3, 1))


def taken_over(world: World, paper: Paper = PAPER) -> None:
    """In force by now: entered by the office, compared by the head of its department, issued."""
    take_over_document(world.as_("controller"), lambda: paper, reason="2026 年建站接收")
    approving.sign_revision(world.as_("head"), paper.number)
    issuing.issue_revision(world.as_("controller"), paper.number)


def book(table: Table, rows: Iterable[Sequence[str | date]]) -> bytes:
    """A workbook with the heads of the table, as Excel saves it."""
    data = io.BytesIO()
    made = xlsxwriter.Workbook(data)
    sheet, day = made.add_worksheet(), made.add_format({"num_format": "yyyy-mm-dd"})
    sheet.write_row(0, 0, [*incoming.heads(table)])
    for at, row in enumerate(rows, 1):
        for n, cell in enumerate(row):
            if isinstance(cell, date):
                sheet.write_datetime(at, n, cell, day)
            else:
                sheet.write_string(at, n, cell)
    made.close()
    return data.getvalue()


def packed(files: Mapping[str, bytes]) -> bytes:
    """A ZIP."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as into:
        for name, content in files.items():
            into.writestr(name, content)
    return data.getvalue()


def list_rows(many: int) -> list[list[str | date]]:
    """A master list of as many documents, without a fault."""
    return [
        [
            f"LX-CX-2019-{n:03}",
            f"程序{n}",
            f"Procedure {n}",
            "程序文件" if n % 2 else "procedure",
            "行政部" if n % 2 else "administration",
            ("A/0", "第3版", "Rev.B")[n % 3],
            SINCE if n % 2 else "2019年5月1日",
            "前任总经理刘",
            "a.md",
            "",
            "A 2010-01-01 2014-12-31；B 2015/1/1 2019/4/30" if n % 5 == 0 else "",
        ]
        for n in range(100, 100 + many)
    ]
