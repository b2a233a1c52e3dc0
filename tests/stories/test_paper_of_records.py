"""A record on paper: what was entered, corrected, attached and signed, with its seal; nothing left out."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

import pytest

from docctl.door.site import SETTINGS
from docctl.errors import Forbidden, WrongState
from docctl.queries.records.printing import record_print
from docctl.render.pdf import Job
from docctl.rules import languages
from docctl.usecases.records import opening, recording, sealing
from tests.support.pages import reader
from tests.support.paper import pages, picture, plain
from tests.support.record_files import attach, photo
from tests.support.sites import World
from tests.support.terminal import Terminal
from tests.support.written_records import fill, rounds_in_force, show, sign

FORM = """number: LX-R-102
title: {zh: 巡检记录, en: Round}
level: form
department: sales
governed_by: {document: LX-CX-2019-102}
keeper: quality
retention: {years: 3}
verify: none
schema:
  type: object
  required: [day]
  properties:
    day: {type: string, format: date, title: {zh: 日期, en: Day}}
    distance: {type: integer, unit: km, title: {zh: 距离, en: Distance}}
    result: {type: string, enum: [pass, fail], labels: {pass: {zh: 合格, en: passed}, fail: {zh: 不合格, en: failed}}}
    at: {type: string, format: date-time, title: {zh: 到场, en: Arrived}}
    good: {type: boolean, title: {zh: 满意, en: Content}}
    remark: {type: string, format: long-text, title: {zh: 备注, en: Remark}}
    parts:
      type: array
      title: {zh: 更换件, en: Parts}
      items:
        type: object
        properties:
          name: {type: string, title: {zh: 名称, en: name}}
          weight: {type: number, unit: kg, title: {zh: 重量, en: weight}}
    seen: {type: string, format: file, accept: [image], title: {zh: 照片, en: Photo}}
    opinion: {type: string, title: {zh: 意见, en: Opinion}}
steps:
  - {name: visit, role: sales, fields: [day, distance, result, at, good, remark, parts, seen], title: {zh: 上门, en: Visit}}
  - {name: check, role: technical, fields: [opinion], title: {zh: 复核, en: Check}, clause: "4.1"}
