"""What falls due by itself: due by the day, filled by a record, excused with a reason, for each customer in phases."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from docctl.errors import Forbidden, Invalid, WrongState
from docctl.queries.desk.inbox import inbox
from docctl.queries.records.duties import Asked, duty_list
from docctl.rules.records.recurring import Standing
from docctl.store.material import Material, of_procedure, of_template
from docctl.store.source import read_procedure
from docctl.store.template import read_template
from docctl.usecases.documents import issuing
from docctl.usecases.records import filling, opening, sealing
from docctl.usecases.records.filling import Asked as Period
from tests.stories.test_reviews import later
from tests.support.lists import rows_in
from tests.support.pages import reader
from tests.support.sites import World, issue
from tests.support.terminal import Terminal
from tests.support.written_records import fill, show, sign

PROCEDURE = """---
number: LX-CX-2019-110
title: {{zh: 定期工作程序, en: Periodic work}}
level: procedure
department: sales
records: [LX-R-110, LX-R-111, LX-R-112, LX-R-113]
limits:
  report: {{fixed: {{day: {day}, of: next_month}}, clause: "4.1"}}
  visit: {{within: 3, unit: month, clause: "4.2"}}
  later-visit: {{within: 6, unit: month, clause: "4.2"}}
---
# 1 目的

规定定期工作。
"""
FORM = """number: {number}
title: {{zh: {title}, en: {title_en}}}
level: form
department: sales
governed_by: {{document: LX-CX-2019-110}}
keeper: sales
retention: {{years: 3}}
verify: none
{more}schema:
  type: object
  required: [text]
  properties:
    text: {{type: string}}
    began: {{type: string, format: date}}
    ended: {{type: string, format: date}}
    warranty: {{type: string, format: date}}
steps:
  - {{name: write, role: sales, fields: [text, began, ended, warranty]}}
