"""Tables that a company brings along as workbooks: their columns, what each is called, and what it wants.

A head is known by its Chinese, its English, its key, or both together. Knows no file.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from docctl.errors import Invalid
from docctl.errors.message import Message, Typed
from docctl.rules.words import Own

MOST_ROWS: Final = 5_000
EXAMPLE: Final = ("例", "e.g.")
"""What the first cell of a row begins with that is an example, and is left out."""


@dataclass(frozen=True, kw_only=True)
class Column:
    """`says`: what goes into it, for the sheet of explanations."""

    key: str
    words: Own
    says: Own
    example: str = ""
    needed: bool = True


@dataclass(frozen=True, kw_only=True)
class Table:
    """The columns, the first of which tells a row from the others."""

    title: Own
    columns: tuple[Column, ...]


@dataclass(frozen=True, kw_only=True)
class Row:
    """What stands in a row of the sheet, by the keys of the columns; `number` as the sheet counts it."""

    number: int
    cells: dict[str, str]

    def __getitem__(self, key: str) -> str:
        return self.cells.get(key, "")


def heads(table: Table) -> dict[str, Column]:
    """The heading of each column, as the empty table has it."""
    return {column.words.stamped: column for column in table.columns}


def rows_of(table: Table, cells: Sequence[Sequence[str]]) -> list[Row]:
    """The rows below the heads. Raises Invalid for `file` where the sheet is not such a table."""
    at = next((n for n, line in enumerate(cells) if any(text.strip() for text in line)), None)
    if at is None:
        raise Invalid({"file": Message("holds no row; fill in the empty table that is offered here")})
    known = [_column(table, text) for text in cells[at]]
    missing = [c.words for c in table.columns if c.needed and c not in known]
    if missing:
        why = Message(
            "has no column {heads}; take the heads of the empty table that is offered here", heads=missing
        )
        raise Invalid({"file": why})
    found = [
        Row(
            number=n,
            cells={c.key: text.strip() for c, text in zip(known, line, strict=False) if c is not None},
        )
        for n, line in enumerate(cells[at + 1 :], at + 2)
        if any(text.strip() for text in line) and not _first(line).startswith(EXAMPLE)
    ]
    if len(found) > MOST_ROWS:
        raise Invalid({"file": Message("has over {most} rows; give it in parts", most=MOST_ROWS)})
    if not found:
        raise Invalid({"file": Message("holds no row; fill in the empty table that is offered here")})
    return found


def day(text: str) -> date | None:
    """A day as people write one into a cell: 2019-05-01, 2019/5/1, 2019.5.1, 2019年5月1日; None for none."""
    plain = unicodedata.normalize("NFKC", text).strip().removesuffix("日")
    for sign in "年月/.":
        plain = plain.replace(sign, "-")
    parts = plain.split("-")
    if len(parts) != 3 or not all(part.isascii() and part.isdigit() for part in parts):
        return None
    try:
        return date(*map(int, parts))
    except ValueError:
        return None


def no_day(text: str) -> Message:
    """What is said where a cell holds no day."""
    return Message("{text} is no day; write it like 2019-05-01", text=Typed(text))


def of_row(row: int, column: Column | None, why: Message) -> Message:
    """What is wrong in a cell, with its place."""
    if column is None:
        return Message("Row {row}: {why}", row=row, why=why)
    return Message("Row {row}, {column}: {why}", row=row, column=column.words, why=why)


def _column(table: Table, text: str) -> Column | None:
    said = _plain(text)
    names = ((column, column.words) for column in table.columns)
    return next(
        (
            column
            for column, words in names
            if said in map(_plain, (column.key, words.stamped, *words.values()))
        ),
        None,
    )


def _plain(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKC", text).casefold() if c.isalnum())


def _first(line: Sequence[str]) -> str:
    return next((text.strip() for text in line if text.strip()), "")


PEOPLE: Final = Table(
    title=Own(zh="人员", en="People"),
    columns=(
        Column(
            key="name",
            words=Own(zh="姓名", en="Name"),
            says=Own(zh="打印在签名旁的姓名。", en="As it is printed beside signatures."),
            example="例 张三",
        ),
        Column(
            key="login",
            words=Own(zh="登录名", en="Login"),
            says=Own(zh="小写字母、数字、点、横线。", en="Small letters, digits, dots, dashes."),
            example="zhangsan",
        ),
        Column(
            key="department",
            words=Own(zh="部门", en="Department"),
            says=Own(zh="部门的名称或代码。", en="The name or the key of a department."),
            example="质量部",
        ),
        Column(
            key="duty",
            words=Own(zh="做什么", en="What this person does"),
            says=Own(
                zh="如“编写文件”，或一个角色，如“部门负责人”。",
                en="As on the page “Add several people”, or a role.",
            ),
            example="编写文件",
        ),
        Column(
            key="also",
            words=Own(zh="还做什么", en="and besides"),
            says=Own(zh="另一项，可不填。", en="Another one; may be empty."),
            needed=False,
        ),
    ),
)

MASTER_LIST: Final = Table(
    title=Own(zh="文件清单（接收自纸质）", en="Master list of paper"),
    columns=(
        Column(
            key="number",
            words=Own(zh="文件编号", en="Document number"),
            says=Own(zh="符合本公司的编号规则。", en="By a number scheme of the company."),
            example="例 LX-CX-2019-001",
        ),
        Column(
            key="title",
            words=Own(zh="中文名称", en="Title in Chinese"),
            says=Own(zh="文件的中文名称。", en="The title in Chinese."),
            example="文件控制程序",
        ),
        Column(
            key="title_en",
            words=Own(zh="英文名称", en="Title in English"),
            says=Own(zh="可不填。", en="May be empty."),
            example="Document control",
            needed=False,
        ),
        Column(
            key="level",
            words=Own(zh="文件层次", en="Level"),
            says=Own(zh="名称或代码，如“程序文件”。", en="Its name or key, such as procedure."),
            example="程序文件",
        ),
        Column(
            key="department",
            words=Own(zh="归口部门", en="Department"),
            says=Own(
                zh="部门的名称或代码；其负责人与纸质核对。",
                en="The name or key; its head compares the document with the paper.",
            ),
            example="质量部",
        ),
        Column(
            key="edition",
            words=Own(zh="修订状态", en="Revision"),
            says=Own(zh="与封面一致，如 A/0、第3版、Rev.B。", en="As on the cover: A/0, 第3版, Rev.B."),
            example="第3版",
        ),
        Column(
            key="effective",
            words=Own(zh="实施日期", en="Effective date"),
            says=Own(zh="早于本系统开始使用之日。", en="A day before this site began."),
            example="2019-05-01",
        ),
        Column(
            key="approver",
            words=Own(zh="纸质批准人", en="Approved on paper by"),
            says=Own(zh="纸质文件上的批准人。", en="Who approved it, as the paper says."),
            example="王总",
        ),
        Column(
            key="text",
            words=Own(zh="正文文件名", en="File of the text"),
            says=Own(zh="ZIP 中的 .md 或 .pdf。", en="A .md or .pdf in the ZIP."),
            example="001.pdf",
        ),
        Column(
            key="scan",
            words=Own(zh="原件扫描文件名", en="File of the scan"),
            says=Own(
                zh="签署原件的扫描件，可不填；正文已是扫描件时不用。",
                en="A scan of the signed original; not needed where the text is one.",
            ),
            needed=False,
        ),
        Column(
            key="earlier",
            words=Own(zh="历次修订", en="Earlier editions"),
            says=Own(
                zh="修订、首日、末日，用分号隔开；可不填。",
                en="Edition, first day, last day, parted by semicolons; may be empty.",
            ),
            example="第1版 2010-01-01 2014-12-31; 第2版 2015-01-01 2019-04-30",
            needed=False,
        ),
    ),
)

COPIES: Final = Table(
    title=Own(zh="副本台账（纸质）", en="Register of copies on paper"),
    columns=(
        Column(
            key="document",
            words=Own(zh="文件编号", en="Document number"),
            says=Own(zh="已接收并现行有效的文件。", en="A document that was taken over and is in force."),
            example="例 LX-CX-2019-001",
        ),
        Column(
            key="copy",
            words=Own(zh="纸质发放编号", en="Copy number on paper"),
            says=Own(
                zh="纸质副本上的编号；在此另得下一个编号。", en="As on the paper; here it gets the next one."
            ),
            example="7",
        ),
        Column(
            key="holder",
            words=Own(zh="持有人", en="Holder"),
            says=Own(zh="部门、登录名或外部持有人。", en="A department, a login, or a holder outside."),
            example="质量部",
        ),
        Column(
            key="place",
            words=Own(zh="存放地点", en="Place"),
            says=Own(zh="可不填。", en="May be empty."),
            example="质检室",
            needed=False,
        ),
        Column(
            key="day",
            words=Own(zh="发放日期", en="Given out on"),
            says=Own(zh="早于本系统开始使用之日。", en="A day before this site began."),
            example="2020-03-01",
        ),
    ),
)
