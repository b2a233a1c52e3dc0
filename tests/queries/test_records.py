"""Records as they are read: who sees which, their clocks, and how many queries it takes."""

from __future__ import annotations

from datetime import date
from importlib.resources import files
from typing import Any

import pytest
from sqlalchemy import event

from docctl.errors import Forbidden, NotFound, Tampered
from docctl.models.documents import Revision
from docctl.queries.records.listing import record_list
from docctl.queries.records.reading import record_show
from docctl.standing import find
from docctl.standing.pinned import template_of
from docctl.usecases.records import opening, sealing
from docctl.usecases.site import configuring
from tests.support.sites import MONDAY, World, issue
from tests.support.written_records import (
    FIRST,
    ROUND,
    ROUNDS,
    completed,
    fill,
    forms_in_force,
    listed,
    reported,
    round_form,
    rounds,
    rounds_in_force,
    show,
    sign,
)


def round_with(world: World, **values: str) -> str:
    number = opening.open_record(world.as_("staff"), rounds_in_force(world)).number
    fill(
        world, "staff", number, day="2026-03-02", result="pass", remark="好", **({"distance": "120"} | values)
    )
    sign(world, "staff", number)
    return number


def clock(world: World, number: str, name: str) -> dict[str, Any]:
    (found,) = [c for c in show(world, number)["clocks"] if c["name"] == name]
    return dict(found)


@pytest.mark.parametrize(
    "who", ["staff", "staff2", "verifier", "controller", "auditor", "admin", "verifier2"]
)
def test_who_has_a_part_or_the_right_reads_a_record(sqlite_world: World, who: str) -> None:
    forms_in_force(sqlite_world)
    reported(sqlite_world)
    assert show(sqlite_world, FIRST, who)["number"] == FIRST
    assert [r["number"] for r in listed(sqlite_world, who)] == [FIRST]


@pytest.mark.regulation("RM-07")
@pytest.mark.parametrize("who", ["gm", "author2", "head"])
def test_who_has_no_part_in_a_record_does_not_read_it(sqlite_world: World, who: str) -> None:
    forms_in_force(sqlite_world)
    reported(sqlite_world)
    with pytest.raises(Forbidden, match="who performs a step of it"):
        show(sqlite_world, FIRST, who)
    assert listed(sqlite_world, who) == []


def test_who_opened_a_record_sees_what_becomes_of_it(sqlite_world: World) -> None:
    forms_in_force(sqlite_world)
    number = opening.open_record(sqlite_world.as_("author2"), "LX-R-101").number
    assert show(sqlite_world, number, "author2")["opened_by"] == "author2"
    assert [r["number"] for r in listed(sqlite_world, "author2")] == [number]


def test_who_once_had_a_part_still_reads_it(sqlite_world: World) -> None:
    forms_in_force(sqlite_world)
    number = completed(sqlite_world)
    sealing.verify_record(sqlite_world.as_("verifier"), number)
    assert show(sqlite_world, number, "staff2")["state"] == "verified"


def test_a_record_that_is_not_there_is_not_found(sqlite_world: World) -> None:
    with pytest.raises(NotFound):
        record_show(sqlite_world.as_("auditor"), FIRST)


@pytest.mark.regulation("Q9-18", "RM-05")
def test_a_record_shows_what_it_was_opened_under_and_what_was_done(sqlite_world: World) -> None:
    forms_in_force(sqlite_world)
    number = reported(sqlite_world)
    found = show(sqlite_world, number)
    assert (found["template"], found["template_revision"]) == ("LX-R-101", "A/0")
    assert (found["procedure"], found["procedure_revision"]) == ("LX-CX-2019-101", "A/0")
    assert (found["title"], found["title_en"]) == ("质量信息反馈单", "Quality information feedback form")
    assert (found["keeper"], found["retention"], found["keep_until"]) == (
        "sales",
        {"years": 3, "from": "closed"},
        None,
    )
    assert found["calendar"] == {"name": "default", "version": 1}
    first = found["entries"][0]
    assert (first["field"], first["value"], first["by"], first["by_name"]) == (
        "reported_at",
        "2026-03-02T09:00:00+08:00",
        "staff",
        "员工周",
    )
    assert first["at"].endswith("Z")
    assert found["steps"][0]["signed_by"] == ["staff"]
    assert found["steps"][1] == {
        "name": "solve",
        "title": "",
        "title_en": "",
        "roles": ["technical"],
        "by": "",
        "fields": ["answered_at", "satisfied"],
        "signed_by": [],
    }


