"""Evidence as a page: who is offered it, what it asks, and the file that comes."""

from __future__ import annotations

from pathlib import Path

from tests.support.evidence import COPY, NUMBER, RECORD, files_of, story, verdict
from tests.support.pages import reader, text_of
from tests.support.sites import World


def test_the_file_of_the_page_is_one_that_holds(world: World, tmp_path: Path) -> None:
    story(world)
    auditor = reader(world, "auditor", "zh")
    answer = auditor.send("/evidence", kind="record", name=RECORD)
    assert (answer.status_code, answer.mimetype) == (200, "application/zip")
    assert RECORD in answer.headers["Content-Disposition"]
    file = tmp_path / "record.zip"
    file.write_bytes(answer.data)
    assert len(answer.data) == int(answer.headers["Content-Length"])
    assert verdict(file, tmp_path / "verify.py", world.site.settings.public_key).code == 0
    assert files_of(file)["index.html"].startswith(b"<!doctype html>")
    assert auditor.send("/evidence", kind="record", name=RECORD).data == answer.data


def test_it_stands_on_the_pages_of_things_for_those_who_may(sqlite_world: World) -> None:
    story(sqlite_world)
    pages = [f"/documents/{NUMBER}", f"/records/{RECORD}", f"/copies/{COPY.replace('#', '%23')}"]
    for login, offered in (("auditor", True), ("controller", True), ("staff", False)):
        somebody = reader(sqlite_world, login)
        for page in pages:
            assert ('href="/evidence?kind=' in somebody.get(page).text) == offered, (login, page)
        assert somebody.get("/evidence").status_code == (200 if offered else 403)
        assert somebody.get("/evidence", kind="copy", name=COPY).status_code == (200 if offered else 403)


def test_what_was_asked_wrongly_comes_back_with_the_sentence(sqlite_world: World) -> None:
    story(sqlite_world)
    auditor = reader(sqlite_world, "auditor", "zh")
    for fields, said in (
        ({"kind": "period", "from": "2026-03-02"}, "请填写日期"),
        ({"kind": "record", "name": ""}, "请填写编号、登录名或名称"),
        ({"kind": "moon", "name": "x"}, "请选择证据的对象"),
        ({"kind": "customer", "name": "无此厂"}, "没有记录写有顾客“无此厂”"),
    ):
        answer = auditor.send("/evidence", **fields)
        assert 400 <= answer.status_code < 500, fields
        assert said in text_of(answer.text), fields
