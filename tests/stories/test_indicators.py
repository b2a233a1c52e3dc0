"""Indicators: worked out from the records of a period, with those that they count; an empty one has no figure."""

from __future__ import annotations

from datetime import date

import pytest

from docctl.errors import Invalid
from docctl.queries.records.indicators import course, figures
from docctl.standing import drawn
from docctl.store.material import of_template
from docctl.store.template import read_template
from docctl.usecases.records import opening, sealing
from tests.stories.test_reviews import later
from tests.support.lists import rows_in
from tests.support.pages import reader
from tests.support.sites import TEMPLATE, World, issue, procedure
from tests.support.terminal import Terminal
from tests.support.written_records import fill, sign

FORM = "LX-R-101"
MORE = """indicators:
  - {name: on-time, title: {zh: 及时答复率, en: Answered on time}, value: ratio, of: answer.met, per: month, target: ">= 95 %"}
  - {name: satisfied, value: ratio, of: satisfied, over: answered_at, per: quarter}
  - {name: serious, value: count, of: "cost > 100", per: month, group: customer, target: "<= 1"}
  - {name: cost, value: sum, of: cost, per: year, on: reported_at}
  - {name: share, value: ratio, of: cost, over: price, per: year}
  - {name: worst, value: max, of: cost, per: month}
  - {name: usual, value: mean, of: cost, per: month}
"""
FIELDS = "    cost: {type: number}\n    price: {type: integer}\nsteps:\n"


def template(more: str = MORE) -> bytes:
    text = TEMPLATE.format(number=FORM, procedure="LX-CX-2019-101").replace("steps:\n", FIELDS)
    return (
        text.replace("answered_at, satisfied]", "answered_at, satisfied, cost, price]").encode()
        + more.encode()
    )


def in_force(world: World) -> None:
    issue(world, procedure())
    issue(world, of_template(read_template(template())))


def reported(world: World, *, at: str = "2026-03-02 09:00", customer: str = "某厂") -> str:
    number = opening.open_record(world.as_("staff"), FORM).number
    fill(world, "staff", number, reported_at=at, customer=customer)
    sign(world, "staff", number)
    return str(number)


def answered(world: World, number: str, at: str, **values: str) -> str:
    fill(world, "staff2", number, answered_at=at, satisfied=values.pop("satisfied", "true"), **values)
    sign(world, "staff2", number)
    sealing.complete_record(world.as_("staff"), number)
    return number


def now(world: World, day: date | None = None) -> dict[tuple[str, str], tuple[str, int, bool | None]]:
    world.forget()
    lines = figures(world.as_("staff"), day)
    return {(line.of.name, line.part): (line.written, line.records, line.is_met) for line in lines}


@pytest.mark.rule("PR-67")
def test_figures_are_those_of_the_records_of_the_period(world: World) -> None:
    in_force(world)
    assert now(world)["on-time", ""] == ("", 0, None), "no record, no figure"
    first, second, third = (reported(world, customer=name) for name in ("甲", "乙", "乙"))
    assert now(world)["on-time", ""] == ("", 0, None), "a clock that runs says nothing yet"
    answered(world, first, "2026-03-02 10:00", cost="120.50", price="1000")
    answered(world, second, "2026-03-04 10:00", cost="300", price="1000", satisfied="false")
    assert now(world) == {
        ("on-time", ""): ("50.0 %", 2, False),
        ("satisfied", ""): ("50.0 %", 2, None),
        ("serious", "甲"): ("1", 1, True),
        ("serious", "乙"): ("1", 1, True),
        ("cost", ""): ("420.5", 2, None),
        ("share", ""): ("21.0 %", 2, None),
        ("worst", ""): ("300", 2, None),
        ("usual", ""): ("210.25", 2, None),
    }
    world.clock.advance(days=3)
    assert now(world)["on-time", ""] == ("33.3 %", 3, False), "what was not answered counts once it is late"
    sealing.void_record(world.as_("controller"), third, reason="重复")
    assert now(world)["on-time", ""] == ("50.0 %", 2, False)
    assert now(world, date(2026, 2, 1))["on-time", ""] == ("", 0, None)
    with world.site.reading() as session:
        assert drawn.differing(world.site, session) == set()
    assert [line.written for line in course(world.as_("controller"), FORM, "on-time")][-2:] == ["", "50.0 %"]


def test_a_sealed_record_keeps_what_it_adds_and_all_of_it_can_be_made_anew(sqlite_world: World) -> None:
    world = sqlite_world
    in_force(world)
    number = answered(world, reported(world), "2026-03-02 10:00", cost="7")
    sealing.verify_record(world.as_("verifier"), number)
    sealing.close_record(world.as_("controller"), number)
    before = now(world)
    assert before["on-time", ""] == ("100.0 %", 1, True)
    with world.as_("admin").note() as session:
        drawn.keep_all(world.site, session)
    assert now(world) == before


def test_each_figure_leads_to_the_records_that_it_counts(sqlite_terminal: Terminal) -> None:
    terminal, world = sqlite_terminal, sqlite_terminal.world
    in_force(world)
    numbers = [answered(world, reported(world), "2026-03-02 10:00", cost="7") for _ in range(3)]
    late = reported(world)
    later(world, date(2026, 4, 2))
    page = reader(world, "staff", "zh")
    assert "无记录" in page.get("/indicators").text
    assert "75.0 %" in page.get("/indicators", on="2026-03-05").text
    shown = page.get("/indicators/course", form=FORM, name="on-time").text
    assert shown.count("<rect") == 1
    assert "未达标" in shown
    listed = page.get("/indicators/records", form=FORM, name="on-time", on="2026-03-31").text
    assert all(number in listed for number in (*numbers, late))
    assert page.get("/indicators/records", form=FORM, name="on-time").status_code == 404
    assert page.get("/indicators/course", form=FORM, name="none").status_code == 404
    assert reader(world, "author").get("/indicators/course", form=FORM, name="on-time").status_code == 404
    for address in ("/indicators", "/indicators/course", "/indicators/records"):
        book = page.get(address, form=FORM, name="on-time", on="2026-03-31", **{"as": "xlsx"}).data
        assert len(rows_in(book)) > 1, address
    told = terminal.ok("staff", "indicator list --on 2026-03-31")["indicators"][0]
    assert (told["figure"], told["records"], told["met"]) == ("0.750000", 4, False)
    periods = terminal.ok("staff", f"indicator show {FORM} on-time")["periods"]
    assert (len(periods), periods[-1]["figure"]) == (12, None)
    assert terminal.ok("admin", "check")["ok"]


@pytest.mark.parametrize(
    ("more", "place"),
    [
        ("{name: a, value: ratio, of: none.met, per: month}", "of"),
        ("{name: a, value: mean, of: customer, per: month}", "of"),
        ("{name: a, value: count, of: nothing, per: month}", "of"),
        ('{name: a, value: count, of: "cost >", per: month}', "of"),
        ("{name: a, value: count, of: cost, over: nothing, per: month}", "over"),
        ("{name: a, value: count, of: cost, group: nothing, per: month}", "group"),
        ("{name: a, value: count, of: cost, on: customer, per: month}", "on"),
        ("{name: a, value: count, of: cost, per: month, target: good}", "target"),
    ],
)
def test_an_indicator_that_means_nothing_is_refused_with_its_place(more: str, place: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_template(template(f"indicators:\n  - {more}\n"))
    assert list(refused.value.problems) == [f"indicators.1.{place}"]