def test_the_list_is_in_the_order_of_numbers_and_names_the_step_whose_turn_it_is(sqlite_world: World) -> None:
    forms_in_force(sqlite_world)
    completed(sqlite_world)
    reported(sqlite_world)
    assert [(r["number"][-4:], r["state"], r["step"]) for r in listed(sqlite_world)] == [
        ("0001", "completed", None),
        ("0002", "open", "solve"),
    ]


def test_the_list_takes_the_same_queries_however_long_it_is(sqlite_world: World) -> None:
    forms_in_force(sqlite_world)

    def queries(who: str) -> int:
        asked: list[str] = []

        def heard(_connection: object, _cursor: object, statement: str, *_: object) -> None:
            asked.append(statement)

        ctx = sqlite_world.as_(who)
        ctx.session.rollback()
        event.listen(sqlite_world.site.readers, "before_cursor_execute", heard)
        record_list(ctx)
        event.remove(sqlite_world.site.readers, "before_cursor_execute", heard)
        return sum(statement.startswith("SELECT") for statement in asked)

    reported(sqlite_world)
    short = [queries("staff"), queries("auditor")]
    for _ in range(4):
        reported(sqlite_world)
    assert [queries("staff"), queries("auditor")] == short
    assert max(short) <= 12


@pytest.mark.rule("PR-94")
def test_a_clock_may_end_with_a_signature(sqlite_world: World) -> None:
    number = round_with(sqlite_world)  # Monday; due by the end of Tuesday, the next working day
    assert clock(sqlite_world, number, "handed")["due"].startswith("2026-03-03T23:59:59")
    assert clock(sqlite_world, number, "handed")["met"] is None
    sign(sqlite_world, "staff2", number)
    assert clock(sqlite_world, number, "handed")["met"] is True


@pytest.mark.rule("PR-94")
@pytest.mark.parametrize(
    ("limit", "due"),
    [
        ("within: 1, unit: day, calendar: working", "2026-03-10T23:59:59"),
        ("within: 8, unit: hour, calendar: working", "2026-03-11T09:00:00"),  # seven and a half a day
        ("within: 1, unit: day, calendar: clock", "2026-03-07T23:59:59"),
        ("within: 8, unit: hour, calendar: clock", "2026-03-07T07:59:59"),
        ("within: 1, unit: month, calendar: clock", "2026-04-06T23:59:59"),
        ("within: 0, unit: day, calendar: clock", "2026-03-06T23:59:59"),
    ],
)
def test_working_time_leaves_out_nights_weekends_and_holidays_and_clock_time_does_not(
    sqlite_world: World, limit: str, due: str
) -> None:
    site = (files("docctl") / "site.yaml").read_text("utf-8").rstrip() + '\n    holidays: ["2026-03-09"]\n'
    configuring.configure_site(sqlite_world.as_("controller"), site.encode())
    sqlite_world.clock.go_to(date(2026, 3, 6))  # a Friday; the Monday is a holiday
    issue(sqlite_world, rounds(ROUNDS.replace("within: 1, unit: day, calendar: working", limit)))
    issue(sqlite_world, round_form())
    number = opening.open_record(sqlite_world.as_("staff"), "LX-R-102").number
    fill(sqlite_world, "staff", number, day="2026-03-06", distance="1", result="pass", remark="好")
    assert clock(sqlite_world, number, "handed")["due"][:19] == due


def test_a_signature_after_the_due_day_is_late(sqlite_world: World) -> None:
    number = round_with(sqlite_world)
    sqlite_world.clock.advance(days=2)
    assert clock(sqlite_world, number, "handed")["overdue"] is True
    sign(sqlite_world, "staff2", number)
    late = clock(sqlite_world, number, "handed")
    assert (late["met"], late["overdue"]) == (False, False)