"""
REPORT, VISIT, DEVICE, SURVEY = "LX-R-110", "LX-R-111", "LX-R-112", "LX-R-113"


def procedure(day: int = 5) -> Material:
    return of_procedure(read_procedure(PROCEDURE.format(day=day).encode(), {}, {}))


def form(number: str, more: str, title: str = "月报", title_en: str = "Report") -> Material:
    text = FORM.format(number=number, more=more, title=title, title_en=title_en)
    return of_template(read_template(text.encode()))


def monthly(world: World) -> None:
    issue(world, procedure())
    issue(world, form(REPORT, "recurs: {every: month, by: report}\n"))


def made(world: World, number: str, **values: str) -> str:
    fill(world, "staff", number, text="已完成", **values)
    sign(world, "staff", number)
    sealing.complete_record(world.as_("staff"), number)
    return number


def opened(world: World, form: str = REPORT, **asked: Any) -> str:
    return str(opening.open_record(world.as_("staff"), form, due=Period(**asked)).number)


def lines(world: World, login: str = "staff", **asked: Any) -> list[tuple[str, str, str]]:
    world.forget()
    found = duty_list(world.as_(login), Asked(**asked))
    return [(line.of.slot.words.told("en"), str(line.of.slot.due), line.standing.value) for line in found]


def test_a_monthly_report_is_due_by_a_day_and_waits_for_who_writes_it(world: World) -> None:
    monthly(world)
    assert lines(world) == [("2026-03", "2026-04-05", "open")]
    waiting = inbox(world.as_("staff"))
    assert [(item.number, item.due, item.late) for item in waiting.to_begin] == [(REPORT, "2026-04-05", 0)]
    assert waiting.total == 1
    assert inbox(world.as_("staff2")).to_begin == ()
    assert lines(world, "staff2") == []
    assert lines(world, "controller") == lines(world)

    later(world, date(2026, 4, 6))
    assert lines(world) == [("2026-03", "2026-04-05", "overdue"), ("2026-04", "2026-05-05", "open")]
    assert [item.late for item in inbox(world.as_("staff")).to_begin] == [1, 0]

    number = opened(world, day=date(2026, 3, 10))
    assert show(world, number)["period"]["until"] == "2026-03-31"
    assert [line[2] for line in lines(world)] == ["overdue", "open"], (
        "a record that was only begun is none yet"
    )
    assert [item.number for item in inbox(world.as_("staff")).to_begin] == [REPORT]
    made(world, number)
    assert [line[2] for line in lines(world)] == ["late", "open"]
    later(world, date(2027, 2, 1))
    assert lines(world)[0] == ("2026-03", "2026-04-05", "late"), "it stays in the list"
    assert [line[2] for line in lines(world)].count("overdue") == 9
    assert lines(world, until=date(2027, 3, 31))[-1] == ("2027-02", "2027-03-05", "open")


def test_a_record_fills_what_is_due_next_and_frees_it_again_when_it_is_void(sqlite_world: World) -> None:
    world = sqlite_world
    monthly(world)
    later(world, date(2026, 4, 3))
    number = opened(world)
    assert show(world, number)["period"]["until"] == "2026-03-31", "that is due before the one of this month"
    assert show(world, opened(world, none=True))["period"] is None
    with pytest.raises(WrongState, match="made already"):
        opened(world, day=date(2026, 3, 1))
    sealing.void_record(world.as_("controller"), number, reason="写错")
    assert lines(world)[0] == ("2026-03", "2026-04-05", "due")
    made(world, opened(world))
    assert lines(world)[0] == ("2026-03", "2026-04-05", "done")
    assert show(world, opened(world))["period"]["until"] == "2026-04-30"
    assert show(world, opened(world))["period"] is None, "all that has begun is filled"
    for wrong in (date(2026, 2, 1), date(2020, 1, 1)):
        with pytest.raises(Invalid, match="is due for"):
            opened(world, day=wrong)
    with pytest.raises(WrongState, match="begins on"):
        opened(world, day=date(2026, 6, 1))


def test_another_rule_counts_from_its_day_and_a_withdrawn_form_asks_for_nothing(sqlite_world: World) -> None:
    world = sqlite_world
    monthly(world)
    later(world, date(2026, 5, 20))
    issue(world, procedure(day=10), save=True)
    assert lines(world) == [
        ("2026-03", "2026-04-05", "overdue"),
        ("2026-04", "2026-05-05", "overdue"),
        ("2026-05", "2026-06-10", "open"),
    ], "what ended before goes by the figure of before"
    issue(world, form(REPORT, "recurs: {every: quarter, by: report}\n"), save=True)
    assert lines(world)[2:] == [("quarter 2 of 2026", "2026-07-10", "open")]
    later(world, date(2026, 7, 2))
    issuing.withdraw_document(world.as_("controller"), REPORT, reason="不再使用")
    assert lines(world)[2:] == [("quarter 2 of 2026", "2026-07-10", "due")], "nothing begins any more"


def test_each_customer_is_visited_in_warranty_more_often_than_after_it(sqlite_world: World) -> None:
    world = sqlite_world
    issue(world, procedure())
    issue(world, form(DEVICE, "stands_for: {called: [text], from: began, until: ended, also: [warranty]}\n"))
    chain = "recurs: {for: LX-R-112, phases: [{limit: visit, until: warranty}, {limit: later-visit}]}\n"
    issue(world, form(VISIT, chain))
    assert lines(world) == []
    device = opened(world, DEVICE)
    fill(world, "staff", device, text="某院 CT 一台", began="2026-03-02", warranty="2026-09-01")
    assert lines(world) == [], "until it is signed and complete it stands for nothing"
    sign(world, "staff", device)
    sealing.complete_record(world.as_("staff"), device)
    assert lines(world) == [("2026-03-02 to 2026-06-01", "2026-06-01", "open")]
    assert inbox(world.as_("staff")).to_begin == (), "a longer one waits a month before its end"
    ahead = [line[1] for line in lines(world, until=date(2027, 12, 31))]
    assert ahead == ["2026-06-01", "2026-09-01", "2027-03-01", "2027-09-01"]
    later(world, date(2026, 5, 2))
    (item,) = inbox(world.as_("staff")).to_begin
    assert (item.subject, "某院 CT 一台" in str(item.note)) == (device, True)
    assert show(world, opened(world, VISIT))["period"] is None, "nobody said for what"
    visit = opened(world, VISIT, subject=device)
    assert show(world, visit)["period"]["for"] == device
    made(world, visit)
    assert lines(world)[0] == ("2026-03-02 to 2026-06-01", "2026-06-01", "done")
    with pytest.raises(Invalid, match="is due for"):
        opened(world, VISIT, subject=visit, day=date(2026, 5, 1))
    sealing.void_record(world.as_("controller"), device, reason="退货")
    assert lines(world) == []


def test_several_of_a_year_keep_their_distance(sqlite_world: World) -> None:
    world = sqlite_world
    issue(world, procedure())
    issue(world, form(SURVEY, "recurs: {every: year, times: 2, apart: 60}\n"))
    assert lines(world) == [("2026 (1 of 2)", "2026-11-01", "open"), ("2026 (2 of 2)", "2026-12-31", "open")]
    made(world, opened(world, SURVEY))
    assert show(world, opened(world, SURVEY))["period"] is None, "of the same round: it fills none"
    with pytest.raises(WrongState, match="60 days apart"):
        opened(world, SURVEY, day=date(2026, 4, 1))
    later(world, date(2026, 5, 1))
    made(world, opened(world, SURVEY))
    assert [line[2] for line in lines(world)] == ["done", "done"]


def test_an_excuse_is_signed_and_what_is_made_after_all_counts(sqlite_world: World) -> None:
    world = sqlite_world
    monthly(world)
    later(world, date(2026, 4, 6))
    for login, error in (("staff", Forbidden), ("quality-head", Forbidden)):
        with pytest.raises(error):
            filling.excuse_duty(world.as_(login), REPORT, day=date(2026, 3, 1), reason="停产")
    with pytest.raises(Invalid):
        filling.excuse_duty(world.as_("controller"), REPORT, day=date(2026, 3, 1), reason=" ")
    page = reader(world, "controller", "zh")
    address = f"/duties/{REPORT}/excuse?period=2026-03-31"
    assert page.send(address, reason="停产检修", password="x").status_code >= 400
    assert lines(world)[0][2] == "overdue"
    assert page.send(address, reason="停产检修").status_code == 302
    assert lines(world)[0][2] == "excused"
    [headings, *rows] = rows_in(page.get("/duties", **{"as": "xlsx"}).data)
    assert "停产检修（文控李 签）" in rows[0], (headings, rows)
    assert "停产检修" in page.get("/duties?standing=excused").text
    assert Standing.EXCUSED.words.told("zh") in page.get("/duties").text
    made(world, opened(world, day=date(2026, 3, 31)))
    assert lines(world)[0][2] == "late"
    with pytest.raises(WrongState, match="made already"):
        filling.excuse_duty(world.as_("controller"), REPORT, day=date(2026, 3, 1), reason="停产")


def test_pages_and_commands_lead_from_what_is_due_to_its_record(sqlite_terminal: Terminal) -> None:
    terminal, world = sqlite_terminal, sqlite_terminal.world
    monthly(world)
    later(world, date(2026, 4, 3))
    page = reader(world, "staff", "zh")
    there = f"/records/open?template={REPORT}&amp;period=2026-03-31"
    for address in ("/inbox", "/duties", "/duties/calendar?month=2026-04"):
        assert there in page.get(address).text, address
    assert "2026 年 03 月" in page.get(f"/documents/{REPORT}/use").text
    form_page = there.replace("&amp;", "&")
    assert "2026-04-05" in page.get(form_page).text
    answer = page.send("/records/open", form_page, template=REPORT)
    record = answer.headers["Location"].rpartition("/")[2]
    assert "2026 年 03 月" in page.get(f"/records/{record}").text
    assert page.get("/duties/calendar?month=9999-12").status_code in (200, 422)
    assert page.get("/duties/calendar?month=x").status_code == 200
    told = terminal.ok("staff", "duty list")["duties"]
    assert [(one["until"], one["record"]) for one in told] == [("2026-03-31", record), ("2026-04-30", None)]
    excused = terminal.ok(
        "controller", ["duty", "excuse", REPORT, "--period", "2026-04-02", "--reason", "停产"]
    )
    assert excused["until"] == "2026-04-30"
    other = terminal.ok("staff", f"record open {REPORT} --period 2026-04-30")["number"]
    assert terminal.ok("staff", f"record show {other}")["period"]["until"] == "2026-04-30"
    assert terminal.ok("staff", f"record open {REPORT} --no-period")
    assert terminal.ok("admin", "check")["ok"]


def test_days_at_the_ends_of_time_are_answered_like_others(sqlite_world: World) -> None:
    world = sqlite_world
    monthly(world)
    page = reader(world, "staff", "zh")
    for day in ("0001-01-01", "9999-12-31"):
        for address in (f"/duties?since={day}", f"/duties?until={day}", f"/indicators?on={day}"):
            assert page.get(address).status_code == 200, address
        assert page.get(f"/duties/{REPORT}/excuse?period={day}").status_code in (403, 404)
        assert page.get(f"/records/open?template={REPORT}&period={day}").status_code == 200
        with pytest.raises(Invalid):
            opened(world, day=date.fromisoformat(day))
    assert page.get("/duties/calendar?month=0001-01").status_code == 422


def test_limits_that_are_not_stated_or_no_stretch_of_days_are_named(sqlite_world: World) -> None:
    world = sqlite_world
    issue(world, procedure())
    issue(world, form(REPORT, "recurs: {every: month, by: nothing}\n"))
    assert lines(world) == []
    assert "nothing" in reader(world, "staff", "zh").get("/duties").text
    with pytest.raises(WrongState, match="nothing"):
        opened(world)


@pytest.mark.parametrize(
    ("recurs", "place"),
    [
        ("{clause: x}", ""),
        ("{every: month, phases: [{limit: visit}]}", ""),
        ("{phases: [{limit: visit}]}", ".phases"),
        ("{for: LX-R-112, phases: [{limit: visit}], times: 2}", ".times"),
        ("{every: month, apart: 3}", ".apart"),
    ],
)
def test_a_rule_that_means_nothing_is_refused_with_its_place(recurs: str, place: str) -> None:
    with pytest.raises(Invalid) as refused:
        form(REPORT, f"recurs: {recurs}\n")
    assert f"recurs{place}" in refused.value.problems


def test_what_a_record_stands_for_has_fields() -> None:
    for said in ("{called: [none], from: began}", "{called: [text], from: text}"):
        with pytest.raises(Invalid):
            form(DEVICE, f"stands_for: {said}\n")
