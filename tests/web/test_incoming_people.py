"""People who come from a table of Excel: what is wrong is named by row, and nobody is made; then all are."""

from __future__ import annotations

import re
import zipfile
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from docctl.errors import Invalid
from docctl.queries.people.accounts import user_list
from docctl.rules import incoming
from docctl.store.sheets import cells_of, files_of
from tests.support.lists import rows_in
from tests.support.on_paper import book, packed
from tests.support.pages import reader, text_of
from tests.support.sites import PEOPLE, World
from tests.support.terminal import Terminal

TABLE = incoming.PEOPLE
SEVEN = {
    5: (2, "没有的部门", "部门"),
    30: (2, "nowhere", "部门"),
    77: (3, "做饭", "做什么"),
    120: (1, "staff", ""),
    121: (1, "Li Gong", ""),
    150: (0, "", ""),
    199: (1, "p1", ""),
}


def people(many: int) -> list[list[Any]]:
    return [
        [f"员工{n}", f"p{n}", "销售部" if n % 2 else "quality", "填写记录、阅读文件", ""] for n in range(many)
    ]


def planted(many: int) -> list[list[Any]]:
    rows = people(many)
    for at, (column, value, _) in SEVEN.items():
        rows[at][column] = value
    return rows


def sent(page: str) -> dict[str, str]:
    """The fields of the table as the page holds them."""
    found = dict(re.findall(r'id="((?:name|login)-\d+)" name="[^"]+" value="([^"]*)"', page))
    for name, options in re.findall(
        r'<select [^>]*name="((?:department|duty|also)-\d+)"[^>]*>(.*?)</select>', page, re.DOTALL
    ):
        chosen = re.search(r'value="([^"]*)" selected', options) or re.search(r'value="([^"]*)"', options)
        found[name] = chosen[1] if chosen else ""
    return found


def test_200_people_with_seven_errors_are_named_by_row_and_none_is_made(sqlite_world: World) -> None:
    admin = reader(sqlite_world, "admin")
    upload: dict[str, Any] = {"pasted": "", "file": (BytesIO(book(TABLE, planted(200))), "people.xlsx")}
    page = admin.send("/people/add-several", **upload, password="").text
    shown = text_of(page)
    for row in (6, 31, 78):
        assert re.search(rf"(?:Row|第) ?{row}\b", shown), (row, shown[:2000])
    refused = admin.send("/people/add-several", **sent(page))
    assert refused.status_code == 422
    said = text_of(refused.text)
    for row in SEVEN:
        assert f"Row {row + 1}:" in said, (row, said[:3000])
    assert len(re.findall(r"Row \d+:", said)) <= 2 * len(SEVEN)
    sqlite_world.forget()
    assert len(user_list(sqlite_world.as_("auditor"))) == len(PEOPLE) + 1
    fine = admin.send("/people/add-several", pasted="", file=(BytesIO(book(TABLE, people(3))), "p.xlsx"))
    assert admin.send("/people/add-several", **sent(fine.text)).status_code == 200
    sqlite_world.forget()
    assert len(user_list(sqlite_world.as_("auditor"))) == len(PEOPLE) + 4
    empty = admin.get("/people/add-several/table").data
    assert rows_in(empty)[0] == [*incoming.heads(TABLE)]
    assert reader(sqlite_world, "controller").get("/people/add-several/table").status_code == 403


def test_a_command_makes_all_of_a_table_or_none(sqlite_world: World, tmp_path: Path) -> None:
    (tmp_path / "bad.xlsx").write_bytes(book(TABLE, planted(200)))
    (tmp_path / "good.xlsx").write_bytes(book(TABLE, [["例 张三", "zhangsan"], *people(4)]))
    terminal = Terminal(sqlite_world)
    refused = terminal("admin", f"user import {tmp_path / 'bad.xlsx'}")
    assert refused.code == 2
    for row in SEVEN:
        assert f"row {row + 2}" in refused.out.casefold(), (row, refused.out)
    assert len(user_list(sqlite_world.as_("auditor"))) == len(PEOPLE) + 1
    besides = [["甲", "jia", "quality", "填写记录、阅读文件", "做饭"]]
    (tmp_path / "besides.xlsx").write_bytes(book(TABLE, besides))
    unknown = terminal("admin", f"user import {tmp_path / 'besides.xlsx'}")
    assert unknown.code == 2
    assert "做饭" in unknown.out
    made = terminal.ok("admin", f"user import {tmp_path / 'good.xlsx'}")
    assert made["added"] == ["p0", "p1", "p2", "p3"]


@pytest.mark.rule("SE-27")
def test_a_hostile_workbook_or_zip_stops_nothing_but_its_own_reader() -> None:
    far = book(TABLE, [])
    parts = files_of(far)
    sheet = next(name for name in parts if name.startswith("sheet"))
    cell = b'<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>x</t></is></c></row></sheetData>'
    wide = dict(parts) | {sheet: parts[sheet].replace(b"</sheetData>", cell)}
    entity = b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    asking = dict(parts) | {"sharedStrings.xml": entity + b"<sst><si><t>&x;</t></si></sst>"}
    for data in (b"", b"name,login", b"PK\x03\x04" + bytes(100), repacked(far, wide), repacked(far, asking)):
        with suppress(Invalid):
            assert "root:" not in str(cells_of(data))
    with pytest.raises(Invalid, match="cannot be read"):
        cells_of(repacked(far, wide))
    with pytest.raises(Invalid, match="twice"):
        files_of(packed({"a/x.md": b"1", "b/x.md": b"2"}))
    with pytest.raises(Invalid, match="too large"):
        files_of(packed({"bomb.pdf": bytes(21_000_000)}))
    with pytest.raises(Invalid, match="no ZIP"):
        files_of(b"PK\x03\x04nothing")
    assert set(files_of(packed({"../../evil.md": b"1", ".hidden": b"2", "__MACOSX/x": b"3"}))) == {"evil.md"}


def repacked(book_of: bytes, parts: dict[str, bytes]) -> bytes:
    """The same workbook with other parts."""
    with zipfile.ZipFile(BytesIO(book_of)) as opened:
        names = opened.namelist()
    return packed(
        {name: parts[name.rsplit("/", 1)[-1]] for name in names if name.rsplit("/", 1)[-1] in parts}
    )