"""
RECORD = "LX-R-102-2026-0001"
VALUES = {
    "day": "2026-03-02",
    "distance": "12",
    "result": "pass",
    "at": "2026-03-02 09:30",
    "good": "true",
    "remark": "<b>第一行</b>\n第二行",
    "parts": '[{"name": "轴承", "weight": "1.50"}, {"name": "垫片"}]',
}


def printing(world: World) -> World:
    """The same site, which makes PDFs from now on."""
    settings = world.site.path / SETTINGS
    settings.write_text(settings.read_text("utf-8").replace("pdf = false", "pdf = true"), "utf-8")
    return world.reopen()


def closed(world: World) -> World:
    """A record with everything that paper has to show, sealed."""
    rounds_in_force(world, FORM)
    opening.open_record(world.as_("staff"), "LX-R-102")
    fill(world, "staff", RECORD, **VALUES)
    attach(world, "staff", RECORD, "现场.jpg", photo(), to="seen")
    sign(world, "staff", RECORD)
    recording.correct_record(world.as_("staff"), RECORD, "distance", "21", reason="抄错了")
    fill(world, "staff2", RECORD, opinion="同意")
    sign(world, "staff2", RECORD)
    sealing.complete_record(world.as_("staff2"), RECORD)
    sealing.close_record(world.as_("controller"), RECORD)
    return printing(world)


def body_of(job: Job) -> str:
    """What is printed, without the style sheet."""
    return job.html.partition("</style>")[2]


@pytest.mark.regulation("P11-10b", "P11-50a", "A11-10", "A11-18", "DI-03", "RM-01", "GD-04")
def test_a_sealed_record_is_printed_with_all_that_was_entered_corrected_attached_and_signed(
    sqlite_world: World,
) -> None:
    world = closed(sqlite_world)
    made = record_print(world.as_("auditor"), RECORD, languages.ALL)
    words = plain("".join(pages(made.data)))
    seal = show(world, RECORD)["sha256"]
    for part in (
        "巡检记录", "Round", RECORD, "已封存", "LX-R-102 A/0", "LX-CX-2019-102 A/0", "2026-03-02 09:30",
        "21 km", "12", "抄错了", "员工周", "合格", "passed", "是", "轴承", "1.50", "重量 (kg)", "同意", "员工吴",
        "现场.jpg", "封存", seal, "审核员冯", "第 1 页",
    ):  # fmt: skip
        assert plain(part) in words, part
    assert "<b>第一行</b>" in words, "what was entered is text"
    drawn = [picture(made.data, n, 40).convert("RGB") for n in range(len(pages(made.data)))]
    assert any((254, 0, 0) in page.get_flattened_data() for page in drawn), "the photo"
    assert made.name == f"{RECORD}_巡检记录.pdf"


def test_the_print_of_a_sealed_record_bears_its_seal_and_an_open_one_says_what_is_missing(
    sqlite_world: World, laid_out: list[Job]
) -> None:
    rounds_in_force(sqlite_world, FORM)
    world = printing(sqlite_world)
    opening.open_record(world.as_("staff"), "LX-R-102")
    record_print(world.as_("staff"), RECORD, ("zh",))
    html = body_of(laid_out[-1])
    assert html.count("（未填写）") == 9
    assert html.count("（未签名）") == 2
    assert "SHA-256" not in html
    assert "Day" not in html, "one language was asked for"


def test_an_excused_clock_is_not_printed_as_one_that_runs(sqlite_world: World, laid_out: list[Job]) -> None:
    rounds_in_force(sqlite_world)
    world = printing(sqlite_world)
    opening.open_record(world.as_("staff"), "LX-R-102")
    excuse = {"day": "2026-03-02", "distance": "12", "result": "pass", "remark": "无", "excuse": "顾客改期"}
    fill(world, "staff", RECORD, **excuse)
    record_print(world.as_("staff"), RECORD, ("zh",))
    assert "已免责　顾客改期" in body_of(laid_out[-1])


def test_a_void_record_says_so_above_everything_else(sqlite_world: World, laid_out: list[Job]) -> None:
    rounds_in_force(sqlite_world, FORM)
    world = printing(sqlite_world)
    opening.open_record(world.as_("staff"), "LX-R-102")
    sealing.void_record(world.as_("controller"), RECORD, reason="重复开立")
    record_print(world.as_("auditor"), RECORD, ("zh",))
    html = body_of(laid_out[-1])
    assert '<p class="void-record">' in html
    assert html.index("void-record") < html.index("重复开立")


def test_a_character_without_a_font_is_printed_as_its_code_and_named(
    sqlite_world: World, laid_out: list[Job]
) -> None:
    rounds_in_force(sqlite_world, FORM)
    world = printing(sqlite_world)
    opening.open_record(world.as_("staff"), "LX-R-102")
    fill(world, "staff", RECORD, remark="好𪚥好")
    record_print(world.as_("staff"), RECORD, ("zh",))
    html = body_of(laid_out[-1])
    assert "好〔U+2A6A5〕好" in html
    assert "下列字符没有可打印的字形" in html
    assert "𪚥" not in html


def test_who_may_not_read_a_record_gets_no_print_of_it_and_a_site_without_pdfs_says_so(
    sqlite_world: World,
) -> None:
    rounds_in_force(sqlite_world, FORM)
    opening.open_record(sqlite_world.as_("staff"), "LX-R-102")
    with pytest.raises(WrongState, match="set pdf = true"):
        record_print(sqlite_world.as_("staff"), RECORD, ("zh",))
    with pytest.raises(Forbidden):
        record_print(printing(sqlite_world).as_("author"), RECORD, ("zh",))


@pytest.mark.regulation("A11-09")
def test_page_and_command_hand_out_the_same_print(terminal: Terminal, tmp_path: Path) -> None:
    world = closed(terminal.world)
    answer = reader(world, "auditor", "zh").get(f"/records/{RECORD}/print")
    assert answer.mimetype == "application/pdf"
    assert quote("巡检记录") in answer.headers["Content-Disposition"]
    told = terminal.ok("auditor", ["record", "print", RECORD, "--pdf", str(tmp_path / "r.pdf"), "--in", "zh"])
    assert told["name"] == f"{RECORD}_巡检记录.pdf"
    assert (tmp_path / "r.pdf").read_bytes()[:5] == b"%PDF-"
