"""Empty tables for what a company brings along, and what stands in one that it filled in."""

from __future__ import annotations

from sqlalchemy import select

from docctl.door.context import Context
from docctl.errors.message import Message
from docctl.models.configuration import ApprovalChain
from docctl.queries.people.departments import department_list
from docctl.queries.workbook import Workbook
from docctl.render import excel
from docctl.rules import incoming, names
from docctl.rules.incoming import Row, Table
from docctl.rules.incoming_people import person
from docctl.rules.languages import Language
from docctl.rules.words import Own, Words
from docctl.store import sheets

_NOTES = Own(zh="填写说明", en="How to fill it in")
_ABOUT = Own(
    zh="表头请勿改动；首格以“例”或“e.g.”开头的行不导入。",
    en="Leave the heads as they are; a row whose first cell begins with 例 or e.g. is left out.",
)


def empty_table(ctx: Context, table: Table, language: Language) -> Workbook:
    """With its heads in both languages, an example, and a sheet that explains the columns."""
    heads = incoming.heads(table)
    told = {_NOTES.told(language): _ABOUT.told(language)}
    told |= {head: f"{'＊ ' if c.needed else ''}{c.says.told(language)}" for head, c in heads.items()}
    if table is incoming.MASTER_LIST:
        told[_LEVELS.told(language)] = "、".join(level.told(language) for level in levels(ctx).values())
    keys = "、".join(f"{line['title'].told(language)} ({line['key']})" for line in department_list(ctx))
    told[_DEPARTMENTS.told(language)] = keys
    title = table.title.told(language)
    columns = {head: [column.example] for head, column in heads.items()}
    data = excel.workbook(title, columns, _NOTES.told(language), told, made_at=ctx.now())
    return Workbook(name=f"{title}.xlsx", data=data)


def rows_in(table: Table, data: bytes) -> list[Row]:
    """The rows of a table that somebody filled in. Raises Invalid for `file`."""
    return incoming.rows_of(table, sheets.cells_of(data))


def departments_by_name(ctx: Context) -> dict[str, str]:
    """The key of each department by all that it is called."""
    found: dict[str, str] = {}
    for line in department_list(ctx):
        found |= {said.casefold(): line["key"] for said in (line["key"], *line["title"].values()) if said}
    return found


def levels_by_name(ctx: Context) -> dict[str, str]:
    """The key of each level by all that it is called."""
    return {
        said.casefold(): key for key, words in levels(ctx).items() for said in (key, *words.values()) if said
    }


def levels(ctx: Context) -> dict[str, Words]:
    """What the levels of documents are called that have a text."""
    found = ctx.session.scalars(select(ApprovalChain.level).order_by(ApprovalChain.level))
    return {one: names.level(one) for one in found if one != "form"}


_LEVELS = Own(zh="文件层次", en="Levels")
_DEPARTMENTS = Own(zh="部门", en="Departments")


def people_in(ctx: Context, data: bytes) -> tuple[list[tuple[int, dict[str, str]]], dict[str, Message]]:
    """The people of a table, each with its row; and by `FIELD-ROW` what is said there that nobody knows."""
    known, found, unknown = departments_by_name(ctx), [], {}
    columns = {column.key: column for column in incoming.PEOPLE.columns}
    for row in rows_in(incoming.PEOPLE, data):
        said, wrong = person(row, known)
        found.append((row.number, said))
        for field, why in wrong.items():
            unknown[f"{field}-{row.number}"] = incoming.of_row(row.number, columns[field], why)
    return found, unknown
