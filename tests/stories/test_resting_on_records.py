"""A record that asks for another before it: a dispatch note rests on an inspection that passed."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from docctl.errors import Forbidden, Invalid, NotFound, WrongState
from docctl.queries.integrity import check
from docctl.queries.records.asked import Asked
from docctl.queries.records.earlier import earlier_choices
from docctl.queries.records.listing import newest_records
from docctl.store.material import of_procedure, of_template
from docctl.store.source import read_procedure
from docctl.store.template import read_template
from docctl.usecases.records import opening, recording, sealing
from tests.support.pages import reader, rows_of, text_of
from tests.support.sites import World, issue
from tests.support.terminal import Terminal
from tests.support.written_records import fill, show, sign

PROCEDURE = """---
number: LX-CX-2019-103
title: {zh: 交付控制程序, en: Delivery}
level: procedure
department: administration
records: [LX-R-104, LX-R-105]
---
# 1 目的

规定交付。

# 5 程序

5.2.1 未经检验不得发货。 {#5.2.1}
"""
INSPECTION = """number: LX-R-104
title: {zh: 出厂检验记录, en: Exit inspection}
level: form
department: quality
governed_by: {document: LX-CX-2019-103}
keeper: quality
retention: {years: 3}
verify: none
schema:
  type: object
  required: [customer, serial, quantity, result]
  properties:
    customer: {type: string, title: {zh: 顾客, en: Customer}, dossier: customer}
    serial: {type: string, title: {zh: 产品编号, en: Serial number}, dossier: serial}
    quantity: {type: integer, title: {zh: 数量, en: Quantity}}
    result:
      type: string
      enum: [pass, fail]
      title: {zh: 结论, en: Result}
      labels: {pass: {zh: 合格, en: passed}, fail: {zh: 不合格, en: failed}}
steps:
  - {name: inspect, role: technical, fields: [customer, serial, quantity, result]}
"""
DISPATCH = """number: LX-R-105
title: {zh: 发货单, en: Dispatch note}
level: form
department: logistics
governed_by: {document: LX-CX-2019-103}
keeper: sales
retention: {years: 3}
previous:
  - name: inspection
    template: LX-R-104
    state: completed
    needs: "result == 'pass'"
    serves: one
    clause: "5.2.1"
    take: {customer: customer, inspected: quantity}
schema:
  type: object
  required: [customer, inspected, packed]
  properties:
    customer: {type: string, title: {zh: 顾客, en: Customer}, dossier: customer}
    inspected: {type: integer, title: {zh: 检验数量, en: Inspected}}
    packed: {type: integer, title: {zh: 装箱数量, en: Packed}}
steps:
  - {name: pack, role: sales, fields: [customer, inspected, packed]}
gates:
  - {before: complete, needs: "packed == inspected"}
"""
CUSTOMER = "华信机电有限公司"


def of_delivery(world: World) -> None:
    """Both forms are in force."""
    issue(world, of_procedure(read_procedure(PROCEDURE.encode(), {}, {})))
    for form in (INSPECTION, DISPATCH):
        issue(world, of_template(read_template(form.encode())))


@pytest.fixture
def world(sqlite_world: World) -> World:
    """Where things are delivered."""
    of_delivery(sqlite_world)
    return sqlite_world


def inspected(world: World, *, result: str = "pass", serial: str = "A-17", complete: bool = True) -> str:
    number = opening.open_record(world.as_("staff2"), "LX-R-104").number
    fill(world, "staff2", number, customer=CUSTOMER, serial=serial, quantity="12", result=result)
    if complete:
        sign(world, "staff2", number)
        sealing.complete_record(world.as_("staff2"), number)
    return number


def dispatched(world: World, earlier: Mapping[str, str], who: str = "staff") -> str:
    return opening.open_record(world.as_(who), "LX-R-105", earlier=earlier).number


def numbers(world: World, asked: Asked, who: str = "controller") -> list[str]:
    world.as_(who).session.rollback()
    return [line["number"] for line in newest_records(world.as_(who), asked)]


def test_no_dispatch_without_an_inspection_that_passed(world: World) -> None:
    with pytest.raises(Invalid, match=r"LX-R-104 must be there first.*clause 5\.2\.1"):
        dispatched(world, {})
    with pytest.raises(NotFound):
        dispatched(world, {"inspection": "LX-R-104-2026-0009"})
    with pytest.raises(Invalid, match="asks for no earlier record of this name"):
        dispatched(world, {"lost": "x"})
    begun = inspected(world, complete=False)
    with pytest.raises(Invalid, match=f"{begun} is open; it must be completed first"):
        dispatched(world, {"inspection": begun})
    failed = inspected(world, result="fail")
    with pytest.raises(Invalid, match=f"{failed} does not say"):
        dispatched(world, {"inspection": failed})
    assert numbers(world, Asked(template="LX-R-105")) == []


@pytest.mark.regulation("GJ-04", "DI-12", "RM-04")
def test_the_link_is_told_both_ways_and_values_are_taken_over(world: World) -> None:
    first = inspected(world)
    number = dispatched(world, {"inspection": first})
    told = show(world, number)
    assert (told["values"]["customer"], told["values"]["inspected"]) == (CUSTOMER, 12)
    [earlier] = told["previous"]
    assert (earlier["record"], earlier["name"], earlier["state"]) == (first, "inspection", "completed")
    assert earlier["procedure_revision"] == "A/0"
    assert [one["record"] for one in show(world, first)["followed_by"]] == [number]
    sources = {e["id"] for e in show(world, first)["entries"] if e["field"] in ("customer", "quantity")}
    assert set(earlier["taken"].values()) == sources
    assert {e["id"] for e in told["entries"]} == {int(own) for own in earlier["taken"]}
    assert check(world.as_("auditor")).findings == ()


@pytest.mark.regulation("A11-06")
def test_what_was_taken_over_is_not_typed_and_is_compared_with(world: World) -> None:
    number = dispatched(world, {"inspection": inspected(world)})
    with pytest.raises(Invalid, match="is taken over from quantity of LX-R-104-2026-0001"):
        fill(world, "staff", number, inspected="11", packed="11")
    fill(world, "staff", number, packed="11")
    sign(world, "staff", number)
    with pytest.raises(Invalid, match="is taken over"):
        recording.correct_record(world.as_("staff"), number, "inspected", "11", reason="少装一件")
    with pytest.raises(WrongState, match="packed == inspected"):
        sealing.complete_record(world.as_("staff"), number)
    recording.correct_record(world.as_("staff"), number, "packed", "12", reason="漏点一件")
    sealing.complete_record(world.as_("staff"), number)
    assert show(world, number)["state"] == "completed"


def test_an_inspection_serves_one_dispatch_until_that_is_void(world: World) -> None:
    first = inspected(world)
    number = dispatched(world, {"inspection": first})
    with pytest.raises(Invalid, match=f"serves one record only, and {number} rests on it"):
        dispatched(world, {"inspection": first})
    sealing.void_record(world.as_("controller"), number, reason="开错")
    assert dispatched(world, {"inspection": first})


def test_a_dispatch_is_not_completed_on_an_inspection_that_was_sent_back(world: World) -> None:
    first = inspected(world)
    number = dispatched(world, {"inspection": first})
    fill(world, "staff", number, packed="12")
    sign(world, "staff", number)
    sealing.send_back_record(world.as_("verifier"), first, reason="漏检一项")
    with pytest.raises(WrongState, match=f"rests on what does not stand any more: {first} is open"):
        sealing.complete_record(world.as_("staff"), number)


def test_who_neither_reads_the_inspection_nor_fills_the_dispatch_opens_none_on_it(world: World) -> None:
    first = inspected(world)
    with pytest.raises(Forbidden, match="for those who take part in it"):
        dispatched(world, {"inspection": first}, who="author")
    assert [asks.options for asks in earlier_choices(world.as_("author"), "LX-R-105")] == [()]
    [asks] = earlier_choices(world.as_("staff"), "LX-R-105")
    assert [(option.number, option.says["zh"]) for option in asks.options] == [(first, f"{CUSTOMER}、12")]
    assert asks.needs["zh"] == "「结论」为“合格”"


@pytest.mark.regulation("Q9-19", "GJ-12", "DI-11", "RM-04")
def test_records_are_found_by_what_stands_in_them_now(world: World) -> None:
    first, second = inspected(world), inspected(world, serial="B-18", result="fail", complete=False)
    number = dispatched(world, {"inspection": first})
    assert numbers(world, Asked(words="华信")) == [number, second, first]
    assert numbers(world, Asked(words="不合格 机电")) == [second]
    assert numbers(world, Asked(words="信电")) == []
    assert numbers(world, Asked(dossier="serial", of="a-17")) == [first]
    assert numbers(world, Asked(dossier="customer", of=CUSTOMER, template="LX-R-105")) == [number]
    assert numbers(world, Asked(field="quantity", of="12")) == [second, first]
    assert numbers(world, Asked(of="B-18")) == [second]
    fill(world, "staff2", second, serial="C-19")
    assert numbers(world, Asked(words="B-18")) == []
    assert numbers(world, Asked(words="C-19")) == [second]
    assert numbers(world, Asked(since="2100-01-01")) == numbers(world, Asked(until="x")) == []


def test_nobody_finds_what_they_may_not_read(world: World) -> None:
    inspected(world)
    assert numbers(world, Asked(words="华信"), who="author") == []
    assert numbers(world, Asked(dossier="customer", of=CUSTOMER), who="author") == []


def test_on_pages_the_earlier_record_is_chosen_and_both_lead_to_each_other(world: World) -> None:
    staff = reader(world, "staff")
    asked = "/records/open?template=LX-R-105"
    assert 'href="/records/open?template=LX-R-105"' in staff.get("/records/open").text
    assert "No record that would do is there" in text_of(staff.get(asked).text)
    first = inspected(world)
    page = staff.get(asked)
    assert f"{first} · " in page.text
    assert "It says: " in text_of(page.text)
    refused = staff.send(asked, template="LX-R-105", **{"previous.inspection": ""})
    assert refused.status_code == 422
    assert "a record of LX-R-104 must be there first" in text_of(refused.text)
    opened = staff.send(asked, template="LX-R-105", **{"previous.inspection": first})
    number = opened.headers["Location"].removeprefix("/records/")
    form = staff.get(f"/records/{number}/fill").text
    assert 'name="v.packed"' in form
    assert 'name="v.inspected"' not in form, "nobody types what was taken over"
    assert f"Taken over from {first}" in text_of(form)
    assert f"Rests on {first}" in text_of(staff.get(f"/records/{number}").text)
    earlier = reader(world, "staff2", "zh").get(f"/records/{first}").text
    assert f"后续 {number}" in text_of(earlier)


def test_a_value_is_taken_over_anew_where_the_earlier_record_was_corrected(world: World) -> None:
    first = inspected(world)
    number = dispatched(world, {"inspection": first})
    sealing.send_back_record(world.as_("verifier"), first, reason="数量点错")
    fill(world, "staff2", first, quantity="11")
    staff = reader(world, "staff")
    assert "says something else by now" in text_of(staff.get(f"/records/{number}").text)
    staff.send(f"/records/{number}/fill", **{"v.inspected": "11", "v.packed": "11"})
    assert show(world, number)["values"]["inspected"] == 11


@pytest.mark.regulation("Q9-19", "GJ-03")
@pytest.mark.rule("DC-103")
def test_a_case_file_holds_the_records_of_a_customer_and_says_which_are_missing(world: World) -> None:
    first = inspected(world)
    controller = reader(world, "controller")
    names = controller.get("/records/dossiers?kind=customer").text
    assert rows_of(names)[0][:2] == [CUSTOMER, "1"]
    assert "There is no such case file" in controller.get("/records/dossiers?kind=project").text
    at = f"/records/dossiers/file?kind=customer&of={CUSTOMER}"
    page = text_of(controller.get(at).text)
    assert first in page
    assert "LX-R-105 Dispatch note" in page, "the procedure names it, and there is none"
    number = dispatched(world, {"inspection": first})
    page = text_of(controller.get(at).text)
    assert number in page
    assert "LX-R-105 Dispatch note" not in page
    assert controller.get("/records/dossiers/file?kind=serial&of=A-17").status_code == 200
    assert controller.get("/records/dossiers/file?kind=serial&of=A-1").status_code == 404
    assert controller.get("/records/dossiers?kind=planet").status_code == 404
    assert controller.get(f"{at}&as=xlsx").data[:2] == b"PK"
    stranger = reader(world, "author")
    assert stranger.get(at).status_code == 404
    assert CUSTOMER not in stranger.get("/records/dossiers?kind=customer").text


@pytest.mark.rule("DC-103", "PR-86")
def test_the_list_of_records_is_asked_for_words_customers_and_days(world: World) -> None:
    first, second = inspected(world), inspected(world, serial="B-18")
    controller = reader(world, "controller")
    for question, found in (
        ("words=华信", [second, first]),
        ("words=B-18", [second]),
        ("dossier=serial&of=A-17", [first]),
        ("template=LX-R-104&field=serial&of=B-18", [second]),
        ("since=2100-01-01", []),
        ("dossier=planet&of=x", []),
        ("words=%2C", []),
    ):
        page = controller.get(f"/records?{question}").text
        assert [n for n in (second, first) if n in page] == found, question


def test_the_terminal_opens_on_an_earlier_record_and_finds_by_words(world: World) -> None:
    first, terminal = inspected(world), Terminal(world)
    refused = terminal("staff", "record open LX-R-105")
    assert refused.code == 2
    assert "a record of LX-R-104 must be there first" in refused.message
    opened = terminal.ok("staff", f"record open LX-R-105 --previous inspection={first}")
    for question, numbers_of in (
        ("--words 华信", [first, opened["number"]]),
        ("--dossier serial --of A-17", [first]),
        ("--state completed", [first]),
    ):
        lines = terminal.ok("controller", f"record list {question}")["records"]
        assert [line["number"] for line in lines] == numbers_of
    told = terminal.ok("controller", f"record dossier customer {CUSTOMER}")
    assert (told["dossier"], len(told["records"]), told["missing"]) == (CUSTOMER, 2, [])
    [line] = terminal.ok("controller", "record dossiers customer")["dossiers"]
    assert (line["name"], line["records"]) == (CUSTOMER, 2)