@pytest.mark.rule("PR-95", "PR-02")
@pytest.mark.parametrize(
    ("values", "due", "met"),
    [
        ({"excuse": "节假日"}, None, None),
        ({"agreed_day": "2026-03-10"}, "2026-03-10T23:59:59", None),
        ({"agreed_day": "2026-03-03"}, "2026-03-03T23:59:59", False),
    ],
)
def test_an_agreed_day_moves_a_clock_and_an_excuse_lifts_it(
    sqlite_world: World, values: dict[str, str], due: str | None, met: bool | None
) -> None:
    number = round_with(sqlite_world, **values)
    sqlite_world.clock.advance(days=3)
    found = clock(sqlite_world, number, "handed")
    assert (found["due"] and found["due"][:19], found["met"]) == (due, met)
    assert found["excuse"] == values.get("excuse", "")


@pytest.mark.rule("PR-08", "PR-29")
@pytest.mark.parametrize(
    ("distance", "due"), [("300", "2026-03-03T23:59:59"), ("301", "2026-03-04T23:59:59")]
)
def test_a_limit_by_a_table_or_on_a_fixed_day_is_judged(sqlite_world: World, distance: str, due: str) -> None:
    number = round_with(sqlite_world, distance=distance)
    assert clock(sqlite_world, number, "visited")["due"][:19] == due
    assert clock(sqlite_world, number, "visited")["met"] is True
    reported_by = clock(sqlite_world, number, "reported")
    assert reported_by["due"][:19] == "2026-04-05T23:59:59"
    assert reported_by["limit"] == {"fixed": {"day": 5, "of": "next_month"}, "clause": "4.3"}


@pytest.mark.rule("DC-107")
def test_a_sealed_record_is_judged_at_its_closing(sqlite_world: World) -> None:
    form = ROUND.replace("agreed: agreed_day", "agreed: day").replace(
        "verify: other-department", "verify: none"
    )
    form = form.replace(
        "  - {name: reported, from: day, to: handed_over", "  - {name: reported, from: day, to: agreed_day"
    )
    number = opening.open_record(sqlite_world.as_("staff"), rounds_in_force(sqlite_world, form)).number
    fill(sqlite_world, "staff", number, day="2026-03-02", distance="1", result="pass", remark="好")
    sign(sqlite_world, "staff", number)
    sign(sqlite_world, "staff2", number)
    fill(sqlite_world, "staff2", number, opinion="无", scan="扫描件 7")
    sign(sqlite_world, "staff2", number)
    sealing.complete_record(sqlite_world.as_("staff2"), number)
    assert list(map(str, show(sqlite_world, number)["issues"])) == [
        "the gate before verify is shut; needed is size(opinion) > 3"
    ]
    sealing.close_record(sqlite_world.as_("controller"), number)
    sqlite_world.clock.now = MONDAY.replace(year=2027)
    assert clock(sqlite_world, number, "reported")["met"] is None  # it was not overdue, and never will be


def test_a_revision_that_is_not_the_pinned_one_is_refused(sqlite_world: World) -> None:
    forms_in_force(sqlite_world)
    number = reported(sqlite_world)
    session = sqlite_world.as_("auditor").session
    record = find.record(session, number)
    revised = session.get_one(Revision, record.template_revision_id)
    with pytest.raises(Tampered, match="not the one that was pinned"):
        template_of(sqlite_world.site, revised, "0" * 40)


def test_a_process_keeps_only_so_many_templates_in_mind(
    sqlite_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("docctl.standing.pinned.MOST_REMEMBERED", 1)
    forms_in_force(sqlite_world)
    number = reported(sqlite_world)
    assert show(sqlite_world, number)["number"] == number
    assert sqlite_world.site.memory.count("pinned") == 1


def test_a_form_without_clocks_shows_none(sqlite_world: World) -> None:
    form = ROUND[: ROUND.index("clocks:")] + ROUND[ROUND.index("gates:") :]
    number = opening.open_record(sqlite_world.as_("staff"), rounds_in_force(sqlite_world, form)).number
    assert show(sqlite_world, number)["clocks"] == []
    assert listed(sqlite_world)[0]["overdue"] == []
